#include "storaged/service/metrics.hpp"

#include <algorithm>
#include <cstdio>

namespace tandem::storaged {
namespace {

constexpr std::array<std::string_view, call_count> call_names{
    "identify",     "status",      "join",     "adopt_epoch", "look",        "settle",      "inventory",
    "staged",       "drop_staged", "verify",   "tree",        "stage",       "fetch",       "plain_mkdir",
    "plain_create", "plain_mv",    "plain_rm", "plain_read",  "plain_write", "plain_status"};

std::size_t slot_of(Call call) {
  return static_cast<std::size_t>(call);
}

std::string seconds(std::uint64_t nanoseconds) {
  std::array<char, 48> text{};
  const int length = std::snprintf(text.data(), text.size(), "%llu.%09llu",
                                   static_cast<unsigned long long>(nanoseconds / 1'000'000'000),
                                   static_cast<unsigned long long>(nanoseconds % 1'000'000'000));
  return {text.data(), static_cast<std::size_t>(length)};
}

void describe(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n");
  out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void sample(std::string& out, std::string_view name, std::string_view labels, std::string_view value) {
  out.append(name);
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out.append(" ").append(value).append("\n");
}

void simple(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            std::uint64_t value) {
  describe(out, name, type, help);
  sample(out, name, "", std::to_string(value));
}

std::string label(std::string_view key, std::string_view value) {
  return std::string(key) + "=\"" + std::string(value) + "\"";
}

void render_node(std::string& out, const NodeStatus& status) {
  describe(out, "tandem_node_info", "gauge", "Who this node is; the value is always 1.");
  sample(out, "tandem_node_info",
         label("uuid", to_string(status.identity.node)) + "," +
             label("cluster", status.identity.cluster.is_null() ? "" : to_string(status.identity.cluster)) +
             "," + label("version", status.identity.version),
         "1");
  simple(out, "tandem_directories", "gauge", "Directories this node shows.", status.directories);
  simple(out, "tandem_objects", "gauge", "Files this node holds.", status.files);
  simple(out, "tandem_data_bytes", "gauge", "Bytes in those files.", status.data_bytes);
  simple(out, "tandem_free_bytes", "gauge", "Bytes a client may still use.", status.free_bytes);
  simple(out, "tandem_staged_files", "gauge", "Contents staged and not settled.", status.staged_files);
  simple(out, "tandem_staged_bytes", "gauge", "Bytes in those contents.", status.staged_bytes);
  simple(out, "tandem_limbo_entries", "gauge", "Foreign entries moved out of the tree.",
         status.limbo_entries);
}

}  // namespace

std::string_view to_string(Call call) {
  return call_names[slot_of(call)];
}

void Metrics::count_call(Call call, Code code, Duration took) {
  auto& counters = calls_[slot_of(call)];
  counters.by_code[std::min(static_cast<std::size_t>(code), code_slots - 1)] += 1;
  const auto nanoseconds = static_cast<std::uint64_t>(std::max<Duration::rep>(took.count(), 0));
  std::size_t bucket = 0;
  while (bucket < bucket_microseconds.size() && nanoseconds > bucket_microseconds[bucket] * 1000) ++bucket;
  counters.by_latency[bucket] += 1;
  counters.nanoseconds += nanoseconds;
}

void Metrics::count_response(int http_status) {
  if (http_status >= 0 && static_cast<std::size_t>(http_status) < response_slots)
    responses_[static_cast<std::size_t>(http_status)] += 1;
}

void Metrics::render_calls(std::string& out) const {
  describe(out, "tandem_requests_total", "counter", "Calls by method and result.");
  std::array<std::uint64_t, code_slots> errors{};
  for (std::size_t call = 0; call < call_count; ++call) {
    for (std::size_t code = 0; code < code_slots; ++code) {
      const std::uint64_t number = calls_[call].by_code[code];
      if (number == 0) continue;
      sample(
          out, "tandem_requests_total",
          label("call", call_names[call]) + "," + label("code", tandem::to_string(static_cast<Code>(code))),
          std::to_string(number));
      if (code != static_cast<std::size_t>(Code::ok)) errors[code] += number;
    }
  }
  describe(out, "tandem_errors_total", "counter", "Calls that failed, by result.");
  for (std::size_t code = 0; code < code_slots; ++code)
    if (errors[code] > 0)
      sample(out, "tandem_errors_total", label("code", tandem::to_string(static_cast<Code>(code))),
             std::to_string(errors[code]));
}

void Metrics::render_latencies(std::string& out) const {
  describe(out, "tandem_request_seconds", "histogram", "Time from a call's arrival to its result.");
  for (std::size_t call = 0; call < call_count; ++call) {
    const auto& counters = calls_[call];
    const std::string of_call = label("call", call_names[call]);
    std::uint64_t total = 0;
    std::string lines;
    for (std::size_t bucket = 0; bucket <= bucket_microseconds.size(); ++bucket) {
      total += counters.by_latency[bucket];
      const bool last = bucket == bucket_microseconds.size();
      const std::string bound = last ? "+Inf" : seconds(bucket_microseconds[bucket] * 1000);
      sample(lines, "tandem_request_seconds_bucket", of_call + "," + label("le", bound),
             std::to_string(total));
    }
    if (total == 0) continue;
    out.append(lines);
    sample(out, "tandem_request_seconds_sum", of_call, seconds(counters.nanoseconds));
    sample(out, "tandem_request_seconds_count", of_call, std::to_string(total));
  }
}

void Metrics::render_responses(std::string& out) const {
  describe(out, "tandem_http_responses_total", "counter", "Replies by HTTP status.");
  for (std::size_t status = 0; status < response_slots; ++status)
    if (responses_[status] > 0)
      sample(out, "tandem_http_responses_total", label("status", std::to_string(status)),
             std::to_string(responses_[status]));
}

std::string Metrics::render(const Result<NodeStatus>& status, std::size_t connections) const {
  std::string out;
  render_calls(out);
  render_latencies(out);
  render_responses(out);
  simple(out, "tandem_bytes_in_total", "counter", "Bytes of contents taken.", bytes_in_);
  simple(out, "tandem_bytes_out_total", "counter", "Bytes of contents given out.", bytes_out_);
  simple(out, "tandem_connections", "gauge", "Connections open now.", connections);
  if (status) render_node(out, *status);
  return out;
}

}  // namespace tandem::storaged
