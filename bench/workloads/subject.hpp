// What a workload is done to: a cluster through the gateway, the floor, or another file system. One client's
// view of it, belonging to one thread of one process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/contract/result.hpp"

namespace tandem::bench {

class Subject {
 public:
  virtual ~Subject() = default;

  virtual Status make_directory(const std::string& path) = 0;
  virtual Status write(const std::string& path, std::string_view bytes) = 0;  // makes or replaces, as a whole
  virtual Status read(const std::string& path, std::size_t size) = 0;  // `corrupt` unless it has that size
  virtual Status stat(const std::string& path) = 0;
  virtual Result<std::size_t> list(const std::string& path) = 0;  // with everybody's attributes; how many
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& path) = 0;  // a file

  virtual Status write_large(const std::string& path, std::uint64_t size) = 0;  // in pieces of 1 MiB
  virtual Status read_large(const std::string& path, std::uint64_t size) = 0;
  virtual Status read_at(const std::string& path, std::uint64_t offset, std::size_t length) = 0;

  // What is still done behind answers is done on return.
  virtual Status settle() = 0;
};

// Opens a subject in the process that will use it. `durable`: what is answered is on disk.
using OpenSubject = std::function<Result<std::unique_ptr<Subject>>(bool durable)>;

constexpr std::size_t piece_bytes = std::size_t{1} << 20;

// Bytes that do not compress and differ from piece to piece, made once.
std::string_view some_bytes(std::size_t size);

Error wrong_size(const std::string& path, std::uint64_t wanted, std::uint64_t found);

}  // namespace tandem::bench
