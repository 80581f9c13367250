#include "tests/cluster/trouble/disks_in_trouble.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/support/failing_disk/failing_disk.hpp"

namespace tandem::test {
namespace {

constexpr std::uintmax_t small_image_bytes = std::uintmax_t{128} << 20;
constexpr rlim_t descriptors_in_trouble = 4;

}  // namespace

PairOnDisks::PairOnDisks() {
  ClusterOptions options;
  options.nodes = members;
  options.extra_config = "[timeouts]\nretries = 0\n";
  options.daemon_environment = environment_of_failing_disks(disks_.path());
  cluster_ = std::make_unique<LocalCluster>(options);
  for (std::size_t member = 0; member < members; ++member) {
    std::filesystem::create_directories(disk(member));
    std::filesystem::create_directory_symlink(disk(member) / "root", cluster().data_folder(member));
  }
}

// Ends the daemons, then takes off what was mounted.
PairOnDisks::~PairOnDisks() {
  cluster_.reset();
  for (std::size_t member = 0; member < members; ++member) ::umount2(disk(member).c_str(), MNT_DETACH);
}

std::filesystem::path PairOnDisks::disk(std::size_t member) const {
  return disks_.path() / ("disk" + std::to_string(member));
}

testing::AssertionResult PairOnDisks::put_on(Disk kind) {
  if (kind == Disk::plain_folder) return testing::AssertionSuccess();
  // Mounts of a name space of its own end with the processes in it, however those end.
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return testing::AssertionFailure() << "mounting small disks needs the rights of root";
  for (std::size_t member = 0; member < members; ++member) {
    if (!mount(member, kind))
      return testing::AssertionFailure() << "this machine mounts no small disks of that kind";
  }
  return testing::AssertionSuccess();
}

bool PairOnDisks::mount(std::size_t member, Disk kind) const {
  const std::string place = disk(member);
  if (kind == Disk::small_memory) return ::mount("none", place.c_str(), "tmpfs", 0, "size=96m") == 0;
  const std::string image = place + ".image";
  write_file(image, "");
  std::filesystem::resize_file(image, small_image_bytes);
  return run({.arguments = {"mkfs.ext4", "-q", "-m", "0", image}}).ok() &&
         run({.arguments = {"mount", "-o", "loop", image, place}}).ok();
}

testing::AssertionResult PairOnDisks::start() {
  for (std::size_t member = 0; member < members; ++member)
    std::filesystem::create_directories(disk(member) / "root");
  return cluster().start_and_init();
}

// Somebody else's file takes the space: the daemon learns of it only from the disk.
void PairOnDisks::fill(std::size_t member, std::uint64_t free_bytes) {
  const std::string filler = disk(member) / "filler";
  const int file = ::open(filler.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  const auto left = [&] { return std::filesystem::space(disk(member)).available; };
  // In pieces: near the end the disk needs a little for itself.
  off_t size = 0;
  for (std::uint64_t piece = std::uint64_t{1} << 20; piece >= 4096;) {
    const bool fits = left() >= free_bytes + piece;
    if (fits && ::posix_fallocate(file, size, static_cast<off_t>(piece)) == 0)
      size += static_cast<off_t>(piece);
    else
      piece /= 2;
  }
  ::close(file);
  EXPECT_LT(left(), free_bytes + 65'536);
}

void PairOnDisks::empty(std::size_t member) {
  std::filesystem::remove(disk(member) / "filler");
}

void PairOnDisks::set_read_only(std::size_t member, bool read_only) {
  const auto outcome =
      run({.arguments = {"mount", "-o", read_only ? "remount,ro" : "remount,rw", disk(member)}});
  EXPECT_TRUE(outcome.ok()) << describe(outcome);
}

void PairOnDisks::fail(std::size_t member, const std::vector<std::string>& calls, int number) {
  fail_calls(disk(member), calls, number);
}

void PairOnDisks::mend(std::size_t member) {
  mend_calls(disk(member));
}

void PairOnDisks::take_descriptors(std::size_t member) {
  const pid_t daemon = cluster().pid(member);
  ASSERT_EQ(::prlimit(daemon, RLIMIT_NOFILE, nullptr, &usual_descriptors_), 0);
  const rlimit none_left{descriptors_in_trouble, usual_descriptors_.rlim_max};
  EXPECT_EQ(::prlimit(daemon, RLIMIT_NOFILE, &none_left, nullptr), 0);
}

void PairOnDisks::give_descriptors(std::size_t member) {
  EXPECT_EQ(::prlimit(cluster().pid(member), RLIMIT_NOFILE, &usual_descriptors_, nullptr), 0);
}

}  // namespace tandem::test
