#include "tests/contract/node_service/remote_subjects.hpp"
#include "tests/support/memory_node/memory_node.hpp"

namespace tandem::tests {
namespace {

class MemorySubject : public Subject {
 public:
  NodeService& service() override { return node_; }

 private:
  static NodeId some_node() {
    NodeId id;
    id.bytes.fill(0x0E);
    return id;
  }
  support::MemoryNode node_{some_node(), 41};
};

const SubjectKind in_memory{"InMemory", [] { return std::make_unique<MemorySubject>(); }};

INSTANTIATE_TEST_SUITE_P(Memory, NodeServiceContract, testing::Values(in_memory, behind_a_port(in_memory)),
                         [](const auto& subject) { return subject.param.name; });

}  // namespace
}  // namespace tandem::tests
