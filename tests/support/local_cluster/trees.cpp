#include "tests/support/local_cluster/trees.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <stdexcept>
#include <vector>

namespace tandem::test {
namespace {

namespace fs = std::filesystem;
using Listing = std::map<std::string, fs::path>;

constexpr std::size_t differences_shown = 5;

Listing listing_of(const fs::path& root) {
  Listing listing;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    listing.emplace(entry.path().lexically_relative(root).string(), entry.path());
  }
  return listing;
}

bool same_content(const fs::path& left, const fs::path& right) {
  if (fs::file_size(left) != fs::file_size(right)) return false;
  std::ifstream left_stream(left, std::ios::binary);
  std::ifstream right_stream(right, std::ios::binary);
  return left_stream && right_stream &&
         std::equal(std::istreambuf_iterator<char>(left_stream), {},
                    std::istreambuf_iterator<char>(right_stream));
}

// Empty when the entries are alike.
std::string difference_between(const fs::path& left, const fs::path& right) {
  const auto left_type = fs::symlink_status(left).type();
  if (left_type != fs::symlink_status(right).type()) return "of two kinds";
  if (left_type == fs::file_type::regular && !same_content(left, right)) return "with two contents";
  return {};
}

std::vector<std::string> differences_between(const fs::path& whole, const std::vector<fs::path>& parts) {
  const auto expected = listing_of(whole);
  std::vector<std::string> differences;
  const auto add = [&](const std::string& name, const std::string& difference) {
    if (!difference.empty()) differences.push_back(name + ": " + difference);
  };
  Listing found;
  for (const auto& part : parts) {
    for (const auto& [name, path] : listing_of(part)) {
      const auto [other, first] = found.emplace(name, path);
      if (!first && !fs::is_directory(path))
        add(name, "in " + other->second.string() + " and in " + part.string());
      if (!expected.contains(name)) add(name, "only in " + part.string());
    }
  }
  for (const auto& [name, path] : expected) {
    const auto other = found.find(name);
    add(name, other == found.end() ? "only in " + whole.string() : difference_between(path, other->second));
  }
  return differences;
}

}  // namespace

testing::AssertionResult same_trees(const fs::path& left, const fs::path& right) {
  return same_trees(left, std::vector{right});
}

testing::AssertionResult same_trees(const fs::path& whole, const std::vector<fs::path>& parts) {
  std::vector<std::string> differences;
  try {
    differences = differences_between(whole, parts);
  } catch (const fs::filesystem_error& error) {
    return testing::AssertionFailure() << error.what();  // a tree that changes while it is read
  }
  if (differences.empty()) return testing::AssertionSuccess();
  auto failure = testing::AssertionFailure();
  failure << differences.size() << " differences between " << whole << " and";
  for (const auto& part : parts) failure << " " << part;
  for (std::size_t index = 0; index < std::min(differences.size(), differences_shown); ++index) {
    failure << "\n  " << differences[index];
  }
  return failure;
}

void keep_only_files(const fs::path& root) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(root)) entries.push_back(entry.path());
  for (const auto& entry : entries) {
    const auto type = fs::symlink_status(entry).type();
    if (type == fs::file_type::directory) keep_only_files(entry);
    if (type == fs::file_type::directory ? fs::is_empty(entry) : type != fs::file_type::regular)
      fs::remove(entry);
  }
}

std::string bytes_of(std::uint64_t seed, std::size_t size) {
  std::mt19937_64 generator(seed);
  std::string bytes(size, '\0');
  for (std::size_t offset = 0; offset < size; offset += sizeof(std::uint64_t)) {
    const std::uint64_t word = generator();
    std::memcpy(bytes.data() + offset, &word, std::min(sizeof word, size - offset));
  }
  return bytes;
}

std::string content_of_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write_file(const fs::path& file, std::string_view content) {
  std::ofstream stream(file, std::ios::binary);
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!stream.flush()) throw std::runtime_error("cannot write " + file.string());
}

TemporaryFolder::TemporaryFolder() {
  auto pattern = (fs::temp_directory_path() / "tandem-test.XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace tandem::test
