// The configured cluster, read and opened when it is first needed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shell/commands/notices.hpp"
#include "shell/commands/session.hpp"

namespace tandem::shell {

struct ConfigChoice {
  std::optional<std::string> file{};     // --config
  std::vector<std::string> overrides{};  // --set
};

class ConfiguredCluster : public Cluster {
 public:
  ConfiguredCluster(ConfigChoice choice, Runtime& runtime, NoticeBoard& notices);

  Result<const gateway::Config*> config() override;
  Result<gateway::Store*> store() override;
  void stay() override { lifetime_ = gateway::Store::Lifetime::lasting; }
  bool config_failed() const override { return config_failed_; }
  // Settles what is owed. Nothing when no store was opened.
  Status close();

 private:
  ConfigChoice choice_;
  Runtime& runtime_;
  NoticeBoard& notices_;
  gateway::Store::Lifetime lifetime_ = gateway::Store::Lifetime::one_shot;
  bool config_failed_ = false;
  std::unique_ptr<gateway::Config> config_{};
  std::unique_ptr<gateway::Store> store_{};
};

// The configuration file that applies; not_found says what was looked for, and where.
Result<std::string> find_config(const std::optional<std::string>& given);

}  // namespace tandem::shell
