#include "shell/output/text.hpp"

#include <gtest/gtest.h>

namespace tandem::shell {
namespace {

TEST(Text, KnowsWhatIsUtf8) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"));
  for (const char* wrong :
       {"\xff", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\x80"}) {
    EXPECT_FALSE(is_utf8(wrong)) << wrong;
  }
  EXPECT_EQ(to_utf8("a\xff"
                    "b"),
            "a\xef\xbf\xbd"
            "b");
}

TEST(Text, CodesBase64) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("\xff\xfe\xfd\xfc"), "//79/A==");
}

TEST(Text, MakesNamesSafeForATerminal) {
  EXPECT_EQ(printable("a\x1b[31m\nb\xff\x7f\t"), "a\\x1b[31m\\nb\\xff\\x7f\\t");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\xc2\\x9b31m");
  EXPECT_EQ(printable("gr\xc3\xbc\xc3\x9f"
                      "e"),
            "gr\xc3\xbc\xc3\x9f"
            "e");
}

TEST(Text, TellsSizes) {
  EXPECT_EQ(human_size(0), "0 B");
  EXPECT_EQ(human_size(1023), "1023 B");
  EXPECT_EQ(human_size(1024), "1.0 KiB");
  EXPECT_EQ(human_size(1536), "1.5 KiB");
  EXPECT_EQ(human_size(1024 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(human_size(std::uint64_t{5} << 30), "5.0 GiB");
  EXPECT_EQ(human_size(~std::uint64_t{0}), "16.0 EiB");
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(Text, TellsDurations) {
  EXPECT_EQ(human_duration(0.25), "0.2 s");
  EXPECT_EQ(human_duration(59), "59 s");
  EXPECT_EQ(human_duration(180), "3 min");
  EXPECT_EQ(human_duration(3600), "1 h");
  EXPECT_EQ(human_duration(7500), "2 h 5 min");
  EXPECT_EQ(human_duration(4 * 86400), "4 d");
}

TEST(Text, TellsTimes) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(rfc3339(1769851800123456789), "2026-01-31T09:30:00.123456789Z");
  EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999999999Z");
}

TEST(Text, TellsModes) {
  EXPECT_EQ(octal_mode(0644), "0644");
  EXPECT_EQ(octal_mode(04755), "4755");
  EXPECT_EQ(letters_of_mode('-', 0644), "-rw-r--r--");
  EXPECT_EQ(letters_of_mode('d', 01777), "drwxrwxrwt");
  EXPECT_EQ(letters_of_mode('-', 04655), "-rwSr-xr-x");
}

TEST(Text, FitsColumns) {
  EXPECT_EQ(pad_right("\xc3\xa4", 3), "\xc3\xa4  ");
  EXPECT_EQ(pad_left("ab", 1), "ab");
  EXPECT_EQ(shorten("abcdef", 4), "abc~");
  EXPECT_EQ(shorten("\xc3\xa4\xc3\xb6\xc3\xbc", 2), "\xc3\xa4~");
  EXPECT_EQ(shorten("abcd", 4), "abcd");
}

TEST(Text, Counts) {
  EXPECT_EQ(counted(1, "file"), "1 file");
  EXPECT_EQ(counted(0, "file"), "0 files");
  EXPECT_EQ(counted(2, "directory", "directories"), "2 directories");
}

}  // namespace
}  // namespace tandem::shell
