#include "shell/commands/program.hpp"

#include <unistd.h>

#include <csignal>
#include <exception>

#include "protocol/runtime/system_runtime.hpp"
#include "shell/commands/cluster.hpp"
#include "shell/commands/dispatch.hpp"
#include "shell/commands/help.hpp"
#include "shell/commands/streams.hpp"
#include "shell/terminal/interrupt.hpp"

namespace tandem::shell {
namespace {

constexpr int broken_pipe_status =
    128 + SIGPIPE;  // as if the signal had ended us, which other programs let it

struct GlobalOptions {
  ConfigChoice config{};
  bool json = false;
  bool verbose = false;
  bool help = false;
  bool version = false;
  std::vector<std::string> command{};

  void define(Arguments& arguments) {
    arguments.option("--config", "FILE", ValueKind::local_path, config.file, "The configuration.");
    arguments.options("--set", "SECTION.KEY=VALUE", ValueKind::text, config.overrides,
                      "Overrides one value.");
    arguments.flag("--json", json, "JSON documents.");
    arguments.flag("-v,--verbose", verbose, "Tell which nodes a command reached.");
    arguments.flag("-h,--help", help, "Help.");
    arguments.flag("--version", version, "The version.");
    arguments.stop_at_first_operand();
    arguments.operands("COMMAND", ValueKind::command, command, 0, "");
  }
};

// Which command an almost empty command line means.
int choose_command(GlobalOptions& options, Session& session) {
  if (options.help) {
    session.out.write(overview(false));
    return 0;
  }
  if (options.version) options.command = {"version"};
  if (!options.command.empty()) return 0;
  if (::isatty(STDIN_FILENO) == 1) {
    options.command = {"shell"};
    return 0;
  }
  session.messages.write(overview(false));
  return exit_status::usage;
}

int run_in(Session& session, ConfiguredCluster& cluster, GlobalOptions& options, DescriptorOutput& out) {
  int status = choose_command(options, session);
  if (status != 0 || options.command.empty()) return status;
  status = execute(session, options.command).status;
  if (auto closed = cluster.close(); !closed && status == 0) {
    const Outcome failed(std::move(closed).error());
    session.report(failed);
    status = failed.status;
  }
  tell_notices(session);
  out.flush();
  if (interrupting_signal() != 0) return 128 + interrupting_signal();
  if (out.reader_gone()) return broken_pipe_status;
  if (out.error() && status == 0) {
    session.report(*out.error());
    status = static_cast<int>(out.error()->code);
  }
  return status;
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) {
  watch_interrupts(OnInterrupt::end_program);
  DescriptorOutput out(STDOUT_FILENO, "standard output");
  DescriptorOutput messages(STDERR_FILENO, "standard error");
  protocol::SystemRuntime runtime;
  NoticeBoard notices;
  GlobalOptions options;
  Arguments declared;
  options.define(declared);
  const auto problem = parse_arguments(declared, arguments);
  ConfiguredCluster cluster(options.config, runtime, notices);
  DescriptorInput input(STDIN_FILENO, "standard input", interrupted, false);
  Session session(cluster, runtime, input, out, messages);
  session.notices = &notices;
  session.stop = interrupted;
  session.json = options.json;
  session.verbose = options.verbose;
  try {
    if (problem) {
      session.report(Outcome::usage(problem->message,
                                    problem->hint.empty() ? "'tandem --help' shows how" : problem->hint));
      return exit_status::usage;
    }
    return run_in(session, cluster, options, out);
  } catch (const std::exception& escaped) {
    session.report(Outcome::with(exit_status::internal, "internal",
                                 {Code::invalid, std::string("a bug in tandem: ") + escaped.what(), "", "",
                                  "please report it with the command that led here"}));
    return exit_status::internal;
  }
}

}  // namespace tandem::shell
