// What a command works on and with. One Session serves a one-shot command, a script, or the interactive
// shell from greeting to exit; it belongs to one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/store/store.hpp"
#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"
#include "shell/commands/outcome.hpp"
#include "shell/output/output.hpp"

namespace tandem::shell {

// Where a command finds its cluster. Nothing is read or opened before it is asked for.
class Cluster {
 public:
  virtual ~Cluster() = default;
  virtual Result<const gateway::Config*> config() = 0;
  virtual Result<gateway::Store*> store() = 0;
  // From now on for a program that stays: watches nodes and heals. Before the first store().
  virtual void stay() {}
  virtual bool config_failed() const { return false; }  // what failed last was the configuration
};

// Bytes given to a command: standard input, or a here-document.
class Input {
 public:
  virtual ~Input() = default;
  virtual Result<std::size_t> read(std::span<std::byte> out) = 0;  // 0 at the end
  // Why there is nothing to read, where that is known before: told without reading.
  virtual std::string refusal() const { return {}; }
  virtual bool given() const {
    return false;
  }  // there even when the command does not name it: a here-document
};

class NoticeBoard;

struct Session {
  Session(Cluster& its_cluster, Runtime& its_runtime, Input& its_input, Output& its_out, Output& its_messages)
      : cluster(its_cluster), runtime(its_runtime), input(&its_input), out(its_out), messages(its_messages) {}

  Cluster& cluster;
  Runtime& runtime;
  Input* input;
  NoticeBoard* notices = nullptr;  // may stay so: nothing is told
  Output& out;                     // data, and nothing else
  Output& messages;                // what people are told
  std::string directory = "/";
  bool json = false;
  bool verbose = false;
  bool interactive = false;
  bool leave = false;  // set by exit
  // The place of the command in a script, for messages.
  std::string script{};
  std::uint64_t line = 0;
  // Ctrl-C, or a signal to end: whoever loops asks and returns soon.
  std::function<bool()> stop = [] { return false; };

  // The path a command means: absolute, or below the working directory; "." and ".." taken out.
  std::string absolute(std::string_view path) const;
  // Human units: on a terminal, unless exact numbers are wanted.
  bool human(bool exact, bool human_wanted) const { return human_wanted || (out.terminal() && !exact); }

  // Tells a failure: "tandem: PATH: what happened (what to do)", or the JSON document.
  void report(const Outcome& outcome);
  void warn(std::string_view text);
  // Waits, less when somebody wants to stop.
  void pause(Duration length) const;
};

// Does `action` for each, telling each failure. With one item its own failure is the outcome; with several,
// "some of several failed".
Outcome for_each(Session& session, const std::vector<std::string>& items,
                 const std::function<Outcome(const std::string&)>& action);

Outcome interrupted_outcome();

}  // namespace tandem::shell
