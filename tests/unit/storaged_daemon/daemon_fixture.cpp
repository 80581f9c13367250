#include "tests/unit/storaged_daemon/daemon_fixture.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include "storaged/disk/posix_filesystem.hpp"

namespace tandem::storaged {

Connection::Connection(int port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{10, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  connected_ = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

Connection::~Connection() {
  ::close(descriptor_);
}

bool Connection::send(const std::string& bytes) {
  return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

std::string Connection::rest() {
  std::string reply;
  char piece[4096];
  for (ssize_t count = 0; (count = ::recv(descriptor_, piece, sizeof piece, 0)) > 0;)
    reply.append(piece, static_cast<std::size_t>(count));
  return reply;
}

bool Connection::receives(const std::string& words) {
  std::string got;
  char byte = 0;
  while (!got.ends_with(words) && ::recv(descriptor_, &byte, 1, 0) == 1) got += byte;
  return got.ends_with(words);
}

std::string ask(int port, const std::string& request) {
  Connection connection(port);
  return !connection.refused() && connection.send(request) ? connection.rest() : "";
}

std::string call(const std::string& method, const std::string& path, const std::string& content,
                 const std::string& offset) {
  const std::string start = "<param><value><string>";
  const std::string end = "</string></value></param>";
  std::string body = "<?xml version=\"1.0\"?><methodCall><methodName>" + method + "</methodName><params>";
  if (!path.empty()) body += start + path + end;
  if (!content.empty()) body += start + content + end;
  if (!offset.empty()) body += start + offset + end;
  body += "</params></methodCall>";
  return "POST /RPC2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: text/xml\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

bool is_fault(const std::string& reply, Code code) {
  return reply.find("<i4>" + std::to_string(static_cast<int>(code)) + "</i4>") != std::string::npos &&
         reply.find("<fault>") != std::string::npos;
}

void DaemonProcess::SetUp() {
  std::string pattern = (std::filesystem::temp_directory_path() / "daemon-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  folder_ = pattern;
}

void DaemonProcess::TearDown() {
  std::filesystem::remove_all(folder_);
}

test::Command DaemonProcess::command(std::vector<std::string> more) const {
  test::Command command;
  command.arguments = {test::program("storaged"), "--root", root(), "--listen", "127.0.0.1:0"};
  if (std::find(more.begin(), more.end(), "--reserve") == more.end())
    more.insert(more.end(), {"--reserve", "0"});
  command.arguments.insert(command.arguments.end(), more.begin(), more.end());
  return command;
}

test::Child DaemonProcess::start(std::vector<std::string> more, const std::string& shell) {
  auto with_log = command(std::move(more));
  if (!shell.empty()) {
    const std::vector<std::string> words{"sh", "-c", shell + "; exec \"$@\"", "sh"};
    with_log.arguments.insert(with_log.arguments.begin(), words.begin(), words.end());
  }
  std::filesystem::remove(log_file());
  with_log.log_file = log_file();
  test::Child child(with_log);
  EXPECT_TRUE(test::wait_until([&] { return !child.running() || port() > 0; })) << log();
  return child;
}

std::string DaemonProcess::log() const {
  std::ostringstream text;
  text << std::ifstream(log_file()).rdbuf();
  return text.str();
}

int DaemonProcess::port() const {
  const std::string start_of_line = "level=info event=listening node=127.0.0.1:";
  const std::string text = log();
  const std::size_t at = text.find(start_of_line);
  if (at == std::string::npos || text.find('\n', at) == std::string::npos) return 0;
  return std::stoi(text.substr(at + start_of_line.size()));
}

NodeFile DaemonProcess::node_file() const {
  auto filesystem = PosixFilesystem::open_root(root());
  return **read_node_file(**filesystem);
}

std::uint64_t DaemonProcess::shown(const std::string& metric) const {
  const std::string text = ask(port(), "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::size_t at = text.find("\n" + metric + " ");
  return at == std::string::npos ? 0 : std::stoull(text.substr(at + metric.size() + 2));
}

std::size_t DaemonProcess::entries(const std::string& folder) const {
  const std::filesystem::directory_iterator found(root() + "/" + folder);
  return static_cast<std::size_t>(std::distance(found, {}));
}

}  // namespace tandem::storaged
