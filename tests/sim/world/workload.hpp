// What the simulated clients do: operations drawn by the seed on few paths, so that they meet. Contents
// describe themselves, so that every byte read back is checked and told apart by a short token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/store/store.hpp"
#include "tests/sim/checkers/history.hpp"
#include "tests/sim/runtime/chance.hpp"
#include "tests/sim/world/world.hpp"

namespace tandem::sim {

enum class WorkKind : std::uint8_t {
  files,        // read, write, append, create, rm on a few files in directories that stay
  names,        // files that are written once, and their names: mkdir, mv, rm, ls
  directories,  // directories alone, moved into each other all the time; judged by the invariants
  locks,        // as files, with locked stretches in which nobody else may change anything
  moves,        // everything, moves of directories and links too; judged by the invariants alone
};

struct Workload {
  WorkKind kind = WorkKind::files;
  std::uint32_t paths = 3;
  std::uint32_t operations = 30;                        // of each fiber
  std::uint32_t fibers = 2;                             // of each client
  Duration pause_max = std::chrono::milliseconds(500);  // between two operations; most are much shorter
};

// One segment of a content: "TOKEN,LENGTH;" and that many bytes that follow from both.
std::string make_segment(const std::string& token, std::size_t length);
// The tokens of a content's segments, each ended by '|'; says so where bytes are not as they were written.
std::string describe_content(std::string_view content);

// Before the clients start: the directories a workload expects.
Status prepare(const Workload& workload, gateway::Store& store);

// The body of one client; ends when its fibers have done their operations.
void run_workload(const Workload& workload, World& world, Client& client, gateway::Store& store,
                  History& history);

// Reads everything once more, for the record of acknowledged bytes.
void read_everything(const Workload& workload, Client& client, gateway::Store& store, History& history);

// Whether the answers can be explained.
struct Judgement {
  std::optional<std::string> wrong{};
  std::uint64_t undecided = 0;  // histories with too many orders to try
};
Judgement judge(const Workload& workload, const History& history);

}  // namespace tandem::sim
