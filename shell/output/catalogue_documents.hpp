// What `catalogue` says, as JSON documents (docs/JSON.md) and in words.
#pragma once

#include <string>

#include "gateway/store/restore_report.hpp"

namespace tandem::shell {

std::string revision_text(Revision revision);  // "EPOCH|COMMIT"

std::string backup_document(const gateway::BackupReport& report);
std::string restore_document(const gateway::RestoreReport& report);
std::string dump_document(const gateway::DumpLine& line);

}  // namespace tandem::shell
