#include "tests/sim/world/workload.hpp"

#include <charconv>

#include "protocol/contract/checksums.hpp"
#include "tests/sim/checkers/linearizability.hpp"
#include "tests/sim/checkers/models.hpp"

namespace tandem::sim {
namespace {

using gateway::WriteOptions;

constexpr std::size_t big_min = 60'000;
constexpr std::size_t big_max = 200'000;
constexpr std::size_t list_limit = 10'000;
constexpr Duration short_pause_max = std::chrono::milliseconds(2);

char filler(const std::string& token, std::size_t at) {
  const auto first = static_cast<unsigned>(static_cast<unsigned char>(token[at % token.size()]));
  return static_cast<char>('a' + (first + at * 7) % 26);
}

std::size_t draw_length(Chance& chance) {
  if (chance.happens(0.05)) return chance.between(big_min, big_max);
  return chance.happens(0.1) ? 0 : chance.below(300);
}

Digest digest_of_text(std::string_view content) {
  ChecksumStream stream;
  stream.update(std::as_bytes(std::span(content)));
  return digest_of(std::move(stream).finish());
}

// One fiber of a client.
class Worker {
 public:
  Worker(const Workload& workload, World& world, Client& client, gateway::Store& store, History& history)
      : workload_(workload),
        world_(world),
        client_(client),
        store_(store),
        history_(history),
        chance_(world.scheduler().chance().fork()) {}

  void work() {
    for (std::uint32_t round = 0; round < workload_.operations; ++round) {
      const bool presses_on = chance_.happens(0.7);  // so that operations of different clients overlap
      world_.scheduler().pause(Duration(0), presses_on ? short_pause_max : workload_.pause_max);
      const Instant begun = client_.process->now();
      step();
      check_bounded(begun);
    }
  }

 private:
  void step() {
    switch (workload_.kind) {
      case WorkKind::files:
        return file_step();
      case WorkKind::locks:
        return chance_.happens(0.4) ? locked_steps(file_path()) : file_step();
      case WorkKind::names:
        return name_step();
      case WorkKind::directories:
        return directory_step();
      case WorkKind::moves:
        return move_step();
    }
  }

  std::string file_path() {
    const std::uint64_t number = chance_.below(workload_.paths);
    return (number % 2 == 0 ? "/d/f" : "/e/f") + std::to_string(number);
  }
  std::string tree_path() {
    const std::string name(1, static_cast<char>('a' + chance_.below(workload_.paths)));
    if (chance_.happens(0.4)) return "/" + name;
    return "/" + std::string(1, static_cast<char>('x' + chance_.below(2))) + "/" + name;
  }
  std::string directory_path() { return "/" + std::string(1, static_cast<char>('x' + chance_.below(2))); }
  std::string deep_path(std::uint64_t depth_max) {
    std::string path;
    for (std::uint64_t depth = chance_.between(1, depth_max); depth > 0; --depth) {
      path += "/" + std::string(1, static_cast<char>('a' + chance_.below(workload_.paths)));
    }
    return path;
  }

  void file_step() {
    const std::string path = file_path();
    const std::uint64_t die = chance_.below(100);
    if (die < 45) return static_cast<void>(read(path));
    if (die < 75) return static_cast<void>(write(path, {}, Action::write));
    if (die < 85)
      return static_cast<void>(write(path, {.where = WriteOptions::Where::append}, Action::append));
    if (die < 93)
      return run({.action = Action::create, .path = path}, [&] { return store_.create(path).code(); });
    remove(path);
  }

  // What is written under a lock is what is read under it, whoever else writes without one.
  void locked_steps(const std::string& path) {
    const gateway::LockOptions options{.shared = chance_.happens(0.3),
                                       .wait = std::chrono::seconds(chance_.below(20))};
    const auto fence = store_.lock(path, options);
    world_.scheduler().note([&] {
      return client_.name + (fence ? " locks " : " does not lock ") + path +
             (fence ? " with fence " + std::to_string(*fence) : ": " + to_string(fence.error()));
    });
    if (!fence) return;
    std::optional<std::string> written;
    for (std::uint64_t steps = chance_.between(1, 4); steps > 0; --steps) {
      world_.scheduler().pause(Duration(0), short_pause_max);
      if (!options.shared && chance_.happens(0.5)) {
        written = write(path, {}, Action::write);
        continue;
      }
      const auto seen = read(path);
      if (seen && written && *seen != *written)
        world_.scheduler().fail("I3: " + client_.name + " wrote " + *written + " to " + path +
                                " under its lock and read " + *seen);
      if (seen && options.shared) written = seen;
    }
    const Status unlocked = store_.unlock(path);
    world_.scheduler().note(
        [&] { return client_.name + " unlocks " + path + ": " + std::string(to_string(unlocked.code())); });
  }

  void name_step() {
    const std::uint64_t die = chance_.below(100);
    if (die < 20) return static_cast<void>(read(tree_path()));
    if (die < 45) return static_cast<void>(write(tree_path(), {.must_create = true}, Action::create));
    if (die < 60) return make_directory(directory_path());
    if (die < 75) return move(tree_path(), tree_path());
    if (die < 85) return remove(tree_path());
    if (die < 92) return remove(directory_path());
    list(directory_path());
  }

  void directory_step() {
    const std::string path = deep_path(2);
    const std::uint64_t die = chance_.below(100);
    if (die < 35) return make_directory(path);
    if (die < 90) return move(path, deep_path(2));
    remove(path);
  }

  void move_step() {
    const std::string path = deep_path(3);
    const std::uint64_t die = chance_.below(100);
    if (die < 25) return make_directory(path);
    if (die < 45) return static_cast<void>(write(path, {}, Action::write));
    if (die < 75) return move(path, deep_path(3));
    if (die < 85) return remove(path);
    if (die < 92) return link(path, deep_path(3));
    static_cast<void>(read(path));
  }

  template <class Call>
  void run(Operation operation, Call&& call) {
    operation.client = client_.name;
    const std::size_t place = history_.begin(operation);
    world_.scheduler().note([&] { return "begins " + to_string(operation); });
    std::string seen;
    Code code;
    if constexpr (std::is_invocable_v<Call, std::string&>) {
      code = call(seen);
    } else {
      code = call();
    }
    history_.end(place, code, seen);
    world_.scheduler().note([&] { return "answers " + std::string(to_string(code)) + " " + seen; });
  }

  // What was read; nothing when it failed.
  std::optional<std::string> read(const std::string& path) {
    std::optional<std::string> result;
    run({.action = Action::read, .path = path}, [&](std::string& seen) {
      const Revision begun = world_.catalogue().revision();
      auto content = store_.read(path);
      if (!content) return content.code();
      if (world_.bugs().old_bytes_handed_out && chance_.happens(0.1)) std::swap(*content, last_read_);
      last_read_ = *content;
      seen = describe_content(*content);
      if (!world_.watch().was_current(digest_of_text(*content), begun))
        world_.scheduler().fail("I2: " + client_.name + " was given bytes of " + path +
                                " that were no file's content during the read: " + seen);
      result = seen;
      return Code::ok;
    });
    return result;
  }
  // What was written; nothing when it failed.
  std::optional<std::string> write(const std::string& path, const WriteOptions& options, Action action) {
    const std::string token = client_.name + "." + std::to_string(history_.size());  // nobody else's
    const std::string content = make_segment(token, draw_length(chance_));
    Code code = Code::ok;
    run({.action = action, .path = path, .value = token + "|"},
        [&] { return code = store_.write(path, content, options).code(); });
    return code == Code::ok ? std::optional(token + "|") : std::nullopt;
  }
  void remove(const std::string& path) {
    run({.action = Action::remove, .path = path}, [&] { return store_.remove(path).code(); });
  }
  void make_directory(const std::string& path) {
    run({.action = Action::make_directory, .path = path},
        [&] { return store_.make_directory(path, false, 0755).code(); });
  }
  void move(const std::string& from, const std::string& to) {
    run({.action = Action::move, .path = from, .target = to},
        [&] { return store_.move(from, to, false).code(); });
  }
  void link(const std::string& existing, const std::string& added) {
    static_cast<void>(store_.link(existing, added).code());
  }
  void list(const std::string& path) {
    run({.action = Action::list, .path = path}, [&](std::string& seen) {
      const auto page = store_.list(path, "", list_limit);
      if (page) {
        for (const auto& item : page->items) seen += item.name + "/";
      }
      return page.code();
    });
  }

  void check_bounded(Instant begun) {
    const Duration allowed = world_.config().timeouts.operation * 2;
    if (!client_.was_frozen && client_.process->now() - begun > allowed) {
      world_.scheduler().fail("I9: an operation of " + client_.name + " took longer than twice its time-out");
    }
  }

  const Workload& workload_;
  World& world_;
  Client& client_;
  gateway::Store& store_;
  History& history_;
  Chance chance_;
  std::string last_read_{};
};

}  // namespace

std::string make_segment(const std::string& token, std::size_t length) {
  std::string segment = token + "," + std::to_string(length) + ";";
  segment.reserve(segment.size() + length);
  for (std::size_t at = 0; at < length; ++at) segment.push_back(filler(token, at));
  return segment;
}

std::string describe_content(std::string_view content) {
  std::string tokens;
  while (!content.empty()) {
    const std::size_t comma = content.find(',');
    const std::size_t semicolon = content.find(';');
    if (comma == content.npos || semicolon == content.npos || comma > semicolon)
      return tokens + "damaged head";
    const std::string token(content.substr(0, comma));
    std::size_t length = 0;
    std::from_chars(content.data() + comma + 1, content.data() + semicolon, length);
    content.remove_prefix(semicolon + 1);
    if (content.size() < length || token.empty()) return tokens + token + " cut short";
    for (std::size_t at = 0; at < length; ++at) {
      if (content[at] != filler(token, at)) return tokens + token + " damaged at " + std::to_string(at);
    }
    content.remove_prefix(length);
    tokens += token + "|";
  }
  return tokens;
}

Status prepare(const Workload& workload, gateway::Store& store) {
  if (workload.kind != WorkKind::files && workload.kind != WorkKind::locks) return success();
  for (const char* path : {"/d", "/e"}) {
    if (Status made = store.make_directory(path, false, 0755); !made) return made;
  }
  return success();
}

void run_workload(const Workload& workload, World& world, Client& client, gateway::Store& store,
                  History& history) {
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<std::unique_ptr<Task>> tasks;
  for (std::uint32_t number = 0; number < workload.fibers; ++number) {
    workers.push_back(std::make_unique<Worker>(workload, world, client, store, history));
    tasks.push_back(client.process->spawn("worker", [worker = workers.back().get()] { worker->work(); }));
  }
}

void read_everything(const Workload& workload, Client& client, gateway::Store& store, History& history) {
  if (workload.kind == WorkKind::moves || workload.kind == WorkKind::directories) return;
  for (const std::string& path : history.paths()) {
    const std::size_t place = history.begin({.client = client.name, .action = Action::read, .path = path});
    const auto content = store.read(path);
    history.end(place, content.code(), content ? describe_content(*content) : std::string());
  }
}

Judgement judge(const Workload& workload, const History& history) {
  Judgement judgement;
  const auto take = [&](LinearizabilityReport report) {
    if (report.verdict == Verdict::undecided) ++judgement.undecided;
    if (report.verdict == Verdict::violated && !judgement.wrong)
      judgement.wrong = std::move(report.explanation);
  };
  if (workload.kind == WorkKind::files || workload.kind == WorkKind::locks) {
    for (const std::string& path : history.paths())
      take(LinearizabilityChecker<FileModel>(history.operations_on(path)).check());
  }
  if (workload.kind == WorkKind::names) take(LinearizabilityChecker<TreeModel>(history.operations()).check());
  return judgement;
}

}  // namespace tandem::sim
