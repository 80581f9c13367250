#include "gateway/catalogue/sqlite/schema.hpp"

#include <gtest/gtest.h>

#include "gateway/catalogue/sqlite/backup.hpp"
#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "gateway/catalogue/sqlite/tables.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/unit/gateway_sqlite/scratch_folder.hpp"

namespace tandem::gateway {
namespace {

constexpr Revision revision = (Revision{1} << epoch_shift) + 7;

// A catalogue as the first version of the tables had it, with two entries, one of a session.
std::unique_ptr<Connection> write_version_1(const std::string& path) {
  auto made = Connection::create(path);
  EXPECT_TRUE(made.ok());
  const std::string number = std::to_string(revision);
  const Status status = (*made)->run(
      "CREATE TABLE kv(k BLOB NOT NULL PRIMARY KEY, v BLOB NOT NULL, rev INTEGER NOT NULL,"
      " sess INTEGER NOT NULL) WITHOUT ROWID;"
      "CREATE INDEX kv_session ON kv(sess) WHERE sess <> 0;"
      "CREATE TABLE log(id INTEGER PRIMARY KEY, rev INTEGER NOT NULL, k BLOB NOT NULL);"
      "CREATE TABLE meta(k BLOB NOT NULL PRIMARY KEY, v INTEGER NOT NULL) WITHOUT ROWID;"
      "PRAGMA application_id = 1953391725; PRAGMA user_version = 1;"
      "INSERT INTO kv VALUES(x'6b', x'00ff', " +
      number + ", 0), (x'6c', x'', " + number + ", 5);" + "INSERT INTO log VALUES(1, " + number +
      ", x'6b'), (2, " + number + ", x'6c');" + "INSERT INTO meta VALUES(CAST('revision' AS BLOB), " +
      number + "), (CAST('log_floor' AS BLOB), " + std::to_string(revision - 1) +
      ");PRAGMA journal_mode = WAL");
  EXPECT_TRUE(status.ok()) << to_string(status.error());
  return std::move(made).value();
}

class SchemaTest : public testing::Test {
 protected:
  ScratchFolder folder_;
  const std::string path_ = folder_.file("catalogue.db");
  protocol::SystemRuntime runtime_;
};

TEST_F(SchemaTest, AForeignDatabaseIsNotACatalogue) {
  auto other = Connection::create(path_);
  ASSERT_TRUE(other.ok());
  ASSERT_TRUE((*other)->run("CREATE TABLE t(x)").ok());
  EXPECT_EQ(schema::version_of(**other).code(), Code::corrupt);
}

TEST_F(SchemaTest, ANewerOneIsUnsupportedAndStaysAsItIs) {
  { ASSERT_TRUE(SqliteCatalogue::create(path_, {}, runtime_).ok()); }
  auto connection = Connection::open(path_, Connection::Use::write);
  ASSERT_TRUE(connection.ok());
  ASSERT_TRUE((*connection)->run("PRAGMA user_version = " + std::to_string(schema::version + 1)).ok());
  EXPECT_EQ(schema::version_of(**connection).code(), Code::unsupported);
  const auto opened = SqliteCatalogue::open(path_, runtime_);
  EXPECT_EQ(opened.code(), Code::unsupported);
  EXPECT_FALSE(opened.error().mend.empty());
  EXPECT_EQ(*(*connection)->number("PRAGMA user_version"), schema::version + 1);
}

TEST_F(SchemaTest, ACatalogueOfTheFirstVersionIsBroughtUpWithAllItHolds) {
  write_version_1(path_);
  const auto catalogue = SqliteCatalogue::open(path_, runtime_);
  ASSERT_TRUE(catalogue.ok()) << to_string(catalogue.error());
  const auto page = (*catalogue)->scan("", "", 10);
  ASSERT_TRUE(page.ok()) << to_string(page.error());
  EXPECT_EQ(page->revision, revision);
  EXPECT_EQ(page->entries,
            (std::vector<Entry>{{"k", std::string("\0\xff", 2), revision, 0}, {"l", "", revision, 5}}));
  const auto history = (*catalogue)->history(revision - 1);
  ASSERT_TRUE(history.ok());
  EXPECT_FALSE(history->reset);
  EXPECT_EQ(history->keys, (std::vector<std::string>{"k", "l"}));
  const auto more = (*catalogue)->commit({{Condition::at("k", revision)}, {Change::put("k", "new")}});
  ASSERT_TRUE(more.ok() && more->committed);
  EXPECT_EQ(more->revision, revision + 1);
  EXPECT_TRUE(SqliteCatalogue::open(path_, runtime_).ok());
}

TEST_F(SchemaTest, AProgramOfTheFirstVersionThatIsStillRunningCannotWritePastTheChecksums) {
  const auto old_program = write_version_1(path_);
  const auto catalogue = SqliteCatalogue::open(path_, runtime_);
  ASSERT_TRUE(catalogue.ok());
  EXPECT_FALSE(old_program->run("UPDATE kv SET v = x'01' WHERE k = x'6b'").ok());
  EXPECT_EQ((**(*catalogue)->get("k")).value, std::string("\0\xff", 2));
}

TEST_F(SchemaTest, ABackupOfTheFirstVersionCanBeRestored) {
  const std::string backup = folder_.file("backup");
  write_version_1(path_).reset();
  ASSERT_TRUE(back_up_database(path_, backup, runtime_).ok());
  const std::string old_backup = folder_.file("old backup");
  ASSERT_TRUE(
      Connection::open(path_, Connection::Use::write).value()->run("VACUUM INTO '" + old_backup + "'").ok());
  for (const std::string& file : {backup, old_backup}) {
    const std::string place = folder_.file("restored from " + file.substr(file.rfind('/') + 1));
    auto restoration = Restoration::begin(place, file, runtime_);
    ASSERT_TRUE(restoration.ok()) << to_string(restoration.error());
    ASSERT_TRUE((*restoration)->finish(2, {}).ok());
    const auto catalogue = SqliteCatalogue::open(place, runtime_);
    ASSERT_TRUE(catalogue.ok()) << to_string(catalogue.error());
    EXPECT_EQ((**(*catalogue)->get("k")).value, std::string("\0\xff", 2));
    EXPECT_FALSE(*(*catalogue)->get("l")) << "of a session";
  }
}

}  // namespace
}  // namespace tandem::gateway
