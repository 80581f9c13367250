// put and get as people meet them: progress, an account at the end, interrupted and taken up again.
#include <csignal>

#include "tests/cluster/cluster_fixture.hpp"
#include "tests/support/local_cluster/terminal.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

constexpr int some_failed = 1;

class TransfersOnACluster : public FourNodes {
 protected:
  fs::path folder_of(int files, std::size_t bytes) {
    auto folder = cluster.folder() / "many";
    fs::create_directories(folder);
    for (int file = 0; file < files; ++file) {
      write_file(folder / std::to_string(file), bytes_of(static_cast<unsigned>(file), bytes));
    }
    return folder;
  }
};

TEST_F(TransfersOnACluster, TellTheirProgressOnATerminalAndASummaryElsewhere) {
  const auto many = folder_of(20, 100'000);
  cluster.freeze(0);  // so that it takes about a second
  Terminal terminal(cluster.tandem_command({"put", "-r", many.string(), "/"}));
  EXPECT_TRUE(terminal.sees(" of 20 files, ")) << terminal.everything();
  EXPECT_TRUE(terminal.sees(" of 1.9 MiB, ") && terminal.sees("/s, ") && terminal.sees(" left  "))
      << terminal.everything();
  EXPECT_TRUE(terminal.sees("tandem: put: 20 files, 1 directory, 1.9 MiB in ")) << terminal.everything();
  EXPECT_EQ(terminal.wait(std::chrono::seconds(30)), 0) << terminal.everything();
  cluster.thaw(0);
  const auto quiet = cluster.tandem({"put", "-r", "--update", many.string(), "/"});
  EXPECT_TRUE(quiet.ok()) << describe(quiet);
  EXPECT_EQ(quiet.output, "");
  EXPECT_EQ(quiet.errors.find("tandem: put: 0 files, 1 directory, 0 B in "), 0U) << quiet.errors;
  EXPECT_NE(quiet.errors.find("; 20 unchanged\n"), std::string::npos) << quiet.errors;
  EXPECT_EQ(quiet.errors.find('\r'), std::string::npos) << quiet.errors;
}

TEST_F(TransfersOnACluster, InterruptedAndRunAgainTheyDoTheRest) {
  const auto many = folder_of(1000, 20'000);
  Child put(cluster.tandem_command({"put", "-r", many.string(), "/"}));
  ASSERT_TRUE(wait_until([&] { return !cluster.tandem({"ls", "/many"}).output.empty(); }));
  put.signal(SIGINT);
  EXPECT_EQ(put.wait(std::chrono::seconds(20)), 130) << put.errors();
  const auto arrived = cluster.tandem({"ls", "/many"}).output;
  const auto rest = cluster.tandem({"put", "-r", "--update", many.string(), "/"});
  EXPECT_TRUE(rest.ok()) << describe(rest);
  EXPECT_NE(rest.errors.find(" unchanged"), std::string::npos) << rest.errors;
  EXPECT_TRUE(holds("/many", many));
}

TEST_F(TransfersOnACluster, EveryFailureIsToldAndTheOthersArrive) {
  const auto folder = cluster.folder() / "mixed";
  const std::string long_name(200, 'n');
  fs::create_directories(folder);
  write_file(folder / "good", "x");
  write_file(folder / long_name, "y");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  std::string deep;
  for (int level = 0; level < 15; ++level) deep += "/" + std::string(254, 'd');
  ASSERT_TRUE(succeeds({"mkdir", "-p", deep}));
  const auto put = cluster.tandem({"put", "-r", folder.string(), deep});
  EXPECT_EQ(put.status, some_failed) << describe(put);
  EXPECT_NE(put.errors.find("tandem: " + (folder / long_name).string() +
                            ": its name is refused: the path is longer than 4000 bytes\n"),
            std::string::npos)
      << put.errors;
  EXPECT_NE(put.errors.find("tandem: " + (folder / "pipe").string() +
                            ": a named pipe cannot be copied (--skip-special leaves such files out)\n"),
            std::string::npos)
      << put.errors;
  EXPECT_NE(put.errors.find("; 2 failed\n"), std::string::npos) << put.errors;
  EXPECT_EQ(content(deep + "/mixed/good"), "x");
}

}  // namespace
}  // namespace tandem::test
