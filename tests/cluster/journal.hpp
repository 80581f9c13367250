// A list of changes that is carried out twice: by `tandem run` on a cluster, and with the standard library on
// a folder of this machine. Whatever happens to the cluster meanwhile, both must end alike.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace tandem::test {

class Journal {
 public:
  // Paths and contents are plain words: letters, digits, '/', '-', '.'.
  Journal& mkdir(const std::string& path);
  Journal& write(const std::string& path, const std::string& content);   // replaces
  Journal& append(const std::string& path, const std::string& content);  // to a file that exists
  Journal& mv(const std::string& from, const std::string& to);
  Journal& rm(const std::string& path);

  std::string script() const;  // for `tandem run`
  void apply_to(const std::filesystem::path& root) const;
  std::size_t size() const { return steps_.size(); }

 private:
  enum class Verb { mkdir, write, append, mv, rm };
  struct Step {
    Verb verb;
    std::string path;
    std::string argument;
  };
  std::vector<Step> steps_;
};

}  // namespace tandem::test
