// One seeded history: a catalogue that changes, two nodes that are told late, twice, out of order or under an
// earlier run, healers that die on the way, and nodes that are restarted, killed in the middle of a call or
// lose their power. At its end everything owed is settled, and both nodes must hold and show exactly what
// the catalogue says.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "storaged/disk/objects/settle_rules.hpp"
#include "tests/sim/settle/catalogue_model.hpp"
#include "tests/support/memory_filesystem.hpp"
#include "tests/unit/storaged_guarded/node_on_disk.hpp"

namespace tandem::sim::settle {

struct HistoryOptions {
  storaged::SettleRules rules{};
  bool durable = false;
  bool restarts = false;    // in order
  bool kills = false;       // at any operation
  bool power_cuts = false;  // only with durable
  int steps = 250;
  unsigned bytes_in_time_percent = 70;   // of the contents: staged on a member before the commit
  unsigned directory_moves_percent = 0;  // of the changes, beside those that come by themselves
};

class History {
 public:
  History(std::uint64_t seed, const HistoryOptions& options);

  // Empty: the end was right. Else what was wrong.
  std::string run();

 private:
  static constexpr std::size_t node_count = 2;

  struct Member {
    support::MemoryFilesystem disk;
    std::unique_ptr<test::NodeOnDisk> node;
    std::set<ObjectId> owed;
  };
  // A call on its way: a put of bytes, or a settle.
  struct Message {
    std::size_t member = 0;
    Run run = 0;
    bool is_put = false;
    SettleItem item{};
    std::string content{};
  };
  struct Healer {
    std::size_t member = 0;
    ObjectId id{};
    std::uint64_t claim = 0;
    int stage = 0;
    Run run = 0;
    SettleItem item{};
    std::string content{};
  };
  enum class Outcome { done, absent, again, refused, failed };

  void start(Member& member, bool cleanly);
  void change_something();
  void deliver_something();
  void retry_something(std::size_t member);
  void heal_something();
  void disturb_something();
  void commit(const CatalogueModel::Owed& owed);

  Message settle_message(std::size_t member, const ObjectId& id) const;
  Outcome deliver(const Message& message);
  Outcome settle(const Message& message);
  bool heal_step(Healer& healer);  // false: the healer is done, or died
  void take_note(std::size_t member, const Message& message, Outcome outcome);
  void after_crash(std::size_t member, bool power_cut);
  void compare_inventory(std::size_t member);
  void check_confirmed(std::size_t member);

  bool settle_everything();
  std::string check_member(Member& member);
  std::string check_tree(Member& member);

  Random random_;
  const HistoryOptions options_;
  CatalogueModel catalogue_;
  std::array<Member, node_count> members_;
  std::vector<Message> net_;
  std::vector<Healer> healers_;
  std::string problem_;
};

}  // namespace tandem::sim::settle
