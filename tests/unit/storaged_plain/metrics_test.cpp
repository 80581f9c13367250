#include "storaged/service/metrics.hpp"

#include <gtest/gtest.h>

namespace tandem::storaged {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  return text.starts_with(line + "\n") || text.find("\n" + line + "\n") != std::string::npos;
}

TEST(Metrics, CountCallsByResultAndLatency) {
  Metrics metrics;
  metrics.count_call(Call::fetch, Code::ok, std::chrono::microseconds(40));
  metrics.count_call(Call::fetch, Code::ok, std::chrono::milliseconds(2));
  metrics.count_call(Call::fetch, Code::stale, std::chrono::hours(1));
  metrics.count_bytes_in(3);
  metrics.count_bytes_out(4);
  metrics.count_response(200);
  metrics.count_response(-5);
  metrics.count_response(100'000);
  const std::string text = metrics.render(Error{Code::unavailable, "no disk"}, 7);
  EXPECT_TRUE(has_line(text, "tandem_requests_total{call=\"fetch\",code=\"ok\"} 2"));
  EXPECT_TRUE(has_line(text, "tandem_requests_total{call=\"fetch\",code=\"stale\"} 1"));
  EXPECT_TRUE(has_line(text, "tandem_errors_total{code=\"stale\"} 1"));
  EXPECT_TRUE(has_line(text, "tandem_request_seconds_bucket{call=\"fetch\",le=\"0.000050000\"} 1"));
  EXPECT_TRUE(has_line(text, "tandem_request_seconds_bucket{call=\"fetch\",le=\"0.002500000\"} 2"));
  EXPECT_TRUE(has_line(text, "tandem_request_seconds_bucket{call=\"fetch\",le=\"+Inf\"} 3"));
  EXPECT_TRUE(has_line(text, "tandem_request_seconds_count{call=\"fetch\"} 3"));
  EXPECT_TRUE(has_line(text, "tandem_request_seconds_sum{call=\"fetch\"} 3600.002040000"));
  EXPECT_TRUE(has_line(text, "tandem_bytes_in_total 3"));
  EXPECT_TRUE(has_line(text, "tandem_bytes_out_total 4"));
  EXPECT_TRUE(has_line(text, "tandem_http_responses_total{status=\"200\"} 1"));
  EXPECT_TRUE(has_line(text, "tandem_connections 7"));
  EXPECT_EQ(text.find("tandem_free_bytes"), std::string::npos);
}

TEST(Metrics, TellWhatTheNodeHolds) {
  NodeStatus status;
  status.identity.version = "1.2.3";
  status.files = 5;
  status.free_bytes = 6;
  status.staged_files = 7;
  const std::string text = Metrics().render(status, 0);
  EXPECT_TRUE(has_line(text, "tandem_objects 5"));
  EXPECT_TRUE(has_line(text, "tandem_free_bytes 6"));
  EXPECT_TRUE(has_line(text, "tandem_staged_files 7"));
  EXPECT_NE(text.find("version=\"1.2.3\"} 1\n"), std::string::npos);
}

TEST(Metrics, EveryCallHasAName) {
  for (std::size_t call = 0; call < call_count; ++call)
    EXPECT_FALSE(to_string(static_cast<Call>(call)).empty());
  EXPECT_EQ(to_string(Call::identify), "identify");
  EXPECT_EQ(to_string(Call::plain_status), "plain_status");
}

}  // namespace
}  // namespace tandem::storaged
