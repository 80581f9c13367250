// A new SQLite catalogue in a folder of its own that goes with it.
#pragma once

#include <gtest/gtest.h>

#include <boost/filesystem.hpp>
#include <memory>
#include <string>

#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"

namespace tandem::gateway {

class TemporaryDatabase {
 public:
  explicit TemporaryDatabase(Runtime& runtime) : runtime_(runtime) {
    boost::filesystem::create_directories(folder_);
    auto created = SqliteCatalogue::create(path(), {}, runtime);
    EXPECT_TRUE(created.ok()) << to_string(created.error());
  }
  ~TemporaryDatabase() {
    boost::system::error_code error;
    boost::filesystem::remove_all(folder_, error);
  }
  TemporaryDatabase(const TemporaryDatabase&) = delete;
  TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;

  std::string path() const { return (folder_ / "catalogue.db").string(); }
  const boost::filesystem::path& folder() const { return folder_; }
  std::unique_ptr<Catalogue> open() const {
    auto opened = SqliteCatalogue::open(path(), runtime_);
    EXPECT_TRUE(opened.ok()) << to_string(opened.error());
    return opened ? std::move(opened).value() : nullptr;
  }

 private:
  Runtime& runtime_;
  const boost::filesystem::path folder_ =
      boost::filesystem::temp_directory_path() / boost::filesystem::unique_path("tandem-%%%%%%%%%%%%");
};

}  // namespace tandem::gateway
