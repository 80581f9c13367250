#include "tests/contract/node_service/remote_subjects.hpp"

#include "gateway/nodes/remote/http_transport.hpp"
#include "protocol/http/node_endpoint.hpp"
#include "protocol/http/server.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/contract/node_service/remote_service.hpp"
#include "tests/support/memory_node/memory_tree.hpp"

namespace tandem::tests {
namespace {

constexpr std::string_view secret = "s3cret: with a colon";

// Any node behind a port, and a client that knows the secret.
class ServedSubject : public Subject {
 public:
  explicit ServedSubject(std::unique_ptr<Subject> inner)
      : inner_(std::move(inner)), endpoint_(tree_, &inner_->service(), runtime_) {
    auto started = protocol::Server::start(endpoint_, runtime_, {.secret = std::string(secret)});
    EXPECT_TRUE(started) << to_string(started.error());
    server_ = std::move(*started);
    // Patient: what is tested here are answers, on a machine that may be busy.
    transport_ = std::make_unique<gateway::HttpTransport>(
        runtime_, gateway::HttpTransportOptions{.connect = std::chrono::seconds(20),
                                                .request = std::chrono::seconds(20),
                                                .secret = std::string(secret)});
    remote_ =
        std::make_unique<RemoteService>(transport_->connect("127.0.0.1:" + std::to_string(server_->port())));
  }
  NodeService& service() override { return *remote_; }

 private:
  protocol::SystemRuntime runtime_{};
  std::unique_ptr<Subject> inner_;
  support::MemoryTree tree_{};
  protocol::NodeEndpoint endpoint_;
  std::unique_ptr<protocol::Server> server_{};
  std::unique_ptr<gateway::HttpTransport> transport_{};
  std::unique_ptr<RemoteService> remote_{};
};

}  // namespace

SubjectKind behind_a_port(const SubjectKind& kind) {
  return {kind.name + "OverHttp", [make = kind.make] { return std::make_unique<ServedSubject>(make()); }};
}

}  // namespace tandem::tests
