// This machine's files as a Tree. A file appears under its name complete or not at all: it is written as
// ".tandem-XXXXXX" beside it and renamed. What is no regular file (/dev/stdout, a pipe) is written to.
#pragma once

#include "shell/transfer/tree.hpp"

namespace tandem::shell {

class LocalTree : public Tree {
 public:
  Result<Entry> look(const std::string& path, bool follow) override;
  Status list(const std::string& path, const std::function<bool(const std::string&)>& each) override;
  Result<std::unique_ptr<Source>> open(const std::string& path, std::uint64_t size_bytes) override;
  Result<std::unique_ptr<Target>> replace(const std::string& path, const Entry& entry) override;
  Status make_link(const std::string& path, const Entry& entry) override;
  Status make_directory(const std::string& path) override;
  Status set_attributes(const std::string& path, const Attributes& attributes) override;
  std::string refusal(const std::string& path) const override;
};

}  // namespace tandem::shell
