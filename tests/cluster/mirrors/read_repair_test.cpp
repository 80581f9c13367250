// Every way a copy can rot, on one member and on both: a reader gets the right bytes or an error that names
// both members, never wrong ones (I2); the bad copy is mended.
#include <sys/xattr.h>

#include <array>
#include <cstring>
#include <fstream>
#include <functional>

#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

constexpr int corrupt_status = 22;

// What befalls the copy of /a on a node; /b is another file of the same size in the same pair.
struct Damage {
  std::string name;
  std::function<void(const fs::path& tree, const fs::path& root)> happen;
};

void flip_byte(const fs::path& file, std::uintmax_t offset) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(static_cast<char>(byte ^ 1));
  ASSERT_TRUE(stream.good()) << file;
}

fs::path object_of(const fs::path& tree, const fs::path& root, const std::string& name) {
  for (const auto& entry : fs::directory_iterator(root / "objects"))
    if (fs::equivalent(entry.path(), tree / name)) return entry.path();
  ADD_FAILURE() << "no object of " << name;
  return {};
}

void flip_attribute(const fs::path& file) {
  std::array<char, 4096> names{};
  const ssize_t length = ::listxattr(file.c_str(), names.data(), names.size());
  ASSERT_GT(length, 0);
  for (const char* name = names.data(); name < names.data() + length; name += std::strlen(name) + 1) {
    std::array<char, 65'536> value{};
    const ssize_t size = ::getxattr(file.c_str(), name, value.data(), value.size());
    ASSERT_GT(size, 0) << name;
    value[static_cast<std::size_t>(size) / 2] =
        static_cast<char>(value[static_cast<std::size_t>(size) / 2] ^ 1);
    ASSERT_EQ(::setxattr(file.c_str(), name, value.data(), static_cast<std::size_t>(size), 0), 0) << name;
  }
}

const std::vector<Damage>& damages() {
  static const std::vector<Damage> all{
      {"FlippedBit", [](const fs::path& tree, const fs::path&) { flip_byte(tree / "a", 100'000); }},
      {"FlippedLastByte",
       [](const fs::path& tree, const fs::path&) { flip_byte(tree / "a", fs::file_size(tree / "a") - 1); }},
      {"FlippedChecksums",
       [](const fs::path&, const fs::path& root) {
         for (const auto& list : fs::directory_iterator(root / "checksums")) flip_byte(list.path(), 5);
       }},
      {"FlippedAttributes", [](const fs::path& tree, const fs::path&) { flip_attribute(tree / "a"); }},
      {"Truncated", [](const fs::path& tree, const fs::path&) { fs::resize_file(tree / "a", 70'000); }},
      {"Emptied", [](const fs::path& tree, const fs::path&) { fs::resize_file(tree / "a", 0); }},
      {"Grown", [](const fs::path& tree,
                   const fs::path&) { fs::resize_file(tree / "a", fs::file_size(tree / "a") + 10); }},
      {"Deleted",
       [](const fs::path& tree, const fs::path& root) {
         fs::remove(object_of(tree, root, "a"));
         fs::remove(tree / "a");
       }},
      {"SwappedWithAnother",
       [](const fs::path& tree, const fs::path& root) {
         const fs::path a = object_of(tree, root, "a");
         const fs::path b = object_of(tree, root, "b");
         fs::rename(a, root / "objects" / "aside");
         fs::rename(b, a);
         fs::rename(root / "objects" / "aside", b);
       }},
  };
  return all;
}

class ReadRepair : public testing::TestWithParam<Damage> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(cluster.start_and_init());
    const TemporaryFolder local;
    for (const std::string name : {"a", "b"}) {
      write_file(local.path() / name, name == "a" ? a : b);
      const auto put = cluster.tandem({"put", (local.path() / name).string(), "/" + name});
      ASSERT_TRUE(put.ok()) << describe(put);
    }
    ASSERT_TRUE(cluster.members_become_equal());
  }
  void damage(std::size_t node) { GetParam().happen(cluster.tree(node), cluster.data_folder(node)); }
  // The cluster's events tell of one damaged copy: whose, and of which file.
  void expect_told(std::size_t node, const std::string& path) {
    const std::string events = cluster.tandem({"events", "--json"}).output;
    const std::string damaged = R"("kind":"copy_damaged")";
    const auto told = events.find(damaged + R"(,"node":")" + cluster.address(node) + R"(","path":")" + path +
                                  R"(","message":")");
    EXPECT_NE(told, std::string::npos) << events;
    EXPECT_EQ(events.find(damaged), events.rfind(damaged)) << "told of more than one: " << events;
  }

  const std::string a = bytes_of(1, 2'000'000);
  const std::string b = bytes_of(2, 2'000'000);
  LocalCluster cluster{{.nodes = 2}};
};

TEST_P(ReadRepair, OfOneCopyGivesTheRightBytesAndMendsIt) {
  damage(0);
  // Members take turns within one process, and nobody is asked instead of a slow one: both are read.
  const auto reads = cluster.tandem({"--set", "read.hedge=0", "run", "-"}, "read /a\nread /a\n");
  ASSERT_TRUE(reads.ok()) << describe(Outcome{.status = reads.status, .errors = reads.errors});
  ASSERT_TRUE(reads.output == a + a) << "wrong bytes";
  expect_told(0, "/a");
  ASSERT_TRUE(cluster.heals());
  cluster.kill(1);
  for (const std::string name : {"a", "b"}) {
    const auto read = cluster.tandem({"read", "/" + name});
    if (name == "b" && !read.ok()) continue;  // nobody read it while its mirror was there
    ASSERT_TRUE(read.ok()) << describe(Outcome{.status = read.status, .errors = read.errors});
    EXPECT_TRUE(read.output == (name == "a" ? a : b)) << "wrong bytes in the mended copy";
  }
}

TEST_P(ReadRepair, OfBothCopiesIsAnErrorThatNamesBoth) {
  damage(0);
  damage(1);
  for (int turn = 0; turn < 3; ++turn) {
    const auto read = cluster.tandem({"read", "/a"});
    EXPECT_EQ(read.output, a.substr(0, read.output.size())) << "not a prefix of the right bytes";
    EXPECT_EQ(read.status, corrupt_status) << describe(Outcome{.status = read.status, .errors = read.errors});
    for (const std::size_t node : {0U, 1U})
      EXPECT_NE(read.errors.find(cluster.address(node)), std::string::npos) << read.errors;
  }
}

TEST(HealingOfAThirdMember, TellsOfTheDamagedCopiesItMeets) {
  LocalCluster cluster{{.nodes = 3, .members_per_pair = 3}};
  ASSERT_TRUE(cluster.start_and_init());
  ASSERT_TRUE(cluster.stop(2));
  for (int file = 0; file < 8; ++file) {
    const std::string name = "f" + std::to_string(file);
    const auto write = cluster.tandem({"write", "/" + name, std::string(1000, 'x')});
    ASSERT_TRUE(write.ok()) << describe(write);
    ASSERT_TRUE(wait_until([&] { return fs::exists(cluster.tree(0) / name); }));
    flip_byte(cluster.tree(0) / name, 500);
  }
  ASSERT_TRUE(cluster.restart(2));
  const auto heal = cluster.tandem({"heal"});
  EXPECT_TRUE(heal.ok()) << describe(heal);
  EXPECT_TRUE(same_trees(cluster.tree(1), cluster.tree(2)));
  const std::string events = cluster.tandem({"events", "--json"}).output;
  const std::string damaged = R"("kind":"copy_damaged","node":")" + cluster.address(0) + R"(","path":)";
  EXPECT_NE(events.find(damaged + R"("/f)"), std::string::npos) << events;
  EXPECT_EQ(events.find(damaged + "null"), std::string::npos) << events;
}

class FailingDisk : public testing::Test {
 protected:
  // A new file, damaged on the first node, read from both members and healed.
  void damage_and_mend(const std::string& name) {
    const auto write = cluster.tandem({"write", "/" + name, std::string(1000, 'x')});
    ASSERT_TRUE(write.ok()) << describe(write);
    ASSERT_TRUE(cluster.members_become_equal());
    flip_byte(cluster.tree(0) / name, 500);
    const auto reads =
        cluster.tandem({"--set", "read.hedge=0", "run", "-"}, "read /" + name + "\nread /" + name + "\n");
    ASSERT_TRUE(reads.ok()) << describe(reads);
    ASSERT_TRUE(cluster.heals());
  }
  std::string status() { return cluster.tandem({"status"}).output; }

  LocalCluster cluster{{.nodes = 2}};
};

TEST_F(FailingDisk, IsNamedByTheStatusOnceItsCopiesRotAgainAndAgain) {
  ASSERT_TRUE(cluster.start_and_init());
  damage_and_mend("a");
  damage_and_mend("b");
  EXPECT_EQ(status().find("keeps failing"), std::string::npos) << "two may be chance: " << status();
  damage_and_mend("c");
  const std::string document = cluster.tandem({"status", "--json"}).output;
  EXPECT_NE(status().find("its disk keeps failing: 3 damaged copies"), std::string::npos) << status();
  EXPECT_NE(document.find(cluster.address(0) + " of p1 has a disk that keeps failing"), std::string::npos)
      << document;
  EXPECT_EQ(document.find(cluster.address(1) + " of p1 has"), std::string::npos) << document;
  EXPECT_NE(document.find("\"verdict\":\"healthy\""), std::string::npos) << document;
}

INSTANTIATE_TEST_SUITE_P(Damages, ReadRepair, testing::ValuesIn(damages()),
                         [](const auto& order) { return order.param.name; });

}  // namespace
}  // namespace tandem::test
