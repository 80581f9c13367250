#include "storaged/service/refusal_log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace tandem::storaged {
namespace {

class RefusalLines : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::pipe2(pipe_.data(), O_NONBLOCK), 0); }
  void TearDown() override {
    ::close(pipe_[0]);
    ::close(pipe_[1]);
  }
  std::string written() {
    std::string text(4096, '\0');
    const ssize_t size = ::read(pipe_[0], text.data(), text.size());
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return text;
  }
  std::array<int, 2> pipe_{};
};

TEST_F(RefusalLines, ComeOnceASecondHoweverManyThereAre) {
  Log log(pipe_[1], LogLevel::info);
  RefusalLog refusals(log);
  Instant now{};
  refusals.note(401, "127.0.0.1:9", now);
  const std::string first = written();
  EXPECT_TRUE(first.starts_with("level=warning event=unauthorized peer=127.0.0.1:9 status=401 count=1 msg="))
      << first;
  for (int i = 0; i < 1000; ++i) refusals.note(401, "127.0.0.1:9", now);
  EXPECT_EQ(written(), "");
  refusals.note(503, "127.0.0.1:8", now);
  EXPECT_TRUE(
      written().starts_with("level=warning event=too_many_connections peer=127.0.0.1:8 status=503 count=1"))
      << "another kind has a line of its own";
  now += std::chrono::seconds(1);
  refusals.note(401, "127.0.0.1:7", now);
  EXPECT_NE(written().find("peer=127.0.0.1:7 status=401 count=1001 "), std::string::npos);
}

}  // namespace
}  // namespace tandem::storaged
