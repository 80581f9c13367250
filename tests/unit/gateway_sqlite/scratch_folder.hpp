// A folder of its own for each test, gone afterwards.
#pragma once

#include <boost/filesystem.hpp>
#include <string>

namespace tandem::gateway {

class ScratchFolder {
 public:
  ScratchFolder() { boost::filesystem::create_directories(path_); }
  ~ScratchFolder() {
    boost::system::error_code error;
    boost::filesystem::remove_all(path_, error);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  const boost::filesystem::path path_ =
      boost::filesystem::temp_directory_path() / boost::filesystem::unique_path("tandem-%%%%%%%%%%%%");
};

}  // namespace tandem::gateway
