#include "bench/micro/fresh_catalogue.hpp"

#include <stdlib.h>

#include <filesystem>
#include <utility>

#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"

namespace tandem::bench {

namespace fs = std::filesystem;

FreshCatalogue::FreshCatalogue(const gateway::Transaction& first) {
  std::string pattern = (fs::temp_directory_path() / "tandem-micro.XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return;
  folder_ = std::move(pattern);
  if (auto made = gateway::SqliteCatalogue::create(folder_ + "/catalogue.db", first, runtime_))
    engine_ = std::move(*made);
}

FreshCatalogue::~FreshCatalogue() {
  engine_.reset();
  std::error_code ignored;  // what is left lies in the folder for temporary files
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

}  // namespace tandem::bench
