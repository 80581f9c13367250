#include "tests/sim/checkers/linearizability.hpp"

#include <gtest/gtest.h>

#include "tests/sim/checkers/models.hpp"

namespace tandem::sim {
namespace {

constexpr std::uint64_t never = Operation::never;

Operation read(std::uint64_t begun, std::uint64_t ended, std::string value) {
  return {.client = "r",
          .path = "/f",
          .value = std::move(value),
          .code = Code::ok,
          .begun = begun,
          .ended = ended};
}
Operation absent(std::uint64_t begun, std::uint64_t ended) {
  return {.client = "r", .path = "/f", .code = Code::not_found, .begun = begun, .ended = ended};
}
Operation change(Action action, std::uint64_t begun, std::uint64_t ended, std::string value = {},
                 Code code = Code::ok) {
  return {.client = "w",
          .action = action,
          .path = "/f",
          .value = std::move(value),
          .code = code,
          .begun = begun,
          .ended = ended};
}
Operation write(std::uint64_t begun, std::uint64_t ended, std::string value) {
  return change(Action::write, begun, ended, std::move(value));
}

Verdict verdict_of(std::vector<Operation> operations) {
  return LinearizabilityChecker<FileModel>(std::move(operations)).check().verdict;
}

TEST(Linearizability, AWriteIsSeenByWhoReadsBehindIt) {
  EXPECT_EQ(verdict_of({absent(1, 2), write(3, 4, "a"), read(5, 6, "a")}), Verdict::linearizable);
  EXPECT_EQ(verdict_of({write(3, 4, "a"), absent(5, 6)}), Verdict::violated);
  EXPECT_EQ(verdict_of({write(1, 2, "a"), write(3, 4, "b"), read(5, 6, "a")}), Verdict::violated);
}

TEST(Linearizability, AConcurrentReadSeesOldOrNew) {
  EXPECT_EQ(verdict_of({write(1, 2, "a"), write(3, 10, "b"), read(4, 5, "a")}), Verdict::linearizable);
  EXPECT_EQ(verdict_of({write(1, 2, "a"), write(3, 10, "b"), read(4, 5, "b")}), Verdict::linearizable);
  EXPECT_EQ(verdict_of({write(1, 2, "a"), write(3, 10, "b"), read(4, 5, "c")}), Verdict::violated);
}

TEST(Linearizability, ReadsNeverGoBackwards) {
  EXPECT_EQ(verdict_of({write(1, 2, "a"), write(3, 10, "b"), read(4, 5, "b"), read(6, 7, "a")}),
            Verdict::violated);
}

TEST(Linearizability, AnUnknownWriteMayHaveHappenedLateOrNever) {
  EXPECT_EQ(verdict_of({write(1, 2, "a"), write(3, never, "b"), read(4, 5, "a")}), Verdict::linearizable);
  EXPECT_EQ(verdict_of({write(1, 2, "a"), write(3, never, "b"), read(4, 5, "b")}), Verdict::linearizable);
  EXPECT_EQ(verdict_of({write(1, 2, "a"), write(3, never, "b"), read(4, 5, "a"), read(6, 7, "b")}),
            Verdict::linearizable);
  EXPECT_EQ(verdict_of({write(1, 2, "a"), write(3, never, "b"), read(4, 5, "b"), read(6, 7, "a")}),
            Verdict::violated);
}

TEST(Linearizability, AnUnknownWriteHappensAtMostOnce) {
  EXPECT_EQ(verdict_of({write(1, never, "b"), read(2, 3, "b"), write(4, 5, "c"), read(6, 7, "b")}),
            Verdict::violated);
  EXPECT_EQ(verdict_of({change(Action::append, 1, never, "x"), read(2, 3, "x"), read(4, 5, "xx")}),
            Verdict::violated);
}

TEST(Linearizability, NothingIsSeenBeforeItWasWritten) {
  EXPECT_EQ(verdict_of({read(1, 2, "a"), write(3, 4, "a")}), Verdict::violated);
}

TEST(Linearizability, OnlyOneOfTwoCreatesWins) {
  const auto create = [](std::uint64_t begun, std::uint64_t ended, Code code) {
    return change(Action::create, begun, ended, {}, code);
  };
  EXPECT_EQ(verdict_of({create(1, 5, Code::ok), create(2, 6, Code::exists)}), Verdict::linearizable);
  EXPECT_EQ(verdict_of({create(1, 5, Code::ok), create(2, 6, Code::ok)}), Verdict::violated);
  EXPECT_EQ(verdict_of({create(1, 5, Code::exists)}), Verdict::violated);
}

TEST(Linearizability, ALostUpdateOfAnAppendIsFound) {
  EXPECT_EQ(
      verdict_of({change(Action::append, 1, 9, "a"), change(Action::append, 2, 8, "b"), read(10, 11, "ba")}),
      Verdict::linearizable);
  EXPECT_EQ(
      verdict_of({change(Action::append, 1, 9, "a"), change(Action::append, 2, 8, "b"), read(10, 11, "b")}),
      Verdict::violated);
}

TEST(Linearizability, TheExplanationShowsWhatCouldNotFollow) {
  const auto report = LinearizabilityChecker<FileModel>({write(1, 2, "a"), read(3, 4, "zzz")}).check();
  EXPECT_EQ(report.verdict, Verdict::violated);
  EXPECT_NE(report.explanation.find("zzz"), std::string::npos);
}

TEST(Linearizability, LongConcurrentHistoriesWithUnknownsAreDecided) {
  std::vector<Operation> operations;
  for (std::uint64_t round = 0; round < 300; ++round) {
    const std::uint64_t base = round * 10 + 1;
    const bool unknown = round % 30 == 7;
    operations.push_back(write(base, unknown ? never : base + 5, "v" + std::to_string(round)));
    operations.push_back(read(base + 6, base + 8, "v" + std::to_string(round)));
  }
  EXPECT_EQ(verdict_of(operations), Verdict::linearizable);
  operations[401].value = "v100";
  EXPECT_EQ(verdict_of(operations), Verdict::violated);
}

TEST(History, ForgetsWhatTellsNothing) {
  History history;
  const auto done = history.begin({.client = "c", .action = Action::write, .path = "/f", .value = "a"});
  history.end(done, Code::ok);
  history.end(history.begin({.client = "c", .action = Action::write, .path = "/f", .value = "b"}),
              Code::unavailable);
  history.begin({.client = "c", .action = Action::write, .path = "/f", .value = "c"});
  history.end(history.begin({.client = "c", .path = "/f"}), Code::outcome_unknown);
  const auto kept = history.operations_on("/f");
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_FALSE(kept[0].unknown());
  EXPECT_TRUE(kept[1].unknown());
  EXPECT_EQ(kept[1].value, "c");
}

}  // namespace
}  // namespace tandem::sim
