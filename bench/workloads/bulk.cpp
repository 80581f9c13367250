// Large files, whole and in small pieces at random places.
#include <unistd.h>

#include <fstream>
#include <random>

#include "bench/workloads/workload.hpp"

namespace tandem::bench {
namespace {

constexpr std::uint64_t large_bytes = std::uint64_t{256} << 20;
constexpr std::size_t block_bytes = 4096;
constexpr int random_reads_alone = 5000;
constexpr int random_reads_each = 2000;

constexpr const char* over_tcp = "the same bytes over loopback TCP, sends of 1 MiB";

Status write_large_file(Subject& subject, const Scope& scope, int number) {
  return subject.write_large(path_in(scope, "large", number), large_bytes);
}
Status read_large_file(Subject& subject, const Scope& scope, int /*number*/) {
  return subject.read_large(path_in(scope, "large", 0), large_bytes);
}
Status seed_large_file(Subject& subject, const Scope& scope) {
  return write_large_file(subject, scope, 0);
}
Status read_it_once(Subject& subject, const Scope& scope) {
  return read_large_file(subject, scope, 0);
}
Status remove_large_file(Subject& subject, const Scope& scope) {
  return subject.remove(path_in(scope, "large", 0));
}

// The same places in every run: number and client decide.
Status read_block(Subject& subject, const Scope& scope, int number) {
  std::mt19937_64 random(static_cast<std::uint64_t>(number) * 64 + static_cast<std::uint64_t>(scope.client));
  const std::uint64_t block = random() % (large_bytes / block_bytes);
  return subject.read_at(path_in(scope, "large", 0), block * block_bytes, block_bytes);
}

std::string clients_text(int clients) {
  return clients == 1 ? ", 1 client" : ", " + std::to_string(clients) + " clients";
}

Workload writing(bool durable, int clients) {
  Workload workload;
  workload.name = std::string("write_256m_") + (durable ? "synced_" : "") + std::to_string(clients);
  workload.title = std::string("write 256 MiB") + (durable ? ", synced" : "") + clients_text(clients);
  workload.durable = durable;
  workload.clients = clients;
  workload.operations = 1;
  workload.bytes = large_bytes;
  workload.bulk = true;
  workload.quick = clients == 1;
  workload.floor_is = durable ? "two files by one process a client, 1 MiB in turn, both synced and renamed"
                              : "two files by one process a client, 1 MiB in turn, both renamed";
  workload.operation = write_large_file;
  workload.clean_up = remove_large_file;
  if (durable && clients == 1) workload.target = Target{Target::Against::floor, 0.85, {}};
  return workload;
}

Workload reading(const char* name, const char* caches, int clients) {
  Workload workload;
  workload.name = name + std::to_string(clients);
  workload.title = std::string("read 256 MiB, ") + caches + clients_text(clients);
  workload.clients = clients;
  workload.bytes = large_bytes;
  workload.bulk = true;
  workload.only_reads = true;
  workload.floor_needs_seed = false;
  workload.floor_is = over_tcp;
  workload.seed = seed_large_file;
  workload.operation = read_large_file;
  return workload;
}

Workload reading_warm(int clients) {
  Workload workload = reading("read_256m_", "server warm", clients);
  workload.operations = clients == 1 ? 3 : 1;
  workload.quick = clients == 1;
  workload.prepare = read_it_once;
  if (clients == 1) workload.target = Target{Target::Against::floor, 0.7, {}};
  return workload;
}

// Every cache of the machine forgets what is on disk already; needs root.
Status forget_cached_files(Subject& /*subject*/, const Scope& /*scope*/) {
  ::sync();
  std::ofstream switch_of_the_kernel("/proc/sys/vm/drop_caches");
  switch_of_the_kernel << "1" << std::flush;
  if (switch_of_the_kernel) return success();
  return Error{Code::denied, "the kernel's caches cannot be dropped; this row needs root"};
}

Workload reading_cold() {
  Workload workload = reading("read_256m_cold_", "server cold", 1);
  workload.operations = 1;
  workload.quick = false;
  workload.prepare = forget_cached_files;
  return workload;
}

Workload reading_blocks(int clients) {
  Workload workload;
  workload.name = "random_4k_" + std::to_string(clients);
  workload.title = "random 4 KiB reads in 256 MiB" + clients_text(clients);
  workload.clients = clients;
  workload.operations = clients == 1 ? random_reads_alone : random_reads_each;
  workload.bytes = block_bytes;
  workload.quick = clients == 1;
  workload.only_reads = true;
  workload.floor_needs_seed = false;
  workload.floor_is = "200 B there, 4 KiB back over loopback TCP";
  workload.seed = seed_large_file;
  workload.operation = read_block;
  workload.target = Target{Target::Against::peer, 2.5, "glusterfs-gfapi"};
  return workload;
}

}  // namespace

std::vector<Workload> bulk_workloads() {
  return {writing(false, 1), writing(true, 1), reading_warm(1), reading_cold(),   reading_blocks(1),
          writing(false, 4), writing(true, 4), reading_warm(4), reading_blocks(4)};
}

std::vector<Workload> all_workloads(int part) {
  auto workloads = small_file_workloads(part);
  for (auto& workload : bulk_workloads()) workloads.push_back(std::move(workload));
  return workloads;
}

}  // namespace tandem::bench
