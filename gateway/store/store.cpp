#include "gateway/store/store.hpp"

#include <unistd.h>

#include <fstream>

#include "gateway/catalogue/records/describe.hpp"
#include "gateway/store/initialise.hpp"
#include "gateway/store/open_store.hpp"
#include "gateway/store/real_seams.hpp"
#include "gateway/store/restore.hpp"
#include "gateway/tokens/inherited_tokens.hpp"

namespace tandem::gateway {
namespace {

// "program, host, pid": for people who look at the session.
std::string about_this_process() {
  std::string program;
  std::getline(std::ifstream("/proc/self/comm"), program);
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  return program + ", " + host + ", " + std::to_string(getpid());
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const Config& config, Runtime& runtime, Lifetime lifetime,
                                           NoticeSink notices, std::string_view acting_for) {
  auto inherited = parse_inherited(acting_for);
  if (!inherited) return std::move(inherited).error();
  auto catalogue = open_catalogue(config, runtime);
  if (!catalogue) return std::move(catalogue).error();
  auto transport = open_transport(config, runtime, notices);
  if (!transport) return std::move(transport).error();
  return open_store({.config = config,
                     .runtime = &runtime,
                     .transport = std::move(*transport),
                     .catalogue = std::move(*catalogue),
                     .lifetime = lifetime,
                     .notices = std::move(notices),
                     .about = about_this_process(),
                     .inherited = std::move(*inherited)});
}

Result<ClusterId> Store::init(const Config& config, Runtime& runtime) {
  auto transport = open_transport(config, runtime);
  if (!transport) return std::move(transport).error();
  return initialise(config, runtime, **transport);
}

Result<BackupReport> Store::back_up(const Config& config, Runtime& runtime, const std::string& file) {
  return back_up_catalogue(config, runtime, file);
}

Status Store::dump(const Config& config, Runtime& runtime, std::string_view prefix,
                   const std::function<bool(const DumpLine&)>& show) {
  constexpr std::size_t page_entries = 1000;
  const auto catalogue = open_catalogue(config, runtime);
  if (!catalogue) return catalogue.error();
  const std::string raw_prefix = raw_prefix_of(prefix);
  std::string after;
  for (bool more = true; more;) {
    const auto page = (*catalogue)->scan(raw_prefix, after, page_entries);
    if (!page) return page.error();
    more = page->more;
    for (const Entry& entry : page->entries) {
      after = entry.key;
      DumpLine line{describe_key(entry.key), describe_value(entry.key, entry.value), entry.revision,
                    entry.session};
      if (line.key.starts_with(prefix) && !show(line)) return success();
    }
  }
  return success();
}

Result<RestoreReport> Store::restore(const Config& config, Runtime& runtime, const RestoreOptions& options,
                                     const std::function<bool(const HealProgress&)>& progress) {
  return restore_catalogue(config, runtime, options, progress);
}

}  // namespace tandem::gateway
