#include "gateway/store/write_at_once.hpp"

#include "gateway/store/commit_plan.hpp"
#include "gateway/store/content_writer.hpp"

namespace tandem::gateway {
namespace {

constexpr int restarts_max = 8;

// What is remembered of an attempt that failed; its writer must be gone before the next one is opened, or the
// next would wait for the token that this one uses.
struct Attempt {
  bool session_ended = false;
  std::optional<Stamp> replaced{};
};

// A client that was silent for longer than its lease is not to write over what others have written since.
bool overtaken(const Attempt& before, const ContentWriter& now) {
  return before.session_ended && before.replaced != now.replaced();
}

}  // namespace

Result<Item> write_at_once(Core& core, std::string_view path, std::string_view bytes,
                           const WriteOptions& options) {
  WriteOptions sized = options;
  sized.size_bytes = bytes.size();
  std::vector<std::string> avoid;
  std::optional<Attempt> before;
  std::optional<Error> first_refusal;  // of a pair; says more than that no pair is left
  const Instant deadline = core.runtime.now() + core.config.timeouts.operation;
  for (int attempt = 0;; ++attempt) {
    const auto token =
        attempt == 0 ? ContentWriter::TokenTaken::in_commit : ContentWriter::TokenTaken::before;
    auto writer = ContentWriter::open(core, std::string(path), sized, token, avoid);
    if (!writer) return first_refusal ? *first_refusal : std::move(writer).error();
    if (before && overtaken(*before, **writer)) {
      return Error{Code::stale, "this client was silent beyond its lease, and others have changed the file",
                   std::string(path)};
    }
    if (attempt == 0) (*writer)->can_start_again();
    (void)(*writer)->write(std::as_bytes(std::span(bytes))).ok();  // commit() says what became of it
    auto item = (*writer)->commit();
    if (item || attempt == restarts_max || core.runtime.now() >= deadline) return item;
    if ((*writer)->another_pair_could_help(item.error())) {
      if (!first_refusal) first_refusal = item.error();
      avoid.push_back((*writer)->pair());
    } else if (!(*writer)->worth_another_try()) {
      return item;
    }
    before = Attempt{(*writer)->session_ended(), (*writer)->replaced()};
    writer->reset();
    wait_after_conflict(core, attempt);
  }
}

}  // namespace tandem::gateway
