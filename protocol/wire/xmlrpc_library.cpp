#include "protocol/wire/xmlrpc_library.hpp"

#include <xmlrpc-c/base.h>

#include <exception>
#include <mutex>
#include <xmlrpc-c/base.hpp>
#include <xmlrpc-c/girerr.hpp>
#include <xmlrpc-c/xml.hpp>

#include "protocol/contract/limits.hpp"
#include "protocol/wire/xml_precheck.hpp"

namespace tandem::protocol {
namespace {

Error error_of_fault(const xmlrpc_c::fault& fault) {
  const int number = fault.getCode();
  const auto code = code_from_number(number);
  if (code && *code != Code::ok) return {.code = *code, .cause = fault.getDescription()};
  const bool unknown_method = number == xmlrpc_c::fault::CODE_NO_SUCH_METHOD;
  return {.code = unknown_method ? Code::unsupported : Code::invalid, .cause = fault.getDescription()};
}

Error foreign(const std::string& why) {
  return {.code = Code::unsupported,
          .cause = "the answer is not what a node says: " + why,
          .mend = "check that a storaged of a matching version listens there"};
}

Result<std::string> bytes_of(const xmlrpc_c::rpcOutcome& outcome) {
  if (!outcome.succeeded()) return error_of_fault(outcome.getFault());
  const xmlrpc_c::value result = outcome.getResult();
  if (result.type() != xmlrpc_c::value::TYPE_BYTESTRING) return foreign("no base64 result");
  const xmlrpc_c::cbytestring bytes = xmlrpc_c::value_bytestring(result).vectorUcharValue();
  return std::string(bytes.begin(), bytes.end());
}

}  // namespace

void prepare_xmlrpc_library() {
  constexpr std::size_t longest_folded = 3 * limits::xml_body_bytes_max;  // supplementary_characters.hpp
  static std::once_flag prepared;
  std::call_once(prepared, [] { xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, longest_folded); });
}

Result<std::string> parse_bytes_response(std::string_view body) {
  if (Status checked = check_xml(body); !checked) return foreign(checked.error().cause);
  prepare_xmlrpc_library();
  try {
    xmlrpc_c::rpcOutcome outcome;
    xmlrpc_c::xml::parseResponse(std::string(body), &outcome);
    return bytes_of(outcome);
  } catch (const girerr::error& error) {
    return foreign(error.what());
  } catch (const std::exception& error) {
    return foreign(error.what());
  }
}

}  // namespace tandem::protocol
