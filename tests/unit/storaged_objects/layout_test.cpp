#include <gtest/gtest.h>

#include "storaged/disk/objects/directory_index.hpp"
#include "storaged/disk/objects/layout.hpp"

namespace tandem::storaged {
namespace {

ObjectId id_with(std::uint8_t first) {
  ObjectId id;
  id.bytes[0] = first;
  return id;
}

TEST(StagedNames, AreReadBackAndNothingElseIs) {
  for (const std::uint64_t claim : {0UL, 1UL, 0xfedcba9876543210UL}) {
    const layout::StagedKey key{id_with(9), {17, 3}, claim};
    const std::string path = layout::staged_path(key);
    EXPECT_EQ(layout::parse_staged_name(path.substr(path.find('/') + 1)), key);
  }
  const std::string id = to_string(id_with(9));
  for (const std::string& name : {std::string("x"), id, id + ".", id + ".link", id + ".directory",
                                  id + ".1-2.3", id + ".1-2.0000000000000000", id + "x1-2"})
    EXPECT_FALSE(layout::parse_staged_name(name).has_value()) << name;
}

TEST(DirectoryIndex, KnowsPathsAndWhatStandsBelowWhat) {
  DirectoryIndex index;
  index.put(id_with(1), {5, root_directory, "a"});
  index.put(id_with(2), {5, id_with(1), "b"});
  EXPECT_EQ(index.path_of(id_with(2)), "tree/a/b");
  EXPECT_TRUE(index.is_under(id_with(2), id_with(1)));
  EXPECT_FALSE(index.is_under(id_with(1), id_with(2)));
  const auto before = index.generation();
  index.put(id_with(1), {6, layout::limbo_directory, "x"});
  EXPECT_NE(index.generation(), before);
  EXPECT_EQ(index.path_of(id_with(2)), "limbo/x/b");
  index.erase(id_with(1));
  EXPECT_EQ(index.path_of(id_with(2)), std::nullopt);
}

TEST(DirectoryIndex, DoesNotCallWhatIsInLimboCurrent) {
  DirectoryIndex index;
  index.put(id_with(1), {5, root_directory, "a"});
  index.put(id_with(2), {6, layout::limbo_directory, "b"});
  const auto entries = index.behind(std::nullopt, 10);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].revision, 5U);
  EXPECT_EQ(entries[1].revision, 0U);
}

TEST(DirectoryIndex, RemembersTheGreatestRevisionTold) {
  DirectoryIndex index;
  EXPECT_EQ(index.told(id_with(1)), 0U);
  EXPECT_TRUE(index.tell(id_with(1), 9));
  EXPECT_TRUE(index.tell(id_with(1), 4));
  EXPECT_EQ(index.told(id_with(1)), 9U);
}

}  // namespace
}  // namespace tandem::storaged
