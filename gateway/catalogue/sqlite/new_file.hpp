// A file written under another name beside its own, which it gets when it is whole; until then nobody can
// take it for what it is going to be.
#pragma once

#include <string>

#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::gateway {

class NewFile {
 public:
  NewFile(std::string name, Runtime& runtime);
  // Removes what was not published, and what SQLite left beside it.
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  const std::string& name() const { return name_; }
  const std::string& path() const { return path_; }  // where it is written

  // Syncs it and gives it its name, durable on return. `exists`: something has that name.
  Status publish();

 private:
  const std::string name_;
  const std::string path_;
};

}  // namespace tandem::gateway
