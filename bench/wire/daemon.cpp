#include "bench/wire/daemon.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "bench/wire/bare_responder.hpp"
#include "bench/wire/wire_client.hpp"
#include "protocol/http/object_text.hpp"
#include "protocol/wire/call_text.hpp"
#include "protocol/wire/node_codec.hpp"

namespace tandem::bench {
namespace {

constexpr SessionId session = 1;

std::string post(const std::string& body) {
  return "POST /RPC2 HTTP/1.1\r\nHost: node\r\nContent-Type: text/xml\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

// The port in "event=listening node=127.0.0.1:PORT", once it is there.
std::uint16_t port_in(const std::filesystem::path& log) {
  std::ostringstream text;
  text << std::ifstream(log).rdbuf();
  const std::string words = text.str();
  const std::size_t at = words.find("node=127.0.0.1:");
  if (at == std::string::npos || words.find('\n', at) == std::string::npos) return 0;
  return static_cast<std::uint16_t>(std::stoi(words.substr(at + 15)));
}

}  // namespace

ObjectId object_number(std::uint8_t number) {
  ObjectId id;
  id.bytes.fill(number);
  return id;
}

Daemon::Daemon(const std::filesystem::path& program, int core) {
  std::string pattern = (std::filesystem::temp_directory_path() / "bench-wire-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the daemon");
  folder_ = pattern;
  start(program, core);
  join();
}

Daemon::~Daemon() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Daemon::start(const std::filesystem::path& program, int core) {
  const std::string root = folder_ / "root";
  const std::string log = folder_ / "log";
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    run_on_core(core);
    ::dup2(::open(log.c_str(), O_CREAT | O_WRONLY, 0644), STDERR_FILENO);
    ::execl(program.c_str(), "storaged", "--root", root.c_str(), "--listen", "127.0.0.1:0", "--reserve", "0",
            static_cast<char*>(nullptr));
    ::_exit(127);
  }
  for (int tries = 0; tries < 1000 && port_ == 0; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    port_ = port_in(log);
  }
  if (port_ == 0) throw std::runtime_error(program.string() + " does not come up");
}

void Daemon::join() {
  guard_.cluster.bytes.fill(0xC1);
  guard_.epoch = 1;
  WireClient client(port_);
  client.send(
      post(protocol::write_node_call("node.join", protocol::encode_join(guard_.cluster, guard_.epoch))));
  client.take_reply();
  client.send(ping());
  const auto bytes = protocol::read_node_reply(client.take_text());
  const auto identity =
      bytes ? protocol::decode_reply<NodeIdentity>(*bytes) : Result<NodeIdentity>(bytes.error());
  if (!identity) throw std::runtime_error(to_string(identity.error()));
  guard_.node = identity->node;
  guard_.run = identity->run;
}

std::string Daemon::ping() const {
  return post(protocol::write_node_call("node.identify", ""));
}

std::string Daemon::get(const ObjectId& id, const Stamp& stamp, std::uint64_t offset,
                        std::uint64_t length) const {
  std::string request =
      "GET " + protocol::fetch_target({.id = id, .stamp = stamp, .offset = offset, .length = length}) +
      " HTTP/1.1\r\nHost: node\r\n";
  protocol::append_guard(request, guard_);
  return request + "\r\n";
}

std::string Daemon::put_head(const ObjectId& id, const Stamp& stamp, std::uint64_t length) const {
  StageRequest stage;
  stage.id = id;
  stage.stamp = stamp;
  stage.session = session;
  stage.durable = false;
  std::string request = "PUT " + protocol::stage_target(stage) + " HTTP/1.1\r\nHost: node\r\n";
  protocol::append_guard(request, guard_);
  return request + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

std::string Daemon::settle(const ObjectId& id, const Stamp& stamp, std::string_view content) const {
  ChecksumStream checksums;
  checksums.update(std::as_bytes(std::span(content)));
  SettleItem item;
  item.id = id;
  item.revision = stamp.attempt;
  item.stamp = stamp;
  item.size_bytes = content.size();
  item.digest = digest_of(std::move(checksums).finish());
  item.source = SettleSource::staged;
  item.names = {{root_directory, to_string(id)}};
  const auto calls = protocol::encode_settles(guard_, std::span(&item, 1), false);
  return post(protocol::write_node_call("node.settle", calls.front()));
}

std::string Daemon::drop(const ObjectId& id, const Stamp& stamp) const {
  const StagedState staged{.id = id, .stamp = stamp, .session = session};
  return post(protocol::write_node_call("node.drop_staged",
                                        protocol::encode_drop_staged(guard_, std::span(&staged, 1))));
}

}  // namespace tandem::bench
