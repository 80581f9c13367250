// The documents that tell of nodes and copies.
#include <nlohmann/json.hpp>

#include "shell/output/documents.hpp"
#include "shell/output/json_fields.hpp"
#include "shell/output/lock_documents.hpp"

namespace tandem::shell {
namespace {

using gateway::ClusterStatus;
using gateway::CopyReport;
using gateway::MemberStatus;
using gateway::PairStatus;

bool on_this_machine(std::string_view node) {
  return node.starts_with("127.") || node.starts_with("localhost:") || node.starts_with("[::1]:");
}

template <class Identified>
Json id_or_null(const Identified& id) {
  return id.is_null() ? Json() : Json(to_string(id));
}

Json backlog_fields(const gateway::Backlog& backlog) {
  Json out;
  out["files"] = backlog.files;
  out["names"] = backlog.names;
  out["bytes"] = backlog.bytes;
  out["oldest_at"] = time_or_null(backlog.oldest_ns.value_or(0));
  out["eta_seconds"] = backlog.eta_seconds ? Json(*backlog.eta_seconds) : Json();
  return out;
}

Json member_fields(const MemberStatus& member) {
  const NodeStatus& said = member.node_status;
  const auto if_reached = [&](std::uint64_t value) { return member.reached ? Json(value) : Json(); };
  Json out;
  out["node"] = member.node;
  out["uuid"] = id_or_null(member.uuid);
  out["state"] = member.state;
  out["since_at"] = time_or_null(member.since_ns);
  out["reason"] = text_or_null(member.reason);
  out["version"] = text_or_null(member.version);
  out["pid"] = member.pid != 0 && on_this_machine(member.node) ? Json(member.pid) : Json();
  out["directories"] = if_reached(said.directories);
  out["files"] = if_reached(said.files);
  out["data_bytes"] = if_reached(said.data_bytes);
  out["free_bytes"] = if_reached(said.free_bytes);
  out["reads"] = if_reached(said.reads);
  out["writes"] = if_reached(said.writes);
  out["backlog"] = backlog_fields(member.backlog);
  out["answer_seconds"] = member.reached ? Json(member.answer_seconds) : Json();
  out["slow"] = member.slow;
  out["damaged_copies"] = member.damaged_copies;
  out["disk_failing"] = member.disk_failing;
  return out;
}

Json pair_fields(const PairStatus& pair) {
  Json out;
  out["pair"] = pair.name;
  out["verdict"] = to_string(pair.verdict);
  out["state"] = pair.state;
  out["files"] = pair.files;
  out["data_bytes"] = pair.data_bytes;
  out["free_bytes"] = pair.free_bytes;
  out["members"] = Json::array();
  for (const auto& member : pair.members) out["members"].push_back(member_fields(member));
  return out;
}

Json copy_fields(const CopyReport& copy) {
  Json out;
  out["node"] = copy.node;
  out["node_state"] = copy.node_state;
  out["version"] = copy.version == 0 ? Json() : Json(copy.version);
  out["fence"] = copy.stamp == Stamp{} ? Json() : Json(copy.stamp.fence);
  out["verdict"] = copy.verdict;
  out["detail"] = text_or_null(copy.detail);
  return out;
}

}  // namespace

std::string_view to_string(gateway::Verdict verdict) {
  switch (verdict) {
    case gateway::Verdict::healthy:
      return "healthy";
    case gateway::Verdict::degraded:
      return "degraded";
    case gateway::Verdict::at_risk:
      return "at_risk";
    case gateway::Verdict::down:
      return "down";
  }
  return "down";
}

std::string status_document(const ClusterStatus& status) {
  Json out = new_document();
  out["cluster"] = status.name;
  out["cluster_id"] = id_or_null(status.id);
  out["verdict"] = to_string(status.verdict);
  out["reasons"] = status.reasons;
  out["files"] = status.files;
  out["directories"] = status.directories;
  out["data_bytes"] = status.data_bytes;
  out["free_bytes"] = status.free_bytes;
  Json catalogue;
  catalogue["engine"] = status.catalogue.engine;
  catalogue["state"] = status.catalogue.state;
  catalogue["detail"] = text_or_null(status.catalogue.detail);
  catalogue["used_bytes"] = status.catalogue.used_bytes;
  catalogue["limit_bytes"] = status.catalogue.limit_bytes == 0 ? Json() : Json(status.catalogue.limit_bytes);
  out["catalogue"] = std::move(catalogue);
  out["pairs"] = Json::array();
  for (const auto& pair : status.pairs) out["pairs"].push_back(pair_fields(pair));
  return text_of(out);
}

std::string space_document(const ClusterStatus& status) {
  Json out = new_document();
  out["files"] = status.files;
  out["data_bytes"] = status.data_bytes;
  out["free_bytes"] = status.free_bytes;
  out["pairs"] = Json::array();
  for (const auto& pair : status.pairs) {
    Json one;
    one["pair"] = pair.name;
    one["verdict"] = to_string(pair.verdict);
    one["files"] = pair.files;
    one["data_bytes"] = pair.data_bytes;
    one["free_bytes"] = pair.free_bytes;
    out["pairs"].push_back(std::move(one));
  }
  return text_of(out);
}

std::string why_document(const gateway::PathReport& report) {
  Json out = new_document();
  put_text(out, "path", report.path);
  out["kind"] = to_string(report.kind);
  out["id"] = to_string(report.id);
  out["version"] = report.version;
  out["size_bytes"] = report.size_bytes;
  out["digest"] = report.kind == Kind::file ? Json(to_string(report.digest)) : Json();
  out["pair"] = text_or_null(report.pair);
  out["verdict"] = report.verdict;
  out["copies"] = Json::array();
  for (const auto& copy : report.copies) out["copies"].push_back(copy_fields(copy));
  out["locks"] = lock_elements(report.locks);
  Json heal;
  heal["needed"] = report.heal_needed;
  heal["source"] = text_or_null(report.heal_source);
  heal["blocked_by"] = text_or_null(report.heal_blocked_by);
  out["heal"] = std::move(heal);
  return text_of(out);
}

}  // namespace tandem::shell
