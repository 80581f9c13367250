// What looking into the catalogue, backing it up and bringing it back report.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/contract/identifiers.hpp"

namespace tandem::gateway {

struct BackupReport {
  std::string file{};
  Revision revision = 0;  // of the moment it holds
  std::uint64_t size_bytes = 0;
};

// One entry of the catalogue, in words.
struct DumpLine {
  std::string key{};
  std::string value{};
  Revision revision = 0;
  SessionId session = 0;
};

struct RestoreOptions {
  std::string backup{};
  bool without_missing_nodes = false;  // go on although some do not answer
};

// Something a node holds that the restored catalogue does not know.
struct KeptFile {
  std::string node{};
  std::string path{};  // below the node's folder: tree/..., or objects/... when it has lost its name
};

struct RestoreReport {
  static constexpr std::size_t listed_max = 1000;  // of each list; the counts are whole

  ClusterId cluster{};
  Revision backup_revision = 0;
  Epoch epoch = 0;                           // the new one
  std::vector<std::string> missing_nodes{};  // HOST:PORT
  std::uint64_t compared = 0;                // files and directories brought in line with the nodes
  std::uint64_t kept_files = 0;              // newer than the backup: left where they are
  std::vector<KeptFile> kept{};
  std::uint64_t unreadable_files = 0;     // no node has their content: most were removed since the backup
  std::vector<std::string> unreadable{};  // their paths
  std::string waiting_for{};              // why something could not be compared yet
};

}  // namespace tandem::gateway
