// Opens a Store over given seams: what Store::open does with the real ones, and a simulation with its own.
#pragma once

#include <memory>
#include <string>

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/config/config.hpp"
#include "gateway/nodes/node.hpp"
#include "gateway/store/store.hpp"
#include "gateway/tokens/token_table.hpp"

namespace tandem::gateway {

struct StoreSeams {
  Config config{};
  Runtime* runtime = nullptr;  // outlives the store
  std::unique_ptr<Transport> transport{};
  std::unique_ptr<Catalogue> catalogue{};
  Store::Lifetime lifetime = Store::Lifetime::one_shot;
  NoticeSink notices{};
  std::string about{};             // told to people who look at the session
  std::vector<Token> inherited{};  // tokens of another client that this one acts for
};

Result<std::unique_ptr<Store>> open_store(StoreSeams seams);

}  // namespace tandem::gateway
