#include "shell/commands/cluster.hpp"

#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace tandem::shell {
namespace {

constexpr const char* beside = "tandem.toml";
constexpr const char* of_machine = "/etc/tandem/tandem.toml";

bool is_there(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

Error missing(const std::string& path, const std::string& named_by) {
  return {Code::not_found, "there is no such configuration file, though " + named_by + " names it", path, "",
          "correct the name, or leave it away: then ./tandem.toml or /etc/tandem/tandem.toml is taken"};
}

}  // namespace

Result<std::string> find_config(const std::optional<std::string>& given) {
  if (given) {
    if (!is_there(*given)) return missing(*given, "--config");
    return *given;
  }
  if (const char* named = std::getenv("TANDEM_CONFIG"); named != nullptr && *named != '\0') {
    if (!is_there(named)) return missing(named, "TANDEM_CONFIG");
    return std::string(named);
  }
  if (is_there(beside)) return std::string(beside);
  if (is_there(of_machine)) return std::string(of_machine);
  return Error{Code::not_found,
               std::string("no configuration: looked for --config, $TANDEM_CONFIG, ./") + beside + " and " +
                   of_machine,
               "", "", "write a tandem.toml that names the pairs, or point --config at one"};
}

ConfiguredCluster::ConfiguredCluster(ConfigChoice choice, Runtime& runtime, NoticeBoard& notices)
    : choice_(std::move(choice)), runtime_(runtime), notices_(notices) {}

Result<const gateway::Config*> ConfiguredCluster::config() {
  if (config_) return static_cast<const gateway::Config*>(config_.get());
  auto file = find_config(choice_.file);
  config_failed_ = true;
  if (!file) return std::move(file).error();
  auto loaded = gateway::load_config(*file, choice_.overrides);
  if (!loaded) return std::move(loaded).error();
  config_failed_ = false;
  config_ = std::make_unique<gateway::Config>(std::move(*loaded));
  return static_cast<const gateway::Config*>(config_.get());
}

Result<gateway::Store*> ConfiguredCluster::store() {
  if (store_) return store_.get();
  auto settings = config();
  if (!settings) return std::move(settings).error();
  const char* acting_for = std::getenv("TANDEM_SESSION");
  auto opened = gateway::Store::open(
      **settings, runtime_, lifetime_, [this](const gateway::Notice& notice) { notices_.post(notice); },
      acting_for == nullptr ? "" : acting_for);
  if (!opened) return std::move(opened).error();
  store_ = std::move(*opened);
  return store_.get();
}

Status ConfiguredCluster::close() {
  if (!store_) return success();
  Status closed = store_->close();
  store_.reset();
  return closed;
}

}  // namespace tandem::shell
