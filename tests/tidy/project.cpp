#include "tests/tidy/project.hpp"

#include <algorithm>
#include <array>
#include <fstream>

namespace tandem::tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::array skipped_folders{"build", ".git", "__pycache__", ".cache"};
constexpr std::array read_extensions{".cpp", ".hpp", ".txt", ".cmake", ".md", ".sh", ".py", ".toml", ".json"};
constexpr std::array read_names{"dev", "run", ".clang-format", ".clang-tidy", ".gitignore"};

template <class List>
bool holds(const List& list, std::string_view wanted) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view each) { return each == wanted; });
}

bool is_text(const fs::path& path) {
  return holds(read_extensions, path.extension().string()) || holds(read_names, path.filename().string());
}

TextFile read_text(const fs::path& root, const fs::path& path) {
  TextFile file{path.lexically_relative(root).string(), {}};
  std::ifstream stream(path);
  for (std::string line; std::getline(stream, line);) file.lines.push_back(line);
  return file;
}

}  // namespace

bool Project::has(std::string_view path) const {
  return std::binary_search(paths.begin(), paths.end(), path, std::less<>{});
}

Project read_project(const fs::path& root) {
  Project project;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator();
       ++entry) {
    const auto& path = entry->path();
    if (entry->is_directory() && holds(skipped_folders, path.filename().string())) {
      entry.disable_recursion_pending();
      continue;
    }
    project.paths.push_back(path.lexically_relative(root).string());
    if (entry->is_regular_file() && is_text(path)) project.files.push_back(read_text(root, path));
  }
  std::sort(project.paths.begin(), project.paths.end());
  std::sort(project.files.begin(), project.files.end(),
            [](const TextFile& left, const TextFile& right) { return left.path < right.path; });
  return project;
}

std::string to_string(const Violations& violations) {
  std::string text;
  for (const auto& violation : violations) {
    text += violation.path + ":" + std::to_string(violation.line) + ": " + violation.what + "\n";
  }
  return text;
}

bool is_source(std::string_view path) {
  return path.ends_with(".cpp") || path.ends_with(".hpp");
}

bool is_product_source(std::string_view path) {
  if (!is_source(path)) return false;
  for (const std::string_view folder : {"protocol", "storaged", "gateway", "shell", "mount"}) {
    if (is_below(path, folder)) return true;
  }
  return false;
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash));
}

}  // namespace tandem::tidy
