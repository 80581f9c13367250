#include "protocol/wire/base64.hpp"

#include <gtest/gtest.h>

namespace tandem::protocol {
namespace {

TEST(Base64, TheExamplesOfTheStandardHold) {
  const std::pair<std::string, std::string> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"},
                                                          {"\xff\xfe\xfd", "//79"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(encode_base64(bytes), text);
    EXPECT_EQ(decode_base64(text), bytes);
  }
}

TEST(Base64, EveryLengthComesBack) {
  std::string bytes;
  for (int length = 0; length < 600; ++length) {
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes) << length;
    bytes += static_cast<char>(length * 37);
  }
}

TEST(Base64, WhiteSpaceIsSkippedAnywhere) {
  const std::string bytes = "the quick brown fox jumps over the lazy dog";
  std::string text;
  for (const char c : encode_base64(bytes)) (text += c) += "\r\n \t"[text.size() % 4];
  EXPECT_EQ(decode_base64(text), bytes);
  EXPECT_EQ(decode_base64("\n  \n"), "");
}

TEST(Base64, WhatIsNoBase64IsRefused) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zm9", "Z===", "====", "Zg==Zg==", "Zm9v!", "Zm=v", "=Zm9",
                           "Zg==x", "Zm9v\xff\xff\xff\xff", "Zm9v-_-_"}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
  EXPECT_EQ(decode_base64(std::string("Zm9v\0\0\0\0", 8)), std::nullopt);
}

}  // namespace
}  // namespace tandem::protocol
