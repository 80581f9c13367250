#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>

#include "gateway/config/config.hpp"
#include "shell/commands/child_program.hpp"
#include "shell/commands/verbs.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

constexpr double wait_seconds_max = 365.0 * 24 * 3600;

// "5", "0.5" (seconds, as flock has it), "300ms", "2m".
std::optional<Duration> parse_wait(const std::string& text) {
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  if (!text.empty() && *end == '\0' && std::isfinite(seconds)) {
    if (seconds < 0 || seconds > wait_seconds_max) return std::nullopt;
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  }
  const auto duration = gateway::parse_duration(text);
  return duration ? std::optional(*duration) : std::nullopt;
}

class Lock : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("-s,--shared", shared_, "For reading: others may have it shared, too.");
    arguments.option("-w,--wait", "S", ValueKind::text, wait_,
                     "Wait S seconds at most (0.5, 300ms); timeouts.lock_wait by default.");
    arguments.flag("-n,--nonblock", nonblock_, "Do not wait.");
    arguments.option("-E,--conflict-exit", "N", ValueKind::text, conflict_exit_,
                     "The exit status when it is not obtained; 17 by default.");
    arguments.operand("PATH", ValueKind::remote_path, path_,
                      "A file, made empty where there is none, or a directory.");
    arguments.operands("CMD", ValueKind::text, command_, 0,
                       "Behind --: the program to run while the lock is held.");
  }

  Outcome check(const Session& session) const override {
    if (wait_ && nonblock_) return Outcome::usage("--wait and --nonblock exclude each other");
    if (wait_ && !parse_wait(*wait_))
      return Outcome::usage("--wait: '" + *wait_ + "' is not a time", "for example 5, 0.5 or 300ms");
    if (conflict_exit_ && !conflict_status())
      return Outcome::usage("--conflict-exit: '" + *conflict_exit_ + "' is not an exit status",
                            "a number from 0 to 255");
    const bool stays = session.interactive || !session.script.empty();
    if (command_.empty() && !stays)
      return Outcome::usage("lock needs a program to hold the lock for",
                            "tandem lock PATH -- CMD; in the shell and in scripts `lock PATH` does");
    return {};
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    const std::string path = session.absolute(path_.front());
    auto fence = obtain(session, **store, path);
    if (!fence) return not_obtained(session, std::move(fence).error());
    if (command_.empty()) return {};
    if (session.stop()) {
      (void)(*store)->unlock(path).ok();
      return interrupted_outcome();
    }
    session.out.flush();
    const auto config = session.cluster.config();
    if (!config) return config.error();
    const std::string file = std::filesystem::absolute((*config)->file).string();
    Outcome outcome = run_program_in_foreground(
        command_, {{"TANDEM_SESSION", (*store)->held_locks()}, {"TANDEM_CONFIG", file}});
    if (auto unlocked = (*store)->unlock(path); !unlocked)
      session.report(Outcome(std::move(unlocked).error().at(path)));
    return outcome;
  }

 private:
  Result<Revision> obtain(Session& session, gateway::Store& store, const std::string& path) {
    gateway::LockOptions options{.shared = shared_, .cancelled = session.stop};
    if (nonblock_) options.wait = Duration(0);
    if (wait_) options.wait = parse_wait(*wait_);
    auto fence = store.lock(path, options);
    if (fence || fence.code() != Code::not_found) return fence;
    // As flock(1) has it. Somebody else may have been first.
    if (auto made = store.create(path); !made && made.code() != Code::exists) return std::move(made).error();
    return store.lock(path, options);
  }

  Outcome not_obtained(const Session& session, Error error) {
    if (session.stop()) return interrupted_outcome();
    Outcome outcome(std::move(error));
    if (outcome.error.code == Code::locked) outcome.status = conflict_status().value_or(outcome.status);
    return outcome;
  }

  std::optional<int> conflict_status() const {
    if (!conflict_exit_ || conflict_exit_->size() > 3) return std::nullopt;
    const char* const end_of_text = conflict_exit_->data() + conflict_exit_->size();
    std::uint8_t status = 0;
    const auto [end, problem] = std::from_chars(conflict_exit_->data(), end_of_text, status);
    if (problem != std::errc() || end != end_of_text) return std::nullopt;
    return status;
  }

  bool shared_ = false;
  bool nonblock_ = false;
  std::optional<std::string> wait_{};
  std::optional<std::string> conflict_exit_{};
  std::vector<std::string> path_{};
  std::vector<std::string> command_{};
};

}  // namespace

const Command lock_command{
    "lock",
    "keep others from a file while a program runs",
    "As flock(1): takes a lock on PATH, runs CMD, gives the lock back; the exit status is CMD's. Others "
    "cannot change the file meanwhile, nor read it while it is locked exclusively: they wait as long as "
    "timeouts.lock_wait says, and are then told who has it since when. tandem commands that CMD runs "
    "(TANDEM_SESSION and TANDEM_CONFIG tell them) act as the holder.\n\n"
    "A lock of a directory keeps others from adding, removing and renaming names in it; what is below is not "
    "locked. A lock belongs to the file, not to its name, and goes with it when it is moved.\n\n"
    "The lock ends with the program that holds it, at once when that is killed, and when its lease "
    "(session.lease) ends if it hangs. What CMD changes after that is refused with `stale`.\n\n"
    "In the interactive shell and in scripts, `lock PATH` without CMD holds until `unlock PATH`, `exit`, or "
    "the end of the script.",
    "tandem lock /jobs/nightly --nonblock -- ./nightly.sh\n"
    "tandem lock /n -- sh -c 'tandem write /n $(($(tandem read /n) + 1))'\n"
    "tandem lock /report --shared --wait 5 -- tandem get /report .",
    Command::Group::files,
    make_verb<Lock>};

}  // namespace tandem::shell
