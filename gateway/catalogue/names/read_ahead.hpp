// The keys that following a path will want, told as far as they can be from what has been found so far: its
// names one after the other, then what stands at its end. It ends early where a link has to be followed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/catalogue/records/records.hpp"

namespace tandem::gateway {

class ReadAhead {
 public:
  // After the key of a name; `components` are what is left of the path behind it, the next one last.
  explicit ReadAhead(const std::vector<std::string>& components)
      : components_(&components), left_(components.size()) {}
  // After the key of the record that `name` leads to.
  explicit ReadAhead(const NameValue& name) : end_(name) {}

  // As NextKey has it.
  std::optional<std::string> operator()(const Entry* found);

 private:
  std::optional<std::string> behind_name(const NameValue& name);

  const std::vector<std::string>* components_ = nullptr;
  std::size_t left_ = 0;
  std::optional<NameValue> end_{};  // the last name, once its record is being read
};

}  // namespace tandem::gateway
