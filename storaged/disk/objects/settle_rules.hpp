// The rules that make late, repeated and reordered calls safe, each by its name. A node keeps all of them;
// only the simulation of settle histories leaves one out, to show that the histories would notice.
#pragma once

namespace tandem::storaged {

struct SettleRules {
  bool claims_stand = true;  // a healer's bytes count only while its claim stands
  bool greater_revision_keeps_path = true;
  bool empty_directories_removed = true;
  bool told_revisions_remembered = true;  // of directories, held or not, for this run
  bool sources_checked = true;            // staged bytes only for their sender or under a claim
};

}  // namespace tandem::storaged
