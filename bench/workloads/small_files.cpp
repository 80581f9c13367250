// Many small files and names: what a store of documents, sources and pictures' thumbnails lives on.
#include "bench/workloads/workload.hpp"

namespace tandem::bench {
namespace {

constexpr std::size_t file_bytes = 4096;

// How many files a run takes: enough to last, few enough for five pairs of runs where each is synced.
constexpr int files_alone = 1500;
constexpr int files_each_of_eight = 300;
constexpr int synced_files_alone = 500;
constexpr int synced_files_each_of_eight = 125;
constexpr int listed_files = 10'000;

constexpr const char* two_folders =
    "temporary file, attribute, rename, in two folders by one process a client";
constexpr const char* two_synced_folders =
    "temporary file, attribute, fsync, rename, fsync of the folder, in two folders by one process a client";
constexpr const char* over_tcp = "200 B there, 4 KiB back over loopback TCP";
constexpr const char* names_in_two_folders = "the same call, in two folders";
constexpr const char* names_in_two_synced_folders =
    "the same call and an fsync of the folder, in two folders";

Status write_one(Subject& subject, const Scope& scope, int number) {
  return subject.write(path_in(scope, "f", number), some_bytes(file_bytes));
}
Status read_one(Subject& subject, const Scope& scope, int number) {
  return subject.read(path_in(scope, "f", number), file_bytes);
}
Status stat_one(Subject& subject, const Scope& scope, int number) {
  return subject.stat(path_in(scope, "f", number));
}

using Operation = Status (*)(Subject&, const Scope&, int);

Step times(int count, Operation operation) {
  return [=](Subject& subject, const Scope& scope) -> Status {
    for (int number = 0; number < count; ++number) {
      if (auto done = operation(subject, scope, number); !done) return done;
    }
    return success();
  };
}

Target against_gfapi(double times_as_fast, const char* faster_than = "") {
  return {Target::Against::peer, times_as_fast, "glusterfs-gfapi", faster_than};
}

// The same for one and for eight clients.
struct Twin {
  const char* name = "";
  const char* title = "";
  const char* floor_is = "";
  Operation operation = nullptr;
  bool durable = false;
  bool on_files = true;  // that are there before
  bool only_reads = false;
  Operation warm_up = nullptr;  // nothing: the records are not known to the measured client
  bool quick = true;
  std::optional<Target> target_alone{};
  std::optional<Target> target_of_eight{};
};

int files_of(const Twin& twin, int clients) {
  if (twin.durable) return clients == 1 ? synced_files_alone : synced_files_each_of_eight;
  return clients == 1 ? files_alone : files_each_of_eight;
}

Workload make(const Twin& twin, int clients, int part) {
  const int count = files_of(twin, clients) / part;
  Workload workload;
  workload.name = std::string(twin.name) + "_" + std::to_string(clients);
  workload.title = std::string(twin.title) + (clients == 1 ? ", 1 client" : ", 8 clients");
  workload.durable = twin.durable;
  workload.clients = clients;
  workload.operations = count;
  workload.bytes = file_bytes;
  workload.quick = twin.quick;
  workload.only_reads = twin.only_reads;
  workload.floor_is = twin.floor_is;
  if (twin.on_files) workload.seed = times(count, write_one);
  if (twin.warm_up != nullptr) workload.prepare = times(count, twin.warm_up);
  workload.operation = twin.operation;
  workload.target = clients == 1 ? twin.target_alone : twin.target_of_eight;
  return workload;
}

Status rename_one(Subject& subject, const Scope& scope, int number) {
  return subject.rename(path_in(scope, "f", number), path_in(scope, "g", number));
}
Status remove_one(Subject& subject, const Scope& scope, int number) {
  return subject.remove(path_in(scope, "f", number));
}
Status make_one(Subject& subject, const Scope& scope, int number) {
  return subject.make_directory(path_in(scope, "d", number));
}

std::vector<Twin> writing_twins() {
  const Target most_of_floor{Target::Against::floor, 0.6, {}};
  return {{.name = "create_4k",
           .title = "create and write 4 KiB",
           .floor_is = two_folders,
           .operation = write_one,
           .on_files = false,
           .target_alone = against_gfapi(10),
           .target_of_eight = against_gfapi(15)},
          {.name = "create_4k_synced",
           .title = "create and write 4 KiB, synced",
           .floor_is = two_synced_folders,
           .operation = write_one,
           .durable = true,
           .on_files = false,
           .target_alone = most_of_floor,
           .target_of_eight = most_of_floor},
          {.name = "overwrite_4k",
           .title = "replace 4 KiB",
           .floor_is = two_folders,
           .operation = write_one,
           .warm_up = stat_one,
           .quick = false},
          {.name = "overwrite_4k_synced",
           .title = "replace 4 KiB, synced",
           .floor_is = two_synced_folders,
           .operation = write_one,
           .durable = true,
           .warm_up = stat_one,
           .quick = false}};
}

std::vector<Twin> reading_twins() {
  return {{.name = "read_4k",
           .title = "read 4 KiB, records known",
           .floor_is = over_tcp,
           .operation = read_one,
           .only_reads = true,
           .warm_up = read_one,
           .target_alone = against_gfapi(5),
           .target_of_eight = against_gfapi(8)},
          {.name = "read_4k_cold",
           .title = "read 4 KiB, fresh client",
           .floor_is = over_tcp,
           .operation = read_one,
           .only_reads = true},
          {.name = "stat",
           .title = "stat, records known",
           .floor_is = "stat(2)",
           .operation = stat_one,
           .only_reads = true,
           .warm_up = stat_one,
           .target_alone = against_gfapi(10, "moosefs")},
          {.name = "stat_cold",
           .title = "stat, fresh client",
           .floor_is = "stat(2)",
           .operation = stat_one,
           .only_reads = true}};
}

// Unsynced as the peers do it, whose names reach the disk behind the answer; the catalogue syncs all the
// same.
std::vector<Twin> naming_twins() {
  std::vector<Twin> twins{
      {.name = "rename", .title = "rename a file", .operation = rename_one},
      {.name = "mkdir", .title = "make a directory", .operation = make_one, .on_files = false},
      {.name = "rm", .title = "remove a file", .operation = remove_one}};
  for (auto& twin : twins) {
    twin.floor_is = names_in_two_folders;
    twin.target_alone = against_gfapi(10, "moosefs");
  }
  return twins;
}

std::vector<Twin> synced_naming_twins() {
  std::vector<Twin> twins{
      {.name = "rename_synced", .title = "rename a file, synced", .operation = rename_one},
      {.name = "mkdir_synced", .title = "make a directory, synced", .operation = make_one, .on_files = false},
      {.name = "rm_synced", .title = "remove a file, synced", .operation = remove_one}};
  for (auto& twin : twins) {
    twin.floor_is = names_in_two_synced_folders;
    twin.durable = true;
    twin.quick = false;
  }
  return twins;
}

Status list_one(Subject& subject, const Scope& scope, int /*number*/) {
  const auto count = subject.list(scope.folder);
  if (!count) return count.error();
  if (*count != listed_files) return wrong_size(scope.folder, listed_files, *count);
  return success();
}

Workload listing() {
  Workload workload;
  workload.name = "list_10000";
  workload.title = "list 10,000 names with attributes";
  workload.operations = 5;
  workload.milliseconds = true;
  workload.only_reads = true;
  workload.floor_is = "readdir and fstatat";
  workload.seed = times(listed_files, write_one);
  workload.operation = list_one;
  workload.target = Target{Target::Against::value, 15, {}};
  return workload;
}

}  // namespace

std::string path_in(const Scope& scope, const char* kind, int number) {
  return scope.folder + "/" + kind + std::to_string(number);
}

std::vector<Workload> small_file_workloads(int part) {
  std::vector<Workload> workloads;
  for (const auto& twins : {writing_twins(), reading_twins(), naming_twins(), synced_naming_twins()}) {
    for (const auto& twin : twins) {
      workloads.push_back(make(twin, 1, part));
      workloads.push_back(make(twin, 8, part));
    }
  }
  workloads.push_back(listing());
  return workloads;
}

}  // namespace tandem::bench
