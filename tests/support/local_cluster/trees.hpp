// Trees of files on this machine, for comparing what a cluster holds with what it should.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::test {

// The same names, kinds and contents. The failure names the first differences.
testing::AssertionResult same_trees(const std::filesystem::path& left, const std::filesystem::path& right);

// The same of `whole` and of the parts laid over one another. A directory may be in several of them,
// everything else is in one.
testing::AssertionResult same_trees(const std::filesystem::path& whole,
                                    const std::vector<std::filesystem::path>& parts);

// Leaves regular files, and the directories they are in.
void keep_only_files(const std::filesystem::path& root);

// Bytes that look like chance and are the same for the same seed.
std::string bytes_of(std::uint64_t seed, std::size_t size);

std::string content_of_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, std::string_view content);

// A folder of its own that goes with this object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tandem::test
