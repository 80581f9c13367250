// What the cluster tests stand on: programs, terminals, ports and comparisons do what they say.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/local_cluster/local_cluster.hpp"
#include "tests/support/local_cluster/terminal.hpp"

namespace tandem::test {
namespace {

Command shell(const std::string& script, const std::string& input = {}) {
  Command command;
  command.arguments = {"sh", "-c", script};
  command.input = input;
  return command;
}

int listen_on(std::uint16_t port, bool reuse) {
  const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = reuse ? 1 : 0;
  setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (bind(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && listen(handle, 8) == 0)
    return handle;
  close(handle);
  return -1;
}

TEST(Run, BringsBackStatusOutputAndErrorsApart) {
  const auto outcome = run(shell("cat; echo wrong >&2; exit 7", "given"));
  EXPECT_EQ(outcome.status, 7);
  EXPECT_EQ(outcome.output, "given");
  EXPECT_EQ(outcome.errors, "wrong\n");
  EXPECT_FALSE(outcome.ok());
  EXPECT_GT(outcome.peak_kib, 0);
}

TEST(Run, KillsWhatDoesNotEndByItsDeadline) {
  auto command = shell("sleep 60");
  command.deadline = std::chrono::seconds(1);
  const auto outcome = run(command);
  EXPECT_TRUE(outcome.timed_out);
  EXPECT_EQ(outcome.status, 128 + SIGKILL);
  EXPECT_LT(outcome.duration, std::chrono::seconds(20));
}

TEST(AChild, IsGoneWithItsObject) {
  pid_t pid = 0;
  {
    Child child(shell("exec sleep 60"));
    pid = child.pid();
    EXPECT_TRUE(child.running());
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(AChild, TellsTheSignalThatEndedIt) {
  Child child(shell("exec sleep 60"));
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(std::chrono::seconds(20)), 128 + SIGTERM);
  EXPECT_FALSE(child.running());
}

TEST(ATerminal, IsOneForTheProgramAndShowsWhatItPrints) {
  Terminal terminal(shell("test -t 0 && test -t 1 && echo ready && read line && echo got-$line"));
  ASSERT_TRUE(terminal.sees("ready")) << terminal.everything();
  terminal.type("words\r");
  EXPECT_TRUE(terminal.sees("got-words")) << terminal.everything();
  EXPECT_FALSE(terminal.sees("never printed", std::chrono::seconds(1)));
  EXPECT_EQ(terminal.wait(std::chrono::seconds(20)), 0);
}

TEST(AReservedPort, IsKeptFromOthersButNotFromADaemonThatReusesIt) {
  const ReservedPort port;
  EXPECT_FALSE(accepts_connections(port.number()));
  EXPECT_EQ(listen_on(port.number(), false), -1);
  for (int life = 0; life < 2; ++life) {
    const int daemon = listen_on(port.number(), true);
    ASSERT_GE(daemon, 0);
    EXPECT_TRUE(accepts_connections(port.number()));
    close(daemon);
  }
  EXPECT_FALSE(accepts_connections(port.number()));
}

TEST(SameTrees, SeesEveryKindOfDifference) {
  const TemporaryFolder left;
  const TemporaryFolder right;
  for (const auto* folder : {&left, &right}) {
    std::filesystem::create_directory(folder->path() / "d");
    write_file(folder->path() / "d/f", "text");
  }
  EXPECT_TRUE(same_trees(left.path(), right.path()));
  write_file(right.path() / "d/f", "test");
  EXPECT_FALSE(same_trees(left.path(), right.path()));
  write_file(right.path() / "d/f", "text");
  write_file(right.path() / "more", "");
  EXPECT_FALSE(same_trees(left.path(), right.path()));
  EXPECT_FALSE(same_trees(right.path(), left.path()));
  std::filesystem::create_directory(left.path() / "more");
  EXPECT_FALSE(same_trees(left.path(), right.path())) << "a directory is not an empty file";
}

TEST(SameTrees, OfPartsWantEachFileOnceAndEachDirectoryAtLeastOnce) {
  const TemporaryFolder whole;
  const TemporaryFolder left;
  const TemporaryFolder right;
  for (const auto* folder : {&whole, &left, &right}) std::filesystem::create_directory(folder->path() / "d");
  for (const std::string name : {"d/one", "d/two"}) write_file(whole.path() / name, name);
  write_file(left.path() / "d/one", "d/one");
  const std::vector<std::filesystem::path> parts{left.path(), right.path()};
  EXPECT_FALSE(same_trees(whole.path(), parts)) << "one is nowhere";
  write_file(right.path() / "d/two", "other");
  EXPECT_FALSE(same_trees(whole.path(), parts)) << "one has another content";
  write_file(right.path() / "d/two", "d/two");
  EXPECT_TRUE(same_trees(whole.path(), parts));
  write_file(right.path() / "d/one", "d/one");
  EXPECT_FALSE(same_trees(whole.path(), parts)) << "one is in both";
  std::filesystem::remove(right.path() / "d/one");
  std::filesystem::create_directory(right.path() / "more");
  EXPECT_FALSE(same_trees(whole.path(), parts)) << "a directory too many";
}

TEST(KeepOnlyFiles, LeavesFilesAndTheDirectoriesTheyAreIn) {
  const TemporaryFolder folder;
  const TemporaryFolder expected;
  for (const auto* each : {&folder, &expected}) {
    std::filesystem::create_directories(each->path() / "d/deep");
    write_file(each->path() / "d/deep/f", "text");
  }
  std::filesystem::create_directories(folder.path() / "d/empty/below");
  std::filesystem::create_symlink("d", folder.path() / "link");
  std::filesystem::create_symlink("gone", folder.path() / "d/link");
  keep_only_files(folder.path());
  EXPECT_TRUE(same_trees(expected.path(), folder.path()));
}

}  // namespace
}  // namespace tandem::test
