// A storaged of this machine, taken hold of for a drill: by its process, and by its data folder, which only
// that process says (the directory it holds open). Everything a drill does to a node is done here.
#pragma once

#include <sys/types.h>

#include <string>

#include "protocol/contract/identifiers.hpp"
#include "protocol/contract/result.hpp"

namespace tandem::shell {

class LocalNode {
 public:
  // `unsupported`: no process of that number is a storaged whose folder is `node`'s, or it is not ours to
  // touch.
  static Result<LocalNode> find(pid_t pid, const NodeId& node);
  ~LocalNode();
  LocalNode(LocalNode&& other) noexcept;
  LocalNode(const LocalNode&) = delete;
  LocalNode& operator=(const LocalNode&) = delete;
  LocalNode& operator=(LocalNode&&) = delete;

  const std::string& folder() const { return folder_; }

  Status kill();  // SIGKILL, and gone
  Status freeze();
  Status thaw();
  // Turns one bit in the middle of a file, by its name in the node's tree. `invalid`: it is empty.
  Status flip_bit(const std::string& path);
  // Kills the daemon and takes everything out of its folder, which stays.
  Status wipe();

 private:
  LocalNode(int process, std::string folder) : process_(process), folder_(std::move(folder)) {}
  Status send(int signal);

  int process_;  // a descriptor: a number may be another process's by now
  std::string folder_;
};

}  // namespace tandem::shell
