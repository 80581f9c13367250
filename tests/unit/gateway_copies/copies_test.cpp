// What an operation costs beyond its round trips, counted: how often a client's library copies the bytes of a
// content, and how often the catalogue waits for its disk.
#include <gtest/gtest.h>

#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "gateway/store/open_store.hpp"
#include "gateway/store/real_seams.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/support/local_cluster/local_cluster.hpp"
#include "tests/unit/gateway_copies/counted_work.hpp"

namespace tandem::test {
namespace {

constexpr std::size_t content_bytes = std::size_t{4} << 20;

class CopiesOfAContent : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(cluster_.start_and_init());
    const auto config = gateway::load_config(cluster_.config_file().string(), {});
    ASSERT_TRUE(config.ok());
    auto store = gateway::Store::open(*config, runtime_, gateway::Store::Lifetime::lasting, {});
    ASSERT_TRUE(store.ok()) << to_string(store.error());
    store_ = std::move(*store);
    ASSERT_TRUE(store_->write("/f", content_, {}).ok());
  }

  // In contents of this size, made by the calling thread.
  template <class Operation>
  static double copies_in(Operation operation) {
    const auto before = counted_work().copied_bytes;
    operation();
    return static_cast<double>(counted_work().copied_bytes - before) / content_bytes;
  }

  protocol::SystemRuntime runtime_;
  LocalCluster cluster_;
  std::unique_ptr<gateway::Store> store_;
  const std::string content_ = std::string(content_bytes, 'x');
};

TEST_F(CopiesOfAContent, AreCounted) {
  std::string copy;
  EXPECT_EQ(copies_in([&] { copy = content_; }), 1);
  EXPECT_EQ(copy.size(), content_bytes);
}

TEST_F(CopiesOfAContent, AWriteMakesNoneForBothMembers) {
  EXPECT_LT(copies_in([&] { ASSERT_TRUE(store_->write("/f", content_, {}).ok()); }), 0.01);
}

TEST_F(CopiesOfAContent, AReadIntoTheCallersBufferMakesNone) {
  std::vector<std::byte> buffer(std::size_t{1} << 20);
  std::size_t total = 0;
  EXPECT_LT(copies_in([&] {
              auto reader = store_->open_reader("/f", 0, std::nullopt);
              ASSERT_TRUE(reader.ok());
              for (;;) {
                const auto got = (*reader)->read(buffer);
                ASSERT_TRUE(got.ok());
                if (*got == 0) break;
                total += *got;
              }
            }),
            0.01);
  EXPECT_EQ(total, content_bytes);
}

TEST(SyncsOfTheCatalogue, ACommitIsOneSync) {
  const TemporaryFolder folder;
  protocol::SystemRuntime runtime;
  const auto put = [](int number) {
    const std::string key = "e/" + std::to_string(number);
    return gateway::Transaction{{gateway::Condition::absent(key)}, {gateway::Change::put(key, "value")}};
  };
  auto catalogue =
      gateway::SqliteCatalogue::create((folder.path() / "catalogue.db").string(), put(0), runtime);
  ASSERT_TRUE(catalogue.ok()) << to_string(catalogue.error());
  const auto first = (*catalogue)->commit(put(1));
  ASSERT_TRUE(first.ok()) << to_string(first.error());
  constexpr int commits = 20;  // far from the length at which SQLite writes its log back
  const auto before = syncs_of_all_threads();
  for (int number = 0; number < commits; ++number) {
    const auto committed = (*catalogue)->commit(put(2 + number));
    ASSERT_TRUE(committed.ok() && committed->committed);
  }
  EXPECT_EQ(syncs_of_all_threads() - before, commits);
}

}  // namespace
}  // namespace tandem::test
