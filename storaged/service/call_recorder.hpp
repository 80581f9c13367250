// Where a node's calls are counted and timed; and told to the log when they failed through no fault of the
// caller: a full or failing disk, a file whose bytes do not check. All calls may be made at the same time.
#pragma once

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/result.hpp"
#include "protocol/contract/runtime.hpp"
#include "storaged/service/log.hpp"
#include "storaged/service/metrics.hpp"

namespace tandem::storaged {

class CallRecorder {
 public:
  // All three must outlive it.
  CallRecorder(Metrics& metrics, Log& log, Runtime& runtime)
      : metrics_(metrics), log_(log), runtime_(runtime) {}

  Instant now() { return runtime_.now(); }
  Metrics& metrics() { return metrics_; }

  void ended(Call call, Code code, Instant started);
  // One line; `debug` for what a caller does wrong or runs into every day.
  void failed(Call call, const Error& error);
  void damaged(Call call, const ObjectId& id);

 private:
  Metrics& metrics_;
  Log& log_;
  Runtime& runtime_;
};

// Records one call, from its construction to finish().
class Recording {
 public:
  Recording(CallRecorder& recorder, Call call) : recorder_(recorder), call_(call), started_(recorder.now()) {}
  template <class Outcome>
  Outcome finish(Outcome outcome) {
    recorder_.ended(call_, outcome.code(), started_);
    if (!outcome.ok()) recorder_.failed(call_, outcome.error());
    return outcome;
  }
  // It ended without an outcome of its own: its caller went away, or the failure was told before.
  void finish_silently(Code code) { recorder_.ended(call_, code, started_); }

 private:
  CallRecorder& recorder_;
  Call call_;
  Instant started_;
};

}  // namespace tandem::storaged
