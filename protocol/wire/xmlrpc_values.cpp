#include "protocol/wire/xmlrpc_values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "protocol/contract/limits.hpp"
#include "protocol/wire/supplementary_characters.hpp"
#include "protocol/wire/xml_text.hpp"

namespace tandem::protocol {
namespace {

[[noreturn]] void refuse(unsigned at, const std::string& what) {
  throw_fault({.code = Code::invalid, .cause = "parameter " + std::to_string(at + 1) + " " + what});
}

std::optional<std::uint64_t> from_signed(std::int64_t number) {
  if (number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

// Stock Python sends integers beyond 31 bits as doubles, if at all; 2^53 bytes are more than a file may have.
std::optional<std::uint64_t> from_double(double number) {
  constexpr double exact_below = 9007199254740992.0;
  if (!(number >= 0.0 && number < exact_below) || number != std::floor(number)) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

std::optional<std::uint64_t> from_text(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end || text.empty()) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> number_of(const xmlrpc_c::value& value) {
  switch (value.type()) {
    case xmlrpc_c::value::TYPE_INT:
      return from_signed(xmlrpc_c::value_int(value).cvalue());
    case xmlrpc_c::value::TYPE_I8:
      return from_signed(xmlrpc_c::value_i8(value).cvalue());
    case xmlrpc_c::value::TYPE_DOUBLE:
      return from_double(xmlrpc_c::value_double(value).cvalue());
    case xmlrpc_c::value::TYPE_STRING:
      return from_text(xmlrpc_c::value_string(value).cvalue());
    default:
      return std::nullopt;
  }
}

}  // namespace

void throw_fault(const Error& error) {
  throw xmlrpc_c::fault(printable_text(to_string(error)), static_cast<xmlrpc_c::fault::code_t>(error.code));
}

void require_parameters(const xmlrpc_c::paramList& parameters, unsigned least, unsigned most) {
  if (parameters.size() >= least && parameters.size() <= most) return;
  throw_fault({.code = Code::invalid,
               .cause = std::to_string(parameters.size()) + " parameters were given",
               .mend = "ask system.methodHelp"});
}

std::string bytes_parameter(const xmlrpc_c::paramList& parameters, unsigned at, std::size_t bytes_max) {
  const xmlrpc_c::value value = parameters[at];
  std::string bytes;
  if (value.type() == xmlrpc_c::value::TYPE_STRING) {
    bytes = unfold_supplementary(xmlrpc_c::value_string(value).cvalue());
  } else if (value.type() == xmlrpc_c::value::TYPE_BYTESTRING) {
    const xmlrpc_c::cbytestring raw = xmlrpc_c::value_bytestring(value).vectorUcharValue();
    bytes.assign(raw.begin(), raw.end());
  } else {
    refuse(at, "must be a string or base64");
  }
  if (bytes.size() > bytes_max) refuse(at, "is longer than " + std::to_string(bytes_max) + " bytes");
  return bytes;
}

std::optional<std::uint64_t> number_parameter(const xmlrpc_c::paramList& parameters, unsigned at) {
  if (at >= parameters.size() || parameters[at].type() == xmlrpc_c::value::TYPE_NIL) return std::nullopt;
  const auto number = number_of(parameters[at]);
  if (!number) refuse(at, "must be a whole number that is not negative");
  return number;
}

xmlrpc_c::value number_value(std::uint64_t number) {
  if (number <= static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
    return xmlrpc_c::value_int(static_cast<int>(number));
  }
  constexpr auto greatest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return xmlrpc_c::value_i8(static_cast<xmlrpc_int64>(std::min(number, greatest)));
}

xmlrpc_c::value bytes_value(std::string_view bytes) {
  return xmlrpc_c::value_bytestring(xmlrpc_c::cbytestring(bytes.begin(), bytes.end()));
}

xmlrpc_c::value struct_of(const PlainStatus& status) {
  xmlrpc_c::cstruct members;
  members["directories"] = number_value(status.directories);
  members["files"] = number_value(status.files);
  members["bytes"] = number_value(status.data_bytes);
  members["free"] = number_value(status.free_bytes);
  return xmlrpc_c::value_struct(members);
}

xmlrpc_c::value struct_of(const NodeIdentity& identity) {
  xmlrpc_c::cstruct members;
  members["node"] = xmlrpc_c::value_string(to_string(identity.node));
  members["cluster"] =
      xmlrpc_c::value_string(identity.cluster.is_null() ? std::string() : to_string(identity.cluster));
  members["epoch"] = number_value(identity.epoch);
  members["run"] = xmlrpc_c::value_string(std::to_string(identity.run));  // all 64 bits are used
  members["previous_run"] = xmlrpc_c::value_string(std::to_string(identity.previous_run));
  members["previous_clean"] = xmlrpc_c::value_boolean(identity.previous_clean);
  members["version"] = xmlrpc_c::value_string(printable_text(identity.version));
  members["pid"] = number_value(identity.pid);
  return xmlrpc_c::value_struct(members);
}

xmlrpc_c::value struct_of(const NodeStatus& status) {
  xmlrpc_c::cstruct members;
  members["identity"] = struct_of(status.identity);
  members["directories"] = number_value(status.directories);
  members["files"] = number_value(status.files);
  members["bytes"] = number_value(status.data_bytes);
  members["free"] = number_value(status.free_bytes);
  members["staged_files"] = number_value(status.staged_files);
  members["staged_bytes"] = number_value(status.staged_bytes);
  members["limbo_entries"] = number_value(status.limbo_entries);
  members["reads"] = number_value(status.reads);
  members["writes"] = number_value(status.writes);
  return xmlrpc_c::value_struct(members);
}

}  // namespace tandem::protocol
