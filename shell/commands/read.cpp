#include "shell/commands/streams.hpp"
#include "shell/commands/verbs.hpp"

namespace tandem::shell {
namespace {

class Read : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.number("--offset", "N", offset_,
                     "Begin behind the first N bytes; behind the end there is nothing.");
    arguments.number("--length", "N", length_, "At most N bytes.");
    arguments.operand("PATH", ValueKind::remote_path, path_, "The file.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    return copy_out(session, **store, session.absolute(path_.front()), offset_.value_or(0), length_);
  }

 private:
  std::optional<std::uint64_t> offset_{};
  std::optional<std::uint64_t> length_{};
  std::vector<std::string> path_{};
};

class Concatenate : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.operands("PATH", ValueKind::remote_path, paths_, 1, "The files, in their order.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    return for_each(session, paths_, [&](const std::string& path) {
      return copy_out(session, **store, session.absolute(path), 0, std::nullopt);
    });
  }

 private:
  std::vector<std::string> paths_{};
};

}  // namespace

const Command read_command{
    "read",
    "write a file's bytes to standard output",
    "Writes exactly the bytes of PATH, or the part asked for, and nothing else. They are of one version of "
    "the "
    "file and checked against its checksums. A member that fails or holds damaged bytes is replaced by its "
    "mirror; if no good copy can be read, the command fails, and what was written before is a true "
    "beginning.",
    "tandem read /etc/hosts\ntandem read --offset 1MiB --length 4KiB /image | hexdump -C",
    Command::Group::files,
    make_verb<Read>};

const Command cat_command{"cat",
                          "write several files to standard output, one behind the other",
                          "As read, for several files.",
                          "tandem cat /log/1 /log/2",
                          Command::Group::files,
                          make_verb<Concatenate>};

}  // namespace tandem::shell
