// What `status` and `why` report; the field names are those of the JSON contract (docs/JSON.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/catalogue/records/records.hpp"
#include "gateway/store/lock_info.hpp"
#include "protocol/contract/node_service.hpp"

namespace tandem::gateway {

enum class Verdict : std::uint8_t {
  healthy = 0,   // every member live, no marks
  degraded = 1,  // a member out or behind, yet everything acknowledged is readable and unmarked on two
  at_risk = 2,   // something acknowledged has one unmarked copy only
  down = 3,      // some file cannot be read, or the catalogue does not commit
};

struct Backlog {
  std::uint64_t files = 0;  // contents missing
  std::uint64_t names = 0;  // names or removals missing
  std::uint64_t bytes = 0;
  std::optional<std::int64_t> oldest_ns{};
  std::optional<double> eta_seconds{};
};

struct MemberStatus {
  std::string node{};  // HOST:PORT
  NodeId uuid{};
  std::string state{};  // live, healing, out, foreign, unknown
  std::int64_t since_ns = 0;
  std::string reason{};
  std::string version{};
  std::uint32_t pid = 0;
  bool reached = false;
  double answer_seconds = 0;         // how long it took to answer; of no meaning when not reached
  bool slow = false;                 // so long that little more would count as silence
  std::uint64_t damaged_copies = 0;  // found on it in the last 24 hours
  bool disk_failing = false;         // so many that more are to be expected
  NodeStatus node_status{};          // as the node says; zero when not reached
  Backlog backlog{};
};

struct PairStatus {
  std::string name{};
  Verdict verdict = Verdict::healthy;
  std::string state{};  // active, draining, drained
  std::uint64_t files = 0;
  std::uint64_t data_bytes = 0;
  std::uint64_t free_bytes = 0;
  std::vector<MemberStatus> members{};
};

struct ClusterStatus {
  std::string name{};
  ClusterId id{};
  Verdict verdict = Verdict::healthy;
  std::vector<std::string> reasons{};
  std::uint64_t files = 0;
  std::uint64_t directories = 0;
  std::uint64_t data_bytes = 0;
  std::uint64_t free_bytes = 0;
  struct CatalogueStatus {
    std::string engine{};
    std::string state{};  // ok, degraded, down
    std::string detail{};
    std::uint64_t used_bytes = 0;
    std::uint64_t limit_bytes = 0;
  } catalogue{};
  std::vector<PairStatus> pairs{};
};

struct CopyReport {
  std::string node{};
  std::string node_state{};
  Revision version = 0;
  Stamp stamp{};
  std::string verdict{};  // good, behind, corrupt, missing, foreign, unreachable
  std::string detail{};
  bool marked = false;  // known to be in want of healing
};

struct PathReport {
  std::string path{};
  Kind kind = Kind::file;
  ObjectId id{};
  Revision version = 0;
  std::uint64_t size_bytes = 0;
  Digest digest{};
  std::string pair{};
  std::string verdict{};  // ok, degraded, unreadable
  std::vector<CopyReport> copies{};
  bool heal_needed = false;
  std::string heal_source{};
  std::string heal_blocked_by{};
  std::vector<LockInfo> locks{};
};

}  // namespace tandem::gateway
