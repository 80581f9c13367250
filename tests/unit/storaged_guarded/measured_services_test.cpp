// What goes wrong on a node is counted, and told to its log where the cause is not the caller.
#include "storaged/service/measured_services.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "tests/support/memory_filesystem.hpp"
#include "tests/unit/storaged_guarded/node_on_disk.hpp"

namespace tandem::test {
namespace {

using storaged::LogLevel;

class RecordedCalls : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::pipe2(pipe_.data(), O_NONBLOCK | O_CLOEXEC), 0);
    log_.emplace(pipe_[1], LogLevel::warning);
    recorder_.emplace(metrics_, *log_, runtime_);
    ASSERT_TRUE(node_.start(true).ok());
    measured_.emplace(node_.node(), *recorder_);
  }
  void TearDown() override {
    ::close(pipe_[0]);
    ::close(pipe_[1]);
  }
  std::string logged() {
    std::string text(4096, '\0');
    const ssize_t size = ::read(pipe_[0], text.data(), text.size());
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return text;
  }
  std::string metrics() const { return metrics_.render(Error{Code::unavailable, ""}, 0); }
  bool counted(const std::string& line) const {
    return metrics().find("\n" + line + "\n") != std::string::npos;
  }

  void store(std::string_view content) {
    ASSERT_TRUE(node_.put(id_of(1), {5, 1}, content).ok());
    ASSERT_EQ(node_.settle(file_item(1, 5, {5, 1}, content, {{root_directory, "a"}})), Answer::ok);
  }
  Result<std::unique_ptr<StageSink>> begin_stage() {
    StageRequest request;
    request.id = id_of(2);
    request.stamp = {6, 1};
    return measured_->stage(node_.guard(), request);
  }

  std::array<int, 2> pipe_{};
  protocol::SystemRuntime runtime_;
  support::MemoryFilesystem disk_;
  NodeOnDisk node_{disk_};
  storaged::Metrics metrics_;
  std::optional<storaged::Log> log_;
  std::optional<storaged::CallRecorder> recorder_;
  std::optional<storaged::MeasuredNode> measured_;
};

const std::string object_1 = "objects/" + to_string(id_of(1));

TEST_F(RecordedCalls, ThatACallerGotWrongAreCountedAndNotToldByDefault) {
  CallGuard guard = node_.guard();
  guard.run += 1;
  EXPECT_EQ(measured_->drop_staged(guard, {}).code(), Code::stale);
  EXPECT_TRUE(counted("tandem_requests_total{call=\"drop_staged\",code=\"stale\"} 1"));
  EXPECT_EQ(logged(), "");
  log_->set_level(LogLevel::debug);
  EXPECT_EQ(measured_->drop_staged(guard, {}).code(), Code::stale);
  EXPECT_TRUE(logged().starts_with("level=debug event=call_failed call=drop_staged code=stale msg="));
}

TEST_F(RecordedCalls, ThatFindADamagedBlockNameItInTheLog) {
  store(patterned(200'000, 1));
  auto file = disk_.open(object_1, storaged::OpenMode::read_write);
  ASSERT_TRUE((*file)->write_at(bytes_of("rot"), 70'000).ok());
  auto source = measured_->fetch(node_.guard(), {.id = id_of(1), .stamp = {5, 1}, .length = 200'000});
  ASSERT_TRUE(source.ok());
  std::vector<std::byte> room(200'000);
  EXPECT_EQ((*source)->read(room).code(), Code::corrupt);
  const std::string lines = logged();
  EXPECT_TRUE(lines.starts_with("level=error event=call_failed call=fetch code=corrupt path=" + object_1))
      << lines;
  EXPECT_NE(lines.find("block 1 "), std::string::npos);
  EXPECT_EQ(*measured_->verify(node_.guard(), id_of(1), {5, 1}), Answer::damaged);
  EXPECT_TRUE(logged().starts_with("level=error event=damaged call=verify path=" + object_1));
}

TEST_F(RecordedCalls, ThatFindADamagedAttributeSaySo) {
  store("content");
  ASSERT_TRUE(disk_.set_attribute(object_1, "user.tandem.content", "nonsense").ok());
  auto source = measured_->fetch(node_.guard(), {.id = id_of(1), .stamp = {5, 1}, .length = 10});
  ASSERT_TRUE(source.ok());
  EXPECT_TRUE(logged().starts_with("level=error event=damaged call=fetch path=" + object_1));
  const SettleItem item = file_item(1, 6, {5, 1}, "content", {{root_directory, "b"}});
  EXPECT_EQ((*measured_->settle(node_.guard(), std::span(&item, 1), false))[0], Answer::damaged);
  EXPECT_TRUE(logged().starts_with("level=error event=damaged call=settle path=" + object_1));
}

TEST_F(RecordedCalls, ThatMeetAFullDiskTellItOnceWithTheMend) {
  auto sink = begin_stage();
  ASSERT_TRUE(sink.ok());
  disk_.set_capacity(1000);
  EXPECT_EQ((*sink)->write(bytes_of(std::string(5000, 'x'))).code(), Code::no_space);
  sink->reset();
  const std::string lines = logged();
  EXPECT_TRUE(lines.starts_with("level=warning event=call_failed call=stage code=no_space path=staging/"))
      << lines;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1) << lines;
  EXPECT_TRUE(counted("tandem_requests_total{call=\"stage\",code=\"no_space\"} 1"));
}

TEST_F(RecordedCalls, WhoseClientWentAwayAreCountedOnly) {
  begin_stage()->reset();
  EXPECT_TRUE(counted("tandem_requests_total{call=\"stage\",code=\"unavailable\"} 1"));
  EXPECT_EQ(logged(), "");
}

}  // namespace
}  // namespace tandem::test
