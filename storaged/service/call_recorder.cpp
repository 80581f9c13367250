#include "storaged/service/call_recorder.hpp"

#include "storaged/disk/objects/layout.hpp"

namespace tandem::storaged {
namespace {

LogLevel level_of(Code code) {
  switch (code) {
    case Code::corrupt:
      return LogLevel::error;
    case Code::no_space:
    case Code::unavailable:
      return LogLevel::warning;
    default:
      return LogLevel::debug;
  }
}

}  // namespace

void CallRecorder::ended(Call call, Code code, Instant started) {
  metrics_.count_call(call, code, runtime_.now() - started);
}

void CallRecorder::failed(Call call, const Error& error) {
  const LogLevel level = level_of(error.code);
  if (!log_.speaks(level)) return;
  log_.write(level, "call_failed",
             {{"call", to_string(call)},
              {"code", tandem::to_string(error.code)},
              {"path", error.path},
              {"msg", error.cause},
              {"mend", error.mend}});
}

void CallRecorder::damaged(Call call, const ObjectId& id) {
  log_.write(LogLevel::error, "damaged",
             {{"call", to_string(call)},
              {"path", layout::object_path(id)},
              {"msg", "bytes or attributes do not match their checksums"},
              {"mend", "tandem heal copies it from its mirror; look at the kernel log and check the disk"}});
}

}  // namespace tandem::storaged
