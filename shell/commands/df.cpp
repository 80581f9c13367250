#include <algorithm>

#include "shell/commands/listing.hpp"
#include "shell/commands/verbs.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

class DiskFree : public Verb {
 public:
  void define(Arguments& arguments) override {
    arguments.flag("--bytes", exact_, "Exact numbers of bytes (always so when not on a terminal).");
    arguments.flag("-h,--human", human_, "Human units, also when not on a terminal.");
  }

  Outcome run(Session& session) override {
    auto store = session.cluster.store();
    if (!store) return std::move(store).error();
    auto status = (*store)->status();
    if (!status) return std::move(status).error();
    if (session.json) {
      session.out.line(space_document(*status));
      return {};
    }
    std::size_t name = 5;
    for (const auto& pair : status->pairs) name = std::max(name, display_width(printable(pair.name)));
    const auto row = [&](std::string_view first, std::string_view files, std::string_view used,
                         std::string_view free) {
      session.out.line(pad_right(first, name) + pad_left(files, 14) + pad_left(used, 18) +
                       pad_left(free, 18));
    };
    const auto size = [&](std::uint64_t bytes) { return size_column(session, bytes, exact_, human_); };
    const auto count = [&](std::uint64_t number) {
      return session.human(exact_, human_) ? grouped(number) : std::to_string(number);
    };
    row("PAIR", "FILES", "USED", "FREE");
    for (const auto& pair : status->pairs) {
      row(printable(pair.name), count(pair.files), size(pair.data_bytes), size(pair.free_bytes));
    }
    row("total", count(status->files), size(status->data_bytes), size(status->free_bytes));
    return {};
  }

 private:
  bool exact_ = false;
  bool human_ = false;
};

}  // namespace

const Command df_command{
    "df",
    "show how much is stored and how much room is left",
    "A line a pair. What is free is what the fullest member of the pair can still take, its "
    "reserve taken off; contents are counted once, though every member holds them.",
    "tandem df\ntandem df --bytes",
    Command::Group::cluster,
    make_verb<DiskFree>};

}  // namespace tandem::shell
