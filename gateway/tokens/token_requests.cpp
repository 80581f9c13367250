#include "gateway/tokens/token_requests.hpp"

#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {
namespace {

char letter(TokenMode mode) {
  return mode == TokenMode::exclusive ? 'x' : 's';
}

}  // namespace

std::optional<TokenRequest> to_request(const Entry& entry) {
  const auto key = keys::parse_request(entry.key);
  if (!key) return std::nullopt;
  TokenRequest request{.id = key->id,
                       .mode = key->mode == 'x' ? TokenMode::exclusive : TokenMode::shared,
                       .session = entry.session,
                       .entry = entry};
  if (const auto record = decode<TokenRequestRecord>(entry.value); record) {
    request.acting_for = record->acting_for;
    request.since_ns = record->since_ns;
  }
  return request;
}

// The order is the catalogue's revision as it was known a moment before: who came when it was greater came
// later, and among those who came at once any order is as fair as another.
Result<TokenRequest> TokenRequests::ask(const ObjectId& id, TokenMode mode,
                                        const std::vector<SessionId>& others) {
  const auto session = operations_.session();
  if (!session) return session.error();
  const std::string record_key = keys::record(id);
  const auto now = catalogue_.get_many({&record_key, 1});
  if (!now) return now.error();
  TokenRequest request{.id = id, .mode = mode, .session = session->id, .since_ns = runtime_.wall_now()};
  request.acting_for = {session->id};
  request.acting_for.insert(request.acting_for.end(), others.begin(), others.end());
  const TokenRequestRecord record{.acting_for = request.acting_for, .since_ns = request.since_ns};
  request.entry = {
      .key = keys::request(id, letter(mode), now->revision, session->id, random_number(runtime_)),
      .value = encode(record),
      .session = session->id};
  const Transaction put{
      {session->condition, Condition::present(record_key), Condition::absent(request.entry.key)},
      {Change::put(request.entry.key, request.entry.value, session->id)}};
  const auto commit = commit_for_sure(catalogue_, runtime_, put, request.entry.key, session->id);
  if (!commit) {
    if (commit.code() == Code::outcome_unknown) operations_.session_ended(session->id);
    return commit.error();
  }
  if (commit->committed) {
    request.entry.revision = commit->revision;
    return request;
  }
  if (found_by(*commit, record_key) == nullptr) return Error{Code::not_found, "it has been removed"};
  operations_.session_ended(session->id);
  return Error{Code::stale, "this client's session has ended"}.hint("try again");
}

Result<std::optional<Entry>> TokenRequests::first(const ObjectId& id, char mode) {
  auto page = catalogue_.scan(keys::requests_for(id, mode), {}, 1);
  if (!page) return std::move(page).error();
  if (page->entries.empty()) return std::optional<Entry>();
  return std::optional(std::move(page->entries.front()));
}

Result<bool> TokenRequests::is_there(const TokenRequest& request) {
  const auto entry = catalogue_.find(request.entry.key);
  if (!entry) return entry.error();
  return *entry != nullptr;
}

Result<bool> TokenRequests::is_its_turn(const TokenRequest& request) {
  const auto exclusive = first(request.id, 'x');
  if (!exclusive) return exclusive.error();
  const auto place = keys::parse_request(request.entry.key)->place;
  if (request.mode == TokenMode::shared)
    return !*exclusive || keys::parse_request((*exclusive)->key)->place > place;
  if (!*exclusive || (*exclusive)->key != request.entry.key) return false;
  const auto shared = first(request.id, 's');
  if (!shared) return shared.error();
  return !*shared || keys::parse_request((*shared)->key)->place > place;
}

void TokenRequests::withdraw(const TokenRequest& request) {
  const Transaction erase{{Condition::at(request.entry.key, request.entry.revision)},
                          {Change::erase(request.entry.key)}};
  const auto commit = commit_for_sure(catalogue_, runtime_, erase, request.entry.key, request.session);
  if (!commit) operations_.session_ended(request.session);
}

Result<bool> TokenRequests::somebody_waits(const ObjectId& id, TokenMode mode) {
  const auto entry = first(id, letter(mode));
  if (!entry) return entry.error();
  return entry->has_value();
}

Result<std::vector<TokenRequest>> TokenRequests::all(std::string_view after, std::size_t limit) {
  const auto page = catalogue_.scan(keys::requests_prefix, after, limit);
  if (!page) return page.error();
  std::vector<TokenRequest> requests;
  for (const Entry& entry : page->entries) {
    if (auto request = to_request(entry)) requests.push_back(std::move(*request));
  }
  return requests;
}

}  // namespace tandem::gateway
