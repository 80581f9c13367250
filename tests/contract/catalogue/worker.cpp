// A process that uses a catalogue until it is killed; the tests run several of them.
//   worker write DATABASE NAME     counts up, telling each acknowledged number on a line
//   worker append DATABASE NAME    puts NAME/0, NAME/1, ..., telling each acknowledged number on a line
//   worker session DATABASE MS     opens a session with a key, tells its number, and waits
//   worker gate DATABASE           takes the gate, says so, and waits
//   worker full FOLDER             mounts a small file system there, for itself alone, and fills it
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "gateway/catalogue/sqlite/gate.hpp"
#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "protocol/runtime/system_runtime.hpp"

namespace tandem::gateway {
namespace {

void tell(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) std::_Exit(3);
}

[[noreturn]] void fail(const Error& error) {
  tell("error " + to_string(error));
  std::_Exit(2);
}

[[noreturn]] void wait_for_the_end() {
  while (true) ::pause();
}

std::uint64_t number_of(const std::optional<Entry>& entry) {
  return entry ? std::strtoull(entry->value.c_str(), nullptr, 10) : 0;
}

// One step of the count: the own counter, one shared with everybody, and two keys that must stay equal.
Result<Commit> step(Catalogue& catalogue, const std::string& name, std::uint64_t& next) {
  const std::vector<std::string> keys{"own/" + name, "shared"};
  auto read = catalogue.get_many(keys);
  if (!read) return std::move(read).error();
  const auto& own = read->entries[0];
  const auto& shared = read->entries[1];
  next = number_of(own) + 1;
  const std::string value = std::to_string(next);
  return catalogue.commit(
      {{Condition::at(keys[0], own ? own->revision : 0),
        Condition::at(keys[1], shared ? shared->revision : 0)},
       {Change::put(keys[0], value), Change::put(keys[1], std::to_string(number_of(shared) + 1)),
        Change::put("left/" + name, value), Change::put("right/" + name, value)}});
}

void write(Catalogue& catalogue, const std::string& name) {
  while (true) {
    std::uint64_t next = 0;
    auto done = step(catalogue, name, next);
    if (!done) fail(done.error());
    if (done->committed) tell(std::to_string(next));
  }
}

// Large values, so that the log starts anew every few dozen commits.
void append(Catalogue& catalogue, const std::string& name) {
  for (std::uint64_t number = 0;; ++number) {
    const std::string key = name + "/" + std::to_string(number);
    auto done = catalogue.commit({{Condition::absent(key)}, {Change::put(key, std::string(8000, 'v'))}});
    if (!done || !done->committed) fail(done ? Error{Code::stale, "a key was there"} : done.error());
    tell(std::to_string(number));
  }
}

void hold_session(Catalogue& catalogue, const std::string& milliseconds) {
  auto session = catalogue.open_session(std::chrono::milliseconds(std::stoll(milliseconds)), "worker");
  if (!session) fail(session.error());
  const std::string key = "held/" + std::to_string((*session)->id());
  auto done = catalogue.commit(
      {{(*session)->condition(), Condition::absent(key)}, {Change::put(key, "", (*session)->id())}});
  if (!done || !done->committed) fail(done ? Error{Code::stale, "no session"} : done.error());
  tell(std::to_string((*session)->id()));
  while ((*session)->valid()) ::usleep(1000);
  tell("lost");
  auto late =
      catalogue.commit({{(*session)->condition(), Condition::absent("late")}, {Change::put("late", "")}});
  tell(late.ok() && !late->committed ? "fenced" : "not fenced");
  wait_for_the_end();
}

void hold_gate(const std::string& database, Runtime& runtime) {
  auto shared = SharedFile::open(database + ".gate", database);
  if (!shared) fail(shared.error());
  Gate gate(**shared, runtime);
  auto hold = gate.acquire(runtime.now() + std::chrono::seconds(5));
  if (!hold) fail(hold.error());
  tell("held");
  wait_for_the_end();
}

bool mount_small(const std::string& folder) {
  const bool apart = ::unshare(CLONE_NEWNS) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
  return apart && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tandem-test", folder.c_str(), "tmpfs", 0, "size=3m") == 0;
}

// Commits keys of growing number until that fails; returns how many there are.
int fill(Catalogue& catalogue, Code& end) {
  for (int count = 0;; ++count) {
    const std::string key = "k" + std::to_string(count);
    auto done = catalogue.commit({{Condition::at(key, 0)}, {Change::put(key, std::string(10'000, 'v'))}});
    end = done.code();
    if (!done) return count;
  }
}

void use_full_disk(const std::string& folder, Runtime& runtime) {
  if (!mount_small(folder)) {
    tell("cannot mount here");
    return;
  }
  const std::string ballast = folder + "/ballast";
  const int file = ::open(ballast.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ::posix_fallocate(file, 0, 1 << 20) != 0) return tell("no ballast");
  auto catalogue = SqliteCatalogue::create(folder + "/catalogue.db", {}, runtime);
  if (!catalogue) fail(catalogue.error());
  Code end = Code::ok;
  const int count = fill(**catalogue, end);
  tell("stopped by " + std::string(to_string(end)));
  tell((*catalogue)->health().writable ? "healthy" : "not writable");
  auto page = (*catalogue)->scan("k", "", 10'000);
  tell(page.ok() && page->entries.size() == static_cast<std::size_t>(count) ? "all there" : "not all there");
  ::unlink(ballast.c_str());
  ::close(file);
  auto more = (*catalogue)->commit({{Condition::absent("more")}, {Change::put("more", "")}});
  tell(more.ok() && more->committed ? "goes on" : to_string(more.error()));
  tell((*catalogue)->health().writable ? "healthy" : "not writable");
  tell((*catalogue)->known_revision() == more->revision ? "coherent" : "not coherent");
}

int run(const std::string& what, const std::string& database, const std::string& argument) {
  protocol::SystemRuntime runtime;
  if (what == "gate") hold_gate(database, runtime);
  if (what == "full") {
    use_full_disk(database, runtime);
    return 0;
  }
  auto opened = SqliteCatalogue::open(database, runtime);
  if (!opened) fail(opened.error());
  if (what == "write") write(**opened, argument);
  if (what == "append") append(**opened, argument);
  if (what == "session") hold_session(**opened, argument);
  return 64;
}

}  // namespace
}  // namespace tandem::gateway

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  return tandem::gateway::run(argv[1], argv[2], argc > 3 ? argv[3] : "");
}
