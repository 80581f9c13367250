#include "storaged/service/log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

namespace tandem::storaged {
namespace {

class LogLines : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::pipe(pipe_.data()), 0); }
  void TearDown() override {
    ::close(pipe_[0]);
    ::close(pipe_[1]);
  }
  std::string written() {
    std::string text(4096, '\0');
    text.resize(static_cast<std::size_t>(::read(pipe_[0], text.data(), text.size())));
    return text;
  }
  std::array<int, 2> pipe_{};
};

TEST_F(LogLines, HaveLevelEventNodeAndFieldsInThatOrder) {
  Log log(pipe_[1], LogLevel::info);
  log.set_node("127.0.0.1:7001");
  log.write(LogLevel::warning, "failed", {{"path", "/a b"}, {"msg", "disk full"}, {"mend", ""}});
  EXPECT_EQ(written(), "level=warning event=failed node=127.0.0.1:7001 path=\"/a b\" msg=\"disk full\"\n");
}

TEST_F(LogLines, BelowTheLevelAreNotWritten) {
  Log log(pipe_[1], LogLevel::warning);
  log.write(LogLevel::info, "quiet");
  log.set_level(LogLevel::debug);
  log.write(LogLevel::debug, "heard");
  EXPECT_EQ(written(), "level=debug event=heard\n");
}

TEST_F(LogLines, StayLinesWhateverAPathHolds) {
  Log log(pipe_[1], LogLevel::info);
  log.write(LogLevel::info, "x", {{"path", "a\nlevel=error event=\"fake\"\\\x1b[31m\xff"}});
  EXPECT_EQ(written(), "level=info event=x path=\"a\\nlevel=error event=\\\"fake\\\"\\\\\\x1b[31m\\xff\"\n");
}

TEST_F(LogLines, LevelsHaveNames) {
  EXPECT_EQ(parse_log_level("debug"), LogLevel::debug);
  EXPECT_EQ(parse_log_level("error"), LogLevel::error);
  EXPECT_EQ(parse_log_level("loud"), std::nullopt);
  EXPECT_EQ(to_string(LogLevel::warning), "warning");
}

}  // namespace
}  // namespace tandem::storaged
