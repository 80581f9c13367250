#include "shell/output/catalogue_documents.hpp"

#include "shell/output/json_fields.hpp"

namespace tandem::shell {

std::string revision_text(Revision revision) {
  constexpr Revision commits = (Revision{1} << epoch_shift) - 1;
  return std::to_string(epoch_of(revision)) + "|" + std::to_string(revision & commits);
}

std::string backup_document(const gateway::BackupReport& report) {
  Json document = new_document();
  put_text(document, "file", report.file);
  document["revision"] = report.revision;
  document["size_bytes"] = report.size_bytes;
  return text_of(document);
}

std::string restore_document(const gateway::RestoreReport& report) {
  Json document = new_document();
  document["cluster_id"] = to_string(report.cluster);
  document["backup_revision"] = report.backup_revision;
  document["epoch"] = report.epoch;
  document["missing_nodes"] = report.missing_nodes;
  document["compared"] = report.compared;
  document["unreadable_files"] = report.unreadable_files;
  document["unreadable"] = Json::array();
  for (const auto& path : report.unreadable) put_text(document["unreadable"].emplace_back(), "path", path);
  document["kept_files"] = report.kept_files;
  document["kept"] = Json::array();
  for (const auto& kept : report.kept) {
    Json& entry = document["kept"].emplace_back();
    entry["node"] = kept.node;
    put_text(entry, "path", kept.path);
  }
  document["waiting_for"] = text_or_null(report.waiting_for);
  return text_of(document);
}

std::string dump_document(const gateway::DumpLine& line) {
  Json document = new_document();
  put_text(document, "key", line.key);
  document["revision"] = line.revision;
  document["session"] = line.session == 0 ? Json() : Json(line.session);
  put_text(document, "value", line.value);
  return text_of(document);
}

}  // namespace tandem::shell
