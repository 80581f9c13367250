// The habits all JSON documents share. Included by the .cpp files of this folder only: it brings in the
// JSON library.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "shell/output/text.hpp"

namespace tandem::shell {

using Json = nlohmann::ordered_json;

inline Json new_document() {
  Json document;
  document["schema"] = 1;
  return document;
}

// A name or path of any bytes: `key` readable, `key`_base64 exact where it is not UTF-8.
inline void put_text(Json& out, const std::string& key, std::string_view bytes) {
  out[key] = to_utf8(bytes);
  if (!is_utf8(bytes)) out[key + "_base64"] = base64(bytes);
}

inline void put_optional_text(Json& out, const std::string& key, std::string_view bytes) {
  if (bytes.empty()) {
    out[key] = nullptr;
  } else {
    put_text(out, key, bytes);
  }
}

inline Json text_or_null(std::string_view text) {
  return text.empty() ? Json() : Json(to_utf8(text));
}
inline Json time_or_null(std::int64_t nanoseconds) {
  return nanoseconds == 0 ? Json() : Json(rfc3339(nanoseconds));
}

inline std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace tandem::shell
