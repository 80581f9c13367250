// The real storaged, alone, on a folder and a port of its own.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "storaged/disk/node_file.hpp"
#include "tests/support/local_cluster/child.hpp"
#include "tests/support/local_cluster/local_cluster.hpp"

namespace tandem::storaged {

inline constexpr std::chrono::seconds soon{20};

class Connection {
 public:
  explicit Connection(int port);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  bool refused() const { return !connected_; }
  bool send(const std::string& bytes);
  std::string rest();                       // all that comes until it is closed
  bool receives(const std::string& words);  // waits until what came ends with them

 private:
  int descriptor_;
  bool connected_;
};

// One request on a connection of its own; the whole reply, or "" when nobody listens.
std::string ask(int port, const std::string& request);

// A plain call with string parameters; the connection is closed behind its answer.
std::string call(const std::string& method, const std::string& path, const std::string& content = "",
                 const std::string& offset = "");
bool is_fault(const std::string& reply, Code code);

class DaemonProcess : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  test::Command command(std::vector<std::string> more) const;
  // Runs it with its words in a file, and waits until it listens. `shell`: "ulimit -n 40" and the like,
  // done before by a shell.
  test::Child start(std::vector<std::string> more = {}, const std::string& shell = "");
  std::string root() const { return folder_ / "root"; }
  std::string log_file() const { return folder_ / "log"; }
  std::string log() const;
  int port() const;
  NodeFile node_file() const;
  std::uint64_t shown(const std::string& metric) const;  // by /metrics; 0 when it is not there
  std::size_t entries(const std::string& folder) const;  // in a folder of the data folder

  std::filesystem::path folder_;
};

}  // namespace tandem::storaged
