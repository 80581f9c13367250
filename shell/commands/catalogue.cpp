#include "shell/commands/verbs.hpp"
#include "shell/output/catalogue_documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

class Catalogue : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.choice(
        "ACTION", {"backup", "restore", "dump"}, action_,
        "backup: write it to FILE, while it is in use. restore: bring a lost one back from FILE. "
        "dump: show what stands in it.");
    arguments.optional_operand(
        "FILE", ValueKind::local_path, operand_,
        "The backup. With dump, the beginning of the keys to show: e/ names, f/ objects, "
        "p/ pairs, n/ nodes, w/ marks, s/ sessions, op/ slots.");
    arguments.flag("--without-missing-nodes", without_missing_nodes_,
                   "With restore: go on although nodes do not answer. What only those hold may be lost.");
  }

  Outcome run(Session& session) override {
    auto config = session.cluster.config();
    if (!config) return Outcome::config(std::move(config).error());
    const std::string& action = action_.front();
    if (without_missing_nodes_ && action != "restore") {
      return Outcome::usage("--without-missing-nodes belongs to restore");
    }
    if (action == "dump") return dump(session, **config);
    if (operand_.empty())
      return Outcome::usage(action + " needs a FILE", "tandem catalogue " + action + " FILE");
    return action == "backup" ? back_up(session, **config) : restore(session, **config);
  }

 private:
  Outcome back_up(Session& session, const gateway::Config& config) {
    const auto made = gateway::Store::back_up(config, session.runtime, operand_.front());
    if (!made) return Error(made.error());
    session.out.line(session.json ? backup_document(*made)
                                  : printable(made->file) + ": " + human_size(made->size_bytes) +
                                        ", the catalogue at revision " + revision_text(made->revision));
    return {};
  }

  Outcome restore(Session& session, const gateway::Config& config) {
    const auto restored =
        gateway::Store::restore(config, session.runtime, {operand_.front(), without_missing_nodes_},
                                [&](const gateway::HealProgress&) { return !session.stop(); });
    if (!restored) return Error(restored.error());
    if (session.json) {
      session.out.line(restore_document(*restored));
      return {};
    }
    tell(session, *restored);
    return {};
  }

  static void tell(Session& session, const gateway::RestoreReport& report) {
    session.out.line("The catalogue is back as it was at revision " + revision_text(report.backup_revision) +
                     ", in epoch " + std::to_string(report.epoch) + "; " +
                     counted(report.compared, "difference") + " to the nodes settled.");
    session.out.line("Names removed, moved or made since the backup are as they were then.");
    for (const auto& node : report.missing_nodes) {
      session.out.line("  " + node + " did not answer; it is compared when it is back");
    }
    if (report.unreadable_files > 0) {
      session.out.line(
          counted(report.unreadable_files, "file") +
          " came back without content, most of them because they were removed since the backup:");
      for (const auto& path : report.unreadable) session.out.line("  " + printable(path));
    }
    if (report.kept_files > 0) {
      session.out.line(counted(report.kept_files, "file") +
                       " newer than the backup stay on their nodes, unknown to the catalogue; "
                       "copy them from there and put them back:");
      for (const auto& kept : report.kept) session.out.line("  " + kept.node + "  " + printable(kept.path));
    }
    if (!report.waiting_for.empty()) session.out.line("Not compared yet: " + printable(report.waiting_for));
  }

  Outcome dump(Session& session, const gateway::Config& config) {
    const std::string prefix = operand_.empty() ? std::string() : operand_.front();
    auto shown = gateway::Store::dump(config, session.runtime, prefix, [&](const gateway::DumpLine& line) {
      session.out.line(session.json ? dump_document(line)
                                    : revision_text(line.revision) + "  " + printable(line.key) + "  " +
                                          printable(line.value));
      return !session.stop();
    });
    if (!shown) return Error(shown.error());
    return session.stop() ? interrupted_outcome() : Outcome();
  }

  bool without_missing_nodes_ = false;
  std::vector<std::string> action_{};
  std::vector<std::string> operand_{};
};

}  // namespace

const Command catalogue_command{
    "catalogue",
    "back the catalogue up, bring it back, look into it",
    "backup writes the whole catalogue to FILE, as it is at one moment; nobody has to stop. Keep backups on "
    "another disk: without the catalogue nothing can be read through tandem.\n\n"
    "restore makes a lost catalogue anew from FILE. It refuses where there is one; all nodes should be "
    "running. "
    "Every node is compared with it. Names removed since the backup come back; contents written since are "
    "never "
    "removed: those of files the backup knows are taken over, others stay on their nodes and are listed.\n\n"
    "dump shows keys and values in words, one a line, each with the revision it was last written at "
    "(epoch|commit).",
    "tandem catalogue backup /mnt/other/catalogue-monday\n"
    "tandem catalogue restore /mnt/other/catalogue-monday\n"
    "tandem catalogue dump p/",
    Command::Group::cluster,
    make_verb<Catalogue>};

}  // namespace tandem::shell
