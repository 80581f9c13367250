#include <algorithm>
#include <array>
#include <optional>
#include <regex>

#include "tests/tidy/rules.hpp"

namespace tandem::tidy {
namespace {

// One row: whoever is below `who` may include what is below one of `whom`. The longest `who` that fits
// decides alone, so a narrower row takes away as well as it gives. Everybody may include their own folder.
struct LayerRow {
  std::string_view who;
  std::vector<std::string_view> whom;
};

const std::vector<LayerRow>& layers() {
  static const std::vector<LayerRow> rows{
      {"protocol/contract", {}},
      {"protocol/runtime", {"protocol/contract"}},
      {"protocol/wire", {"protocol/contract"}},
      {"protocol/http", {"protocol/contract", "protocol/wire"}},
      {"storaged", {"protocol", "storaged"}},
      {"storaged/disk", {"protocol/contract"}},
      {"storaged/service", {"protocol", "storaged/disk"}},
      {"gateway", {"protocol/contract", "gateway"}},
      {"gateway/nodes/remote", {"protocol", "gateway"}},
      {"gateway/store", {"protocol", "gateway"}},
      {"shell", {"protocol/contract", "protocol/runtime", "gateway", "shell"}},
      {"shell/commands/serve", {"protocol", "gateway", "shell"}},
      {"shell/commands/mount", {"protocol/contract", "protocol/runtime", "gateway", "shell", "mount"}},
      {"mount", {"protocol/contract", "protocol/runtime", "gateway"}},
  };
  return rows;
}

// Parts that only few may name, whatever the rows above allow: engines and transports.
struct Confinement {
  std::string_view what;
  std::vector<std::string_view> where;
};

const std::vector<Confinement>& confined_parts() {
  static const std::vector<Confinement> rows{
      {"gateway/catalogue/sqlite", {"gateway/catalogue/sqlite", "gateway/store"}},
      {"gateway/catalogue/etcd", {"gateway/catalogue/etcd", "gateway/store"}},
      {"gateway/nodes/remote", {"gateway/nodes/remote", "gateway/store"}},
  };
  return rows;
}

// Headers of other projects, by how their names begin.
const std::vector<Confinement>& confined_libraries() {
  static const std::vector<Confinement> rows{
      {"xmlrpc-c/", {"protocol/wire"}},
      {"boost/beast", {"protocol/http"}},
      {"boost/asio", {"protocol/http"}},
      {"boost/filesystem", {"storaged/disk", "gateway/catalogue/sqlite", "shell/drill", "shell/transfer"}},
      {"boost/system", {"protocol/http", "storaged/disk", "gateway/catalogue/sqlite", "shell/transfer"}},
      {"CLI/", {"storaged/main.cpp", "storaged/options.cpp", "shell"}},
      {"sqlite3.h", {"gateway/catalogue/sqlite"}},
      {"toml++/", {"gateway/config", "storaged/disk"}},
      {"nlohmann/", {"shell"}},
      {"histedit.h", {"shell/terminal"}},
      {"xxhash.h", {"protocol/contract/checksums.cpp"}},
      {"xxh_x86dispatch.h", {"protocol/contract/checksums.cpp"}},
  };
  return rows;
}

// Names that begin so belong to the operating system.
constexpr std::array system_folders{"sys/", "linux/", "netinet/", "arpa/", "net/"};
constexpr std::array system_headers{"dirent.h",  "fcntl.h", "fnmatch.h", "grp.h",      "netdb.h", "poll.h",
                                    "pthread.h", "pwd.h",   "sched.h",   "signal.h",   "spawn.h", "syslog.h",
                                    "termios.h", "time.h",  "unistd.h",  "langinfo.h", "wchar.h"};

bool is_within_any(std::string_view path, const std::vector<std::string_view>& places) {
  return std::any_of(places.begin(), places.end(), [&](std::string_view place) {
    return is_below(path, place) || (place.find('/') != std::string_view::npos && path.starts_with(place) &&
                                     (path[place.size()] == '.' || path[place.size()] == '_'));
  });
}

const LayerRow* row_for(std::string_view path) {
  const LayerRow* best = nullptr;
  for (const auto& row : layers()) {
    if (is_within_any(path, {row.who}) && (best == nullptr || row.who.size() > best->who.size())) best = &row;
  }
  return best;
}

std::optional<std::string> fault_of_own(const Project& project, std::string_view path,
                                        std::string_view target) {
  if (!project.has(target)) return "no such header from the project's root";
  for (const auto& part : confined_parts()) {
    if (is_below(target, part.what) && !is_within_any(path, part.where))
      return "only its owners may name this part";
  }
  if (folder_of(path) == folder_of(target)) return std::nullopt;
  const auto* row = row_for(path);
  if (row == nullptr) return "no row of the table speaks of this folder";
  if (is_within_any(target, row->whom) || is_below(target, row->who)) return std::nullopt;
  return "against the arrows: " + std::string(row->who) + " may not include it";
}

bool is_standard(std::string_view target) {
  return target.find_first_of("./") == std::string_view::npos;
}

bool is_system(std::string_view target) {
  return std::any_of(system_folders.begin(), system_folders.end(),
                     [&](std::string_view folder) { return target.starts_with(folder); }) ||
         std::any_of(system_headers.begin(), system_headers.end(),
                     [&](std::string_view header) { return target == header; });
}

std::optional<std::string> fault_of_foreign(std::string_view path, std::string_view target) {
  if (is_standard(target)) return std::nullopt;
  if (is_system(target)) {
    if (is_below(path, "protocol/contract")) return "protocol/contract stands on the standard library alone";
    return std::nullopt;
  }
  for (const auto& library : confined_libraries()) {
    if (!target.starts_with(library.what)) continue;
    if (is_within_any(path, library.where)) return std::nullopt;
    return "this library belongs elsewhere";
  }
  return "no row of the table knows this library";
}

}  // namespace

Violations check_includes(const Project& project) {
  static const std::regex include(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
  Violations violations;
  for (const auto& file : project.files) {
    if (!is_product_source(file.path)) continue;
    for (std::size_t index = 0; index < file.lines.size(); ++index) {
      std::smatch match;
      if (!std::regex_match(file.lines[index], match, include)) continue;
      const auto target = match[2].str();
      const auto fault =
          match[1] == "\"" ? fault_of_own(project, file.path, target) : fault_of_foreign(file.path, target);
      if (fault) violations.push_back({file.path, index + 1, target + ": " + *fault});
    }
  }
  return violations;
}

}  // namespace tandem::tidy
