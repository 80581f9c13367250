#include "shell/commands/session.hpp"

#include <algorithm>

#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

constexpr auto between_looks_for_a_stop = std::chrono::milliseconds(50);

}  // namespace

std::string Session::absolute(std::string_view path) const {
  std::string whole = path.starts_with('/') ? std::string(path) : directory + "/" + std::string(path);
  std::vector<std::string_view> parts;
  std::string_view rest = whole;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
  }
  std::string clean;
  for (const auto part : parts) clean.append("/").append(part);
  return clean.empty() ? "/" : clean;
}

void Session::report(const Outcome& outcome) {
  if (!outcome.untold() || out.reader_gone()) return;
  out.flush();
  if (json) {
    messages.line(failure_document({outcome.code, script, line}, outcome.error));
  } else {
    const std::string place = script.empty() ? "" : script + ":" + std::to_string(line) + ": ";
    messages.line("tandem: " + printable(place + to_string(outcome.error)));
  }
  messages.flush();
}

void Session::warn(std::string_view text) {
  if (json) return;
  out.flush();
  messages.line("tandem: " + printable(text));
  messages.flush();
}

void Session::pause(Duration length) const {
  const Instant until = runtime.now() + length;
  while (!stop() && runtime.now() < until) {
    runtime.sleep_until(std::min<Instant>(until, runtime.now() + between_looks_for_a_stop));
  }
}

Outcome for_each(Session& session, const std::vector<std::string>& items,
                 const std::function<Outcome(const std::string&)>& action) {
  if (items.size() == 1) return action(items.front());
  Outcome all;
  for (const auto& item : items) {
    if (session.stop()) return interrupted_outcome();
    const Outcome one = action(item);
    if (one.status == 0) continue;
    session.report(one);
    all = Outcome(exit_status::some_failed);
  }
  return all;
}

Outcome interrupted_outcome() {
  return Outcome::with(exit_status::interrupted, "interrupted", {Code::unavailable, "interrupted"});
}

}  // namespace tandem::shell
