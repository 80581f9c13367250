#include "bench/catalogue/filled_catalogue.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "bench/catalogue/rows.hpp"
#include "gateway/catalogue/names/initial.hpp"
#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"

namespace tandem::bench {

using gateway::Change;
using gateway::Condition;
using gateway::NameValue;
using gateway::ObjectRecord;
using gateway::Transaction;
namespace keys = gateway::keys;

namespace {

constexpr std::uint64_t files_per_directory = 1000;
constexpr std::uint64_t files_per_commit = 40;
constexpr std::size_t writers = 8;
constexpr std::uint64_t directories_kind = 1;
constexpr std::uint64_t files_kind = 2;

void add(Transaction& transaction, const ObjectId& id, const ObjectRecord& record) {
  const Name& name = record.names.front();
  const std::string name_key = keys::name(name.directory, name.name);
  transaction.conditions.push_back(Condition::absent(name_key));
  transaction.changes.push_back(Change::put(name_key, encode(NameValue{id, record.kind})));
  transaction.changes.push_back(Change::put(keys::record(id), encode(record)));
}

void commit(gateway::Catalogue& catalogue, const Transaction& transaction) {
  if (!must(catalogue.commit(transaction)).committed) fail({Code::stale, "the catalogue was not empty"});
}

}  // namespace

std::unique_ptr<gateway::Catalogue> new_catalogue(const std::string& path, Runtime& runtime) {
  gateway::ClusterRecord cluster;
  cluster.name = "bench";
  return must(gateway::SqliteCatalogue::create(path, gateway::initial_entries(cluster, {}), runtime));
}

// As ids made one a millisecond are: in order, with bytes behind that have none.
ObjectId numbered(std::uint64_t kind, std::uint64_t n) {
  constexpr std::uint64_t first_ms = 1'700'000'000'000;
  constexpr std::size_t time_bytes = 6;
  const std::uint64_t big_endian = __builtin_bswap64((first_ms + n) << 16U);
  const std::uint64_t mixed = (n * 8 + kind) * 0x9e3779b97f4a7c15U;
  ObjectId id;
  std::memcpy(id.bytes.data(), &mixed, sizeof mixed);
  std::memcpy(id.bytes.data() + sizeof mixed, &mixed, sizeof mixed);
  std::memcpy(id.bytes.data(), &big_endian, time_bytes);
  return id;
}

ObjectId add_file(Transaction& transaction, const ObjectId& directory, std::uint64_t n) {
  ObjectRecord record;
  record.pair = "p1";
  record.stamp = {(Revision{1} << epoch_shift) + 17, n};
  record.size_bytes = 4096 + n % 100'000;
  record.digest.bytes.fill(static_cast<std::uint8_t>(n | 1));
  record.attributes = {0644, 1000, 1000, 1'700'000'000'000'000'000};
  record.names = {{directory, "IMG_" + std::to_string(10'000'000 + n) + ".jpeg"}};
  const ObjectId id = numbered(files_kind, n);
  add(transaction, id, record);
  return id;
}

void add_directory(Transaction& transaction, const ObjectId& parent, const std::string& name,
                   const ObjectId& id) {
  ObjectRecord record;
  record.kind = Kind::directory;
  record.names = {{parent, name}};
  add(transaction, id, record);
}

void fill(gateway::Catalogue& catalogue, std::uint64_t files) {
  const std::uint64_t directories = (files + files_per_directory - 1) / files_per_directory;
  std::atomic<std::uint64_t> next = 0;
  const auto work = [&] {
    for (std::uint64_t d = next++; d < directories; d = next++) {
      const ObjectId directory = numbered(directories_kind, d);
      Transaction made;
      add_directory(made, root_directory, "d" + std::to_string(d), directory);
      commit(catalogue, made);
      const std::uint64_t end = std::min(files, (d + 1) * files_per_directory);
      for (std::uint64_t n = d * files_per_directory; n < end; n += files_per_commit) {
        Transaction transaction;
        for (std::uint64_t i = n; i < std::min(end, n + files_per_commit); ++i)
          add_file(transaction, directory, i);
        commit(catalogue, transaction);
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < writers; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace tandem::bench
