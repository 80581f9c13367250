#include "gateway/catalogue/sqlite/session_files.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "protocol/runtime/system_runtime.hpp"
#include "tests/unit/gateway_sqlite/scratch_folder.hpp"

namespace tandem::gateway {
namespace {

using namespace std::chrono_literals;

class SessionFilesTest : public testing::Test {
 protected:
  std::unique_ptr<SessionFile> make(SessionId session, Duration lease = 10s) {
    auto file = SessionFile::create(sessions_, lease, runtime_);
    EXPECT_TRUE(file.ok()) << to_string(file.error());
    EXPECT_TRUE((*file)->publish(session).ok());
    return std::move(file).value();
  }

  ScratchFolder folder_;
  const std::string sessions_ = folder_.file("sessions");
  protocol::SystemRuntime runtime_;
};

TEST_F(SessionFilesTest, ALockedAndBeatingFileIsAlive) {
  const auto file = make(7);
  EXPECT_FALSE(session_files::is_dead(sessions_, 7, runtime_.now()));
  EXPECT_TRUE(file->beat());
  EXPECT_EQ(session_files::list(sessions_).sessions, std::vector<SessionId>{7});
}

TEST_F(SessionFilesTest, AMissingOrUnlockedFileIsDead) {
  EXPECT_TRUE(session_files::is_dead(sessions_, 7, runtime_.now()));
  make(8).reset();
  EXPECT_TRUE(session_files::is_dead(sessions_, 8, runtime_.now()));
  EXPECT_EQ(session_files::list(sessions_).sessions, std::vector<SessionId>{8});
  session_files::remove(sessions_, 8);
  EXPECT_TRUE(session_files::list(sessions_).sessions.empty());
}

TEST_F(SessionFilesTest, ALateHeartbeatLosesAgainstDeath) {
  const auto file = make(7, 1s);
  EXPECT_FALSE(session_files::is_dead(sessions_, 7, runtime_.now() + 900ms));
  EXPECT_TRUE(session_files::is_dead(sessions_, 7, runtime_.now() + 1100ms));
  EXPECT_FALSE(file->beat());
  EXPECT_TRUE(session_files::is_dead(sessions_, 7, runtime_.now()));  // for good
}

TEST_F(SessionFilesTest, AnEarlyHeartbeatLosesNothing) {
  const auto file = make(7, 1s);
  EXPECT_TRUE(file->beat());
  EXPECT_FALSE(session_files::is_dead(sessions_, 7, runtime_.now() + 900ms));
  EXPECT_TRUE(file->beat());
}

TEST_F(SessionFilesTest, WhoIsDeclaredDeadCannotBeat) {
  const auto file = make(7);
  session_files::declare_dead(sessions_, 7);
  EXPECT_TRUE(session_files::is_dead(sessions_, 7, runtime_.now()));
  EXPECT_FALSE(file->beat());
}

TEST_F(SessionFilesTest, OnlyOldUnfinishedFilesNobodyHoldsAreRemoved) {
  auto unfinished = SessionFile::create(sessions_, 10s, runtime_);
  ASSERT_TRUE(unfinished.ok());
  const auto count = [this] {
    return std::distance(boost::filesystem::directory_iterator(sessions_),
                         boost::filesystem::directory_iterator());
  };
  const WallTime later = runtime_.wall_now() + 120'000'000'000;
  session_files::remove_unfinished(sessions_, later);
  EXPECT_EQ(count(), 1);
  unfinished->reset();
  session_files::remove_unfinished(sessions_, runtime_.wall_now());
  EXPECT_EQ(count(), 1);
  session_files::remove_unfinished(sessions_, later);
  EXPECT_EQ(count(), 0);
}

}  // namespace
}  // namespace tandem::gateway
