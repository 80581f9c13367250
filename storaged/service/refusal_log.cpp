#include "storaged/service/refusal_log.hpp"

#include <string>

namespace tandem::storaged {
namespace {

constexpr Duration silence = std::chrono::seconds(1);

struct Words {
  LogLevel level;
  std::string_view event;
  std::string_view message;
};
Words words_for(int status) {
  switch (status) {
    case 401:
      return {LogLevel::warning, "unauthorized", "the secret was wrong or missing"};
    case 503:
      return {LogLevel::warning, "too_many_connections", "refused a connection above --max-connections"};
    default:
      return {LogLevel::info, "bad_request", "refused what is no request, or too slow or too long a one"};
  }
}

}  // namespace

void RefusalLog::note(int status, std::string_view peer, Instant now) {
  const Words words = words_for(status);
  if (!log_.speaks(words.level)) return;
  std::uint64_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    Kind& kind = kinds_[status];
    ++kind.untold;
    if (kind.told && now - *kind.told < silence) return;
    kind.told = now;
    count = std::exchange(kind.untold, 0);
  }
  log_.write(words.level, words.event,
             {{"peer", peer},
              {"status", std::to_string(status)},
              {"count", std::to_string(count)},
              {"msg", words.message}});
}

}  // namespace tandem::storaged
