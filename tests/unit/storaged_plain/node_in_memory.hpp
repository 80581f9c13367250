#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "protocol/runtime/system_runtime.hpp"
#include "storaged/service/plain_node.hpp"
#include "tests/support/memory_filesystem.hpp"

namespace tandem::storaged {

// A plain node on a disk in memory. Its members go in the order a daemon takes them down.
struct Node {
  explicit Node(std::uint64_t reserve_bytes = 0) : reserve(reserve_bytes) { start(); }

  void start() {
    auto opened_folder = DataFolder::open(disk, runtime, "");
    ASSERT_TRUE(opened_folder.ok()) << to_string(opened_folder.error());
    folder = std::move(*opened_folder);
    PlainNodeOptions options{reserve, [] {
                               NodeStatus status;
                               status.files = 42;
                               return status;
                             }};
    auto opened = PlainNode::open(disk, *folder, runtime, options);
    ASSERT_TRUE(opened.ok()) << to_string(opened.error());
    plain = std::move(*opened);
  }
  std::string get(std::string_view path) {
    auto bytes = plain->read(path, 0, std::nullopt);
    return bytes ? *bytes : "<" + std::string(to_string(bytes.code())) + ">";
  }
  std::string counts() {
    auto status = plain->plain_status();
    return std::to_string(status->directories) + " " + std::to_string(status->files) + " " +
           std::to_string(status->data_bytes);
  }
  bool staging_is_empty() {
    bool empty = true;
    EXPECT_TRUE(disk.list("staging", [&](auto, auto) { return empty = false; }).ok());
    return empty;
  }

  std::uint64_t reserve;
  support::MemoryFilesystem disk;
  protocol::SystemRuntime runtime;
  std::unique_ptr<DataFolder> folder;
  std::unique_ptr<PlainNode> plain;
};

}  // namespace tandem::storaged
