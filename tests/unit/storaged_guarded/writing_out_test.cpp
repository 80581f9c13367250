// Long contents on their way to the disk while they are received: which of them, and what a failing disk
// does.
#include <map>
#include <string>

#include "storaged/disk/objects/write_behind.hpp"
#include "tests/support/memory_filesystem.hpp"
#include "tests/unit/storaged_guarded/node_on_disk.hpp"

namespace tandem::test {
namespace {

using Operation = support::MemoryFilesystem::Operation;

constexpr std::uint64_t claim = 7;
constexpr std::size_t pieces = 5;

class LongContents : public testing::Test {
 protected:
  LongContents() : node_(disk_) {
    EXPECT_TRUE(node_.start(true).ok());
    disk_.set_hook([this](const Operation& operation) {
      ++seen_[std::string(operation.name)];
      return operation.name == failing_ ? Status(Error{Code::corrupt, "a bad sector"}) : success();
    });
  }
  ~LongContents() override { disk_.set_hook({}); }

  Status put(std::uint64_t by_claim, bool durable) {
    if (by_claim != 0) node_.look(id_of(1), by_claim);
    seen_.clear();
    return node_.put(id_of(1), {5, 1}, content_, by_claim, std::nullopt, durable);
  }

  const std::string content_ = patterned(pieces * storaged::WriteBehind::piece_bytes + 1000, 1);
  support::MemoryFilesystem disk_;
  NodeOnDisk node_;
  std::string failing_;
  std::map<std::string, std::size_t> seen_;
};

TEST_F(LongContents, OfClientsAreStartedAndStayInMemory) {
  ASSERT_TRUE(put(0, true).ok());
  EXPECT_EQ(seen_["start_writing_out"], pieces);
  EXPECT_EQ(seen_["give_back"], 0U);
}

TEST_F(LongContents, OfHealersGoThroughMemory) {
  ASSERT_TRUE(put(claim, true).ok());
  EXPECT_EQ(seen_["start_writing_out"], pieces);
  EXPECT_GT(seen_["give_back"], 0U);
}

TEST_F(LongContents, ThatNeedNotLastAreLeftToTheSystem) {
  for (const std::uint64_t by_claim : {std::uint64_t{0}, claim}) {
    ASSERT_TRUE(put(by_claim, false).ok());
    EXPECT_EQ(seen_["start_writing_out"] + seen_["give_back"] + seen_["sync"], 0U);
  }
}

TEST_F(LongContents, WhoseWritingOutFailedAreNotTakenForStored) {
  failing_ = "start_writing_out";
  EXPECT_EQ(put(claim, true).code(), Code::corrupt);
  failing_.clear();
  EXPECT_EQ(node_.node().status()->staged_files, 0U);
  SettleItem item = file_item(1, 5, {5, 1}, content_, {{root_directory, "f"}});
  item.source = SettleSource::claimed;
  item.claim = claim;
  EXPECT_EQ(node_.settle(item), Answer::absent);
}

}  // namespace
}  // namespace tandem::test
