// What put, get and cp share: options, where each source goes, progress, the account at the end.
#pragma once

#include <string>
#include <vector>

#include "shell/commands/arguments.hpp"
#include "shell/commands/session.hpp"
#include "shell/transfer/transfer.hpp"

namespace tandem::shell {

class CopyingOptions {
 public:
  void define(Arguments& arguments);
  TransferOptions resolved(std::size_t workers) const;

 private:
  bool recursive_ = false;
  bool update_ = false;
  bool checksum_ = false;
  bool follow_ = false;
  bool skip_special_ = false;
};

// As cp: into `target` when it is a directory, else it is the new name of the one source.
Result<std::vector<TransferJob>> plan_copies(Tree& to, const std::vector<std::string>& sources,
                                             const std::string& target, bool target_is_directory);

// Runs the transfer with progress on a terminal, tells the failures and the summary.
Outcome copy_trees(Session& session, std::string_view verb, Tree& from, Tree& to,
                   const std::vector<TransferJob>& jobs, const CopyingOptions& options);

extern const std::string_view copying_description;

}  // namespace tandem::shell
