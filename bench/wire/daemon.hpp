// The subject: the real storaged, alone, a member of a cluster made up for it, and the texts of the requests
// that are measured.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "protocol/contract/node_service.hpp"

namespace tandem::bench {

class Daemon {
 public:
  // `core`: pinned to that one; negative: anywhere.
  Daemon(const std::filesystem::path& program, int core);
  ~Daemon();  // ends it and removes its folder
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  std::uint16_t port() const { return port_; }
  pid_t process() const { return process_; }

  std::string ping() const;  // node.identify, as gateways ask it
  std::string get(const ObjectId& id, const Stamp& stamp, std::uint64_t offset, std::uint64_t length) const;
  // The head of a PUT of so many bytes, which need not be synced.
  std::string put_head(const ObjectId& id, const Stamp& stamp, std::uint64_t length) const;
  // Makes a staged content the object, under a name of its own.
  std::string settle(const ObjectId& id, const Stamp& stamp, std::string_view content) const;
  std::string drop(const ObjectId& id, const Stamp& stamp) const;

 private:
  void start(const std::filesystem::path& program, int core);
  void join();

  std::filesystem::path folder_;
  std::uint16_t port_ = 0;
  pid_t process_ = -1;
  CallGuard guard_{};
};

ObjectId object_number(std::uint8_t number);

}  // namespace tandem::bench
