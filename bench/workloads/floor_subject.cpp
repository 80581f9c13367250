#include "bench/workloads/floor_subject.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "bench/loopback/sockets.hpp"
#include "bench/workloads/loopback_server.hpp"
#include "bench/workloads/posix_file.hpp"

namespace tandem::bench {
namespace {

constexpr std::size_t attribute_bytes = 200;  // what an object of one block and one name carries

// As of an object, no two are equal: ext4 would keep equal ones once.
std::string attribute_of(const std::string& path, std::uint64_t number) {
  std::string attribute = std::to_string(number) + " " + path;
  attribute.resize(attribute_bytes, '.');
  return attribute;
}

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

// One client's connection to the loopback server.
class LoopbackClient {
 public:
  explicit LoopbackClient(std::uint16_t port) : port_(port), buffer_(piece_bytes) {}

  Status fetch(std::uint64_t size) {
    if (!socket_.is_open()) socket_ = connect_over_loopback(port_);
    std::array<char, loopback_request_bytes> request{};
    std::memcpy(request.data(), &size, sizeof size);
    if (::send(socket_.descriptor(), request.data(), request.size(), MSG_NOSIGNAL) < 0)
      return last_error("loopback");
    for (std::uint64_t left = size; left > 0;) {
      const auto got =
          ::recv(socket_.descriptor(), buffer_.data(), std::min<std::uint64_t>(left, buffer_.size()), 0);
      if (got <= 0) return last_error("loopback");
      left -= static_cast<std::uint64_t>(got);
    }
    return success();
  }

 private:
  const std::uint16_t port_;
  std::vector<char> buffer_;
  protocol::Socket socket_{};
};

class FloorSubject final : public Subject {
 public:
  FloorSubject(const std::string& folder, std::uint16_t port, bool durable)
      : folders_{folder + "/a", folder + "/b"}, durable_(durable), loopback_(port) {}

  Status make_directory(const std::string& path) override {
    return in_both([&](const std::string& folder) {
      auto made = make_folder(folder + path);
      return made ? sync_if_durable(folder_of(folder + path)) : made;
    });
  }
  Status write(const std::string& path, std::string_view bytes) override {
    return in_both([&](const std::string& folder) { return replace(folder + path, bytes); });
  }
  Status read(const std::string& path, std::size_t size) override { return read_large(path, size); }
  Status stat(const std::string& path) override { return stat_path(folders_[0] + path); }
  Result<std::size_t> list(const std::string& path) override {
    return list_with_attributes(folders_[0] + path);
  }
  Status rename(const std::string& from, const std::string& to) override {
    return in_both([&](const std::string& folder) {
      auto renamed = rename_path(folder + from, folder + to);
      return renamed ? sync_if_durable(folder_of(folder + to)) : renamed;
    });
  }
  Status remove(const std::string& path) override {
    return in_both([&](const std::string& folder) {
      auto removed = remove_file(folder + path);
      return removed ? sync_if_durable(folder_of(folder + path)) : removed;
    });
  }
  Status write_large(const std::string& path, std::uint64_t size) override;
  Status read_large(const std::string& /*path*/, std::uint64_t size) override {
    return loopback_.fetch(size);
  }
  Status read_at(const std::string& /*path*/, std::uint64_t /*offset*/, std::size_t length) override {
    return loopback_.fetch(length);
  }
  Status settle() override { return success(); }

 private:
  template <class Change>
  Status in_both(Change change) {
    for (const auto& folder : folders_) {
      if (auto changed = change(folder); !changed) return changed;
    }
    return success();
  }

  Status sync_if_durable(const std::string& folder) { return durable_ ? sync_folder(folder) : success(); }

  Result<PosixFile> begin(const std::string& path) {
    auto file = PosixFile::open(path + ".part", O_WRONLY | O_CREAT | O_EXCL);
    if (!file) return file;
    const auto marked = file->set_attribute("user.floor", attribute_of(path, ++written_));
    if (!marked) return marked.error();
    return file;
  }

  Status finish(PosixFile& file, const std::string& path) {
    if (auto synced = durable_ ? file.sync() : success(); !synced) return synced;
    if (auto closed = file.close(); !closed) return closed;
    if (auto renamed = rename_path(path + ".part", path); !renamed) return renamed;
    return sync_if_durable(folder_of(path));
  }

  Status replace(const std::string& path, std::string_view bytes) {
    auto file = begin(path);
    if (!file) return std::move(file).error();
    if (auto written = file->write(bytes); !written) return written;
    return finish(*file, path);
  }

  const std::array<std::string, 2> folders_;
  const bool durable_;
  std::uint64_t written_ = 0;
  LoopbackClient loopback_;
};

// Both files grow together, piece by piece, as a mirrored stream makes them.
Status FloorSubject::write_large(const std::string& path, std::uint64_t size) {
  auto first = begin(folders_[0] + path);
  auto second = begin(folders_[1] + path);
  if (!first) return std::move(first).error();
  if (!second) return std::move(second).error();
  for (std::uint64_t left = size; left > 0;) {
    const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece_bytes));
    for (PosixFile* file : {&*first, &*second}) {
      if (auto written = file->write(some_bytes(now)); !written) return written;
    }
    left -= now;
  }
  auto finished = finish(*first, folders_[0] + path);
  return finished ? finish(*second, folders_[1] + path) : finished;
}

}  // namespace

OpenSubject floor_subject(std::string folder, std::uint16_t loopback_port) {
  return [folder = std::move(folder), loopback_port](bool durable) -> Result<std::unique_ptr<Subject>> {
    for (const char* half : {"", "/a", "/b"}) {
      if (auto made = make_folder(folder + half); !made) return std::move(made).error();
    }
    return std::unique_ptr<Subject>(std::make_unique<FloorSubject>(folder, loopback_port, durable));
  };
}

}  // namespace tandem::bench
