// Follows a path name by name, and the symbolic links on it. A link's target is read together with its name
// or not believed; nothing else is checked: a name that changes while others are followed is as if the path
// had been followed a little earlier or later, as POSIX has it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/catalogue/names/names.hpp"

namespace tandem::gateway {

class Names::Descent {
 public:
  static constexpr std::size_t hops_max = 40;  // as Linux has it

  Descent(Names& names, const std::vector<std::string>& components, LastLink last);

  // Nothing: a link changed between two reads. not_found, not_directory: a name on the way; `invalid`: links
  // that lead in a circle, or too many of them.
  Result<std::optional<Way>> run();

 private:
  struct Level {
    Name name{};
    Child child{};
  };
  struct Hop {
    ObjectId link{};
    std::string path{};
  };

  // Goes one name on. False: a link has changed.
  Result<bool> enter(const Name& name);
  Result<bool> follow(const Level& link);
  void go_along(const std::vector<std::string>& components);
  std::string path_here(const std::string& name) const;
  Error too_many_links(const ObjectId& next) const;

  Names& names_;
  const LastLink last_;
  std::vector<std::string> ahead_{};  // what is left of the path, the next component last
  std::vector<Level> levels_{};       // from the child of the root down to where it has come
  std::vector<Hop> hops_{};
  Way way_{};
};

}  // namespace tandem::gateway
