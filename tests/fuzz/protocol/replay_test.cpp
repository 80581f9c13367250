#include "tests/fuzz/replay.hpp"

#include <gtest/gtest.h>

#include "tests/fuzz/protocol/targets.hpp"

namespace tandem::fuzz {
namespace {

TEST(Corpus, HttpFramingHolds) {
  EXPECT_GT(replay("http_framing", http_framing), 5);
}
TEST(Corpus, XmlDocumentsAreHarmless) {
  EXPECT_GT(replay("xml_documents", xml_documents), 5);
}
TEST(Corpus, NodeMessagesComeBack) {
  EXPECT_GT(replay("node_messages", node_messages), 5);
}

}  // namespace
}  // namespace tandem::fuzz
