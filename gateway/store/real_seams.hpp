// The seams of a real program: the engine the catalogue URL names, nodes over HTTP. The only place that
// names either.
#pragma once

#include "gateway/catalogue/catalogue.hpp"
#include "gateway/catalogue/sqlite/backup.hpp"
#include "gateway/config/config.hpp"
#include "gateway/nodes/node.hpp"
#include "gateway/store/restore_report.hpp"
#include "gateway/store/store.hpp"

namespace tandem::gateway {

// `not_found`: there is none; one is never made here.
Result<std::unique_ptr<Catalogue>> open_catalogue(const Config& config, Runtime& runtime);
// Makes one with these entries; `exists`.
Status create_catalogue(const Config& config, Runtime& runtime, const Transaction& entries);
// Writes the catalogue to a file of this machine, while it is in use.
Result<BackupReport> back_up_catalogue(const Config& config, Runtime& runtime, const std::string& file);
// Begins to bring one back from such a file; see Restoration.
Result<std::unique_ptr<Restoration>> begin_restoration(const Config& config, const std::string& backup,
                                                       Runtime& runtime);
// `invalid`: the secret file cannot be read. Warns of one that everybody can read.
Result<std::unique_ptr<Transport>> open_transport(const Config& config, Runtime& runtime,
                                                  const NoticeSink& notices = {});

}  // namespace tandem::gateway
