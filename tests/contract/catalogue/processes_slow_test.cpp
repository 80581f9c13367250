#include <gtest/gtest.h>

#include "tests/contract/catalogue/kill_rounds.hpp"

namespace tandem::gateway {
namespace {

TEST(CatalogueProcessesSlow, HundredsOfKillsLoseNothingAcknowledged) {
  kill_writers(400, 7);
}

}  // namespace
}  // namespace tandem::gateway
