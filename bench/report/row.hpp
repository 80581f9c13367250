// One measured thing, as every program under bench/ prints it: a JSON object on one line of standard output.
// bench/README.md, "Format of a row", describes the fields. Everything else a program has to say goes to
// standard error.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tandem::bench {

enum class Better { higher, lower };

// What a row is meant to reach: at least `limit` where higher is better, at most `limit` where lower is.
struct Target {
  enum class Against {
    value,  // the row's own median, in its unit
    floor,  // the median of the ratios to the floor
    peer,   // the ratio to the median of `peer`'s row of the same name; judged by bench/run, which has both
  };
  Against against = Against::floor;
  double limit = 0;
  std::string peer{};
  std::string faster_than{};  // another peer that has to be reached, too; empty: none
};

struct Row {
  std::string name{};   // a stable key: lower-case words joined by _, as "create_4k_1"
  std::string title{};  // what a reader sees: "create and write 4 KiB, 1 client"
  std::string unit{};   // "ops/s", "MB/s", "us", "MiB"
  Better better = Better::higher;
  std::vector<double> samples{};                    // one a run
  std::string floor_is{};                           // what the floor does; empty: there is none
  std::vector<double> floor_samples{};              // sample i and floor i were measured one after the other
  std::map<std::string, std::string> conditions{};  // what has to be known to repeat it: clients, durability
  std::map<std::string, double> details{};  // measured beside it: "p99_us", "errors", "client_cpu_s_per_kop"
  std::optional<Target> target{};
};

struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
};

Spread spread_of(std::vector<double> samples);  // of at least one

// The spread of sample i / floor i, in the row's own direction: of MB/s it is the share of the floor that is
// reached, of a time how many times longer. Nothing where the two are not paired.
std::optional<Spread> ratio_to_floor(const Row& row);

enum class Verdict {
  met,
  missed,
  open,  // no target, or one that this program cannot judge
};
Verdict verdict_of(const Row& row);

std::string to_json(const Row& row);  // without the end of the line
// A line on standard output, at once. A row that does not say what its clients cost gets what this program
// has used since the row before: CPU, and the greatest memory so far.
void print(const Row& row);

}  // namespace tandem::bench
