#include "shell/output/lock_documents.hpp"

#include <charconv>

#include "shell/output/documents.hpp"

namespace tandem::shell {
namespace {

std::string session_id(SessionId session) {
  char digits[17];
  const int length =
      std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(session));
  return {digits, static_cast<std::size_t>(length)};
}

std::string_view mode(bool shared) {
  return shared ? "shared" : "exclusive";
}

Json client_fields(const gateway::ClientInfo& client) {
  Json out;
  out["session"] = session_id(client.session);
  out["host"] = text_or_null(client.host);
  int pid = 0;
  const auto end = client.pid.data() + client.pid.size();
  const bool known = !client.pid.empty() && std::from_chars(client.pid.data(), end, pid).ptr == end;
  out["pid"] = known ? Json(pid) : Json();
  out["program"] = text_or_null(client.program);
  return out;
}

Json waiter_fields(const gateway::LockWaiter& waiter) {
  Json out = client_fields(waiter.client);
  out["mode"] = mode(waiter.shared);
  out["since_at"] = time_or_null(waiter.since_ns);
  return out;
}

}  // namespace

Json lock_elements(const std::vector<gateway::LockInfo>& locks) {
  Json out = Json::array();
  for (const auto& lock : locks) {
    Json one;
    put_optional_text(one, "path", lock.path);
    one["mode"] = mode(lock.shared);
    one["explicit"] = lock.is_explicit;
    one["fence"] = lock.fence;
    one["since_at"] = time_or_null(lock.since_ns);
    one["lease_left_seconds"] =
        lock.lease_left ? Json(std::chrono::duration<double>(*lock.lease_left).count()) : Json();
    one["holder"] = client_fields(lock.holder);
    one["waiters"] = Json::array();
    for (const auto& waiter : lock.waiters) one["waiters"].push_back(waiter_fields(waiter));
    out.push_back(std::move(one));
  }
  return out;
}

std::string locks_document(const std::vector<gateway::LockInfo>& locks) {
  Json out = new_document();
  out["locks"] = lock_elements(locks);
  return text_of(out);
}

}  // namespace tandem::shell
