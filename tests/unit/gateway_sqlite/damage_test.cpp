// Bits that flip in a database file: what was stored is read as it was or not at all.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "gateway/catalogue/sqlite/backup.hpp"
#include "gateway/catalogue/sqlite/connection.hpp"
#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "gateway/catalogue/sqlite/tables.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/unit/gateway_sqlite/scratch_folder.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t entries = 600;  // enough for pages above the leaves
constexpr std::size_t key_bytes = 18;

class DamageTest : public testing::Test {
 protected:
  void SetUp() override {
    std::mt19937_64 random(7);
    auto created = SqliteCatalogue::create(path_, {}, runtime_);
    ASSERT_TRUE(created.ok()) << to_string(created.error());
    while (keys_.size() < entries) {
      Transaction transaction;
      for (int i = 0; i < 50; ++i) {
        std::string key = "f/";
        for (std::size_t byte = 2; byte < key_bytes; ++byte) key += static_cast<char>(random());
        transaction.conditions.push_back(Condition::absent(key));
        transaction.changes.push_back(Change::put(key, value_of(key)));
        keys_.push_back(key);
      }
      ASSERT_TRUE((*created)->commit(transaction)->committed);
    }
    revision_ = *(*created)->known_revision();
    created->reset();
    auto connection = Connection::open(path_, Connection::Use::write);
    ASSERT_TRUE(connection.ok() && (*connection)->empty_log().ok());
    connection->reset();
    std::ifstream file(path_, std::ios::binary);
    whole_.assign(std::istreambuf_iterator<char>(file), {});
  }

  static std::string value_of(const std::string& key) {
    return std::string(key.rbegin(), key.rend()) + std::string(90, 'v');
  }
  std::size_t place_of(const std::string& key) const { return whole_.find(key + value_of(key)); }

  // The database as it was but for one bit, opened anew.
  Result<std::unique_ptr<Catalogue>> with_flipped(std::size_t byte, unsigned bit) {
    for (const char* suffix : {"-wal", "-shm"}) boost::filesystem::remove(path_ + suffix);
    std::string damaged = whole_;
    damaged[byte] = static_cast<char>(static_cast<unsigned char>(damaged[byte]) ^ (1U << bit));
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << damaged;
    return SqliteCatalogue::open(path_, runtime_);
  }

  ScratchFolder folder_;
  const std::string path_ = folder_.file("catalogue.db");
  protocol::SystemRuntime runtime_;
  std::vector<std::string> keys_;
  std::string whole_;
  Revision revision_ = 0;
};

TEST_F(DamageTest, AFlippedBitOfAValueIsCorruptAndNamesTheEntry) {
  for (std::size_t i = 0; i < 40; ++i) {
    const std::string& key = keys_[i * 13 % entries];
    ASSERT_NE(place_of(key), std::string::npos);
    const auto catalogue = with_flipped(place_of(key) + key_bytes + i, i % 8);
    ASSERT_TRUE(catalogue.ok()) << to_string(catalogue.error());
    const auto read = (*catalogue)->get(key);
    EXPECT_EQ(read.code(), Code::corrupt);
    EXPECT_NE(read.error().cause.find("f/"), std::string::npos) << read.error().cause;
    EXPECT_FALSE(read.error().mend.empty());
    EXPECT_EQ((*catalogue)->get_many(std::vector{keys_[0], keys_[1], key}).code(), Code::corrupt);
    EXPECT_EQ((*catalogue)->scan("f/", "", entries).code(), Code::corrupt);
    EXPECT_EQ((*catalogue)->commit({{Condition::present(key)}, {Change::erase(key)}}).code(), Code::corrupt);
    EXPECT_EQ(back_up_database(path_, folder_.file("backup"), runtime_).code(), Code::corrupt);
  }
}

TEST_F(DamageTest, AFlippedBitOfAKeyNeverMakesAnEntryAbsent) {
  int lost_sight_of = 0;
  for (std::size_t i = 0; i < 8 * key_bytes; ++i) {
    const std::string& key = keys_[i * 7 % entries];
    const std::size_t byte = i % key_bytes;
    const auto catalogue = with_flipped(place_of(key) + byte, static_cast<unsigned>(i / key_bytes));
    ASSERT_TRUE(catalogue.ok()) << to_string(catalogue.error());
    EXPECT_EQ((*catalogue)->get(key).code(), Code::corrupt) << "bit " << i << " of a key";
    EXPECT_EQ((*catalogue)->commit({{Condition::absent(key)}, {Change::put(key, "")}}).code(), Code::corrupt);
    std::string after;
    auto page = (*catalogue)->scan("f/", after, 37);
    while (page.ok() && page->more) {
      after = page->entries.back().key;
      page = (*catalogue)->scan("f/", after, 37);
    }
    EXPECT_EQ(page.code(), Code::corrupt) << "bit " << i << " of a key";
    for (const std::string& other : keys_) {
      if (other == key) continue;
      const auto read = (*catalogue)->get(other);
      if (!read.ok()) ++lost_sight_of;
      ASSERT_TRUE(read.code() == Code::corrupt || (read.ok() && *read)) << "bit " << i << " of a key";
    }
  }
  EXPECT_GT(lost_sight_of, 0) << "no damaged key stood above the leaves";
}

// Where many keys are found by steps from one to the next, a damaged one on the way lies about its place.
TEST_F(DamageTest, AFlippedBitOfAKeyNeverMakesItsNeighboursAbsent) {
  int whole = 0;
  for (std::size_t i = 0; i < 8 * key_bytes; ++i) {
    const std::string& key = keys_[i * 7 % entries];
    const auto catalogue = with_flipped(place_of(key) + i % key_bytes, static_cast<unsigned>(i / key_bytes));
    ASSERT_TRUE(catalogue.ok()) << to_string(catalogue.error());
    std::vector<std::string> others = keys_;
    std::erase(others, key);
    const auto read = (*catalogue)->get_many(others);
    if (!read.ok()) {
      ASSERT_EQ(read.code(), Code::corrupt);
      continue;
    }
    ++whole;
    for (std::size_t k = 0; k < others.size(); ++k) {
      ASSERT_TRUE(read->entries[k]) << "bit " << i << " of a key";
      ASSERT_EQ(read->entries[k]->value, value_of(others[k]));
    }
  }
  EXPECT_GT(whole, 0) << "no damaged key stood in a leaf";
}

TEST_F(DamageTest, WhateverBitFlipsNothingWrongIsEverRead) {
  std::mt19937 random(11);
  int noticed = 0;
  for (int i = 0; i < 250; ++i) {
    const std::size_t byte = random() % whole_.size();
    const auto catalogue = with_flipped(byte, static_cast<unsigned>(random() % 8));
    bool is_whole = catalogue.ok();
    for (std::size_t k = 0; is_whole && k < entries; ++k) {
      const auto read = (*catalogue)->get(keys_[k]);
      is_whole = read.ok() && *read;
      if (!is_whole) break;
      ASSERT_EQ((*read)->value, value_of(keys_[k])) << "byte " << byte;
      ASSERT_LE((*read)->revision, revision_) << "byte " << byte;
    }
    if (is_whole) continue;
    ++noticed;
    const auto backup = back_up_database(path_, folder_.file("backup" + std::to_string(i)), runtime_);
    EXPECT_FALSE(backup.ok()) << "byte " << byte << ": what cannot all be read was backed up";
  }
  EXPECT_GT(noticed, 50);
}

TEST_F(DamageTest, ADamagedCounterIsNotBelieved) {
  const std::size_t name = whole_.find("revision", whole_.find("CREATE TABLE counters") + 200);
  ASSERT_NE(name, std::string::npos);
  const auto catalogue = with_flipped(name + 8 + 6, 0);
  EXPECT_EQ(catalogue.code(), Code::corrupt);
}

TEST_F(DamageTest, WhereTheLogOfChangesIsDamagedItCountsAsPruned) {
  for (std::size_t i = 0; i < 3; ++i) {
    // In the log a key stands without its value behind it.
    std::size_t place = whole_.find(keys_[i]);
    while (place != std::string::npos && place == place_of(keys_[i]))
      place = whole_.find(keys_[i], place + 1);
    ASSERT_NE(place, std::string::npos);
    const auto catalogue = with_flipped(place + 5, 1);
    ASSERT_TRUE(catalogue.ok());
    const auto history = (*catalogue)->history(Revision{1} << epoch_shift);
    ASSERT_TRUE(history.ok()) << to_string(history.error());
    EXPECT_TRUE(history->reset);
    EXPECT_FALSE((*catalogue)->history(revision_ - 1)->reset) << "what is behind the damage is still known";
    EXPECT_TRUE((*catalogue)->scan("f/", "", entries).ok());
  }
}

}  // namespace
}  // namespace tandem::gateway
