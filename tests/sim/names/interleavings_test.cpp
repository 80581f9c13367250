#include "tests/sim/names/interleavings.hpp"

#include <gtest/gtest.h>

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::simulation {
namespace {

using gateway::Condition;
using gateway::Plan;

Operation file(std::string path) {
  return {Operation::Kind::make_file, std::move(path), "", 0};
}
Operation directory(std::string path) {
  return {Operation::Kind::make_directory, std::move(path), "", 0};
}
Operation move(std::string from, std::string to) {
  return {Operation::Kind::move, std::move(from), std::move(to), 0};
}
Operation keep(std::string from, std::string to) {
  return {Operation::Kind::move_no_replace, std::move(from), std::move(to), 0};
}
Operation remove(std::string path) {
  return {Operation::Kind::remove, std::move(path), "", 0};
}
Operation link(std::string from, std::string to) {
  return {Operation::Kind::link, std::move(from), std::move(to), 0};
}

Operation symlink(std::string target, std::string path) {
  return {Operation::Kind::make_symlink, std::move(path), std::move(target), 0};
}

std::vector<Operation> numbered(std::vector<Operation> operations, std::uint8_t first) {
  for (Operation& operation : operations) operation.number = first++;
  return operations;
}

// /a with the directory d and the file f in it, /b empty, /l leads to /a.
const std::vector<Operation> tiny_tree =
    numbered({directory("/a"), directory("/b"), directory("/a/d"), file("/a/f"), symlink("a", "/l")}, 1);

const std::vector<Operation> all_kinds{file("/a/n"),
                                       file("/b/n"),
                                       file("/a/d/n"),
                                       file("/n"),
                                       directory("/b/n"),
                                       directory("/a/d/n"),
                                       directory("/n"),
                                       move("/a", "/b/n"),
                                       move("/b", "/a/n"),
                                       move("/b", "/a/d/n"),
                                       move("/a/d", "/n"),
                                       move("/a/d", "/b/n"),
                                       move("/a/d", "/b"),
                                       move("/b", "/a/d"),
                                       move("/a", "/n"),
                                       move("/a", "/b"),
                                       move("/a/f", "/b/n"),
                                       move("/a/f", "/n"),
                                       keep("/a/f", "/n"),
                                       keep("/b", "/n"),
                                       move("/a/f", "/a/d/n"),
                                       move("/n", "/a/f"),
                                       move("/n", "/b/n"),
                                       remove("/a/f"),
                                       remove("/b"),
                                       remove("/a/d"),
                                       remove("/a"),
                                       remove("/n"),
                                       link("/a/f", "/n"),
                                       link("/a/f", "/b/n"),
                                       move("/a/f", "/a/f"),
                                       move("/a", "/a/d/n"),
                                       move("/n", "/a"),
                                       symlink("b", "/n"),
                                       symlink("../a", "/b/n"),
                                       file("/l/n"),
                                       move("/l/d", "/b/n"),
                                       move("/l", "/b/n"),
                                       move("/a/f", "/l"),
                                       move("/b", "/l"),
                                       remove("/l"),
                                       remove("/l/d"),
                                       link("/l", "/n"),
                                       link("/l/f", "/b/n"),
                                       file("/n/n"),
                                       move("/b", "/l/n")};

const std::vector<Operation> telling_kinds{
    file("/b/n"),       directory("/a/d/n"), move("/a", "/b/n"), move("/b", "/a/d/n"), move("/a/d", "/b/n"),
    move("/a/f", "/n"), remove("/a/d"),      remove("/b"),       link("/a/f", "/b/n"), move("/a/d", "/b"),
    move("/b", "/l/n"), symlink("b", "/n"),  file("/l/n")};

TEST(NamesInterleaved, EveryPairOfOperationsIsAsIfOneCameFirst) {
  std::size_t schedules = 0;
  for (const Operation& first : all_kinds) {
    for (const Operation& second : all_kinds) {
      const auto result = explore({tiny_tree, numbered({first, second}, 100)});
      schedules += result.schedules;
      ASSERT_EQ(result.problem, "");
    }
  }
  EXPECT_GT(schedules, 4000U);
}

TEST(NamesInterleaved, EveryPairIsSoEvenWithOneInsideTheOthersReads) {
  std::size_t schedules = 0;
  for (const Operation& first : all_kinds) {
    for (const Operation& second : all_kinds) {
      const auto result = explore_inside({tiny_tree, numbered({first, second}, 100)});
      schedules += result.schedules;
      ASSERT_EQ(result.problem, "");
    }
  }
  EXPECT_GT(schedules, 4000U);
}

// A path is followed directory by directory, as POSIX does; so three clients can see that an operation acted
// in a directory that had been moved in the meantime. What they leave is still what some order leaves.
TEST(NamesInterleaved, EveryTripleLeavesWhatSomeOrderLeaves) {
  std::size_t schedules = 0;
  for (std::size_t i = 0; i < telling_kinds.size(); ++i) {
    for (std::size_t j = i; j < telling_kinds.size(); ++j) {
      for (std::size_t k = j; k < telling_kinds.size(); ++k) {
        const auto operations = numbered({telling_kinds[i], telling_kinds[j], telling_kinds[k]}, 100);
        const auto result = explore({tiny_tree, operations, false});
        schedules += result.schedules;
        ASSERT_EQ(result.problem, "");
      }
    }
  }
  EXPECT_GT(schedules, 10'000U);
}

// The checker has to be able to see: each guard left out is caught.
Tamper without(const std::function<bool(const Condition&)>& doomed) {
  return [doomed](Plan& plan) { std::erase_if(plan.transaction.conditions, doomed); };
}

TEST(NamesInterleaved, WithoutTheTurnOfDirectoryMovesACycleIsCaught) {
  const auto result =
      explore({tiny_tree, {move("/a/d", "/b/d"), move("/b", "/a/d/b")}, true, without([](const Condition& c) {
                 return c.key == gateway::keys::directory_move;
               })});
  EXPECT_NE(result.problem.find("cannot be reached from the root"), std::string::npos) << result.problem;
}

TEST(NamesInterleaved, WithoutThePresenceOfTheDirectoryAnOrphanIsCaught) {
  const auto result =
      explore({tiny_tree, numbered({file("/b/n"), remove("/b")}, 100), true,
               without([](const Condition& c) { return c.kind == Condition::Kind::present; })});
  EXPECT_NE(result.problem.find("under a removed directory"), std::string::npos) << result.problem;
}

TEST(NamesInterleaved, WithoutTheEmptinessOfTheDirectoryAnOrphanIsCaught) {
  for (const Operation& removal : {remove("/b"), move("/a/d", "/b")}) {
    const auto result =
        explore({tiny_tree, numbered({file("/b/n"), removal}, 100), true,
                 without([](const Condition& c) { return c.kind == Condition::Kind::empty_prefix; })});
    EXPECT_NE(result.problem.find("under a removed directory"), std::string::npos) << result.problem;
  }
}

TEST(NamesInterleaved, WithoutTheAbsenceOfTheNameALostNameIsCaught) {
  const auto result = explore(
      {tiny_tree, numbered({file("/n"), move("/a/f", "/n")}, 100), true, without([](const Condition& c) {
         return c.kind == Condition::Kind::absent && c.key == gateway::keys::name(root_directory, "n");
       })});
  EXPECT_NE(result.problem, "");
}

TEST(NamesInterleaved, WithoutTheVersionOfTheRecordALostNameIsCaught) {
  const auto result = explore(
      {tiny_tree, {link("/a/f", "/n"), move("/a/f", "/b/n")}, true, without([](const Condition& c) {
         return c.kind == Condition::Kind::at_revision && gateway::keys::parse_record(c.key).has_value();
       })});
  EXPECT_NE(result.problem, "");
}

TEST(NamesInterleaved, WithoutTheVersionOfNameAndRecordATwiceMovedFileIsCaught) {
  const auto result =
      explore({tiny_tree, {move("/a/f", "/b/n"), move("/a/f", "/n")}, true, without([](const Condition& c) {
                 return c.kind == Condition::Kind::at_revision;
               })});
  EXPECT_NE(result.problem, "");
}

}  // namespace
}  // namespace tandem::simulation
