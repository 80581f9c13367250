#include <fnmatch.h>

#include "shell/commands/listing.hpp"
#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

constexpr std::string_view letters_of_kinds = "fdl";

char letter_of(Kind kind) {
  return kind == Kind::directory ? 'd' : kind == Kind::symlink ? 'l' : 'f';
}

class Find : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.option("--name", "PATTERN", ValueKind::text, pattern_,
                     "Only names that match; *, ? and [...] as in the shell. Quote it from your own shell.");
    arguments.option("--type", "f|d|l", ValueKind::text, type_,
                     "Only files (f), only directories (d) or only symbolic links (l).");
    arguments.number("--larger", "SIZE", larger_, "Only files of more than SIZE bytes.");
    arguments.flag("-0,--print0", zero_, "End each path with a NUL byte instead of a newline.");
    arguments.optional_operand("PATH", ValueKind::remote_path, path_,
                               "Where to begin; the working directory by default.");
  }

  Outcome check(const Session& /*session*/) const override {
    if (!type_ || (type_->size() == 1 && letters_of_kinds.find(*type_) != std::string_view::npos)) return {};
    return Outcome::usage("find: --type cannot be '" + *type_ + "'",
                          "it is f (files), d (directories) or l (symbolic links)");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    const std::string path = session.absolute(path_.empty() ? "." : path_.front());
    if (session.json) session.out.write(list_head(path));
    bool first = true;
    auto walked = walk_items(**store, path, SIZE_MAX,
                             [&](const std::string& at, const gateway::Item& item, std::size_t /*depth*/) {
                               if (matches(item)) {
                                 if (session.json) {
                                   session.out.write((first ? "" : ",") + found_element(at, item));
                                   first = false;
                                 } else {
                                   session.out.write((session.out.terminal() ? printable(at) : at) +
                                                     std::string(1, zero_ ? '\0' : '\n'));
                                 }
                               }
                               return !session.stop() && !session.out.error();
                             });
    if (session.stop()) return interrupted_outcome();
    if (!walked) return walked;
    if (session.json) session.out.line(list_tail);
    return {};
  }

 private:
  bool matches(const gateway::Item& item) const {
    if (type_ && letter_of(item.kind) != type_->front()) return false;
    if (larger_ && (item.kind != Kind::file || item.size_bytes <= *larger_)) return false;
    return !pattern_ || ::fnmatch(pattern_->c_str(), item.name.c_str(), 0) == 0;
  }

  std::optional<std::string> pattern_{};
  std::optional<std::string> type_{};
  std::optional<std::uint64_t> larger_{};
  bool zero_ = false;
  std::vector<std::string> path_{};
};

}  // namespace

const Command find_files_command{
    "find",
    "find files and directories by name, type or size",
    "Writes the path of everything at or below PATH that meets all conditions, a path a line, in byte order.",
    "tandem find / --name '*.jpg'\ntandem find /photos --type f --larger 10MiB",
    Command::Group::trees,
    make_verb<Find>};

}  // namespace tandem::shell
