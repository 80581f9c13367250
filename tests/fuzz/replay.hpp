// Feeds a target the corpus kept for it.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace tandem::fuzz {

// The files of one folder of the corpus, and every file of it cut short at each of its bytes (the long ones
// at some). Returns how many files there were.
inline int replay(const std::string& folder, void (*target)(std::string_view)) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(TANDEM_CORPUS) + "/" + folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const std::size_t step = 1 + bytes.size() / 200;
    for (std::size_t length = 0; length < bytes.size(); length += step) {
      target(std::string_view(bytes).substr(0, length));
    }
    target(bytes);
    ++files;
  }
  return files;
}

}  // namespace tandem::fuzz
