#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/protocol/targets.hpp"

namespace tandem::fuzz {
namespace {

// The corpus, and every file of it cut short at each of its bytes (the long ones at some).
int replay(const std::string& folder, void (*target)(std::string_view)) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(TANDEM_CORPUS) + "/" + folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const std::size_t step = 1 + bytes.size() / 200;
    for (std::size_t length = 0; length < bytes.size(); length += step) {
      target(std::string_view(bytes).substr(0, length));
    }
    target(bytes);
    ++files;
  }
  return files;
}

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
