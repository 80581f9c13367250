#include <cstdlib>
#include <string>

#include "protocol/wire/call_text.hpp"
#include "protocol/wire/xml_precheck.hpp"
#include "protocol/wire/xmlrpc_dispatcher.hpp"
#include "protocol/wire/xmlrpc_library.hpp"
#include "tests/fuzz/protocol/targets.hpp"
#include "tests/support/memory_node/memory_node.hpp"
#include "tests/support/memory_node/memory_tree.hpp"

namespace tandem::fuzz {

void xml_documents(std::string_view input) {
  support::MemoryTree tree;
  support::MemoryNode node({}, 1);
  static_cast<void>(tree.write("/f", "content", {}));
  const protocol::XmlRpcDispatcher dispatcher(tree, &node);
  const std::string response = dispatcher.process(input);
  if (response.find("methodResponse") == std::string::npos) std::abort();
  static_cast<void>(protocol::read_node_reply(input));
  static_cast<void>(protocol::read_node_reply(response));
}

}  // namespace tandem::fuzz
