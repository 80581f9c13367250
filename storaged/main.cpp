// storaged: one node. Reads its options, opens its data folder, serves until it is told to stop.
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <memory>

#include "protocol/http/node_endpoint.hpp"
#include "protocol/http/secret_file.hpp"
#include "protocol/http/server.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "storaged/disk/data_folder.hpp"
#include "storaged/disk/folder_lock.hpp"
#include "storaged/disk/posix_filesystem.hpp"
#include "storaged/options.hpp"
#include "storaged/service/call_recorder.hpp"
#include "storaged/service/guarded/guarded_node.hpp"
#include "storaged/service/log.hpp"
#include "storaged/service/measured_services.hpp"
#include "storaged/service/metrics.hpp"
#include "storaged/service/plain_node.hpp"
#include "storaged/service/refusal_log.hpp"

namespace tandem::storaged {
namespace {

constexpr Duration stop_patience = std::chrono::seconds(30);
constexpr int worst_response_of_a_client = 499;

// Everything between the disk and the port, in the order it is built up.
struct Node {
  std::unique_ptr<PosixFilesystem> filesystem{};
  std::unique_ptr<DataFolder> folder{};
  std::unique_ptr<GuardedNode> guarded{};
  std::unique_ptr<PlainNode> plain{};
};

int report(Log& log, const Error& error, int status) {
  log.write(LogLevel::error, "failed", {{"path", error.path}, {"msg", error.cause}, {"mend", error.mend}});
  return status;
}

// What the limit of open files is shared out to.
struct Descriptors {
  std::size_t connections = 0;
  std::size_t open_objects = 0;
};

// Connections must leave descriptors for the files they ask for.
Descriptors share_descriptors(std::size_t wanted, Log& log) {
  constexpr std::size_t own_descriptors = 16;
  constexpr std::size_t descriptors_of_a_connection = 4;
  constexpr std::size_t least = 4;
  constexpr std::size_t open_objects_max = 1024;
  constexpr std::size_t part_for_open_objects = 16;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {wanted, 0};
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::getrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t open_objects =
      std::min<std::size_t>(limit.rlim_cur / part_for_open_objects, open_objects_max);
  const std::size_t others = own_descriptors + open_objects;
  const std::size_t descriptors = std::max<std::size_t>(limit.rlim_cur, others) - others;
  const std::size_t fitting = std::max(descriptors / descriptors_of_a_connection, least);
  if (fitting >= wanted) return {wanted, open_objects};
  log.write(LogLevel::warning, "few_descriptors",
            {{"msg", "serving at most " + std::to_string(fitting) + " connections at once"},
             {"mend", "raise the limit of open files (ulimit -Hn), or lower --max-connections"}});
  return {fitting, open_objects};
}

// The signals this program waits for; blocked before the first thread starts, so that every thread inherits
// it.
sigset_t block_signals() {
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  static_cast<void>(::signal(SIGXFSZ, SIG_IGN));  // the write that is too long answers EFBIG
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&awaited, number);
  ::pthread_sigmask(SIG_BLOCK, &awaited, nullptr);
  return awaited;
}

Result<Node> open_node(const DaemonOptions& options, std::size_t open_objects, Runtime& runtime) {
  Node node;
  auto filesystem = PosixFilesystem::open_root(options.root);
  if (!filesystem) return filesystem.error();
  node.filesystem = std::move(*filesystem);
  auto folder = DataFolder::open(*node.filesystem, runtime, TANDEM_VERSION);
  if (!folder) return folder.error();
  node.folder = std::move(*folder);
  GuardedNodeOptions guarded_options;
  guarded_options.reserve_bytes = options.reserve_bytes;
  guarded_options.open_objects_max = open_objects;
  auto guarded = GuardedNode::open(runtime, *node.filesystem, *node.folder, guarded_options);
  if (!guarded) return guarded.error();
  node.guarded = std::move(*guarded);
  PlainNodeOptions plain_options{options.reserve_bytes,
                                 [known = node.guarded.get()] { return known->status(); }};
  auto plain = PlainNode::open(*node.filesystem, *node.folder, runtime, std::move(plain_options));
  if (!plain) return plain.error();
  node.plain = std::move(*plain);
  return node;
}

// Nothing when there is no secret file.
Result<std::optional<std::string>> load_secret(const DaemonOptions& options, Log& log) {
  if (options.secret_file.empty()) {
    if (!is_loopback(host_of(options.listen)))
      log.write(LogLevel::warning, "unauthenticated",
                {{"msg", "everybody who reaches this port can read and change its files"}});
    return std::optional<std::string>();
  }
  auto secret = protocol::read_secret_file(options.secret_file, "--secret-file");
  if (!secret) return secret.error();
  if (secret->world_readable)
    log.write(
        LogLevel::warning, "secret_readable",
        {{"path", options.secret_file}, {"msg", "everybody on this machine can read the secret: chmod o-r"}});
  return std::optional(secret->secret);
}

// Outside a cluster there are no objects; what plain clients put there counts.
Result<NodeStatus> shown_status(const Node& node) {
  auto status = node.guarded->status();
  if (!status || !status->identity.cluster.is_null()) return status;
  auto plain = node.plain->plain_status();
  if (!plain) return plain.error();
  status->directories = plain->directories;
  status->files = plain->files;
  status->data_bytes = plain->data_bytes;
  return status;
}

// Of a call that failed the recorder has told already.
void log_served(Log& log, const protocol::Served& served) {
  const bool told = served.call != "other" || served.status <= worst_response_of_a_client;
  const LogLevel level = told ? LogLevel::debug : LogLevel::warning;
  if (!log.speaks(level)) return;
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(served.took).count();
  log.write(level, "served",
            {{"call", served.call},
             {"status", std::to_string(served.status)},
             {"microseconds", std::to_string(microseconds)}});
}

void log_listening(Log& log, const NodeIdentity& identity) {
  log.write(LogLevel::info, "listening",
            {{"uuid", to_string(identity.node)},
             {"cluster", identity.cluster.is_null() ? "none" : to_string(identity.cluster)},
             {"previous_stop", identity.previous_run == 0 ? "none"
                               : identity.previous_clean  ? "clean"
                                                          : "unclean"},
             {"version", identity.version},
             {"pid", std::to_string(identity.pid)}});
}

class Daemon {
 public:
  Daemon(int argument_count, const char* const* arguments, DaemonOptions options)
      : argument_count_(argument_count),
        arguments_(arguments),
        options_(std::move(options)),
        log_(STDERR_FILENO, options_.log_level) {}

  int run();

 private:
  protocol::EndpointOptions endpoint_options();
  void wait_for_stop(const sigset_t& awaited);
  void reload();

  int argument_count_;
  const char* const* arguments_;
  DaemonOptions options_;
  Log log_;
  Metrics metrics_;
  protocol::SystemRuntime runtime_;
  RefusalLog refusals_{log_};
  Node node_;
  std::unique_ptr<protocol::Server> server_;
  std::atomic<const protocol::Server*> serving_{nullptr};  // for threads that come before server_ is set
};

protocol::EndpointOptions Daemon::endpoint_options() {
  protocol::EndpointOptions options;
  options.metrics = [this] {
    const protocol::Server* server = serving_;
    return metrics_.render(shown_status(node_), server != nullptr ? server->connections() : 0);
  };
  options.on_served = [this](const protocol::Served& served) {
    metrics_.count_response(served.status);
    log_served(log_, served);
  };
  return options;
}

int Daemon::run() {
  const sigset_t awaited = block_signals();
  const Descriptors descriptors = share_descriptors(options_.connections_max, log_);
  auto secret = load_secret(options_, log_);
  if (!secret) return report(log_, secret.error(), exit_config);
  auto lock = FolderLock::take(options_.root);
  if (!lock)
    return report(log_, lock.error(),
                  lock.code() == Code::locked ? static_cast<int>(Code::locked) : exit_config);
  auto node = open_node(options_, descriptors.open_objects, runtime_);
  if (!node) return report(log_, node.error(), exit_config);
  node_ = std::move(*node);

  CallRecorder recorder(metrics_, log_, runtime_);
  MeasuredNode measured_node(*node_.guarded, recorder);
  MeasuredPlain measured_plain(*node_.plain, recorder);
  protocol::NodeEndpoint endpoint(measured_plain, &measured_node, runtime_, endpoint_options());
  protocol::ServerOptions server_options;
  server_options.listen = options_.listen;
  server_options.secret = *secret;
  server_options.connections_max = descriptors.connections;
  server_options.on_refused = [this](const protocol::Refusal& refusal) {
    metrics_.count_response(refusal.status);
    refusals_.note(refusal.status, refusal.peer, runtime_.now());
  };
  auto server = protocol::Server::start(endpoint, runtime_, std::move(server_options));
  if (!server) return report(log_, server.error(), static_cast<int>(server.code()));
  server_ = std::move(*server);
  serving_ = server_.get();
  const std::string address = options_.listen.substr(0, options_.listen.rfind(':') + 1);
  log_.set_node(address + std::to_string(server_->port()));
  log_listening(log_, node_.folder->identity());

  wait_for_stop(awaited);
  server_->stop(stop_patience);
  serving_ = nullptr;
  server_.reset();
  auto clean = node_.folder->mark_clean();
  if (!clean) return report(log_, clean.error(), static_cast<int>(clean.code()));
  log_.write(LogLevel::info, "stopped");
  return 0;
}

void Daemon::wait_for_stop(const sigset_t& awaited) {
  for (;;) {
    int number = 0;
    if (::sigwait(&awaited, &number) != 0) continue;
    if (number == SIGHUP) {
      reload();
      continue;
    }
    log_.write(LogLevel::info, "stopping", {{"msg", "finishing what is in flight"}});
    return;
  }
}

// What cannot be read again stays as it was.
void Daemon::reload() {
  const auto parsed = parse_options(argument_count_, arguments_, TANDEM_VERSION);
  if (!parsed.options) {
    log_.write(LogLevel::error, "reload_failed", {{"msg", parsed.text}});
    return;
  }
  auto secret = load_secret(*parsed.options, log_);
  if (!secret) {
    report(log_, secret.error(), 0);
    return;
  }
  server_->set_secret(*secret);
  log_.set_level(parsed.options->log_level);
  log_.write(LogLevel::info, "reloaded", {{"log_level", to_string(parsed.options->log_level)}});
}

}  // namespace
}  // namespace tandem::storaged

int main(int argument_count, char** arguments) {
  using namespace tandem::storaged;
  const auto parsed = parse_options(argument_count, arguments, TANDEM_VERSION);
  if (!parsed.options) {
    (parsed.status == 0 ? std::cout : std::cerr) << parsed.text;
    return parsed.status;
  }
  Daemon daemon(argument_count, arguments, *parsed.options);
  return daemon.run();
}
