// Every interleaving of a writer that may die after each step, the gate holder after it, and two readers
// that cache, one after the other: nobody may see a state older than one already seen.
#include "gateway/catalogue/sqlite/revision_word.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tandem::gateway {
namespace {

constexpr Revision old_revision = 10;
constexpr Revision new_revision = 11;

struct Machine {
  std::atomic<std::uint64_t> bits{old_revision};
  RevisionWord word{bits};
  Revision database = old_revision;  // what a read of the database shows; a state is named by its revision
};

// What the steps of the protocol are made of; the naive one leaves out "changing".
using Steps = std::vector<std::function<void(Machine&)>>;

Steps writer_steps() {
  return {[](Machine& m) { m.word.begin_change(); }, [](Machine& m) { m.database = new_revision; },
          [](Machine& m) { m.word.finish(new_revision); }};
}

Steps naive_writer_steps() {
  return {[](Machine& m) { m.database = new_revision; }, [](Machine& m) { m.word.finish(new_revision); }};
}

// A process with a cache that is current with `applied`. A read is two steps; it returns what it saw.
struct Reader {
  Revision applied;  // 0: nothing is cached yet
  bool must_ask = false;
  void look(const Machine& m) { must_ask = m.word.final_revision() != applied; }
  Revision see(const Machine& m) {
    if (must_ask) applied = m.database;
    return applied;
  }
};

struct Outcome {
  int interleavings = 0;
  int went_back = 0;
};

// Thread 0: the writer, of which `alive` steps happen, then, when it died, the repair by the next holder.
// Thread 1: reader A reads, then reader B. Walks every merge of the two step lists.
void run(const std::vector<bool>& order, const Steps& writer, bool repairs, Reader a, Reader b,
         Outcome& outcome) {
  Machine machine;
  Revision seen_by_a = 0;
  Revision seen_by_b = 0;
  Steps first = writer;
  if (repairs) first.push_back([](Machine& m) { m.word.repair(m.database); });
  const Steps second{[&](Machine& m) { a.look(m); }, [&](Machine& m) { seen_by_a = a.see(m); },
                     [&](Machine& m) { b.look(m); }, [&](Machine& m) { seen_by_b = b.see(m); }};
  std::size_t next[2] = {0, 0};
  for (const bool is_reader : order) {
    const Steps& steps = is_reader ? second : first;
    steps[next[is_reader ? 1 : 0]++](machine);
  }
  ++outcome.interleavings;
  if (seen_by_b < seen_by_a) ++outcome.went_back;
  // Once all is over every further read sees what the database shows.
  for (Reader* reader : {&a, &b}) {
    reader->look(machine);
    EXPECT_EQ(reader->see(machine), machine.database);
  }
}

void merge(std::size_t writer_left, std::size_t reader_left, std::vector<bool>& order,
           const std::function<void()>& whole) {
  if (writer_left == 0 && reader_left == 0) return whole();
  const std::pair<std::size_t, bool> choices[] = {{writer_left, false}, {reader_left, true}};
  for (const auto& [left, is_reader] : choices) {
    if (left == 0) continue;
    order.push_back(is_reader);
    merge(writer_left - (is_reader ? 0 : 1), reader_left - (is_reader ? 1 : 0), order, whole);
    order.pop_back();
  }
}

Outcome run_all(const Steps& writer, bool may_die, bool repairs) {
  Outcome outcome;
  for (std::size_t alive = may_die ? 0 : writer.size(); alive <= writer.size(); ++alive) {
    const Steps done(writer.begin(), writer.begin() + static_cast<std::ptrdiff_t>(alive));
    std::vector<bool> order;
    merge(done.size() + (repairs ? 1 : 0), 4, order, [&] {
      for (const Revision a : {Revision{0}, old_revision}) {
        for (const Revision b : {Revision{0}, old_revision})
          run(order, done, repairs, Reader{a}, Reader{b}, outcome);
      }
    });
  }
  return outcome;
}

TEST(RevisionWord, NoReaderGoesBackUnderAnyInterleaving) {
  const Outcome outcome = run_all(writer_steps(), false, false);
  EXPECT_EQ(outcome.interleavings, 35 * 4);  // with warm and cold readers
  EXPECT_EQ(outcome.went_back, 0);
}

TEST(RevisionWord, NoReaderGoesBackWhereverTheWriterDies) {
  const Outcome abandoned = run_all(writer_steps(), true, false);
  EXPECT_EQ(abandoned.went_back, 0);
  const Outcome repaired = run_all(writer_steps(), true, true);
  EXPECT_GT(repaired.interleavings, abandoned.interleavings);
  EXPECT_EQ(repaired.went_back, 0);
}

TEST(RevisionWord, WithoutChangingAReaderCanGoBack) {
  EXPECT_GT(run_all(naive_writer_steps(), false, false).went_back, 0);
}

TEST(RevisionWord, ANewFileSaysNothing) {
  std::atomic<std::uint64_t> bits{0};
  RevisionWord word(bits);
  EXPECT_FALSE(word.final_revision());
  word.repair(old_revision);
  EXPECT_EQ(word.final_revision(), old_revision);
  word.begin_change();
  EXPECT_FALSE(word.final_revision());
  word.finish(new_revision);
  EXPECT_EQ(word.final_revision(), new_revision);
}

}  // namespace
}  // namespace tandem::gateway
