#include "shell/commands/streams.hpp"
#include "shell/commands/verbs.hpp"

namespace tandem::shell {
namespace {

class Write : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.option("--from", "FILE", ValueKind::local_path, from_,
                     "Take the content from a file of this machine.");
    arguments.flag("--append", append_, "Add to the end of the file.");
    arguments.number(
        "--offset", "N", offset_,
        "Write over the bytes from N on and keep the others; a gap behind the old end reads as zeros.");
    arguments.operand("PATH", ValueKind::remote_path, path_, "The file; its directory must be there.");
    arguments.optional_operand("TEXT", ValueKind::text, text_,
                               "The content; - takes standard input, up to its end.");
  }

  Outcome check(const Session& session) const override {
    if (append_ && offset_) return Outcome::usage("write: --append and --offset exclude each other");
    if (from_ && !text_.empty()) return Outcome::usage("write: --from and TEXT exclude each other");
    const bool from_input = !text_.empty() && text_.front() == "-";
    if (from_input && !session.input->refusal().empty()) {
      return Error{Code::invalid, session.input->refusal(), session.absolute(path_.front())};
    }
    if (from_ || !text_.empty() || session.input->given()) return {};
    return Outcome::usage("write: what to write is missing",
                          "give a TEXT, --from FILE, or - for standard input; '' makes the file empty");
  }

  Outcome run(Session& session) override {
    const bool from_input = text_.empty() ? session.input->given() : text_.front() == "-";
    gateway::WriteOptions options;
    if (append_) options.where = gateway::WriteOptions::Where::append;
    if (offset_) {
      options.where = gateway::WriteOptions::Where::offset;
      options.offset = *offset_;
    }
    const std::string path = session.absolute(path_.front());
    if (from_) return write_file(session, path, options);
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    if (from_input) return copy_in(session, **store, path, *session.input, options);
    auto written = (*store)->write(path, text_.front(), options);
    if (!written) return std::move(written).error();
    return {};
  }

 private:
  Outcome write_file(Session& session, const std::string& path, gateway::WriteOptions options) {
    auto input = open_input(*from_, session.stop);
    if (!input) return std::move(input).error();
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    options.size_bytes = (*input)->size_bytes();
    return copy_in(session, **store, path, **input, options);
  }

  std::optional<std::string> from_{};
  bool append_ = false;
  std::optional<std::uint64_t> offset_{};
  std::vector<std::string> path_{};
  std::vector<std::string> text_{};
};

}  // namespace

const Command write_command{"write",
                            "store a content under a name",
                            "Stores exactly what it is given: no newline is added. The file is made if it is "
                            "missing and replaced if it "
                            "is there; other readers see the old content or the new one, never a mixture. In "
                            "a script the content may "
                            "follow as a here-document. When the command has ended with 0 the content is "
                            "safe on as many members as the "
                            "configuration asks for.",
                            "tandem write /motto 'per aspera'\ntandem write /image --from disk.img\ndate | "
                            "tandem write /log - --append",
                            Command::Group::files,
                            make_verb<Write>};

}  // namespace tandem::shell
