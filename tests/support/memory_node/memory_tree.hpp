// The plain methods on a tree in memory.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "protocol/contract/plain_service.hpp"

namespace tandem::support {

class MemoryTree : public PlainService {
 public:
  Status make_directory(std::string_view path) override;
  Status create(std::string_view path) override;
  Status move(std::string_view from, std::string_view to) override;
  Status remove(std::string_view path) override;
  Result<std::string> read(std::string_view path, std::uint64_t offset,
                           std::optional<std::uint64_t> length) override;
  Result<std::uint64_t> write(std::string_view path, std::string_view bytes,
                              std::optional<std::uint64_t> offset) override;
  Result<PlainStatus> plain_status() override;

 private:
  struct Entry {
    bool directory = false;
    std::string content{};
  };
  Result<std::string> free_place(std::string_view path) const;

  std::mutex mutex_;
  std::map<std::string, Entry> entries_{{"/", {.directory = true}}};
};

}  // namespace tandem::support
