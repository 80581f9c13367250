// A process that writes to a catalogue's database, or checkpoints it, without the engine round it: behind the
// gate as the engine does, or past it.
//   bare_worker append DATABASE gated|ungated NAME     puts NAME/0, NAME/1, ..., telling each that is
//   committed bare_worker checkpoint DATABASE gated|ungated -    checkpoints without a pause
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>

#include "gateway/catalogue/sqlite/connection.hpp"
#include "gateway/catalogue/sqlite/gate.hpp"
#include "gateway/catalogue/sqlite/tables.hpp"
#include "protocol/runtime/system_runtime.hpp"

namespace tandem::gateway {
namespace {

void tell(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) std::_Exit(3);
}

void must(const Status& status) {
  if (status) return;
  tell("error " + to_string(status.error()));
  std::_Exit(2);
}

template <class T>
T must(Result<T> result) {
  if (!result) must(Status(result.error()));
  return std::move(result).value();
}

class Worker {
 public:
  Worker(const std::string& database, bool is_gated)
      : shared_(must(SharedFile::open(database + ".gate", database))),
        gate_(*shared_, runtime_),
        connection_(must(Connection::open(database, Connection::Use::write))),
        is_gated_(is_gated) {
    must(connection_->run("PRAGMA synchronous = OFF"));  // only processes end here, so commits may be many
  }

  [[noreturn]] void append(const std::string& name) {
    for (std::uint64_t number = 0;; ++number) {
      put(name + "/" + std::to_string(number));
      tell(std::to_string(number));
    }
  }
  [[noreturn]] void checkpoint() {
    while (true) {
      const auto hold = pass();
      must(connection_->checkpoint());
    }
  }

 private:
  std::optional<Gate::Hold> pass() {
    if (!is_gated_) return std::nullopt;
    return must(gate_.acquire(runtime_.now() + std::chrono::seconds(30)));
  }

  void put(const std::string& key) {
    const auto hold = pass();
    Status begun = connection_->run(Sql::begin_write);
    while (begun.code() == Code::unavailable)
      begun = connection_->run(Sql::begin_write);  // past the gate: busy
    must(begun);
    const Revision revision = must(tables::revision(*connection_)) + 1;
    must(tables::put(*connection_, Change::put(key, std::string(200, 'v')), revision));
    must(tables::set_revision(*connection_, revision));
    must(connection_->run(Sql::commit));
  }

  protocol::SystemRuntime runtime_;
  const std::unique_ptr<SharedFile> shared_;
  Gate gate_;
  const std::unique_ptr<Connection> connection_;
  const bool is_gated_;
};

}  // namespace
}  // namespace tandem::gateway

int main(int argc, char** argv) {
  if (argc != 5) return 64;
  tandem::gateway::Worker worker(argv[2], std::string(argv[3]) == "gated");
  if (std::string(argv[1]) == "append") worker.append(argv[4]);
  worker.checkpoint();
}
