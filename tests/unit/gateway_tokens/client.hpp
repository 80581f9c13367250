// A client of a catalogue in memory, as far as tokens go.
#pragma once

#include <gtest/gtest.h>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/tokens/tokens.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/support/memory_catalogue/memory_catalogue.hpp"

namespace tandem::gateway::test {

using namespace std::chrono_literals;

class Client {
 public:
  Client(support::MemoryCatalogue& shared, Runtime& runtime, const std::vector<Token>& inherited = {})
      : runtime_(runtime),
        engine_(shared.connect({{},
                                [this](support::CatalogueCall call) {
                                  ++calls;
                                  if (call != support::CatalogueCall::commit || answers_to_lose == 0)
                                    return success();
                                  --answers_to_lose;
                                  return Status(Error{Code::outcome_unknown, "the answer was lost"});
                                }})),
        catalogue(*engine_, 1000, {}),
        operations(catalogue, runtime, {10s, 2s, "a test"}),
        tokens(catalogue, operations, runtime, inherited, [](const ObjectId&) { return "/f"; }) {}
  ~Client() { tokens.close(); }

  Result<Tokens::Use> use(const ObjectId& id, TokenMode mode = TokenMode::exclusive, bool keep = true,
                          Duration wait = 5s) {
    return tokens.use({.id = id, .mode = mode, .deadline = runtime_.now() + wait, .keep = keep});
  }
  Result<Token> lock(const ObjectId& id, TokenMode mode = TokenMode::exclusive, Duration wait = 5s) {
    return tokens.lock({.id = id, .mode = mode, .path = "/f", .deadline = runtime_.now() + wait});
  }
  void kill() { engine_->kill(); }

 private:
  Runtime& runtime_;

 public:
  std::atomic<int> calls{0};
  std::atomic<int> answers_to_lose{0};  // of commits, which happen
 private:
  const std::unique_ptr<support::MemoryClient> engine_;

 public:
  CachedCatalogue catalogue;
  Operations operations;
  Tokens tokens;
};

class TokensTest : public testing::Test {
 protected:
  TokensTest() {
    for (const auto* id : {&file, &other}) {
      const std::string key = keys::record(*id);
      EXPECT_TRUE(
          admin_->commit({{Condition::absent(key)}, {Change::put(key, encode(ObjectRecord{}))}}).ok());
    }
  }
  std::vector<Token> holders(const ObjectId& id) {
    const auto page = admin_->scan(keys::tokens_of(id), {}, 100);
    std::vector<Token> tokens;
    for (const Entry& entry : page->entries) tokens.push_back(*to_token(entry));
    return tokens;
  }
  std::size_t waiting() { return admin_->scan(keys::requests_prefix, {}, 100)->entries.size(); }
  bool soon(const std::function<bool()>& condition) {
    const Instant limit = runtime.now() + 10s;
    while (!condition()) {
      if (runtime.now() > limit) return false;
      runtime.sleep_until(runtime.now() + 1ms);
    }
    return true;
  }

  protocol::SystemRuntime runtime;
  support::MemoryCatalogue shared{runtime};
  const std::unique_ptr<Catalogue> admin_ = shared.connect();
  const ObjectId file = random_identifier<ObjectId>(runtime);
  const ObjectId other = random_identifier<ObjectId>(runtime);
};

}  // namespace tandem::gateway::test
