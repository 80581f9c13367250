#include "tests/sim/checkers/namespace_check.hpp"

#include <gtest/gtest.h>

#include <map>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/catalogue/records/records.hpp"

namespace tandem::sim {
namespace {

using gateway::ObjectRecord;
namespace keys = gateway::keys;

ObjectId id(std::uint8_t number) {
  return ObjectId{{number}};
}

struct Keys {
  std::map<std::string, std::string> values{};
  void name(const ObjectId& directory, const std::string& name, const ObjectId& to, Kind kind = Kind::file) {
    values[keys::name(directory, name)] = encode(gateway::NameValue{to, kind});
  }
  void record(const ObjectId& object, std::vector<Name> names, Kind kind = Kind::file) {
    ObjectRecord record;
    record.kind = kind;
    record.names = std::move(names);
    values[keys::record(object)] = encode(record);
  }
  std::string wrong() const {
    std::vector<gateway::Entry> entries;
    for (const auto& [key, value] : values) entries.push_back({key, value, 1, 0});
    return check_namespace(entries).value_or("");
  }
};

// /d/f
Keys a_good_tree() {
  Keys tree;
  tree.record(id(1), {{root_directory, "d"}}, Kind::directory);
  tree.name(root_directory, "d", id(1), Kind::directory);
  tree.record(id(2), {{id(1), "f"}});
  tree.name(id(1), "f", id(2));
  return tree;
}

TEST(NamespaceCheck, AGoodTreePasses) {
  EXPECT_EQ(a_good_tree().wrong(), "");
}

TEST(NamespaceCheck, ANameWithoutARecordIsFound) {
  Keys tree = a_good_tree();
  tree.values.erase(keys::record(id(2)));
  EXPECT_NE(tree.wrong().find("leads to no record"), std::string::npos);
}

TEST(NamespaceCheck, ARecordWithoutItsNameIsFound) {
  Keys tree = a_good_tree();
  tree.values.erase(keys::name(id(1), "f"));
  EXPECT_NE(tree.wrong().find("has lost its name"), std::string::npos);
}

TEST(NamespaceCheck, BothNamesAfterARenameAreFound) {
  Keys tree = a_good_tree();
  tree.name(root_directory, "g", id(2));
  EXPECT_NE(tree.wrong().find("does not know its name"), std::string::npos);
}

TEST(NamespaceCheck, AnEntryUnderARemovedDirectoryIsFound) {
  Keys tree = a_good_tree();
  tree.values.erase(keys::record(id(1)));
  tree.values.erase(keys::name(root_directory, "d"));
  EXPECT_NE(tree.wrong().find("under a removed directory"), std::string::npos);
}

TEST(NamespaceCheck, ACycleOfDirectoriesIsFound) {
  Keys tree;
  tree.record(id(1), {{id(2), "a"}}, Kind::directory);
  tree.record(id(2), {{id(1), "b"}}, Kind::directory);
  tree.name(id(2), "a", id(1), Kind::directory);
  tree.name(id(1), "b", id(2), Kind::directory);
  EXPECT_NE(tree.wrong().find("cycle"), std::string::npos);
}

}  // namespace
}  // namespace tandem::sim
