#include <cstdlib>
#include <string>

#include "protocol/wire/call_text.hpp"
#include "protocol/wire/supplementary_characters.hpp"
#include "protocol/wire/xml_precheck.hpp"
#include "protocol/wire/xmlrpc_dispatcher.hpp"
#include "protocol/wire/xmlrpc_library.hpp"
#include "tests/fuzz/protocol/targets.hpp"
#include "tests/support/memory_node/memory_node.hpp"
#include "tests/support/memory_node/memory_tree.hpp"

namespace tandem::fuzz {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

// Folding must neither lose anything nor make a document pass, or outgrow what the library is set to.
void check_folding(std::string_view input) {
  const std::string folded = protocol::fold_supplementary(input);
  require(folded.size() <= 3 * input.size());
  if (protocol::check_xml(input).ok()) require(protocol::check_xml(folded).ok());
  if (input.find_first_of("<&") == std::string_view::npos)
    require(protocol::unfold_supplementary(folded) == input);
}

}  // namespace

void xml_documents(std::string_view input) {
  check_folding(input);
  support::MemoryTree tree;
  support::MemoryNode node({}, 1);
  static_cast<void>(tree.write("/f", "content", {}));
  const protocol::XmlRpcDispatcher dispatcher(tree, &node);
  const std::string response = dispatcher.process(input);
  require(response.find("methodResponse") != std::string::npos);
  static_cast<void>(protocol::read_node_reply(input));
  static_cast<void>(protocol::read_node_reply(response));
}

}  // namespace tandem::fuzz
