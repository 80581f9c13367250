// XML-RPC values to the contract's and back. These throw xmlrpc_c::fault with a code of the contract; the
// dispatcher is where exceptions end. For the files of this folder that include the library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <xmlrpc-c/base.hpp>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/plain_service.hpp"
#include "protocol/contract/result.hpp"

namespace tandem::protocol {

[[noreturn]] void throw_fault(const Error& error);

template <class T>
T value_or_fault(Result<T> result) {
  if (!result) throw_fault(result.error());
  return std::move(result).value();
}

void require_parameters(const xmlrpc_c::paramList& parameters, unsigned least, unsigned most);

// <string> or <base64>, at most `bytes_max`.
std::string bytes_parameter(const xmlrpc_c::paramList& parameters, unsigned at, std::size_t bytes_max);
// <int>, <i8>, a whole <double>, or a <string> of decimal digits; absent or <nil>: nothing.
std::optional<std::uint64_t> number_parameter(const xmlrpc_c::paramList& parameters, unsigned at);

xmlrpc_c::value number_value(std::uint64_t number);  // <int> where it fits, else <i8>
xmlrpc_c::value bytes_value(std::string_view bytes);
xmlrpc_c::value struct_of(const PlainStatus& status);
xmlrpc_c::value struct_of(const NodeIdentity& identity);
xmlrpc_c::value struct_of(const NodeStatus& status);

}  // namespace tandem::protocol
