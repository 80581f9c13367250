#include "shell/transfer/transfer.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>

#include "shell/transfer/compare.hpp"
#include "shell/transfer/estimate.hpp"

namespace tandem::shell {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;
constexpr std::size_t queue_max = 256;
constexpr std::size_t failures_kept_max = 1000;
constexpr std::uint64_t failures_in_a_row_max = 20;
constexpr auto tick = std::chrono::milliseconds(200);

bool concerns_everything(Code code) {
  return code == Code::unavailable || code == Code::no_space || code == Code::outcome_unknown;
}

struct FileJob {
  std::string from{};
  std::string to{};
  Entry entry{};
};

// One run of transfer(). The calling thread walks; the workers copy.
class Run {
 public:
  Run(Tree& from, Tree& to, const TransferOptions& options, Runtime& runtime, const TransferWatch& watch)
      : from_(from),
        to_(to),
        options_(options),
        runtime_(runtime),
        watch_(watch),
        estimate_(from, options, [this] { return over_ || stopping(); }),
        changed_(runtime.make_signal()) {}

  TransferOutcome go(const std::vector<TransferJob>& jobs);

 private:
  struct Directory {
    std::string path{};
    Attributes attributes{};
  };

  void walk(const TransferJob& job, std::size_t depth);
  void walk_directory(const TransferJob& job, const Entry& entry, std::size_t depth);
  void enqueue(FileJob job);
  void finish_directories();
  void wait_for_workers();
  void work();
  Status copy(const FileJob& job, std::span<std::byte> buffer);
  Status copy_file(const FileJob& job, std::span<std::byte> buffer);
  Status copy_link(const FileJob& job);
  TransferTotals totals() const;
  void fail(const std::string& path, Error error);
  void report_progress();
  bool stopping() const { return gave_up_ || watch_.stop(); }

  Tree& from_;
  Tree& to_;
  const TransferOptions& options_;
  Runtime& runtime_;
  const TransferWatch& watch_;
  Estimate estimate_;

  std::mutex mutex_{};
  std::unique_ptr<Signal> changed_;
  std::deque<FileJob> queue_{};
  bool walked_ = false;
  std::size_t working_ = 0;
  std::string current_{};
  std::vector<ItemFailure> failures_{};
  std::vector<Directory> directories_made_{};
  Instant next_tick_{};

  std::atomic<std::uint64_t> files_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> unchanged_{0};
  std::atomic<std::uint64_t> skipped_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> directories_{0};
  std::atomic<std::uint64_t> failed_in_a_row_{0};
  std::atomic<bool> gave_up_{false};
  std::atomic<std::uint64_t> links_{0};
  std::atomic<bool> over_{false};
  Instant started_{};
};

TransferOutcome Run::go(const std::vector<TransferJob>& jobs) {
  started_ = runtime_.now();
  {
    std::vector<std::unique_ptr<Task>> tasks;
    working_ = std::max<std::size_t>(1, options_.workers);
    for (std::size_t i = 0; i < working_; ++i) {
      tasks.push_back(runtime_.spawn("transfer", [this] { work(); }));
    }
    if (watch_.progress) {
      tasks.push_back(runtime_.spawn("estimate", [this, &jobs] { estimate_.take(jobs); }));
    }
    for (const auto& job : jobs) {
      if (!stopping()) walk(job, 0);
    }
    {
      const std::lock_guard lock(mutex_);
      walked_ = true;
      changed_->notify_all();
    }
    wait_for_workers();
    over_ = true;
  }
  finish_directories();
  TransferOutcome outcome;
  outcome.totals = totals();
  outcome.failures = std::move(failures_);
  outcome.interrupted = watch_.stop();
  outcome.gave_up = gave_up_;
  return outcome;
}

void Run::walk(const TransferJob& job, std::size_t depth) {
  report_progress();
  auto entry = from_.look(job.from, options_.follow || depth == 0);
  if (!entry) return fail(job.from, std::move(entry).error());
  if (entry->type == Entry::Type::special) {
    if (options_.skip_special) {
      ++skipped_;
      return;
    }
    return fail(job.from, {Code::unsupported, "a " + entry->detail + " cannot be copied", "", "",
                           "--skip-special leaves such files out"});
  }
  if (const std::string refused = to_.refusal(job.to); !refused.empty()) {
    return fail(job.from, {Code::invalid, "its name is refused: " + refused});
  }
  if (entry->type == Entry::Type::directory) return walk_directory(job, *entry, depth);
  enqueue({job.from, job.to, std::move(*entry)});
}

void Run::walk_directory(const TransferJob& job, const Entry& entry, std::size_t depth) {
  if (!options_.recursive) {
    return fail(job.from, {Code::is_directory, "is a directory", "", "", "use -r to copy it with all below"});
  }
  if (depth >= transfer_depth_max) return fail(job.from, {Code::invalid, "directories are nested too deep"});
  if (auto made = to_.make_directory(job.to); !made) return fail(job.from, std::move(made).error());
  ++directories_;
  directories_made_.push_back({job.to, entry.attributes});
  auto listed = from_.list(job.from, [&](const std::string& name) {
    walk({child_path(job.from, name), child_path(job.to, name)}, depth + 1);
    return !stopping();
  });
  if (!listed) fail(job.from, std::move(listed).error());
}

void Run::enqueue(FileJob job) {
  std::unique_lock lock(mutex_);
  while (queue_.size() >= queue_max && !stopping()) {
    changed_->wait_until(lock, runtime_.now() + tick);
    lock.unlock();
    report_progress();
    lock.lock();
  }
  if (stopping()) return;
  queue_.push_back(std::move(job));
  changed_->notify_all();
}

void Run::wait_for_workers() {
  std::unique_lock lock(mutex_);
  while (working_ > 0) {
    changed_->wait_until(lock, runtime_.now() + tick);
    lock.unlock();
    report_progress();
    lock.lock();
  }
}

// Last, and children before parents: filling a directory would change its time again.
void Run::finish_directories() {
  for (auto at = directories_made_.rbegin(); at != directories_made_.rend() && !stopping(); ++at) {
    if (at->path == "/") continue;
    auto present = to_.look(at->path, true);
    if (present && present->attributes.mode == at->attributes.mode &&
        present->attributes.modified_ns == at->attributes.modified_ns) {
      continue;
    }
    if (auto set = to_.set_attributes(at->path, at->attributes); !set) fail(at->path, std::move(set).error());
  }
}

void Run::work() {
  std::vector<std::byte> buffer(buffer_bytes);
  std::unique_lock lock(mutex_);
  for (;;) {
    while (queue_.empty() && !walked_ && !stopping()) changed_->wait_until(lock, runtime_.now() + tick);
    if (queue_.empty() || stopping()) break;
    const FileJob job = std::move(queue_.front());
    queue_.pop_front();
    current_ = job.from;
    changed_->notify_all();
    lock.unlock();
    auto copied = copy(job, buffer);
    if (copied) {
      failed_in_a_row_ = 0;
    } else if (!watch_.stop()) {
      fail(job.from, std::move(copied).error());
    }
    lock.lock();
  }
  --working_;
  changed_->notify_all();
}

Status Run::copy(const FileJob& job, std::span<std::byte> buffer) {
  if (options_.update && is_current(to_, job.to, job.entry)) {
    ++unchanged_;
    return success();
  }
  return job.entry.type == Entry::Type::link ? copy_link(job) : copy_file(job, buffer);
}

Status Run::copy_file(const FileJob& job, std::span<std::byte> buffer) {
  auto source = from_.open(job.from, job.entry.size_bytes);
  if (!source) return std::move(source).error();
  auto target = to_.replace(job.to, job.entry);
  if (!target) return std::move(target).error();
  for (;;) {
    if (stopping()) return Error{Code::unavailable, "interrupted", job.from};
    auto got = (*source)->read(buffer);
    if (!got) return std::move(got).error();
    if (*got == 0) break;
    if (auto put = (*target)->write(buffer.first(*got)); !put) return put;
    bytes_ += *got;
  }
  if (auto done = (*target)->commit(); !done) return done;
  if (options_.checksum) {
    auto same = compare_files(from_, job.from, to_, job.to, job.entry.size_bytes, buffer);
    if (!same) return same;
  }
  ++files_;
  return success();
}

Status Run::copy_link(const FileJob& job) {
  if (auto made = to_.make_link(job.to, job.entry); !made) return made;
  if (options_.checksum && !is_current(to_, job.to, job.entry)) {
    return Error{Code::corrupt, "the copy of the link leads elsewhere", job.to, "", "run the command again"};
  }
  ++links_;
  return success();
}

void Run::fail(const std::string& path, Error error) {
  ++failed_;
  if (concerns_everything(error.code) && ++failed_in_a_row_ >= failures_in_a_row_max) gave_up_ = true;
  const std::lock_guard lock(mutex_);
  if (failures_.size() < failures_kept_max) failures_.push_back({path, std::move(error)});
}

TransferTotals Run::totals() const {
  return {
      files_,     directories_, links_,  bytes_,
      unchanged_, skipped_,     failed_, std::chrono::duration<double>(runtime_.now() - started_).count()};
}

void Run::report_progress() {
  if (!watch_.progress || runtime_.now() < next_tick_) return;
  next_tick_ = runtime_.now() + tick;
  TransferProgress progress;
  progress.totals = totals();
  progress.files_expected = estimate_.files();
  progress.bytes_expected = estimate_.bytes();
  {
    const std::lock_guard lock(mutex_);
    progress.current = current_;
  }
  watch_.progress(progress);
}

}  // namespace

TransferOutcome transfer(Tree& from, Tree& to, const std::vector<TransferJob>& jobs,
                         const TransferOptions& options, Runtime& runtime, const TransferWatch& watch) {
  return Run(from, to, options, runtime, watch).go(jobs);
}

}  // namespace tandem::shell
