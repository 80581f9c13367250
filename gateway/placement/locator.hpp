// From a path to its object's record: out of the path map while that is known current, else from the
// catalogue. All calls may be made at the same time.
#pragma once

#include <string_view>

#include "gateway/catalogue/names/names.hpp"
#include "gateway/placement/path_map.hpp"

namespace tandem::gateway {

class Locator {
 public:
  // `map` has to hear every on_change of `catalogue`.
  Locator(CachedCatalogue& catalogue, Names& names, PathMap& map)
      : catalogue_(catalogue), names_(names), map_(map) {}

  // A symbolic link that the path ends in is not followed.
  // As current as a read of the catalogue at some instant during the call. Errors are those of Names::walk.
  Result<PathMap::Target> locate(std::string_view path);

 private:
  CachedCatalogue& catalogue_;
  Names& names_;
  PathMap& map_;
};

}  // namespace tandem::gateway
