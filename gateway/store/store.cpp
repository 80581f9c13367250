#include "gateway/store/store.hpp"

#include <unistd.h>

#include <fstream>

#include "gateway/store/initialise.hpp"
#include "gateway/store/open_store.hpp"
#include "gateway/store/real_seams.hpp"

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
                                           NoticeSink notices) {
  auto catalogue = open_catalogue(config, runtime);
  if (!catalogue) return std::move(catalogue).error();
  auto transport = open_transport(config, runtime);
  if (!transport) return std::move(transport).error();
  return open_store({.config = config,
                     .runtime = &runtime,
                     .transport = std::move(*transport),
                     .catalogue = std::move(*catalogue),
                     .lifetime = lifetime,
                     .notices = std::move(notices),
                     .about = about_this_process()});
}

Result<ClusterId> Store::init(const Config& config, Runtime& runtime) {
  auto transport = open_transport(config, runtime);
  if (!transport) return std::move(transport).error();
  return initialise(config, runtime, **transport);
}

}  // namespace tandem::gateway
