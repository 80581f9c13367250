#include "gateway/store/real_seams.hpp"

#include <filesystem>
#include <system_error>

#include "gateway/catalogue/sqlite/sqlite_catalogue.hpp"
#include "gateway/nodes/remote/http_transport.hpp"
#include "protocol/http/secret_file.hpp"

namespace tandem::gateway {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

Result<std::string> sqlite_path(const Config& config) {
  const std::string& url = config.cluster.catalogue;
  if (url.starts_with(sqlite_scheme)) return url.substr(sqlite_scheme.size());
  return Error{Code::unsupported, "this version has no engine for the catalogue " + url, config.file}.hint(
      "use sqlite:FILE");
}

}  // namespace

Result<std::unique_ptr<Catalogue>> open_catalogue(const Config& config, Runtime& runtime) {
  const auto path = sqlite_path(config);
  if (!path) return path.error();
  auto catalogue = SqliteCatalogue::open(*path, runtime);
  if (!catalogue && catalogue.code() == Code::not_found) {
    return Error{Code::not_found, "there is no catalogue", *path}.hint(
        "a lost one comes back with `tandem catalogue restore` or `tandem catalogue rebuild`, a new one with "
        "`tandem init`");
  }
  return catalogue;
}

Status create_catalogue(const Config& config, Runtime& runtime, const Transaction& entries) {
  const auto path = sqlite_path(config);
  if (!path) return path.error();
  auto created = SqliteCatalogue::create(*path, entries, runtime);
  return created ? success() : Status(std::move(created).error());
}

Result<BackupReport> back_up_catalogue(const Config& config, Runtime& runtime, const std::string& file) {
  const auto path = sqlite_path(config);
  if (!path) return path.error();
  const auto revision = back_up_database(*path, file, runtime);
  if (!revision) return revision.error();
  std::error_code unknown;
  const auto size = std::filesystem::file_size(file, unknown);
  return BackupReport{file, *revision, unknown ? 0 : size};
}

Result<std::unique_ptr<Restoration>> begin_restoration(const Config& config, const std::string& backup,
                                                       Runtime& runtime) {
  const auto path = sqlite_path(config);
  if (!path) return path.error();
  return Restoration::begin(*path, backup, runtime);
}

Result<std::unique_ptr<Transport>> open_transport(const Config& config, Runtime& runtime,
                                                  const NoticeSink& notices) {
  protocol::SecretFile secret;
  if (const std::string& file = config.cluster.secret_file; !file.empty()) {
    auto read = protocol::read_secret_file(file, "secret_file");
    if (!read) return std::move(read).error();
    secret = std::move(*read);
    if (secret.world_readable && notices)
      notices({Notice::Kind::warning, "", file, "everybody on this machine can read the secret: chmod o-r"});
  }
  HttpTransportOptions options{.connect = config.timeouts.connect,
                               .request = config.timeouts.request,
                               .connections_per_node = config.limits.connections_per_node,
                               .secret = std::move(secret.secret)};
  return std::unique_ptr<Transport>(std::make_unique<HttpTransport>(runtime, std::move(options)));
}

}  // namespace tandem::gateway
