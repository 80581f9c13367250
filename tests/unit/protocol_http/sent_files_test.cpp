// Replies whose bytes the kernel sends from an open file.
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>

#include "protocol/http/exchange.hpp"
#include "tests/unit/protocol_http/http_fixture.hpp"

namespace tandem::protocol {
namespace {

constexpr std::size_t promised_bytes = std::size_t{32} << 20;  // more than both sockets take

// Answers everything with that many bytes of one file.
class FileHandler : public Handler {
 public:
  explicit FileHandler(std::size_t held_bytes) {
    file_ = ::memfd_create("sent", MFD_CLOEXEC);
    EXPECT_EQ(::ftruncate(file_, static_cast<off_t>(held_bytes)), 0);
    EXPECT_EQ(::pwrite(file_, "begin", 5, 0), 5);
  }
  ~FileHandler() override { ::close(file_); }
  FileHandler(const FileHandler&) = delete;
  FileHandler& operator=(const FileHandler&) = delete;

  void handle(Exchange& exchange) override {
    exchange.begin_reply(200, "", promised_bytes);
    if (!exchange.send_from(file_, 0, promised_bytes)) ++failed_;
  }
  int failed() const { return failed_; }

 private:
  int file_;
  std::atomic<int> failed_ = 0;
};

class SentFiles : public HttpFixture {
 protected:
  void serve(std::size_t held_bytes, ServerOptions options = {}) {
    handler_ = std::make_unique<FileHandler>(held_bytes);
    auto started = Server::start(*handler_, runtime_, std::move(options));
    ASSERT_TRUE(started) << to_string(started.error());
    server_ = std::move(*started);
  }
  void TearDown() override { server_.reset(); }

  const std::string request_ = "GET /file HTTP/1.1\r\nHost: x\r\n\r\n";
  std::unique_ptr<FileHandler> handler_{};
};

TEST_F(SentFiles, ArriveBehindTheirHeadAndTheConnectionGoesOn) {
  serve(promised_bytes);
  RawClient one = client();
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(one.send(request_));
    const std::string reply = one.reply();
    const std::size_t body = reply.find("\r\n\r\n") + 4;
    EXPECT_EQ(reply.size() - body, promised_bytes);
    EXPECT_EQ(reply.substr(body, 6), std::string("begin\0", 6));
  }
  EXPECT_EQ(handler_->failed(), 0);
}

TEST_F(SentFiles, ThatEndTooEarlyEndTheConnectionSoThatNobodyTakesThemForWhole) {
  serve(promised_bytes / 2);
  RawClient one = client();
  ASSERT_TRUE(one.send(request_));
  EXPECT_EQ(one.reply(), "") << "broken off";
  EXPECT_EQ(handler_->failed(), 1);
}

TEST_F(SentFiles, AClientThatGoesAwayEndsItsOwnConnectionAlone) {
  serve(promised_bytes);
  {
    RawClient gone = client();
    ASSERT_TRUE(gone.send(request_));
    ASSERT_TRUE(becomes_true([&] { return !gone.silent(); }));
  }
  EXPECT_TRUE(becomes_true([&] { return handler_->failed() == 1; }));
  RawClient other = client();
  ASSERT_TRUE(other.send(request_));
  EXPECT_EQ(other.status(), 200);
}

TEST_F(SentFiles, AClientThatTakesNothingIsGivenUp) {
  serve(promised_bytes, {.progress_deadline = milliseconds(100)});
  RawClient slow = client();
  ASSERT_TRUE(slow.send(request_));
  EXPECT_TRUE(becomes_true([&] { return handler_->failed() == 1; }));
  EXPECT_TRUE(becomes_true([&] { return server_->connections() == 0; }));
}

}  // namespace
}  // namespace tandem::protocol
