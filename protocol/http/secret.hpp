// The shared secret of a cluster as HTTP Basic credentials, user `tandem`.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::protocol {

// "Basic ..." for the Authorization field.
std::string basic_credentials(std::string_view secret);

// What a server compares with; may be replaced while it runs. All calls from any thread.
class SecretCheck {
 public:
  // Nothing, or empty: every request is let in.
  void set(std::optional<std::string> secret);
  // Takes the same time wherever the first difference is.
  bool admits(std::string_view authorization) const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const std::string> expected_;
};

}  // namespace tandem::protocol
