// The encoding of records, attributes and node calls: a list of numbered fields in protobuf's wire format
// (varint and length-delimited only), so that `protoc --decode_raw` reads it, fields can be added, and a
// reader keeps what it does not know.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

class FieldWriter {
 public:
  void number(std::uint32_t field, std::uint64_t value);
  void bytes(std::uint32_t field, std::string_view value);
  void nested(std::uint32_t field, const FieldWriter& inner) { bytes(field, inner.encoded()); }
  void raw(std::string_view already_encoded) {
    out_.append(already_encoded);
  }  // unknown fields kept from a read

  const std::string& encoded() const { return out_; }
  std::string take() && { return std::move(out_); }

 private:
  std::string out_;
};

struct Field {
  std::uint32_t id = 0;
  bool is_bytes = false;
  std::uint64_t number = 0;  // when !is_bytes
  std::string_view bytes{};  // when is_bytes; points into the input
  std::string_view raw{};    // the whole field as it stands in the input
};

// Walks over the fields of an input. After next() has returned nothing, ok() tells the end from damage.
class FieldReader {
 public:
  explicit FieldReader(std::string_view input) : rest_(input) {}
  std::optional<Field> next();
  bool ok() const { return ok_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace tandem
