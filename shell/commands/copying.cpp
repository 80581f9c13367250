#include "shell/commands/copying.hpp"

#include <algorithm>

#include "shell/commands/notices.hpp"
#include "shell/output/text.hpp"
#include "shell/terminal/progress_line.hpp"

namespace tandem::shell {
namespace {

std::string summary(std::string_view verb, const TransferTotals& totals) {
  std::string text = std::string(verb) + ": " + counted(totals.files, "file") + ", " +
                     counted(totals.directories, "directory", "directories") + ", " +
                     (totals.links > 0 ? counted(totals.links, "link") + ", " : "") +
                     human_size(totals.bytes) + " in " + human_duration(totals.seconds);
  if (totals.seconds >= 0.1 && totals.bytes > 0) {
    text += " (" +
            human_size(static_cast<std::uint64_t>(static_cast<double>(totals.bytes) / totals.seconds)) +
            "/s)";
  }
  if (totals.unchanged > 0) text += "; " + grouped(totals.unchanged) + " unchanged";
  if (totals.skipped > 0) text += "; " + grouped(totals.skipped) + " special files left out";
  if (totals.failed > 0) text += "; " + grouped(totals.failed) + " failed";
  return text;
}

std::string progress_text(const TransferProgress& progress) {
  const TransferTotals& totals = progress.totals;
  const double rate = totals.seconds > 0 ? static_cast<double>(totals.bytes) / totals.seconds : 0;
  std::string text = grouped(totals.files + totals.unchanged);
  if (progress.files_expected > 0) text += " of " + grouped(progress.files_expected);
  text += " files, " + human_size(totals.bytes);
  if (progress.bytes_expected > 0) text += " of " + human_size(progress.bytes_expected);
  text += ", " + human_size(static_cast<std::uint64_t>(rate)) + "/s";
  if (progress.bytes_expected > totals.bytes && rate > 0) {
    text +=
        ", " + human_duration(static_cast<double>(progress.bytes_expected - totals.bytes) / rate) + " left";
  }
  if (totals.failed > 0) text += ", " + grouped(totals.failed) + " failed";
  return text + "  " + base_name(progress.current);
}

// The failure under the name the user gave; what another name says about it becomes part of the cause.
Error told_as(const ItemFailure& failure) {
  Error error = failure.error;
  if (!error.path.empty() && error.path != failure.path) error.cause = error.path + ": " + error.cause;
  error.path = failure.path;
  return error;
}

Outcome account(Session& session, std::string_view verb, const TransferOutcome& done, bool single) {
  if (session.json) session.out.line(transfer_document(done.totals, done.failures));
  const TransferTotals& totals = done.totals;
  const bool only_one = single && totals.failed == 1 && totals.files + totals.directories + totals.links == 0;
  if (only_one && !done.interrupted) return told_as(done.failures.front());
  if (!session.json) {
    for (const auto& failure : done.failures) session.report(told_as(failure));
    if (done.failures.size() < totals.failed) {
      session.warn(std::string(verb) + ": " + grouped(totals.failed - done.failures.size()) +
                   " more failures");
    }
    session.warn(summary(verb, totals));
  }
  if (done.interrupted) return interrupted_outcome();
  if (totals.failed == 0) return {};
  std::string message = std::string(verb) + ": " + grouped(totals.failed) + " failed";
  if (done.gave_up) message += ", and the rest was not tried: too many failures in a row";
  if (!session.json && !done.gave_up) return exit_status::some_failed;
  return Outcome::with(exit_status::some_failed, "partial",
                       {Code::unavailable, message, "", "", "run it again with --update to do the rest"});
}

}  // namespace

const std::string_view copying_description =
    "Several files are copied at once (limits.transfers), in bounded memory. Times and modes are kept. A "
    "file "
    "that fails does not stop the others: the failures are listed at the end and the status is 1. Run again "
    "with --update, the command does what is left. Each file appears complete or not at all.\n\n"
    "Symbolic links are copied as links, those named on the command line excepted, or with --follow as what "
    "they lead to. Pipes, sockets and devices cannot be copied: each is reported as a failure, unless "
    "--skip-special leaves them out.";

void CopyingOptions::define(Arguments& arguments) {
  arguments.flag("-r,--recursive", recursive_, "Copy directories with all below.");
  arguments.flag("-u,--update", update_, "Leave files alone whose size and time are equal already.");
  arguments.flag("-c,--checksum", checksum_, "Read both sides again after each file and compare them.");
  arguments.flag("-L,--follow", follow_, "Copy what symbolic links lead to instead of the links.");
  arguments.flag("--skip-special", skip_special_,
                 "Leave pipes, sockets and devices out; only their number is told.");
}

TransferOptions CopyingOptions::resolved(std::size_t workers) const {
  TransferOptions options;
  options.recursive = recursive_;
  options.update = update_;
  options.checksum = checksum_;
  options.follow = follow_;
  options.skip_special = skip_special_;
  options.workers = std::max<std::size_t>(1, workers);
  return options;
}

Result<std::vector<TransferJob>> plan_copies(Tree& to, const std::vector<std::string>& sources,
                                             const std::string& target, bool target_is_directory) {
  auto there = to.look(target, true);
  if (!there && there.code() != Code::not_found) return std::move(there).error();
  const bool into = there.ok() && there->type == Entry::Type::directory;
  if (!into && (sources.size() > 1 || target_is_directory)) {
    return Error{there.ok() ? Code::not_directory : Code::not_found,
                 there.ok() ? "is no directory" : "there is no such directory", target};
  }
  std::vector<TransferJob> jobs;
  for (const auto& source : sources) {
    const std::string name = base_name(source);
    const bool itself = name == "." || name == ".." || name == "/" || name.empty();
    jobs.push_back({source, into && !itself ? child_path(target, name) : target});
  }
  return jobs;
}

Outcome copy_trees(Session& session, std::string_view verb, Tree& from, Tree& to,
                   const std::vector<TransferJob>& jobs, const CopyingOptions& options) {
  auto config = session.cluster.config();
  if (!config) return std::move(config).error();
  ProgressLine line(session.messages);
  TransferWatch watch;
  watch.stop = session.stop;
  if (line.wanted() && !session.json) {
    watch.progress = [&](const TransferProgress& progress) {
      line.clear();
      tell_notices(session);
      line.show(progress_text(progress));
    };
  }
  const TransferOutcome done =
      transfer(from, to, jobs, options.resolved((*config)->limits.transfers), session.runtime, watch);
  line.clear();
  return account(session, verb, done, jobs.size() == 1);
}

}  // namespace tandem::shell
