#include "gateway/catalogue/names/read_ahead.hpp"

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {

std::optional<std::string> ReadAhead::operator()(const Entry* found) {
  if (found == nullptr) return std::nullopt;
  if (end_) {
    const bool has_intent = end_->kind == Kind::file && found->key != keys::intent(end_->id);
    return has_intent ? std::optional(keys::intent(end_->id)) : std::nullopt;
  }
  const auto name = decode<NameValue>(found->value);
  return name.ok() ? behind_name(*name) : std::nullopt;
}

std::optional<std::string> ReadAhead::behind_name(const NameValue& name) {
  if (left_ == 0 || name.kind == Kind::symlink) {
    end_ = name;
    return keys::record(name.id);
  }
  const std::string& next = (*components_)[--left_];
  if (name.kind != Kind::directory || next == "..") return std::nullopt;
  return keys::name(name.id, next);
}

}  // namespace tandem::gateway
