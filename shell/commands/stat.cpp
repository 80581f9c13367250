#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

std::string described(const std::string& path, const gateway::Item& item) {
  const auto row = [](std::string_view name, const std::string& value) {
    return pad_right(name, 10) + value + "\n";
  };
  std::string text = row("path", printable(path)) + row("kind", std::string(to_string(item.kind)));
  if (item.kind == Kind::file) {
    text += row("size", std::to_string(item.size_bytes) + " bytes (" + human_size(item.size_bytes) + ")");
  }
  if (item.kind == Kind::symlink) text += row("target", printable(item.target));
  const char kind = item.kind == Kind::directory ? 'd' : item.kind == Kind::symlink ? 'l' : '-';
  text += row("mode", octal_mode(item.attributes.mode) + " " + letters_of_mode(kind, item.attributes.mode));
  text += row("owner", std::to_string(item.attributes.uid) + " " + std::to_string(item.attributes.gid));
  text += row("modified", item.attributes.modified_ns == 0 ? "-" : rfc3339(item.attributes.modified_ns));
  if (item.kind == Kind::file) text += row("links", std::to_string(item.links)) + row("pair", item.pair);
  text += row("id", to_string(item.id)) + row("version", std::to_string(item.version));
  if (item.kind == Kind::file) {
    text += row("stamp", to_string(item.stamp)) + row("digest", to_string(item.digest));
  }
  return text;
}

class Describe : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("-L,--follow", follow_, "Tell about what a symbolic link leads to, not about the link.");
    arguments.operands("PATH", ValueKind::remote_path, paths_, 1, "A file, directory or symbolic link.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    bool first = true;
    return for_each(session, paths_, [&](const std::string& given) -> Outcome {
      const std::string path = session.absolute(given);
      auto item = follow_ ? (*store)->stat_followed(path) : (*store)->stat(path);
      if (!item) return std::move(item).error();
      if (session.json) {
        session.out.line(stat_document(path, *item));
      } else {
        session.out.write((first ? "" : "\n") + described(path, *item));
      }
      first = false;
      return {};
    });
  }

 private:
  bool follow_ = false;
  std::vector<std::string> paths_{};
};

}  // namespace

const Command stat_command{
    "stat",
    "tell all about a file or directory",
    "Tells what the catalogue knows of each PATH: size, mode, owner, time, the pair that holds it, its id, "
    "the "
    "version of its record, and the digest of its content. No node is asked; 'why PATH' asks them.",
    "tandem stat /motto\ntandem --json stat /motto | jq .digest",
    Command::Group::files,
    make_verb<Describe>};

}  // namespace tandem::shell
