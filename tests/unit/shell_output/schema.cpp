#include "tests/unit/shell_output/schema.hpp"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

namespace tandem::shell::test {
namespace {

using Json = nlohmann::ordered_json;

bool has_type(const Json& value, const std::string& type) {
  if (type == "null") return value.is_null();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  return type == "object" && value.is_object();
}

class Check {
 public:
  explicit Check(const Json& root) : root_(root) {}

  void value(const Json& schema, const Json& value, const std::string& at) {
    if (schema.contains("$ref")) {
      const std::string name = schema["$ref"];
      return this->value(root_["definitions"][name.substr(name.rfind('/') + 1)], value, at);
    }
    if (schema.contains("const") && value != schema["const"]) complain(at, "is not the constant");
    if (schema.contains("enum")) {
      bool known = false;
      for (const auto& one : schema["enum"]) known = known || one == value;
      if (!known) complain(at, "is none of the known words: " + value.dump());
    }
    if (schema.contains("type") && !type_fits(schema["type"], value))
      complain(at, "has another type: " + value.dump());
    if (schema.contains("pattern") && value.is_string() &&
        !std::regex_match(value.get<std::string>(), std::regex(schema["pattern"].get<std::string>()))) {
      complain(at, "does not look right: " + value.dump());
    }
    if (value.is_object() && schema.contains("properties")) object(schema, value, at);
    if (value.is_array() && schema.contains("items")) {
      for (const auto& item : value) this->value(schema["items"], item, at + "[]");
    }
  }

  std::vector<std::string> found{};

 private:
  static bool type_fits(const Json& types, const Json& value) {
    if (types.is_string()) return has_type(value, types);
    for (const auto& type : types) {
      if (has_type(value, type)) return true;
    }
    return false;
  }

  void object(const Json& schema, const Json& value, const std::string& at) {
    for (const auto& name : schema["required"]) {
      if (!value.contains(name.get<std::string>())) complain(at, "lacks " + name.dump());
    }
    const std::string below = at + ".";
    for (const auto& [name, inner] : value.items()) {
      if (!schema["properties"].contains(name)) {
        complain(at, "has a field no schema names: " + name);
      } else {
        this->value(schema["properties"][name], inner, below + name);
      }
    }
  }

  void complain(const std::string& at, const std::string& what) { found.push_back(at + " " + what); }

  const Json& root_;
};

}  // namespace

std::vector<std::string> complaints(const std::string& schema, const std::string& document) {
  const char* source = std::getenv("TANDEM_SOURCE");
  std::ifstream file(std::string(source == nullptr ? "." : source) + "/docs/schemas/" + schema +
                     ".schema.json");
  const Json root = Json::parse(file, nullptr, false);
  if (root.is_discarded()) return {"the schema cannot be read: " + schema};
  const Json value = Json::parse(document, nullptr, false);
  if (value.is_discarded()) return {"no JSON: " + document};
  Check check(root);
  if (!document.starts_with("{\"schema\":1,"))
    check.found.push_back("does not begin with its schema: " + document);
  if (document.find('\n') != std::string::npos) check.found.push_back("is not on one line");
  check.value(root, value, "document");
  return check.found;
}

}  // namespace tandem::shell::test
