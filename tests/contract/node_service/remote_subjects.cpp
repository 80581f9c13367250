#include "gateway/nodes/remote/http_transport.hpp"
#include "protocol/http/node_endpoint.hpp"
#include "protocol/http/server.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/contract/node_service/remote_service.hpp"
#include "tests/contract/node_service/subject.hpp"
#include "tests/support/memory_node/memory_node.hpp"
#include "tests/support/memory_node/memory_tree.hpp"

namespace tandem::tests {
namespace {

constexpr std::string_view secret = "s3cret: with a colon";

// A node in memory behind a port, and a client that knows the secret.
class RemoteSubject : public Subject {
 public:
  RemoteSubject() {
    auto started = protocol::Server::start(endpoint_, runtime_, {.secret = std::string(secret)});
    EXPECT_TRUE(started) << to_string(started.error());
    server_ = std::move(*started);
    // Patient: what is tested here are answers, on a machine that may be busy.
    transport_ = std::make_unique<gateway::HttpTransport>(
        runtime_, gateway::HttpTransportOptions{.connect = std::chrono::seconds(10),
                                                .request = std::chrono::seconds(10),
                                                .secret = std::string(secret)});
    remote_ =
        std::make_unique<RemoteService>(transport_->connect("127.0.0.1:" + std::to_string(server_->port())));
  }
  NodeService& service() override { return *remote_; }

 private:
  static NodeId some_node() {
    NodeId id;
    id.bytes.fill(0x0E);
    return id;
  }
  protocol::SystemRuntime runtime_{};
  support::MemoryTree tree_{};
  support::MemoryNode node_{some_node(), 41};
  protocol::NodeEndpoint endpoint_{tree_, &node_, runtime_};
  std::unique_ptr<protocol::Server> server_{};
  std::unique_ptr<gateway::HttpTransport> transport_{};
  std::unique_ptr<RemoteService> remote_{};
};

INSTANTIATE_TEST_SUITE_P(MemoryOverHttp, NodeServiceContract,
                         testing::Values(SubjectKind{"remote",
                                                     [] { return std::make_unique<RemoteSubject>(); }}),
                         [](const auto& subject) { return subject.param.name; });

}  // namespace
}  // namespace tandem::tests
