#include "shell/commands/dispatch.hpp"

#include "gateway/config/nearest.hpp"
#include "shell/commands/help.hpp"
#include "shell/commands/notices.hpp"
#include "shell/commands/pages.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

struct Common {
  bool json = false;
  bool verbose = false;
  bool page = false;
  bool help = false;

  void define(Arguments& arguments) {
    arguments.hidden_flag("--json", json);
    arguments.hidden_flag("-v,--verbose", verbose);
    arguments.hidden_flag("--page", page);
    arguments.hidden_flag("--help", help);
  }
};

struct Prepared {
  const Command* command = nullptr;
  std::unique_ptr<Verb> verb{};
  Common common{};
  Outcome problem{};  // status not 0: there is no verb to run
};

bool has_option(const std::vector<std::string>& words, std::string_view option) {
  for (std::size_t i = 1; i < words.size() && words[i] != "--"; ++i) {
    if (words[i] == option) return true;
  }
  return false;
}

Prepared prepare(const Session& session, const std::vector<std::string>& words) {
  const bool interactive = session.interactive || !session.script.empty();
  Prepared prepared;
  prepared.command = find_command(words.front());
  if (prepared.command == nullptr || (prepared.command->keeps_state && !interactive)) {
    prepared.problem = unknown_command(words.front(), session);
    return prepared;
  }
  if (has_option(words, "--help")) {  // before anything can be missing
    prepared.common.help = true;
    prepared.common.page = has_option(words, "--page");
    return prepared;
  }
  prepared.verb = prepared.command->make();
  Arguments arguments;
  prepared.verb->define(arguments);
  prepared.common.define(arguments);
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (auto problem = parse_arguments(arguments, rest)) {
    std::string hint = problem->hint.empty() ? "" : problem->hint + "; ";
    hint += "usage: " + usage_line(*prepared.command, arguments);
    prepared.problem =
        Outcome::usage(std::string(prepared.command->name) + ": " + problem->message, std::move(hint));
  } else {
    prepared.problem = prepared.verb->check(session);
  }
  return prepared;
}

}  // namespace

Outcome unknown_command(const std::string& given, const Session& session) {
  const bool interactive = session.interactive || !session.script.empty();
  std::vector<std::string_view> names;
  for (const Command* command : all_commands()) {
    if (interactive || !command->keeps_state) names.push_back(command->name);
  }
  const auto close = gateway::nearest_word(given, names);
  return Outcome::usage("unknown command '" + printable(given) + "'",
                        close
                            ? "did you mean '" + std::string(*close) + "'?"
                            : std::string(interactive ? "'help' lists them" : "'tandem --help' lists them"));
}

Outcome execute(Session& session, const std::vector<std::string>& words) {
  Prepared prepared = prepare(session, words);
  if (prepared.problem.status != 0) {
    session.report(prepared.problem);
    return prepared.problem.status;
  }
  const Pages pages(session, prepared.common.page);
  if (prepared.common.help) {
    session.out.write(help_text(*prepared.command));
    return {};
  }
  const bool json_before = session.json;
  const bool verbose_before = session.verbose;
  session.json = session.json || prepared.common.json;
  session.verbose = session.verbose || prepared.common.verbose;
  Outcome outcome = prepared.verb->run(session);
  if (pages.left_early()) {
    outcome = {};
  } else if (outcome.status == 0 && session.out.error()) {
    outcome = Outcome(*session.out.error());
  }
  if (outcome.untold() && session.cluster.config_failed()) {
    outcome.status = exit_status::config;
    outcome.code = "config";
  }
  tell_notices(session);
  tell_members_used(session);
  // Told here, while the command's own --json still holds.
  session.report(outcome);
  session.json = json_before;
  session.verbose = verbose_before;
  return outcome.status;
}

Outcome check(const Session& session, const std::vector<std::string>& words) {
  return std::move(prepare(session, words).problem);
}

}  // namespace tandem::shell
