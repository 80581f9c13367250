// Every trouble a disk or a process can be in, on one member of a pair and on both, against everything a user
// does. On one: nobody notices, and what the member missed is healed when the trouble ends. On both: a clear
// refusal, nothing half done, nothing that was acknowledged lost. The daemons stay alive in any case.
#include <cerrno>
#include <functional>
#include <ostream>

#include "tests/cluster/trouble/disks_in_trouble.hpp"
#include "tests/support/failing_disk/failing_disk.hpp"

namespace tandem::test {
namespace {

constexpr int ok = 0;
constexpr int at_risk = 2;  // of some contents there is one unmarked copy only
constexpr int not_found = 10;
constexpr int no_space = 19;
constexpr int unavailable = 20;
constexpr int corrupt = 22;

struct Trouble {
  std::string name;
  Disk disk = Disk::plain_folder;
  std::function<void(PairOnDisks&, std::size_t member)> begin;
  std::function<void(PairOnDisks&, std::size_t member)> end;
  int write_on_both = ok;     // how a write ends when both members have it
  int read_on_both = ok;      // and a read
  std::string words_on_both;  // in what the write says, or the read when writes go on
};

std::ostream& operator<<(std::ostream& out, const Trouble& trouble) {
  return out << trouble.name;
}

std::function<void(PairOnDisks&, std::size_t)> failing(std::vector<std::string> calls, int number) {
  return [calls = std::move(calls), number](PairOnDisks& pair, std::size_t member) {
    pair.fail(member, calls, number);
  };
}

const auto mended = [](PairOnDisks& pair, std::size_t member) { pair.mend(member); };

std::vector<Trouble> troubles() {
  const auto full = [](std::string name, Disk disk, std::uint64_t free_bytes, std::string words) {
    return Trouble{std::move(name),
                   disk,
                   [=](auto& pair, auto member) { pair.fill(member, free_bytes); },
                   [](auto& pair, auto member) { pair.empty(member); },
                   no_space,
                   ok,
                   std::move(words)};
  };
  return {
      full("FullUpToTheReserve", Disk::small_memory, 60 << 20, "reserve"),
      full("Full", Disk::small_memory, 0, "free some space"),
      full("FullUpToTheReserveOnExt4", Disk::small_ext4, 60 << 20, "reserve"),
      full("FullOnExt4", Disk::small_ext4, 0, "free some space"),
      {"ReadOnly", Disk::small_ext4, [](auto& pair, auto member) { pair.set_read_only(member, true); },
       [](auto& pair, auto member) { pair.set_read_only(member, false); }, unavailable, ok,
       "Read-only file system"},
      {"InputOutputErrorsOnWriting", Disk::plain_folder, failing(changing_calls(), EIO), mended, unavailable,
       ok, "Input/output error"},
      {"InputOutputErrorsOnReading", Disk::plain_folder, failing(reading_calls(), EIO), mended, ok, corrupt,
       "Input/output error"},
      {"OverTheQuota", Disk::plain_folder, failing({"pwrite64", "mkdirat", "create"}, EDQUOT), mended,
       no_space, ok, "quota"},
      {"NoDescriptorsForFiles", Disk::plain_folder, failing({"open", "create"}, EMFILE), mended, unavailable,
       unavailable, "Too many open files"},
      {"TooManyOpenFiles", Disk::plain_folder, [](auto& pair, auto member) { pair.take_descriptors(member); },
       [](auto& pair, auto member) { pair.give_descriptors(member); }, unavailable, unavailable, "p1"},
  };
}

class MembersInTrouble : public testing::TestWithParam<Trouble> {
 protected:
  void SetUp() override {
    if (const auto put = pair.put_on(GetParam().disk); !put) GTEST_SKIP() << put.message();
    ASSERT_TRUE(pair.start());
    for (const char* path : {"/read", "/overwritten", "/appended", "/moved", "/removed"})
      expect_end({"write", path, "-"}, ok, bytes_of(1, old_bytes));
    ASSERT_TRUE(pair.cluster().heals());
    for (std::size_t member = 0; member < PairOnDisks::members; ++member)
      daemons.push_back(pair.cluster().pid(member));
  }

  Outcome expect_end(std::vector<std::string> arguments, int status, std::string input = {}) {
    const std::string command = arguments[0] + " " + arguments[1];
    auto outcome = pair.cluster().tandem(std::move(arguments), std::move(input));
    EXPECT_EQ(outcome.status, status) << command << ": " << describe(outcome);
    return outcome;
  }
  void expect_content(const std::string& path, const std::string& content) {
    const auto outcome = expect_end({"read", path}, ok);
    EXPECT_TRUE(outcome.output == content) << path << " holds " << outcome.output.size() << " bytes";
  }
  void begin_on(std::size_t member) { GetParam().begin(pair, member); }
  void end_on(std::size_t member) { GetParam().end(pair, member); }
  void expect_daemons_alive() {
    for (std::size_t member = 0; member < PairOnDisks::members; ++member)
      EXPECT_EQ(pair.cluster().pid(member), daemons[member]) << "the daemon of member " << member;
  }

  static constexpr std::size_t old_bytes = 200'000;
  const std::string old_content = bytes_of(1, old_bytes);
  const std::string new_content = bytes_of(2, 300'000);
  PairOnDisks pair;
  std::vector<pid_t> daemons;
};

TEST_P(MembersInTrouble, OneOfThemChangesNothingForAnybody) {
  begin_on(0);
  for (int turn = 0; turn < 4; ++turn) expect_content("/read", old_content);  // members take turns
  expect_end({"create", "/created"}, ok);
  expect_end({"mkdir", "/directory"}, ok);
  expect_end({"write", "/directory/written", "-"}, ok, new_content);
  expect_end({"write", "/overwritten", "-"}, ok, new_content);
  expect_end({"write", "/appended", "more", "--append"}, ok);
  expect_end({"mv", "/moved", "/directory/moved"}, ok);
  expect_end({"rm", "/removed"}, ok);
  const auto status = pair.cluster().tandem({"status"});
  EXPECT_EQ(status.status, at_risk) << describe(status);
  const auto expect_all = [&] {
    expect_content("/read", old_content);
    expect_content("/created", "");
    expect_content("/directory/written", new_content);
    expect_content("/overwritten", new_content);
    expect_content("/appended", old_content + "more");
    expect_content("/directory/moved", old_content);
    expect_end({"read", "/removed"}, not_found);
  };
  expect_all();
  expect_daemons_alive();
  end_on(0);
  EXPECT_TRUE(pair.cluster().heals());
  expect_all();
  expect_daemons_alive();
}

TEST_P(MembersInTrouble, BothOfThemRefuseAndLoseNothing) {
  const Trouble& trouble = GetParam();
  begin_on(0);
  begin_on(1);
  const auto read = pair.cluster().tandem({"read", "/read"});
  EXPECT_EQ(read.status, trouble.read_on_both) << describe(read);
  EXPECT_TRUE(!read.ok() || read.output == old_content);
  const auto written = expect_end({"write", "/overwritten", "-"}, trouble.write_on_both, new_content);
  expect_end({"create", "/created"}, trouble.write_on_both);
  const auto appended = pair.cluster().tandem({"write", "/appended", "more", "--append"});
  EXPECT_EQ(appended.ok(), trouble.write_on_both == ok && trouble.read_on_both == ok) << describe(appended);
  const std::string said = trouble.write_on_both == ok ? read.errors : written.errors;
  EXPECT_NE(said.find(trouble.words_on_both), std::string::npos) << said;
  expect_end({"mv", "/moved", "/moved-away"}, ok);  // names are the catalogue's alone
  expect_end({"rm", "/removed"}, ok);
  expect_daemons_alive();
  end_on(0);
  end_on(1);
  EXPECT_TRUE(pair.cluster().heals());
  expect_content("/read", old_content);
  expect_content("/overwritten", written.ok() ? new_content : old_content);
  expect_content("/appended", appended.ok() ? old_content + "more" : old_content);
  expect_end({"read", "/created"}, trouble.write_on_both == ok ? ok : not_found);
  expect_content("/moved-away", old_content);
  expect_end({"read", "/removed"}, not_found);
  expect_end({"write", "/overwritten", "-"}, ok, old_content);
  expect_daemons_alive();
}

INSTANTIATE_TEST_SUITE_P(A, MembersInTrouble, testing::ValuesIn(troubles()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace tandem::test
