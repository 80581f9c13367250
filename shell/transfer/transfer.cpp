#include "shell/transfer/transfer.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>

namespace tandem::shell {
namespace {

constexpr std::size_t buffer_bytes = 256 * 1024;
constexpr std::size_t queue_max = 256;
constexpr std::size_t failures_kept_max = 1000;
constexpr std::uint64_t failures_in_a_row_max = 20;
constexpr std::size_t depth_max = 2000;  // no path that the store accepts is deeper
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
  void count(const std::vector<TransferJob>& jobs);
  void count_one(const std::string& path, std::size_t depth);
  Status copy_file(const FileJob& job, std::span<std::byte> buffer);
  Status compare(const FileJob& job, std::span<std::byte> buffer);
  bool is_current(const std::string& path, const Entry& entry);
  void fail(const std::string& path, Error error);
  void report_progress();
  bool stopping() const { return gave_up_ || watch_.stop(); }

  Tree& from_;
  Tree& to_;
  const TransferOptions& options_;
  Runtime& runtime_;
  const TransferWatch& watch_;

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
  std::atomic<bool> counted_{false};
  std::atomic<bool> over_{false};
  std::atomic<std::uint64_t> files_expected_{0};
  std::atomic<std::uint64_t> bytes_expected_{0};
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
      tasks.push_back(runtime_.spawn("count", [this, &jobs] { count(jobs); }));
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
  outcome.totals = {files_,
                    directories_,
                    bytes_,
                    unchanged_,
                    skipped_,
                    failed_,
                    std::chrono::duration<double>(runtime_.now() - started_).count()};
  outcome.failures = std::move(failures_);
  outcome.interrupted = watch_.stop();
  outcome.gave_up = gave_up_;
  return outcome;
}

void Run::walk(const TransferJob& job, std::size_t depth) {
  report_progress();
  auto entry = from_.look(job.from, options_.follow || depth == 0);
  if (!entry) return fail(job.from, std::move(entry).error());
  if (entry->type == Entry::Type::link || entry->type == Entry::Type::special) {
    if (options_.skip_special) {
      ++skipped_;
      return;
    }
    return fail(job.from, {Code::unsupported,
                           entry->detail + " left out: only files and directories are stored", "", "",
                           entry->type == Entry::Type::link
                               ? "--follow takes what it leads to, --skip-special leaves it out silently"
                               : "--skip-special leaves it out silently"});
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
  if (depth >= depth_max) return fail(job.from, {Code::invalid, "directories are nested too deep"});
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
    auto copied = copy_file(job, buffer);
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

Status Run::copy_file(const FileJob& job, std::span<std::byte> buffer) {
  if (options_.update && is_current(job.to, job.entry)) {
    ++unchanged_;
    return success();
  }
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
    if (auto same = compare(job, buffer); !same) return same;
  }
  ++files_;
  return success();
}

Status Run::compare(const FileJob& job, std::span<std::byte> buffer) {
  auto original = from_.open(job.from, job.entry.size_bytes);
  if (!original) return std::move(original).error();
  auto copy = to_.open(job.to, job.entry.size_bytes);
  if (!copy) return std::move(copy).error();
  const auto fill = [](Source& source, std::span<std::byte> out) -> Result<std::size_t> {
    std::size_t filled = 0;
    while (filled < out.size()) {
      auto got = source.read(out.subspan(filled));
      if (!got) return got;
      if (*got == 0) break;
      filled += *got;
    }
    return filled;
  };
  const auto left = buffer.first(buffer.size() / 2);
  const auto right = buffer.subspan(buffer.size() / 2);
  for (;;) {
    auto from_left = fill(**original, left);
    if (!from_left) return std::move(from_left).error();
    auto from_right = fill(**copy, right.first(left.size()));
    if (!from_right) return std::move(from_right).error();
    if (*from_left != *from_right ||
        !std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(*from_left), right.begin())) {
      return Error{Code::corrupt, "the copy differs from the original, which may have changed meanwhile",
                   job.to, "", "run the command again"};
    }
    if (*from_left < left.size()) return success();
  }
}

bool Run::is_current(const std::string& path, const Entry& entry) {
  auto present = to_.look(path, true);
  return present && present->type == Entry::Type::file && present->size_bytes == entry.size_bytes &&
         present->attributes.modified_ns == entry.attributes.modified_ns;
}

void Run::fail(const std::string& path, Error error) {
  ++failed_;
  if (concerns_everything(error.code) && ++failed_in_a_row_ >= failures_in_a_row_max) gave_up_ = true;
  const std::lock_guard lock(mutex_);
  if (failures_.size() < failures_kept_max) failures_.push_back({path, std::move(error)});
}

// What is ahead, for percentages and the time left; a walk of its own, so that the queue stays short.
void Run::count(const std::vector<TransferJob>& jobs) {
  for (const auto& job : jobs) count_one(job.from, 0);
  counted_ = true;
}

void Run::count_one(const std::string& path, std::size_t depth) {
  if (over_ || stopping() || depth > depth_max) return;
  auto entry = from_.look(path, options_.follow || depth == 0);
  if (!entry) return;
  if (entry->type == Entry::Type::file) {
    ++files_expected_;
    bytes_expected_ += entry->size_bytes;
  } else if (entry->type == Entry::Type::directory && options_.recursive) {
    auto listed = from_.list(path, [&](const std::string& name) {
      count_one(child_path(path, name), depth + 1);
      return !over_ && !stopping();
    });
    if (!listed) return;  // the transfer itself reports it
  }
}

void Run::report_progress() {
  if (!watch_.progress || runtime_.now() < next_tick_) return;
  next_tick_ = runtime_.now() + tick;
  TransferProgress progress;
  progress.totals = {files_,
                     directories_,
                     bytes_,
                     unchanged_,
                     skipped_,
                     failed_,
                     std::chrono::duration<double>(runtime_.now() - started_).count()};
  if (counted_) {
    progress.files_expected = files_expected_;
    progress.bytes_expected = bytes_expected_;
  }
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
