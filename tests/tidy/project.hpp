// The project's own text files, read once, for rules that look at all of them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::tidy {

struct TextFile {
  std::string path{};  // from the project's root
  std::vector<std::string> lines{};
};

struct Project {
  std::vector<TextFile> files{};
  std::vector<std::string> paths{};  // of all files and directories, sorted

  bool has(std::string_view path) const;
};

// Sources, scripts, build files and documents; never build/ or hidden folders of tools.
Project read_project(const std::filesystem::path& root);

struct Violation {
  std::string path{};
  std::size_t line = 0;  // from 1; 0: the file as a whole
  std::string what{};
};
using Violations = std::vector<Violation>;

// "path:line: what", a line each.
std::string to_string(const Violations& violations);

bool is_source(std::string_view path);          // .cpp or .hpp
bool is_product_source(std::string_view path);  // of those in protocol, storaged, gateway, shell, mount
bool is_below(std::string_view path, std::string_view folder);  // or the path itself
std::string folder_of(std::string_view path);                   // "" at the top

}  // namespace tandem::tidy
