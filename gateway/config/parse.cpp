#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/config/member_address.hpp"
#include "gateway/config/nearest.hpp"
#include "gateway/config/settings.hpp"
#include "protocol/contract/limits.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t pairs_max = 90;  // they are created in one transaction
constexpr std::size_t pair_name_bytes_max = 64;

class Parser {
 public:
  explicit Parser(const std::string& file) : file_(file) { config_.file = file; }

  Status read(std::string_view text);
  Status override_with(const std::string& assignment);
  Result<Config> finish();

 private:
  std::string place(const toml::node& node) const {
    return file_ + ":" + std::to_string(node.source().begin.line);
  }
  std::string place(const toml::key& key) const {
    return file_ + ":" + std::to_string(key.source().begin.line);
  }

  Status read_section(const toml::key& name, const toml::node& node);
  Status read_pairs(const toml::node& node);
  Status read_pair(const toml::node& node);
  Status read_pair_name(const toml::node& node, PairConfig& pair);
  Status read_members(const toml::node& node, PairConfig& pair);
  Status apply(const Setting& setting, const SettingValue& value, const std::string& where);
  Status check_quorum(const char* key, std::uint32_t quorum) const;
  Status resolve_catalogue();
  std::string absolute(const std::string& path) const;
  std::string place_of(const std::string& setting) const;

  const std::string file_;
  Config config_;
  std::map<std::string, std::string> places_;         // "cluster.name" -> where it was set
  std::map<std::string, std::string> member_places_;  // address -> where it was listed
  std::map<std::string, std::string> pair_places_;
};

SettingValue value_of(const toml::node& node) {
  using Type = SettingValue::Type;
  if (const auto* text = node.as_string()) return {Type::text, text->get()};
  if (const auto* number = node.as_integer()) return {Type::integer, std::to_string(number->get())};
  if (const auto* fraction = node.as_floating_point())
    return {Type::fraction, std::to_string(fraction->get())};
  if (const auto* flag = node.as_boolean()) return {Type::boolean, flag->get() ? "true" : "false"};
  return {Type::boolean, "of this type"};
}

Status Parser::read(std::string_view text) {
  toml::table document;
  try {
    document = toml::parse(text, file_);
  } catch (const toml::parse_error& problem) {
    return Error{Code::invalid, std::string(problem.description())}
        .at(file_ + ":" + std::to_string(problem.source().begin.line))
        .hint("correct the TOML on this line");
  }
  for (const auto& [name, node] : document) {
    Status status = name.str() == "pair" ? read_pairs(node) : read_section(name, node);
    if (!status.ok()) return status;
  }
  return success();
}

Status Parser::read_section(const toml::key& name, const toml::node& node) {
  const std::string section(name.str());
  const auto known = section_names();
  if (std::find(known.begin(), known.end(), section) == known.end()) {
    return Error{Code::invalid, "unknown section [" + section + "]"}
        .at(place(name))
        .hint(suggestion(section, known));
  }
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    return Error{Code::invalid, section + " must be a section"}
        .at(place(name))
        .hint("write [" + section + "]");
  }
  for (const auto& [key, value] : *table) {
    const Setting* setting = find_setting(section, key.str());
    if (setting == nullptr) {
      return Error{Code::invalid, "unknown key " + section + "." + std::string(key.str())}
          .at(place(key))
          .hint(suggestion(key.str(), keys_of_section(section)));
    }
    if (Status status = apply(*setting, value_of(value), place(key)); !status.ok()) return status;
  }
  return success();
}

Status Parser::apply(const Setting& setting, const SettingValue& value, const std::string& where) {
  const std::string name = std::string(setting.section) + "." + std::string(setting.key);
  places_[name] = where;
  Status status = setting.apply(config_, value);
  if (status.ok()) return status;
  return Error{Code::invalid, name + " " + status.error().cause}.at(where).hint(status.error().mend);
}

Status Parser::override_with(const std::string& assignment) {
  const std::string where = "--set " + assignment;
  const auto equals = assignment.find('=');
  const auto dot = assignment.find('.');
  if (equals == std::string::npos || dot == std::string::npos || dot > equals) {
    return Error{Code::invalid, "is not section.key=value"}.at(where).hint(
        "write it like --set timeouts.request=2s");
  }
  const std::string section = assignment.substr(0, dot);
  const std::string key = assignment.substr(dot + 1, equals - dot - 1);
  if (section == "pair") {
    return Error{Code::invalid, "pairs cannot be set on the command line"}.at(where).hint(
        "edit the config file");
  }
  if (const Setting* setting = find_setting(section, key)) {
    return apply(*setting, {SettingValue::Type::untyped, assignment.substr(equals + 1)}, where);
  }
  const auto keys = keys_of_section(section);
  if (keys.empty()) {
    return Error{Code::invalid, "unknown section [" + section + "]"}.at(where).hint(
        suggestion(section, section_names()));
  }
  return Error{Code::invalid, "unknown key " + section + "." + key}.at(where).hint(suggestion(key, keys));
}

Status Parser::read_pairs(const toml::node& node) {
  const toml::array* pairs = node.as_array();
  if (pairs == nullptr) {
    return Error{Code::invalid, "pairs are a list"}.at(place(node)).hint("write [[pair]] with two brackets");
  }
  if (pairs->size() > pairs_max) {
    return Error{Code::invalid, "more than " + std::to_string(pairs_max) + " pairs"}
        .at(place(node))
        .hint("add the others after `tandem init` with `tandem pair add`");
  }
  for (const toml::node& pair : *pairs) {
    if (Status status = read_pair(pair); !status.ok()) return status;
  }
  return success();
}

Status Parser::read_pair(const toml::node& node) {
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    return Error{Code::invalid, "a pair is a section"}
        .at(place(node))
        .hint("write [[pair]] with name and members");
  }
  PairConfig pair;
  for (const auto& [key, value] : *table) {
    Status status = success();
    if (key.str() == "name") {
      status = read_pair_name(value, pair);
    } else if (key.str() == "members") {
      status = read_members(value, pair);
    } else {
      status = Error{Code::invalid, "unknown key pair." + std::string(key.str())}
                   .at(place(key))
                   .hint(suggestion(key.str(), keys_of_section("pair")));
    }
    if (!status.ok()) return status;
  }
  if (pair.name.empty()) {
    return Error{Code::invalid, "this pair has no name"}.at(place(node)).hint("add name = \"p1\"");
  }
  if (pair.members.empty()) {
    return Error{Code::invalid, "pair \"" + pair.name + "\" has no members"}
        .at(place(node))
        .hint("add members = [\"HOST:PORT\", \"HOST:PORT\"]");
  }
  config_.pairs.push_back(std::move(pair));
  return success();
}

Status Parser::read_pair_name(const toml::node& node, PairConfig& pair) {
  const std::string* name = node.is_string() ? &node.as_string()->get() : nullptr;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  if (name == nullptr || name->empty() || name->size() > pair_name_bytes_max ||
      !std::all_of(name->begin(), name->end(), allowed)) {
    return Error{Code::invalid, "pair.name is not a name"}
        .at(place(node))
        .hint("1 to 64 letters, digits, '-', '_' or '.' in quotes, as in \"p1\"");
  }
  const auto [first, is_new] = pair_places_.emplace(*name, place(node));
  if (!is_new) {
    return Error{Code::invalid, "pair \"" + *name + "\" is there already, at " + first->second}
        .at(place(node))
        .hint("give each pair its own name");
  }
  pair.name = *name;
  return success();
}

Status Parser::read_members(const toml::node& node, PairConfig& pair) {
  const toml::array* members = node.as_array();
  if (members == nullptr) {
    return Error{Code::invalid, "pair.members is not a list"}
        .at(place(node))
        .hint("write members = [\"HOST:PORT\", \"HOST:PORT\"]");
  }
  if (members->size() < 2 || members->size() > limits::members_per_pair_max) {
    return Error{Code::invalid,
                 "a pair needs two to five members, here are " + std::to_string(members->size())}
        .at(place(node))
        .hint("list the machines that mirror each other, each with its own data folder");
  }
  for (const toml::node& member : *members) {
    const std::string text = member.is_string() ? member.as_string()->get() : value_of(member).text;
    auto address = check_member_address(text);
    if (!address.ok()) return std::move(address).error().at(place(member));
    const auto [first, is_new] = member_places_.emplace(*address, place(member));
    if (!is_new) {
      return Error{Code::invalid, "member \"" + *address + "\" is listed already, at " + first->second}
          .at(place(member))
          .hint("each member belongs to one pair, once");
    }
    pair.members.push_back(*std::move(address));
  }
  return success();
}

std::string Parser::place_of(const std::string& setting) const {
  const auto found = places_.find(setting);
  return found == places_.end() ? file_ : found->second;
}

Status Parser::check_quorum(const char* key, std::uint32_t quorum) const {
  for (const PairConfig& pair : config_.pairs) {
    if (quorum <= pair.members.size()) continue;
    const std::string members = std::to_string(pair.members.size());
    return Error{Code::invalid, std::string("cluster.") + key + " is " + std::to_string(quorum) +
                                    ", but pair \"" + pair.name + "\" has " + members + " members"}
        .at(place_of(std::string("cluster.") + key))
        .hint("at most the members of the smallest pair: " + members);
  }
  return success();
}

std::string Parser::absolute(const std::string& path) const {
  std::error_code problem;
  const auto folder = std::filesystem::absolute(file_, problem).parent_path();
  return problem ? path : (folder / path).lexically_normal().string();
}

Status Parser::resolve_catalogue() {
  constexpr std::string_view sqlite = "sqlite:";
  constexpr std::string_view etcd = "etcd://";
  std::string& url = config_.cluster.catalogue;
  if (url.starts_with(sqlite) && url.size() > sqlite.size() && !url.ends_with('/')) {
    url = std::string(sqlite) + absolute(url.substr(sqlite.size()));
    return success();
  }
  bool well_formed = url.starts_with(etcd);
  std::string_view rest = well_formed ? std::string_view(url).substr(etcd.size()) : std::string_view();
  while (well_formed) {
    const auto comma = rest.find(',');
    well_formed = check_member_address(rest.substr(0, comma)).ok();
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (well_formed) return success();
  return Error{Code::invalid, "cluster.catalogue cannot be \"" + url + "\""}
      .at(place_of("cluster.catalogue"))
      .hint("\"sqlite:FILE\" on one machine, \"etcd://HOST:PORT,HOST:PORT,HOST:PORT\" on several");
}

Result<Config> Parser::finish() {
  if (config_.pairs.empty()) {
    return Error{Code::invalid, "there is no pair"}.at(file_).hint(
        "add [[pair]] with name = \"p1\" and members = [\"HOST:PORT\", \"HOST:PORT\"]");
  }
  if (Status status = check_quorum("write_quorum", config_.cluster.write_quorum); !status.ok()) {
    return std::move(status).error();
  }
  if (Status status = check_quorum("read_quorum", config_.cluster.read_quorum); !status.ok()) {
    return std::move(status).error();
  }
  if (Status status = resolve_catalogue(); !status.ok()) return std::move(status).error();
  if (!config_.cluster.secret_file.empty())
    config_.cluster.secret_file = absolute(config_.cluster.secret_file);
  return std::move(config_);
}

}  // namespace

Result<Config> parse_config(std::string_view text, const std::string& file,
                            const std::vector<std::string>& overrides) {
  Parser parser(file);
  if (Status status = parser.read(text); !status.ok()) return std::move(status).error();
  for (const std::string& assignment : overrides) {
    if (Status status = parser.override_with(assignment); !status.ok()) return std::move(status).error();
  }
  return parser.finish();
}

}  // namespace tandem::gateway
