#include "protocol/wire/xmlrpc_methods.hpp"

#include <functional>
#include <string>
#include <utility>

#include "protocol/contract/limits.hpp"
#include "protocol/wire/node_calls.hpp"
#include "protocol/wire/supplementary_characters.hpp"
#include "protocol/wire/xmlrpc_values.hpp"

namespace tandem::protocol {
namespace {

using Parameters = xmlrpc_c::paramList;
using Value = xmlrpc_c::value;

constexpr std::size_t document_bytes_max = limits::base64_bytes_max;
thread_local std::size_t allowance_left = 0;

void charge(std::size_t bytes) {
  if (bytes > allowance_left) {
    throw_fault(
        {.code = Code::invalid,
         .cause = "the answers of one request would exceed " + std::to_string(document_bytes_max) + " bytes",
         .mend = "ask for less at a time"});
  }
  allowance_left -= bytes;
}

class Method : public xmlrpc_c::method {
 public:
  using Body = std::function<Value(const Parameters&)>;
  Method(std::string signature, std::string help, unsigned least, unsigned most, Body body)
      : body_(std::move(body)), least_(least), most_(most) {
    _signature = std::move(signature);
    _help = std::move(help);
  }
  void execute(const Parameters& parameters, Value* const result) override {
    require_parameters(parameters, least_, most_);
    *result = body_(parameters);
  }

 private:
  Body body_;
  unsigned least_;
  unsigned most_;
};

class UnknownMethod : public xmlrpc_c::defaultMethod {
 public:
  void execute(const std::string& name, const Parameters&, Value* const) override {
    throw_fault({.code = Code::unsupported,
                 .cause = "there is no method '" + unfold_supplementary(name.substr(0, 100)) + "'",
                 .mend = "ask system.listMethods"});
  }
};

void add(xmlrpc_c::registry& registry, const std::string& name, Method* method) {
  registry.addMethod(name, xmlrpc_c::methodPtr(method));
}

std::string path_parameter(const Parameters& parameters, unsigned at) {
  std::string path = bytes_parameter(parameters, at, limits::path_bytes_max);
  if (path.find('\0') != std::string::npos) {
    throw_fault({.code = Code::invalid, .cause = "a path contains a NUL byte"});
  }
  return path;
}

Value done(Status status) {
  value_or_fault(std::move(status));
  return xmlrpc_c::value_boolean(true);
}

void add_name_methods(xmlrpc_c::registry& registry, PlainService& service) {
  add(registry, "mkdir",
      new Method(
          "b:s,b:6", "mkdir(path) -> true. Makes a directory; its parent must exist.", 1, 1,
          [&service](const Parameters& p) { return done(service.make_directory(path_parameter(p, 0))); }));
  add(registry, "create",
      new Method("b:s,b:6", "create(path) -> true. Makes an empty file; fails if anything is there.", 1, 1,
                 [&service](const Parameters& p) { return done(service.create(path_parameter(p, 0))); }));
  add(registry, "mv",
      new Method("b:ss,b:s6,b:6s,b:66", "mv(old, new) -> true. Renames; replaces as rename(2) does.", 2, 2,
                 [&service](const Parameters& p) {
                   return done(service.move(path_parameter(p, 0), path_parameter(p, 1)));
                 }));
  add(registry, "rm",
      new Method("b:s,b:6", "rm(path) -> true. Removes a file or an empty directory.", 1, 1,
                 [&service](const Parameters& p) { return done(service.remove(path_parameter(p, 0))); }));
}

Value read(PlainService& service, const Parameters& parameters) {
  const std::string path = path_parameter(parameters, 0);
  const std::uint64_t offset = number_parameter(parameters, 1).value_or(0);
  const std::string bytes = value_or_fault(service.read(path, offset, number_parameter(parameters, 2)));
  charge(bytes.size());
  return bytes_value(bytes);
}

Value write(PlainService& service, const Parameters& parameters) {
  const std::string path = path_parameter(parameters, 0);
  const std::string bytes = bytes_parameter(parameters, 1, limits::base64_bytes_max);
  return number_value(value_or_fault(service.write(path, bytes, number_parameter(parameters, 2))));
}

}  // namespace

ReplyAllowance::ReplyAllowance() {
  allowance_left = document_bytes_max;
}
ReplyAllowance::~ReplyAllowance() {
  allowance_left = 0;
}

void add_plain_methods(xmlrpc_c::registry& registry, PlainService& service) {
  add_name_methods(registry, service);
  add(registry, "read",
      new Method("6:s,6:6,6:si,6:6i,6:sI,6:6I,6:sii,6:6ii,6:sIi,6:6Ii,6:sII,6:6II",
                 "read(path[, offset[, length]]) -> base64. At most 1 MiB a call; behind the end: empty. "
                 "Numbers may also be whole doubles or strings of digits.",
                 1, 3, [&service](const Parameters& p) { return read(service, p); }));
  add(registry, "write",
      new Method("i:ss,i:s6,i:6s,i:66,i:ssi,i:s6i,i:6si,i:66i,i:ssI,i:s6I,i:6sI,i:66I",
                 "write(path, string|base64[, offset]) -> bytes written. Without offset the content is "
                 "replaced. At most 1 MiB a call.",
                 2, 3, [&service](const Parameters& p) { return write(service, p); }));
  add(registry, "status",
      new Method(
          "S:", "status() -> struct with directories, files, bytes, free.", 0, 0,
          [&service](const Parameters&) { return struct_of(value_or_fault(service.plain_status())); }));
}

void add_node_methods(xmlrpc_c::registry& registry, NodeService& service) {
  const auto answer_bytes = [&service](const NodeCall& call, const Parameters& parameters) {
    const std::string request = bytes_parameter(parameters, 0, limits::base64_bytes_max);
    const std::string reply = value_or_fault(call.answer(service, request));
    charge(reply.size());
    return bytes_value(reply);
  };
  for (const NodeCall& call : node_calls()) {
    const bool readable = call.method == "node.identify" || call.method == "node.status";
    const bool identity = call.method == "node.identify";
    add(registry, std::string(call.method),
        new Method(readable ? "S:,6:6" : "6:6", std::string(call.help), readable ? 0 : 1, 1,
                   [&service, &call, identity, answer_bytes](const Parameters& p) {
                     if (p.size() == 1) return answer_bytes(call, p);
                     return identity ? struct_of(value_or_fault(service.identify()))
                                     : struct_of(value_or_fault(service.status()));
                   }));
  }
}

void add_unknown_method(xmlrpc_c::registry& registry) {
  registry.setDefaultMethod(xmlrpc_c::defaultMethodPtr(new UnknownMethod));
}

}  // namespace tandem::protocol
