#include "bench/workloads/crew.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "bench/workloads/processes.hpp"

namespace tandem::bench {
namespace {

// What a client sends back, followed by its latencies and the text of its first error.
struct Head {
  double start = 0;
  double end = 0;
  double settled = 0;
  double cpu = 0;
  double peak_mib = 0;
  std::uint64_t errors = 0;
  std::uint64_t latencies = 0;
  std::uint64_t text_bytes = 0;
};

struct Client {
  pid_t process = -1;
  int reports = -1;  // read end
};

bool send_all(int to, const void* bytes, std::size_t size) {
  const char* from = static_cast<const char*>(bytes);
  while (size > 0) {
    const auto sent = ::write(to, from, size);
    if (sent <= 0) return false;
    from += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool receive_all(int from, void* bytes, std::size_t size) {
  char* to = static_cast<char*>(bytes);
  while (size > 0) {
    const auto got = ::read(from, to, size);
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

void note(const Status& status, Head& head, std::string& text) {
  if (status) return;
  if (text.empty()) text = to_string(status.error());
  ++head.errors;
}

void wait_for_start(int start) {
  char nothing = 0;
  (void)!::read(start, &nothing, 1);  // ends when the parent closes its end
}

// The whole life of a client's process behind the fork.
void be_client(int number, int operations, const MakeWork& make, int start, int reports) {
  Head head;
  std::string text;
  std::vector<float> latencies;
  auto work = make(number);
  auto prepared = work ? (*work)->prepare() : Status(work.error());
  if (!prepared) {
    text = to_string(prepared.error());
    head.text_bytes = text.size();
    (void)(send_all(reports, "f", 1) && send_all(reports, &head, sizeof head) &&
           send_all(reports, text.data(), text.size()));
    return;
  }
  latencies.reserve(static_cast<std::size_t>(operations));
  (void)send_all(reports, "r", 1);
  wait_for_start(start);
  const double cpu = cpu_seconds(::getpid());
  head.start = monotonic_seconds();
  double before = head.start;
  for (int operation = 0; operation < operations; ++operation) {
    note((*work)->operation(operation), head, text);
    const double after = monotonic_seconds();
    latencies.push_back(static_cast<float>((after - before) * 1e6));
    before = after;
  }
  head.end = before;
  note((*work)->settle(), head, text);
  head.settled = monotonic_seconds();
  head.cpu = cpu_seconds(::getpid()) - cpu;
  head.peak_mib = peak_memory_mib(::getpid());
  head.latencies = latencies.size();
  head.text_bytes = text.size();
  (void)(send_all(reports, &head, sizeof head) &&
         send_all(reports, latencies.data(), latencies.size() * sizeof(float)) &&
         send_all(reports, text.data(), text.size()));
  (void)(*work)->clean_up().ok();
}

Client launch(int number, int operations, const MakeWork& make, const std::array<int, 2>& start) {
  std::array<int, 2> reports{};
  if (::pipe(reports.data()) != 0) return {};
  const pid_t process = ::fork();
  if (process == 0) {
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::close(start[1]);
    ::close(reports[0]);
    be_client(number, operations, make, start[0], reports[1]);
    ::close(reports[1]);
    ::_exit(0);
  }
  ::close(reports[1]);
  return {process, reports[0]};
}

bool is_ready(const Client& client) {
  char word = 0;
  return client.reports >= 0 && receive_all(client.reports, &word, 1) && word == 'r';
}

bool collect(const Client& client, CrewReport& report, double& start, double& end, double& settled) {
  Head head;
  if (!receive_all(client.reports, &head, sizeof head)) return false;
  std::vector<float> latencies(head.latencies);
  std::string text(head.text_bytes, '\0');
  if (!receive_all(client.reports, latencies.data(), latencies.size() * sizeof(float)) ||
      !receive_all(client.reports, text.data(), text.size())) {
    return false;
  }
  start = std::min(start, head.start);
  end = std::max(end, head.end);
  settled = std::max(settled, head.settled);
  report.cpu_seconds += head.cpu;
  report.peak_memory_mib = std::max(report.peak_memory_mib, head.peak_mib);
  report.errors += head.errors;
  if (report.first_error.empty()) report.first_error = text;
  report.latencies_us.insert(report.latencies_us.end(), latencies.begin(), latencies.end());
  return true;
}

}  // namespace

CrewReport run_crew(int clients, int operations, const MakeWork& make, const std::vector<int>& watched) {
  CrewReport report;
  std::array<int, 2> start_line{};
  if (::pipe(start_line.data()) != 0) return {.first_error = "no pipe", .complete = false};
  std::vector<Client> crew;
  crew.reserve(static_cast<std::size_t>(clients));
  for (int number = 0; number < clients; ++number) {
    crew.push_back(launch(number, operations, make, start_line));
  }
  for (const auto& client : crew) report.complete = is_ready(client) && report.complete;
  const double observed = cpu_seconds(watched);
  ::close(start_line[0]);
  ::close(start_line[1]);
  double start = monotonic_seconds() + 1e9;
  double end = 0;
  double settled = 0;
  for (const auto& client : crew) {
    report.complete = collect(client, report, start, end, settled) && report.complete;
  }
  report.observed_cpu_seconds = cpu_seconds(watched) - observed;
  for (const auto& client : crew) {
    (void)::waitpid(client.process, nullptr, 0);
    ::close(client.reports);
  }
  if (!report.complete && report.first_error.empty()) report.first_error = "a client died";
  report.seconds = end - start;
  report.settled_seconds = settled - start;
  return report;
}

}  // namespace tandem::bench
