// A script that comes through a pipe is followed line by line.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/cluster/cluster_fixture.hpp"

namespace tandem::test {
namespace {

using Batch = FourNodes;

constexpr int exists = 11;

class Generator {
 public:
  explicit Generator(const std::filesystem::path& pipe)
      : descriptor_(::open(pipe.c_str(), O_WRONLY | O_CLOEXEC)) {}
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;
  ~Generator() { end(); }
  bool writes(std::string_view text) { return ::write(descriptor_, text.data(), text.size()) > 0; }
  void end() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_;
};

TEST_F(Batch, EachLineOfStandardInputRunsWhenItArrives) {
  const auto pipe = cluster.folder() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  auto command = cluster.tandem_command({});
  command.arguments.insert(command.arguments.end(), {"run", "-"});
  std::string line = "exec";
  for (const auto& word : command.arguments) line += " '" + word + "'";
  command.arguments = {"sh", "-c", line + " <" + pipe.string()};
  Child run(command);
  Generator generator(pipe);
  for (const char* name : {"/first", "/second"}) {
    ASSERT_TRUE(generator.writes(std::string("create ") + name + "\n"));
    EXPECT_TRUE(wait_until([&] { return cluster.tandem({"stat", name}).ok(); })) << run.errors();
    EXPECT_TRUE(run.running());
  }
  ASSERT_TRUE(generator.writes("create /first\ncreate /third\n"));
  EXPECT_EQ(run.wait(std::chrono::seconds(20)), exists) << "it stops though the generator goes on";
  EXPECT_NE(run.errors().find("tandem: -:3: /first: "), std::string::npos) << run.errors();
  EXPECT_FALSE(cluster.tandem({"stat", "/third"}).ok());
}

TEST_F(Batch, ADryRunOfAStreamKnowsThatItsInputIsTheScript) {
  const auto outcome = cluster.tandem({"run", "--dry-run", "-"}, "write /f -\n");
  EXPECT_EQ(outcome.status, 64) << describe(outcome);
  EXPECT_NE(outcome.errors.find(":1: /f: standard input is the script"), std::string::npos) << outcome.errors;
}

}  // namespace
}  // namespace tandem::test
