#include <algorithm>

#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

constexpr std::uint64_t shown_by_default = 100;
constexpr std::size_t page_events = 1000;
constexpr auto pause_between_looks = std::chrono::milliseconds(500);

std::string in_words(const gateway::LoggedEvent& event) {
  const gateway::EventRecord& what = event.record;
  std::string kind = what.kind;
  std::replace(kind.begin(), kind.end(), '_', ' ');
  std::string text = local_time(what.at_ns) + "  " + pad_right(kind, 12) + "  " + what.node;
  if (!what.path.empty()) text += (what.node.empty() ? "" : " ") + what.path;
  return text + (what.message.empty() ? "" : ": " + what.message);
}

class ShowEvents : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("-f,--follow", follow_, "Go on with what happens from now on, until Ctrl-C.");
    arguments.number("-n,--limit", "N", limit_, "At most the last N; 100 by default.");
  }

  Outcome run(Session& session) override {
    if (follow_) session.cluster.stay();  // somebody has to notice what is to be told
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    auto newest = (*store)->newest_event();
    if (!newest) return std::move(newest).error();
    const std::uint64_t wanted = limit_.value_or(shown_by_default);
    std::uint64_t shown = *newest - std::min(*newest, wanted);
    for (;;) {
      auto page = (*store)->events(shown, page_events);
      if (!page) return std::move(page).error();
      for (const auto& event : *page) {
        if (!follow_ && event.sequence > *newest) return {};
        session.out.line(session.json ? event_document(event) : printable(in_words(event)));
        shown = event.sequence;
      }
      if (session.stop()) return interrupted_outcome();
      if (session.out.error()) return {};
      if (page->size() == page_events) continue;
      if (!follow_) return {};
      session.out.flush();
      session.pause(pause_between_looks);
    }
  }

 private:
  bool follow_ = false;
  std::optional<std::uint64_t> limit_{};
};

}  // namespace

const Command events_command{
    "events",
    "tell what happened in the cluster",
    "Shows what happened to nodes and copies, oldest first, a line each: the time, what, the node, and the "
    "reason. The catalogue keeps the last 10,000; each is told once, whichever client noticed it.\n\n"
    "  node out      a node does not answer and is not asked any longer\n"
    "  node back     it answers again and is brought up to date\n"
    "  node live     it holds everything again\n"
    "  node refused  what answers at its address is not the node that belongs there\n"
    "  copy damaged  a copy does not match its checksums, or is gone, and is to be replaced\n\n"
    "With --follow the command stays, watches the nodes as the interactive shell does, and heals.",
    "tandem events --limit 20\ntandem events --follow\n"
    "tandem --json events | jq -r 'select(.kind == \"copy_damaged\") | .path'",
    Command::Group::cluster,
    make_verb<ShowEvents>};

}  // namespace tandem::shell
