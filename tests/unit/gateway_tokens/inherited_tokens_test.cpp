#include "gateway/tokens/inherited_tokens.hpp"

#include <gtest/gtest.h>

namespace tandem::gateway {
namespace {

Token token(std::uint8_t first_byte, TokenMode mode) {
  ObjectId id;
  id.bytes[0] = first_byte;
  return {.id = id, .mode = mode, .holder = 0xabc, .fence = 0x1234567890abcdef};
}

TEST(InheritedTokens, SurviveTheWayThroughTheEnvironment) {
  const std::vector<Token> tokens{token(1, TokenMode::exclusive), token(0xff, TokenMode::shared)};
  const auto parsed = parse_inherited(encode_inherited(tokens));
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed->size(), 2U);
  for (std::size_t index = 0; index < 2; ++index) {
    EXPECT_EQ((*parsed)[index].id, tokens[index].id);
    EXPECT_EQ((*parsed)[index].mode, tokens[index].mode);
    EXPECT_EQ((*parsed)[index].holder, tokens[index].holder);
    EXPECT_EQ((*parsed)[index].fence, tokens[index].fence);
    EXPECT_TRUE((*parsed)[index].is_explicit);
  }
}

TEST(InheritedTokens, AreNoneWhereNothingIsSaid) {
  ASSERT_TRUE(parse_inherited("").ok());
  EXPECT_TRUE(parse_inherited("")->empty());
}

TEST(InheritedTokens, RefuseWhatNobodyGaveOut) {
  const std::string good = encode_inherited({token(1, TokenMode::exclusive)});
  for (const std::string& bad :
       {std::string("nonsense"), good + "y", good + ":", "," + good, std::string("1:2:3:x"),
        good.substr(0, good.size() - 1), std::string(1, '\0')}) {
    EXPECT_EQ(parse_inherited(bad).code(), Code::invalid) << bad;
  }
  std::string many;
  for (int count = 0; count < 100; ++count) many += good + ",";
  EXPECT_EQ(parse_inherited(many).code(), Code::invalid);
}

}  // namespace
}  // namespace tandem::gateway
