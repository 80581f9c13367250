#include "tests/contract/node_service/subject.hpp"
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

INSTANTIATE_TEST_SUITE_P(Memory, NodeServiceContract,
                         testing::Values(SubjectKind{"direct",
                                                     [] { return std::make_unique<MemorySubject>(); }}),
                         [](const auto& subject) { return subject.param.name; });

}  // namespace
}  // namespace tandem::tests
