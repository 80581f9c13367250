#include "shell/output/documents.hpp"

#include <nlohmann/json.hpp>

#include "shell/output/json_fields.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

using gateway::Item;

// ENTRY of the contract, into `out`.
void put_entry(Json& out, const Item& item) {
  const bool file = item.kind == Kind::file;
  put_text(out, "name", item.name);
  out["kind"] = to_string(item.kind);
  out["id"] = to_string(item.id);
  out["version"] = item.version;
  out["size_bytes"] = item.size_bytes;
  out["modified_at"] = time_or_null(item.attributes.modified_ns);
  out["mode"] = octal_mode(item.attributes.mode);
  out["uid"] = item.attributes.uid;
  out["gid"] = item.attributes.gid;
  out["pair"] = file ? text_or_null(item.pair) : Json();
  out["digest"] = file ? Json(to_string(item.digest)) : Json();
  put_optional_text(out, "target", item.target);
}

Json error_fields(const Error& error) {
  Json out;
  put_optional_text(out, "path", error.path);
  out["node"] = text_or_null(error.node);
  out["message"] = to_utf8(error.cause);
  out["hint"] = text_or_null(error.mend);
  return out;
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::file:
      return "file";
    case Kind::directory:
      return "directory";
    case Kind::symlink:
      return "symlink";
  }
  return "file";
}

std::string stat_document(std::string_view path, const Item& item) {
  Json out = new_document();
  put_text(out, "path", path);
  put_entry(out, item);
  return text_of(out);
}

std::string list_head(std::string_view path, std::string_view list) {
  Json out = new_document();
  put_text(out, "path", path);
  std::string text = text_of(out);
  text.back() = ',';
  return text + "\"" + std::string(list) + "\":[";
}

std::string entry_element(const Item& item) {
  Json out;
  put_entry(out, item);
  return text_of(out);
}

std::string found_element(std::string_view path, const Item& item) {
  Json out;
  put_text(out, "path", path);
  put_entry(out, item);
  return text_of(out);
}

std::string node_entry_element(const TreeEntry& entry) {
  Json out;
  put_text(out, "path", entry.path);
  out["kind"] = to_string(entry.kind);
  out["size_bytes"] = entry.size_bytes;
  return text_of(out);
}

std::string usage_element(const Usage& usage) {
  Json out;
  put_text(out, "path", usage.path);
  out["files"] = usage.files;
  out["directories"] = usage.directories;
  out["size_bytes"] = usage.size_bytes;
  return text_of(out);
}

std::string heal_document(const gateway::HealProgress& progress) {
  Json out = new_document();
  out["files_done"] = progress.files_done;
  out["files_left"] = progress.files_left;
  out["done_bytes"] = progress.bytes_done;
  out["waiting"] = progress.waiting;
  out["detail"] = text_or_null(progress.detail);
  return text_of(out);
}

std::string event_document(const gateway::LoggedEvent& event) {
  Json out = new_document();
  out["sequence"] = event.sequence;
  out["happened_at"] = rfc3339(event.record.at_ns);
  out["kind"] = to_utf8(event.record.kind);
  out["node"] = text_or_null(event.record.node);
  put_optional_text(out, "path", event.record.path);
  out["message"] = text_or_null(event.record.message);
  return text_of(out);
}

std::string init_document(std::string_view cluster, const ClusterId& id,
                          const std::vector<gateway::PairConfig>& pairs) {
  Json out = new_document();
  put_text(out, "cluster", cluster);
  out["cluster_id"] = to_string(id);
  out["pairs"] = Json::array();
  for (const auto& pair : pairs) out["pairs"].push_back({{"pair", pair.name}, {"members", pair.members}});
  return text_of(out);
}

std::string config_document(const gateway::Config& config) {
  Json out = new_document();
  put_text(out, "file", config.file);
  put_text(out, "cluster", config.cluster.name);
  put_text(out, "catalogue", config.cluster.catalogue);
  out["pairs"] = Json::array();
  for (const auto& pair : config.pairs)
    out["pairs"].push_back({{"pair", pair.name}, {"members", pair.members}});
  return text_of(out);
}

std::string version_document(std::string_view version) {
  Json out = new_document();
  out["version"] = version;
  return text_of(out);
}

std::string transfer_document(const TransferTotals& totals, const std::vector<ItemFailure>& failures) {
  Json out = new_document();
  out["files"] = totals.files;
  out["directories"] = totals.directories;
  out["links"] = totals.links;
  out["copied_bytes"] = totals.bytes;
  out["unchanged"] = totals.unchanged;
  out["skipped"] = totals.skipped;
  out["failed"] = totals.failed;
  out["elapsed_seconds"] = totals.seconds;
  out["failures"] = Json::array();
  for (const auto& failure : failures) {
    Json one;
    one["code"] = to_string(failure.error.code);
    Error error = failure.error;
    error.path = failure.path;
    one.update(error_fields(error));
    out["failures"].push_back(std::move(one));
  }
  return text_of(out);
}

std::string failure_document(const FailureContext& context, const Error& error) {
  Json inner;
  inner["code"] = context.code;
  inner.update(error_fields(error));
  if (!context.script.empty()) {
    put_text(inner, "script", context.script);
    inner["line"] = context.line;
  }
  Json out = new_document();
  out["error"] = std::move(inner);
  return text_of(out);
}

std::string notice_document(const gateway::Notice& notice) {
  using NoticeKind = gateway::Notice::Kind;
  const auto kind = [&]() -> std::string_view {
    switch (notice.kind) {
      case NoticeKind::node_connected:
        return "node_connected";
      case NoticeKind::node_lost:
        return "node_lost";
      case NoticeKind::node_regained:
        return "node_regained";
      case NoticeKind::node_missing:
        return "node_missing";
      case NoticeKind::member_used:
        return "member_used";
      case NoticeKind::damaged_copy:
        return "damaged_copy";
      case NoticeKind::healed:
        return "healed";
      case NoticeKind::warning:
        return "warning";
    }
    return "warning";
  }();
  Json inner;
  inner["kind"] = kind;
  inner["node"] = text_or_null(notice.node);
  inner["path"] = text_or_null(notice.path);
  inner["message"] = text_or_null(notice.text);
  Json out = new_document();
  out["notice"] = std::move(inner);
  return text_of(out);
}

}  // namespace tandem::shell
