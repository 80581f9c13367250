// The parts of an operation, each alone: what is left when network, disk and scheduling are taken away.
#include <benchmark/benchmark.h>

#include <memory>
#include <random>

#include "gateway/placement/path_map.hpp"
#include "gateway/placement/placement.hpp"
#include "protocol/contract/checksums.hpp"
#include "protocol/wire/base64.hpp"
#include "protocol/wire/node_codec.hpp"

namespace tandem::bench {
namespace {

constexpr std::size_t large_bytes = std::size_t{1} << 20;
constexpr int known_paths = 100'000;

std::string some_bytes(std::size_t size) {
  std::mt19937_64 random(7);  // NOLINT(cert-msc51-cpp): the same bytes in every run
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() & 0xff);
  return bytes;
}

void handled(benchmark::State& state, std::size_t bytes_each) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(bytes_each));
}

void checksum(benchmark::State& state) {
  const std::string content = some_bytes(large_bytes);
  while (state.KeepRunning()) {
    ChecksumStream stream;
    stream.update(std::as_bytes(std::span(content)));
    benchmark::DoNotOptimize(digest_of(std::move(stream).finish()));
  }
  handled(state, content.size());
  state.SetLabel("checksums and digest of 1 MiB");
}
BENCHMARK(checksum);

void base64_encode(benchmark::State& state) {
  const std::string content = some_bytes(large_bytes);
  while (state.KeepRunning()) benchmark::DoNotOptimize(protocol::encode_base64(content));
  handled(state, content.size());
  state.SetLabel("base64 of 1 MiB, encode");
}
BENCHMARK(base64_encode);

void base64_decode(benchmark::State& state) {
  const std::string text = protocol::encode_base64(some_bytes(large_bytes));
  while (state.KeepRunning()) benchmark::DoNotOptimize(protocol::decode_base64(text));
  handled(state, large_bytes);
  state.SetLabel("base64 of 1 MiB, decode");
}
BENCHMARK(base64_decode);

ObjectId id_of(std::uint64_t number) {
  ObjectId id;
  std::mt19937_64 random(number);
  for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(random() & 0xff);
  return id;
}

std::vector<SettleItem> settle_items() {
  std::vector<SettleItem> items;
  for (std::uint64_t number = 0; number < 64; ++number) {
    SettleItem item;
    item.id = id_of(number);
    item.revision = number;
    item.names = {{id_of(1000), "file-" + std::to_string(number)}};
    item.directories = {{id_of(1000), 1, id_of(1001), "directory"}};
    items.push_back(std::move(item));
  }
  return items;
}

void settle_coding(benchmark::State& state) {
  const auto items = settle_items();
  while (state.KeepRunning()) {
    std::size_t understood = 0;
    for (const auto& text : protocol::encode_settles({}, items, true)) {
      const auto decoded = protocol::decode_settle(text);
      if (decoded) understood += decoded->items.size();
    }
    if (understood != items.size()) state.SkipWithError("not what was sent");
  }
  state.SetLabel("a settle call of 64 files, encoded and decoded");
}
BENCHMARK(settle_coding);

void path_found(benchmark::State& state) {
  gateway::PathMap map(std::size_t{known_paths} * 2);
  std::vector<std::string> paths;
  const auto target = std::make_shared<const gateway::Resolved>(
      gateway::Resolved{id_of(2), 1, {.kind = Kind::file, .pair = "p1"}});
  for (int number = 0; number < known_paths; ++number) {
    paths.push_back("/directory/file-" + std::to_string(number));
    const Name step{id_of(1), "file-" + std::to_string(number)};
    map.remember(paths.back(), std::span(&step, 1), target, map.ticket());
  }
  std::mt19937_64 random(3);  // NOLINT(cert-msc51-cpp)
  while (state.KeepRunning()) {
    const auto found = map.find(paths[random() % paths.size()]);
    if (!found) state.SkipWithError("a path is missing");
  }
  state.SetLabel("a path found among 100,000");
}
BENCHMARK(path_found);

void placement(benchmark::State& state) {
  gateway::Placement placement(gateway::PlacementPolicy::round_robin, 1);
  const std::vector<std::string> pairs{"p1", "p2", "p3", "p4"};
  placement.set_pairs(pairs);
  const ObjectId directory = id_of(1);
  while (state.KeepRunning()) {
    const auto chosen = placement.choose({.directory = directory});
    if (!chosen) state.SkipWithError("no pair");
  }
  state.SetLabel("a pair chosen among four");
}
BENCHMARK(placement);

}  // namespace
}  // namespace tandem::bench
