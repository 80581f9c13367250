#include "tests/fuzz/replay.hpp"

#include <gtest/gtest.h>

#include "tests/fuzz/storaged/targets.hpp"

namespace tandem::fuzz {
namespace {

TEST(Corpus, NodeFilesAreTakenOrRefusedWithTheMend) {
  EXPECT_GT(replay("node_toml", node_toml), 5);
}
TEST(Corpus, RecordsOfTheDiskComeBackOrCountAsNone) {
  EXPECT_GT(replay("disk_records", disk_records), 5);
}

}  // namespace
}  // namespace tandem::fuzz
