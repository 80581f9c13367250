#include <gtest/gtest.h>

#include "protocol/contract/limits.hpp"
#include "protocol/wire/base64.hpp"
#include "protocol/wire/call_text.hpp"
#include "protocol/wire/node_codec.hpp"
#include "protocol/wire/xmlrpc_dispatcher.hpp"
#include "tests/support/memory_node/memory_node.hpp"
#include "tests/support/memory_node/memory_tree.hpp"

namespace tandem::protocol {
namespace {

class Dispatcher : public testing::Test {
 protected:
  static NodeId some_node() {
    NodeId id;
    id.bytes.fill(0x0E);
    return id;
  }
  // `parameters`: "<string>/a</string><i8>5</i8>", one value each.
  std::string call(const std::string& method, const std::vector<std::string>& parameters) {
    std::string text = "<?xml version='1.0'?><methodCall><methodName>" + method + "</methodName><params>";
    for (const std::string& one : parameters) text += "<param><value>" + one + "</value></param>";
    return dispatcher_.process(text + "</params></methodCall>");
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  static bool is_fault(const std::string& reply, Code code) {
    const std::string number = std::to_string(static_cast<int>(code));
    return has(reply, "<fault>") &&
           (has(reply, "<i4>" + number + "</i4>") || has(reply, "<int>" + number + "</int>"));
  }
  static std::string path(const std::string& bytes) {
    return "<base64>" + encode_base64(bytes) + "</base64>";
  }

  support::MemoryTree tree_{};
  support::MemoryNode node_{some_node(), 41};
  XmlRpcDispatcher dispatcher_{tree_, &node_};
};

TEST_F(Dispatcher, TheSevenPlainMethodsWork) {
  EXPECT_TRUE(has(call("mkdir", {"<string>/d</string>"}), "<boolean>1</boolean>"));
  EXPECT_TRUE(has(call("create", {"/d/f"}), "<boolean>1</boolean>"));
  EXPECT_TRUE(has(call("write", {"<string>/d/f</string>", "<string>h&amp;i</string>"}), "<i4>3</i4>"));
  EXPECT_TRUE(has(call("read", {"<string>d/f</string>"}), encode_base64("h&i")));
  EXPECT_TRUE(has(call("mv", {"/d/f", path("/g")}), "<boolean>1</boolean>"));
  EXPECT_TRUE(has(call("rm", {"/g"}), "<boolean>1</boolean>"));
  const std::string status = call("status", {});
  for (const char* member : {"directories", "files", "bytes", "free"}) {
    EXPECT_TRUE(has(status, "<name>" + std::string(member) + "</name>")) << status;
  }
  EXPECT_TRUE(has(status, "<i8>5368709120</i8>")) << "numbers beyond 31 bits";
}

TEST_F(Dispatcher, FaultsCarryTheCodesOfTheContract) {
  EXPECT_TRUE(is_fault(call("read", {"/none"}), Code::not_found));
  EXPECT_TRUE(is_fault(call("mkdir", {"/"}), Code::exists));
  EXPECT_TRUE(is_fault(call("rm", {"/../x"}), Code::invalid));
  EXPECT_TRUE(is_fault(call("frobnicate", {}), Code::unsupported));
  EXPECT_TRUE(is_fault(call("read", {}), Code::invalid));
  EXPECT_TRUE(is_fault(call("read", {"<int>3</int>"}), Code::invalid));
  EXPECT_TRUE(is_fault(call("status", {"<int>3</int>"}), Code::invalid));
  EXPECT_TRUE(is_fault(call("node.settle", {"<base64>AAAA</base64>"}), Code::invalid));
}

TEST_F(Dispatcher, AnyByteButNulMayStandInAPath) {
  const std::string name("/\xf0\x9f\x98\x80 \x01\n\r\"'<&>\xff", 15);
  EXPECT_TRUE(has(call("create", {path(name)}), "<boolean>1</boolean>"));
  EXPECT_TRUE(is_fault(call("create", {path(name)}), Code::exists));
  EXPECT_TRUE(has(call("rm", {path(name)}), "<boolean>1</boolean>"));
  EXPECT_TRUE(is_fault(call("create", {path(std::string("/a\0b", 4))}), Code::invalid));
  EXPECT_TRUE(is_fault(call("create", {path(std::string(5000, 'x'))}), Code::invalid));
}

TEST_F(Dispatcher, CharactersBeyondTheBasicPlaneMayStandInStrings) {
  const std::string smile = "\xf0\x9f\x98\x80";
  EXPECT_TRUE(has(call("mkdir", {"<string>/" + smile + "</string>"}), "<boolean>1</boolean>"));
  for (const std::string& same : {"/" + smile, std::string("/&#128512;"), std::string("/&#x1F600;"),
                                  "<string><![CDATA[/" + smile + "]]></string>", path("/" + smile)}) {
    EXPECT_TRUE(is_fault(call("create", {same}), Code::exists)) << same;
  }
  EXPECT_TRUE(has(call("write", {"/" + smile + "/f", smile + smile}), "<i4>8</i4>"));
  EXPECT_TRUE(has(call("read", {"/" + smile + "/f"}), encode_base64(smile + smile)));
  const std::string many =
      call("system.multicall", {"<array><data><value><struct><member><name>methodName</name><value>rm</value>"
                                "</member><member><name>params</name><value><array><data><value>/" +
                                smile +
                                "/f</value></data></array></value></member></struct></value></data>"
                                "</array>"});
  EXPECT_TRUE(has(many, "<boolean>1</boolean>")) << many;
  EXPECT_TRUE(has(call("rm", {"/" + smile}), "<boolean>1</boolean>"));
}

TEST_F(Dispatcher, AMegabyteOfSuchCharactersIsWritten) {
  std::string text;
  while (text.size() < limits::base64_bytes_max) text += "\xf0\x9f\x98\x80";
  EXPECT_TRUE(has(call("write", {"/f", text}), "<i4>1048576</i4>"));
  EXPECT_EQ(*tree_.read("/f", 0, std::nullopt), text);
}

TEST_F(Dispatcher, ControlCharactersInAStringAreInvalidWithTheMend) {
  const std::string reply = call("create", {"/a\x01"});
  EXPECT_TRUE(is_fault(reply, Code::invalid)) << reply;
  EXPECT_TRUE(has(reply, "base64")) << reply;
}

TEST_F(Dispatcher, NumbersComeInAnyDressStockClientsHave) {
  call("write", {"/f", "0123456789"});
  const std::string expected = encode_base64("56");
  for (const char* offset :
       {"<int>5</int>", "<i4>5</i4>", "<i8>5</i8>", "<double>5.0</double>", "<string>5</string>"}) {
    EXPECT_TRUE(has(call("read", {"/f", offset, "<int>2</int>"}), expected)) << offset;
  }
  EXPECT_TRUE(has(call("read", {"/f", "<i8>5000000000</i8>"}), "<base64>")) << "behind the end: empty";
  for (const char* offset : {"<int>-1</int>", "<double>1.5</double>", "<double>-2</double>",
                             "<string>5x</string>", "<string></string>", "<boolean>1</boolean>"}) {
    EXPECT_TRUE(is_fault(call("read", {"/f", offset}), Code::invalid)) << offset;
  }
}

TEST_F(Dispatcher, AnyNonsenseInAnyTypeIsAnsweredWithAFault) {
  for (const char* type : {"i8", "ex.i8", "int", "i4", "i2", "i1", "boolean", "double", "dateTime.iso8601",
                           "base64", "array", "struct", "unheard.of"}) {
    for (const char* text : {"s", "1 ", "-", "99999999999999999999999", "1e999", "%s%n", "\xc3\xa9"}) {
      const std::string value = "<" + std::string(type) + ">" + text + "</" + type + ">";
      const std::string reply = call("read", {"/none", value});
      EXPECT_TRUE(has(reply, "<fault>")) << value << reply;
    }
  }
}

TEST_F(Dispatcher, IntrospectionIsComplete) {
  const std::string methods = call("system.listMethods", {});
  for (const char* name :
       {"mkdir", "create", "mv", "read", "write", "status", "rm", "node.identify", "node.settle"}) {
    EXPECT_TRUE(has(methods, ">" + std::string(name) + "<")) << name;
    EXPECT_FALSE(has(call("system.methodSignature", {name}), "undef")) << name;
    EXPECT_FALSE(has(call("system.methodHelp", {name}), "<string></string>")) << name;
  }
}

TEST_F(Dispatcher, AShutdownIsNeitherOfferedNorGranted) {
  const std::string methods = call("system.listMethods", {});
  EXPECT_TRUE(has(methods, "system.multicall"));
  EXPECT_FALSE(has(methods, "shutdown")) << methods;
  EXPECT_TRUE(has(call("system.shutdown", {"now"}), "<fault>"));
  EXPECT_TRUE(has(call("mkdir", {"/still-here"}), "<boolean>1</boolean>"));
}

TEST_F(Dispatcher, IdentityAndStatusAreReadableForPeople) {
  const std::string identity = call("node.identify", {});
  EXPECT_TRUE(
      has(identity, "<string>" + std::string(32, '0').replace(0, 32, "0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e")));
  EXPECT_TRUE(has(identity, "<name>run</name>"));
  EXPECT_TRUE(has(call("node.status", {}), "<name>staged_bytes</name>"));
}

TEST_F(Dispatcher, NodeCallsAnswerTheSameOnBothWays) {
  const std::string direct = dispatcher_.process(write_node_call("node.identify", ""));
  const auto fast = read_node_reply(direct);
  const auto slow = read_node_reply(call("node.identify", {"<base64></base64>"}));
  ASSERT_TRUE(fast);
  ASSERT_TRUE(slow) << to_string(slow.error());
  EXPECT_EQ(*fast, *slow);
  EXPECT_EQ(decode_reply<NodeIdentity>(*fast)->run, 41U);
  EXPECT_EQ(read_node_reply(dispatcher_.process(write_node_call("node.look", "\xff"))).code(), Code::invalid);
  EXPECT_EQ(read_node_reply(dispatcher_.process(write_node_call("node.nothing", ""))).code(),
            Code::unsupported);
}

TEST_F(Dispatcher, WithoutANodeThereAreNoNodeCalls) {
  const XmlRpcDispatcher plain(tree_, nullptr);
  EXPECT_EQ(read_node_reply(plain.process(write_node_call("node.identify", ""))).code(), Code::unsupported);
}

TEST_F(Dispatcher, GarbageIsAnsweredWithAFault) {
  for (const char* body :
       {"", "garbage", "<a/>", "<methodCall/>", "<methodCall><methodName/></methodCall>",
        "<methodCall><methodName>read</methodName><params><param/></params></methodCall>"}) {
    EXPECT_TRUE(has(dispatcher_.process(body), "<fault>")) << body;
  }
  EXPECT_TRUE(has(dispatcher_.process("<!DOCTYPE l [<!ENTITY l \"l\">]><a>&l;</a>"), "document type"));
  EXPECT_TRUE(has(dispatcher_.process(std::string(limits::xml_body_bytes_max + 1, ' ')), "<fault>"));
}

TEST_F(Dispatcher, OneRequestCannotAskForTheSameMegabyteManyTimes) {
  call("write", {"/f", path(std::string(600'000, 'x'))});
  std::string calls;
  for (int i = 0; i < 50; ++i) {
    calls +=
        "<value><struct><member><name>methodName</name><value>read</value></member><member><name>params</"
        "name>"
        "<value><array><data><value>/f</value></data></array></value></member></struct></value>";
  }
  const std::string reply = call("system.multicall", {"<array><data>" + calls + "</data></array>"});
  EXPECT_LT(reply.size(), limits::xml_body_bytes_max);
  EXPECT_TRUE(has(reply, "would exceed"));
  EXPECT_TRUE(has(call("read", {"/f"}), "<base64>")) << "the next request has its own allowance";
}

}  // namespace
}  // namespace tandem::protocol
