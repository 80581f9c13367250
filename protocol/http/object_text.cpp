#include "protocol/http/object_text.hpp"

#include <array>
#include <charconv>

#include "protocol/contract/limits.hpp"

namespace tandem::protocol {
namespace {

constexpr std::array<std::string_view, 6> answer_words{"ok", "older", "newer", "damaged", "absent", "again"};
constexpr std::string_view objects_path = "/objects/";

Error wrong(std::string_view what) {
  return {.code = Code::invalid, .cause = std::string(what) + " is missing or malformed"};
}

template <class Number>
std::optional<Number> number_from(std::string_view text, int base) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, base);
  if (error != std::errc{} || rest != end || text.empty()) return std::nullopt;
  return number;
}

void append_number(std::string& out, std::uint64_t number, int base) {
  std::array<char, 24> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
  out.append(digits.data(), written.ptr);
}

constexpr std::string_view hex_digits = "0123456789abcdef";

// Identifiers stand in every head, so they are written and read without a string in between.
template <class Tag>
void append_hex(std::string& out, const Identifier<Tag>& identifier) {
  std::array<char, 2 * Identifier<Tag>::size_bytes> text{};
  for (std::size_t i = 0; i < identifier.bytes.size(); ++i) {
    text[2 * i] = hex_digits[identifier.bytes[i] >> 4];
    text[2 * i + 1] = hex_digits[identifier.bytes[i] & 15];
  }
  out.append(text.data(), text.size());
}

template <class Identified>
std::optional<Identified> identifier_from(std::string_view hex) {
  constexpr std::size_t half = Identified::size_bytes;  // digits of one 64-bit half
  if (hex.size() != 2 * half) return std::nullopt;
  const auto high = number_from<std::uint64_t>(hex.substr(0, half), 16);
  const auto low = number_from<std::uint64_t>(hex.substr(half), 16);
  if (!high || !low) return std::nullopt;
  Identified identifier;
  for (std::size_t i = 0; i < half / 2; ++i) {
    identifier.bytes[i] = static_cast<std::uint8_t>(*high >> (56 - 8 * i));
    identifier.bytes[half / 2 + i] = static_cast<std::uint8_t>(*low >> (56 - 8 * i));
  }
  return identifier;
}

void append_field(std::string& fields, std::string_view name, std::uint64_t number) {
  fields.append(name).append(": ");
  append_number(fields, number, 10);
  fields += "\r\n";
}

// "a=1&b=2" one after the other.
struct Parameter {
  std::string_view name;
  std::string_view value;
};
std::optional<Parameter> take_parameter(std::string_view& query) {
  if (query.empty()) return std::nullopt;
  const std::string_view pair = query.substr(0, query.find('&'));
  query.remove_prefix(pair.size() == query.size() ? pair.size() : pair.size() + 1);
  const std::size_t equals = pair.find('=');
  if (equals == std::string_view::npos) return Parameter{pair, {}};
  return Parameter{pair.substr(0, equals), pair.substr(equals + 1)};
}

struct Target {
  ObjectId id{};
  std::string_view query{};
};
Result<Target> read_target(std::string_view target) {
  if (!target.starts_with(objects_path)) return wrong("the object in the URI");
  target.remove_prefix(objects_path.size());
  const std::size_t question = target.find('?');
  const auto id = identifier_from<ObjectId>(target.substr(0, question));
  if (!id) return wrong("the object in the URI");
  return Target{*id, question == std::string_view::npos ? std::string_view{} : target.substr(question + 1)};
}

bool take_into(std::string_view text, std::uint64_t& number) {
  const auto parsed = number_from<std::uint64_t>(text, 10);
  if (parsed) number = *parsed;
  return parsed.has_value();
}

bool take_into(std::string_view text, Stamp& stamp) {
  const auto parsed = parse_stamp(text);
  if (parsed) stamp = *parsed;
  return parsed.has_value();
}

bool take_stage_parameter(const Parameter& parameter, StageRequest& request, bool& has_stamp) {
  const auto& [name, value] = parameter;
  if (name == "stamp") return has_stamp = take_into(value, request.stamp);
  if (name == "session") return take_into(value, request.session);
  if (name == "claim") return take_into(value, request.claim);
  if (name == "base") return take_into(value, (request.base ? *request.base : request.base.emplace()).stamp);
  if (name == "offset") {
    return take_into(value, (request.base ? *request.base : request.base.emplace()).offset);
  }
  if (name == "durable") {
    request.durable = value != "0";
    return value == "0" || value == "1";
  }
  return true;
}

// "bytes=FROM-", "bytes=FROM-TO"; nothing else is served.
bool take_range(std::string_view range, FetchRequest& request) {
  if (!range.starts_with("bytes=")) return false;
  range.remove_prefix(6);
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos || !take_into(range.substr(0, dash), request.offset)) return false;
  const std::string_view last = range.substr(dash + 1);
  if (last.empty()) return true;
  std::uint64_t to = 0;
  if (!take_into(last, to) || to < request.offset) return false;
  request.length = std::min<std::uint64_t>(to - request.offset, limits::fetch_bytes_max - 1) + 1;
  return true;
}

Result<std::vector<BlockChecksum>> read_checksums(std::string_view list) {
  constexpr std::size_t digits = 16;
  std::vector<BlockChecksum> checksums;
  if (list.empty()) return checksums;
  if (list.size() % (digits + 1) != digits) return wrong("Tandem-Checksums");
  checksums.reserve(list.size() / (digits + 1) + 1);
  for (;;) {
    const auto checksum = number_from<BlockChecksum>(list.substr(0, digits), 16);
    if (!checksum) return wrong("Tandem-Checksums");
    checksums.push_back(*checksum);
    if (list.size() == digits) return checksums;
    if (list[digits] != ',') return wrong("Tandem-Checksums");
    list.remove_prefix(digits + 1);
  }
}

void append_checksums(std::string& fields, const std::vector<BlockChecksum>& checksums) {
  if (checksums.empty()) return;
  fields += "Tandem-Checksums: ";
  for (const BlockChecksum checksum : checksums) {
    std::array<char, 17> text{};
    for (std::size_t i = 0; i < 16; ++i) text[i] = hex_digits[(checksum >> (60 - 4 * i)) & 15];
    text[16] = ',';
    fields.append(text.data(), text.size());
  }
  fields.pop_back();
  fields += "\r\n";
}

}  // namespace

std::string_view answer_word(Answer answer) {
  return answer_words.at(static_cast<std::size_t>(answer));
}

std::optional<Answer> answer_from_word(std::string_view word) {
  for (std::size_t i = 0; i < answer_words.size(); ++i) {
    if (answer_words[i] == word) return static_cast<Answer>(i);
  }
  return std::nullopt;
}

void append_guard(std::string& fields, const CallGuard& guard) {
  fields.append(guard_field).append(": ");
  append_hex(fields, guard.cluster);
  fields += ' ';
  append_hex(fields, guard.node);
  fields += ' ';
  append_number(fields, guard.epoch, 16);
  fields += ' ';
  append_number(fields, guard.run, 16);
  fields += "\r\n";
}

Result<CallGuard> read_guard(const MessageHead& head) {
  const std::string_view text = head.field(guard_field);
  constexpr std::size_t digits = 2 * ClusterId::size_bytes;
  if (text.size() < 2 * digits + 5 || text[digits] != ' ' || text[2 * digits + 1] != ' ') {
    return wrong(guard_field);
  }
  const std::string_view numbers = text.substr(2 * digits + 2);
  const std::size_t space = numbers.find(' ');
  if (space == std::string_view::npos) return wrong(guard_field);
  const auto cluster = identifier_from<ClusterId>(text.substr(0, digits));
  const auto node = identifier_from<NodeId>(text.substr(digits + 1, digits));
  const auto epoch = number_from<Epoch>(numbers.substr(0, space), 16);
  const auto run = number_from<Run>(numbers.substr(space + 1), 16);
  if (!cluster || !node || !epoch || !run) return wrong(guard_field);
  return CallGuard{*cluster, *node, *epoch, *run};
}

std::string fetch_target(const FetchRequest& request) {
  std::string target(objects_path);
  append_hex(target, request.id);
  target.append("?stamp=").append(to_string(request.stamp)).append("&offset=");
  append_number(target, request.offset, 10);
  target += "&length=";
  append_number(target, request.length, 10);
  return target;
}

std::string stage_target(const StageRequest& request) {
  std::string target(objects_path);
  append_hex(target, request.id);
  target.append("?stamp=").append(to_string(request.stamp));
  const auto append = [&](std::string_view name, std::uint64_t number) {
    target.append(name);
    append_number(target, number, 10);
  };
  if (request.session != 0) append("&session=", request.session);
  if (request.claim != 0) append("&claim=", request.claim);
  if (request.base) {
    target.append("&base=").append(to_string(request.base->stamp));
    append("&offset=", request.base->offset);
  }
  if (!request.durable) target += "&durable=0";
  return target;
}

Result<FetchRequest> read_fetch(const MessageHead& head) {
  auto target = read_target(head.target);
  if (!target) return std::move(target).error();
  FetchRequest request{.id = target->id, .length = limits::fetch_bytes_max};
  bool has_stamp = false;
  while (const auto parameter = take_parameter(target->query)) {
    bool good = true;
    if (parameter->name == "stamp") good = has_stamp = take_into(parameter->value, request.stamp);
    if (parameter->name == "offset") good = take_into(parameter->value, request.offset);
    if (parameter->name == "length") good = take_into(parameter->value, request.length);
    if (!good) return wrong("the parameter '" + std::string(parameter->name) + "'");
  }
  if (!has_stamp) return wrong("the parameter 'stamp'");
  if (request.length > limits::fetch_bytes_max) return wrong("a length of at most 16 MiB");
  const std::string_view range = head.field("Range");
  if (!range.empty() && !take_range(range, request)) return wrong("Range");
  return request;
}

Result<StageRequest> read_stage(const MessageHead& head) {
  auto target = read_target(head.target);
  if (!target) return std::move(target).error();
  StageRequest request{.id = target->id, .size_bytes = head.content_length};
  bool has_stamp = false;
  while (const auto parameter = take_parameter(target->query)) {
    if (take_stage_parameter(*parameter, request, has_stamp)) continue;
    return wrong("the parameter '" + std::string(parameter->name) + "'");
  }
  if (!has_stamp) return wrong("the parameter 'stamp'");
  if (!head.content_length && !head.chunked) return wrong("Content-Length");
  if (head.content_length.value_or(0) > limits::file_bytes_max) return wrong("a body of at most 64 TiB");
  return request;
}

void append_fetch_head(std::string& fields, const FetchHead& head) {
  fields.append("Tandem-Answer: ").append(answer_word(head.answer)).append("\r\n");
  append_field(fields, "Tandem-Revision", head.revision);
  if (head.answer != Answer::ok) return;
  append_field(fields, "Tandem-Size", head.size_bytes);
  append_field(fields, "Tandem-Offset", head.offset);
  fields += "Tandem-Digest: ";
  append_hex(fields, head.digest);
  fields += "\r\n";
  append_checksums(fields, head.checksums);
}

Result<FetchHead> read_fetch_head(const MessageHead& head) {
  FetchHead fetched;
  const auto answer = answer_from_word(head.field(answer_field));
  if (!answer) return wrong(answer_field);
  fetched.answer = *answer;
  if (!take_into(head.field("Tandem-Revision"), fetched.revision)) return wrong("Tandem-Revision");
  if (fetched.answer != Answer::ok) return fetched;
  if (!take_into(head.field("Tandem-Size"), fetched.size_bytes)) return wrong("Tandem-Size");
  if (!take_into(head.field("Tandem-Offset"), fetched.offset)) return wrong("Tandem-Offset");
  const auto digest = identifier_from<Digest>(head.field("Tandem-Digest"));
  if (!digest) return wrong("Tandem-Digest");
  fetched.digest = *digest;
  if (!head.content_length) return wrong("Content-Length");
  fetched.length = *head.content_length;
  auto checksums = read_checksums(head.field("Tandem-Checksums"));
  if (!checksums) return std::move(checksums).error();
  fetched.checksums = std::move(*checksums);
  return fetched;
}

void append_stage_reply(std::string& fields, const StageReply& reply) {
  append_field(fields, "Tandem-Size", reply.size_bytes);
  fields += "Tandem-Digest: ";
  append_hex(fields, reply.digest);
  fields += "\r\n";
}

Result<StageReply> read_stage_reply(const MessageHead& head) {
  StageReply reply;
  if (!take_into(head.field("Tandem-Size"), reply.size_bytes)) return wrong("Tandem-Size");
  const auto digest = identifier_from<Digest>(head.field("Tandem-Digest"));
  if (!digest) return wrong("Tandem-Digest");
  reply.digest = *digest;
  return reply;
}

}  // namespace tandem::protocol
