#include "shell/terminal/editable.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

TEST(Editable, AnyBytesComeBackAsTheyWere) {
  std::string all;
  for (int byte = 1; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const std::string& bytes :
       {std::string("plain"), std::string("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), all,
        std::string("half \xc3"), std::string("private \xef\x9f\xbf \xef\x9c\x80"),
        std::string("new\nline\x1b[0m")}) {
    EXPECT_EQ(to_bytes(to_editable(bytes)), bytes);
    EXPECT_TRUE(is_utf8(to_editable(bytes)));
  }
}

TEST(Editable, OrdinaryTextIsLeftAlone) {
  EXPECT_EQ(to_editable("/a b/\xc3\xa4"), "/a b/\xc3\xa4");
  EXPECT_EQ(to_bytes("/a b/\xc3\xa4"), "/a b/\xc3\xa4");
}

TEST(Editable, NothingThatDrivesATerminalIsLeft) {
  EXPECT_EQ(to_editable("\x1b[31m").find('\x1b'), std::string::npos);
  EXPECT_EQ(to_editable("a\nb").find('\n'), std::string::npos);
}

}  // namespace
}  // namespace tandem::shell
