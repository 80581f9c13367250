#include "tests/contract/catalogue/engines.hpp"

#include "tests/contract/catalogue/temporary_database.hpp"
#include "tests/support/memory_catalogue/memory_catalogue.hpp"

namespace tandem::gateway {
namespace {

class MemoryWorld final : public World {
 public:
  std::unique_ptr<Catalogue> connect() override { return catalogue_.connect(); }

 private:
  support::MemoryCatalogue catalogue_{runtime()};
};

class SqliteWorld final : public World {
 public:
  std::unique_ptr<Catalogue> connect() override { return database_.open(); }

 private:
  TemporaryDatabase database_{runtime()};
};

template <class Kind>
std::unique_ptr<World> make_world() {
  return std::make_unique<Kind>();
}

}  // namespace

std::vector<Engine> engines() {
  return {{"Memory", make_world<MemoryWorld>}, {"Sqlite", make_world<SqliteWorld>}};
}

bool eventually(const std::function<bool()>& condition) {
  using namespace std::chrono_literals;
  protocol::SystemRuntime runtime;
  const Instant deadline = runtime.now() + 20s;
  while (!condition()) {
    if (runtime.now() > deadline) return false;
    runtime.sleep_until(runtime.now() + 2ms);
  }
  return true;
}

Commit CatalogueTest::commit(std::vector<Condition> conditions, std::vector<Change> changes) {
  auto result = catalogue().commit(Transaction{std::move(conditions), std::move(changes)});
  EXPECT_TRUE(result.ok()) << to_string(result.error());
  return result ? *result : Commit{};
}

Revision CatalogueTest::make(const std::string& key, const std::string& value) {
  const Commit made = commit({Condition::absent(key)}, {Change::put(key, value)});
  EXPECT_TRUE(made.committed);
  return made.revision;
}

std::optional<Entry> CatalogueTest::get(const std::string& key) {
  auto result = catalogue().get(key);
  EXPECT_TRUE(result.ok()) << to_string(result.error());
  return result ? *result : std::nullopt;
}

}  // namespace tandem::gateway
