#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

constexpr auto pause_between_rounds = std::chrono::seconds(1);

// How fast it went, and how long the rest takes at that rate.
std::string speed_in_words(const gateway::HealProgress& progress, std::chrono::duration<double> taken) {
  if (taken < std::chrono::seconds(1) || progress.files_done + progress.bytes_done == 0) return {};
  const double bytes_a_second = static_cast<double>(progress.bytes_done) / taken.count();
  std::string text = ", " + human_size(static_cast<std::uint64_t>(bytes_a_second)) + "/s";
  if (progress.files_done > 0 && progress.files_left > 0) {
    const double each = taken.count() / static_cast<double>(progress.files_done);
    text += ", about " + human_duration(each * static_cast<double>(progress.files_left)) + " left";
  }
  return text;
}

std::string in_words(const gateway::HealProgress& progress) {
  std::string text =
      counted(progress.files_done, "file") + " healed (" + human_size(progress.bytes_done) + ")";
  if (progress.files_left > 0) text += ", " + grouped(progress.files_left) + " left";
  if (progress.waiting > 0) text += ", " + grouped(progress.waiting) + " waiting";
  if (progress.waiting > 0 || progress.by_another) {
    if (!progress.detail.empty()) text += ": " + progress.detail;
  }
  return text;
}

class Heal : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("--watch", watch_,
                   "Tell the progress, and wait for nodes that are away until nothing is left.");
  }

  Outcome run(Session& session) override {
    // Not as a client that stays, also with --watch: its watchman would heal beside it, unseen.
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    for (;;) {
      const Instant begun = session.runtime.now();
      auto healed = (*store)->heal([&](const gateway::HealProgress& progress) {
        tell_progress(session, progress, session.runtime.now() - begun);
        return !session.stop();
      });
      if (!healed) return std::move(healed).error();
      done_.files_done += healed->files_done;
      done_.bytes_done += healed->bytes_done;
      done_.files_left = healed->files_left;
      done_.waiting = healed->waiting;
      done_.detail = healed->detail;
      clear_progress(session);
      if (session.stop()) return interrupted_outcome();
      if (!watch_ || healed->waiting == 0) break;
      tell_round(session);
      session.pause(pause_between_rounds);
      if (session.stop()) return interrupted_outcome();
    }
    session.out.line(session.json ? heal_document(done_) : printable(in_words(done_)));
    return {};
  }

 private:
  void tell_progress(Session& session, const gateway::HealProgress& progress, Duration taken) {
    if (session.json || !session.messages.terminal()) {
      if (watch_ && session.json) session.out.line(heal_document(progress));
      return;
    }
    session.messages.write("\r\x1b[K" +
                           shorten(printable(in_words(progress) + speed_in_words(progress, taken)), 78));
    session.messages.flush();
    line_open_ = true;
  }

  void clear_progress(Session& session) {
    if (!line_open_) return;
    session.messages.write("\r\x1b[K");
    session.messages.flush();
    line_open_ = false;
  }

  // Between two rounds of --watch: only what is new.
  void tell_round(Session& session) {
    const std::string now = in_words(done_);
    if (now == told_) return;
    told_ = now;
    session.out.line(session.json ? heal_document(done_) : printable(now));
    session.out.flush();
  }

  bool watch_ = false;
  bool line_open_ = false;
  std::string told_{};
  gateway::HealProgress done_{};
};

}  // namespace

const Command heal_command{"heal",
                           "bring nodes up to date that missed something",
                           "Admits nodes that are back, copies what they missed from their mirrors, and "
                           "returns when all that can be "
                           "healed now is. What waits for a node that is away is named; --watch waits for "
                           "it. Programs that stay (the "
                           "interactive shell) heal in the background anyway.",
                           "tandem heal\ntandem heal --watch",
                           Command::Group::cluster,
                           make_verb<Heal>};

}  // namespace tandem::shell
