#include "gateway/catalogue/sqlite/watchers.hpp"

#include <gtest/gtest.h>

#include <boost/filesystem.hpp>
#include <condition_variable>

#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/unit/gateway_sqlite/scratch_folder.hpp"

namespace tandem::gateway {
namespace {

using namespace std::chrono_literals;

class Heard {
 public:
  void add(const Event& event) {
    const std::lock_guard lock(mutex_);
    kinds_.push_back(event.kind);
    changed_.notify_all();
  }
  bool comes(Event::Kind kind) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [&] { return !kinds_.empty() && kinds_.back() == kind; });
  }
  std::size_t count(Event::Kind kind) {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count(kinds_.begin(), kinds_.end(), kind));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Event::Kind> kinds_;
};

TEST(WatchersTest, WhatCannotBeReadForASecondIsStaleOnceAndThenReset) {
  const ScratchFolder folder;
  protocol::SystemRuntime runtime;
  const std::string path = folder.file("catalogue.db");
  auto catalogue = SqliteCatalogue::create(path, {}, runtime);
  ASSERT_TRUE(catalogue.ok());
  auto shared = SharedFile::open(path + ".gate", path);
  ASSERT_TRUE(shared.ok());
  const std::string elsewhere = folder.file("elsewhere.db");
  ReaderPool readers(elsewhere, runtime);  // nothing is there yet
  Watchers watchers(**shared, readers, runtime);
  Heard heard;
  const Instant before = runtime.now();
  const auto watch = watchers.add("k", 0, [&](const Event& event) { heard.add(event); });
  ASSERT_TRUE(heard.comes(Event::Kind::stale));
  EXPECT_GE(runtime.now() - before, 1s);
  runtime.sleep_until(runtime.now() + 200ms);
  EXPECT_EQ(heard.count(Event::Kind::stale), 1U) << "told once";
  boost::filesystem::create_symlink(path, elsewhere);
  EXPECT_TRUE(heard.comes(Event::Kind::reset));
  ASSERT_TRUE((*catalogue)->commit({{Condition::absent("k")}, {Change::put("k", "")}})->committed);
  EXPECT_TRUE(heard.comes(Event::Kind::put)) << "and it goes on";
}

}  // namespace
}  // namespace tandem::gateway
