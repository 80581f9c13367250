#include <algorithm>
#include <regex>

#include "tests/tidy/rules.hpp"

namespace tandem::tidy {
namespace {

constexpr std::size_t lines_max = 350;

bool is_document(std::string_view path) {
  return path.ends_with(".md");
}

bool is_script(std::string_view path) {
  return path.ends_with(".sh") || path.ends_with(".py") || path == "dev" || path.ends_with("/run");
}

// Calls back for every match of `pattern` in the files that `concerned` picks. Lines without `needle`, which
// every match contains, are skipped: regular expressions are slow.
template <class Concerned, class Each>
void for_each_match(const Project& project, std::string_view needle, const std::regex& pattern,
                    Concerned concerned, Each each) {
  for (const auto& file : project.files) {
    if (!concerned(file.path)) continue;
    for (std::size_t index = 0; index < file.lines.size(); ++index) {
      const auto& line = file.lines[index];
      if (line.find(needle) == std::string::npos) continue;
      for (std::sregex_iterator match(line.begin(), line.end(), pattern), end; match != end; ++match) {
        each(file, index + 1, *match);
      }
    }
  }
}

// The path a link means, seen from the folder of the document it stands in.
std::string resolved(std::string_view document, const std::string& target) {
  const auto path = std::filesystem::path(folder_of(document)) / target;
  auto normal = path.lexically_normal().string();
  while (normal.ends_with('/')) normal.pop_back();
  return normal;
}

// The CMakeLists.txt that speaks for a folder: its own or the nearest above.
const TextFile* build_file_for(const Project& project, std::string folder) {
  for (;;) {
    const auto wanted = folder.empty() ? std::string("CMakeLists.txt") : folder + "/CMakeLists.txt";
    for (const auto& file : project.files) {
      if (file.path == wanted) return &file;
    }
    if (folder.empty()) return nullptr;
    folder = folder_of(folder);
  }
}

bool names(const TextFile& build_file, const std::string& source) {
  const auto relative = std::filesystem::path(source).lexically_relative(folder_of(build_file.path)).string();
  const auto wanted = folder_of(build_file.path).empty() ? source : relative;
  return std::any_of(build_file.lines.begin(), build_file.lines.end(),
                     [&](const std::string& line) { return line.find(wanted) != std::string::npos; });
}

}  // namespace

Violations check_lengths(const Project& project) {
  Violations violations;
  for (const auto& file : project.files) {
    if (!is_source(file.path) && !is_script(file.path)) continue;
    if (file.lines.size() > lines_max) {
      violations.push_back(
          {file.path, 0, std::to_string(file.lines.size()) + " lines; split it by its ideas"});
    }
  }
  return violations;
}

Violations check_names(const Project& project) {
  static const std::regex empty_path("(^|[/_])(utils?|helpers?|managers?|misc|common)([./_]|$)");
  static const std::regex empty_type("\\b(class|struct|enum)\\s+\\w*(Manager|Utils?|Helper|Misc)\\b");
  Violations violations;
  for (const auto& path : project.paths) {
    if (std::regex_search(path, empty_path)) violations.push_back({path, 0, "a name that says nothing"});
  }
  for_each_match(project, " ", empty_type, is_source,
                 [&](const TextFile& file, std::size_t line, const std::smatch& match) {
                   violations.push_back({file.path, line, match.str() + ": a name that says nothing"});
                 });
  return violations;
}

Violations check_macros(const Project& project) {
  static const std::regex macro(R"(^\s*#\s*define\s+(?!(_GNU_SOURCE|FUSE_USE_VERSION)\b)\w+)");
  Violations violations;
  for_each_match(project, "define", macro, is_product_source,
                 [&](const TextFile& file, std::size_t line, const std::smatch& match) {
                   violations.push_back({file.path, line, match.str() + ": no macros of our own"});
                 });
  for (const auto& file : project.files) {
    if (!file.path.ends_with(".hpp")) continue;
    if (std::find(file.lines.begin(), file.lines.end(), "#pragma once") == file.lines.end()) {
      violations.push_back({file.path, 0, "a header without #pragma once"});
    }
  }
  return violations;
}

Violations check_built(const Project& project) {
  Violations violations;
  for (const auto& file : project.files) {
    if (!file.path.ends_with(".cpp")) continue;
    const auto* build_file = build_file_for(project, folder_of(file.path));
    if (build_file == nullptr || !names(*build_file, file.path)) {
      violations.push_back({file.path, 0, "no CMakeLists.txt names it: it is never compiled"});
    }
  }
  return violations;
}

Violations check_dependencies(const Project& project) {
  static const std::regex search(R"(\b(find_package|find_program|pkg_check_modules)\()");
  const auto built_everywhere = [](std::string_view path) {
    return path.ends_with("CMakeLists.txt") && !is_below(path, "bench") && !is_below(path, "tests/fuzz");
  };
  Violations violations;
  for_each_match(project, "(", search, built_everywhere,
                 [&](const TextFile& file, std::size_t line, const std::smatch& match) {
                   violations.push_back({file.path, line, match[1].str() + ": belongs into cmake/"});
                 });
  return violations;
}

Violations check_words(const Project& project) {
  // Put together from pieces, so that this file does not break its own rule.
  static const std::regex unfinished(std::string("\\b(TO") + "DO|FIX" + "ME|XX" + "X)\\b");
  static const std::regex machine(std::string("(/wo") + "rk/|/ho" + "me/|/ro" + "ot/|/fa" + "rm/)");
  Violations violations;
  const auto everywhere = [](std::string_view) { return true; };
  for_each_match(project, "", unfinished, everywhere,
                 [&](const TextFile& file, std::size_t line, const std::smatch& match) {
                   violations.push_back({file.path, line, match.str() + ": finish it, or write an issue"});
                 });
  for_each_match(project, "/", machine, everywhere,
                 [&](const TextFile& file, std::size_t line, const std::smatch& match) {
                   violations.push_back({file.path, line, match.str() + ": a path of one machine"});
                 });
  return violations;
}

Violations check_links(const Project& project) {
  static const std::regex link(R"(\]\(([^)#\s]+)(#[^)]*)?\))");
  static const std::regex mention(R"(\b(docs/[A-Za-z0-9_/-]+\.md)\b)");
  Violations violations;
  for_each_match(project, "](", link, is_document,
                 [&](const TextFile& file, std::size_t line, const std::smatch& match) {
                   const auto target = match[1].str();
                   if (target.find("://") != std::string::npos || target.starts_with("mailto:")) return;
                   if (!project.has(resolved(file.path, target))) {
                     violations.push_back({file.path, line, target + ": a link to nothing"});
                   }
                 });
  for_each_match(
      project, "docs/", mention, [](std::string_view path) { return !path.starts_with("tests/tidy/"); },
      [&](const TextFile& file, std::size_t line, const std::smatch& match) {
        if (project.has(match[1].str())) return;
        violations.push_back({file.path, line, match[1].str() + ": there is no such document"});
      });
  return violations;
}

}  // namespace tandem::tidy
