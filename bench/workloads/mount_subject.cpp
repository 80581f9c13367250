#include "bench/workloads/mount_subject.hpp"

#include <algorithm>

#include "bench/workloads/posix_file.hpp"

namespace tandem::bench {
namespace {

class MountSubject final : public Subject {
 public:
  MountSubject(std::string folder, bool durable) : folder_(std::move(folder)), durable_(durable) {}

  Status make_directory(const std::string& path) override { return make_folder(folder_ + path); }
  Status write(const std::string& path, std::string_view bytes) override {
    return write_pieces(path, bytes.size(), bytes);
  }
  Status read(const std::string& path, std::size_t size) override { return read_whole(folder_ + path, size); }
  Status stat(const std::string& path) override { return stat_path(folder_ + path); }
  Result<std::size_t> list(const std::string& path) override { return list_with_attributes(folder_ + path); }
  Status rename(const std::string& from, const std::string& to) override {
    return rename_path(folder_ + from, folder_ + to);
  }
  Status remove(const std::string& path) override { return remove_file(folder_ + path); }
  Status write_large(const std::string& path, std::uint64_t size) override {
    return write_pieces(path, size, some_bytes(piece_bytes));
  }
  Status read_large(const std::string& path, std::uint64_t size) override {
    return read_whole(folder_ + path, size);
  }
  Status read_at(const std::string& path, std::uint64_t offset, std::size_t length) override {
    return read_part(folder_ + path, offset, length);
  }
  Status settle() override { return success(); }

 private:
  Status write_pieces(const std::string& path, std::uint64_t size, std::string_view piece) {
    auto file = PosixFile::open(folder_ + path, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return std::move(file).error();
    for (std::uint64_t left = size; left > 0;) {
      const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece.size()));
      if (auto written = file->write(piece.substr(0, now)); !written) return written;
      left -= now;
    }
    if (auto synced = durable_ ? file->sync() : success(); !synced) return synced;
    return file->close();
  }

  const std::string folder_;
  const bool durable_;
};

}  // namespace

OpenSubject mount_subject(std::string folder) {
  return [folder = std::move(folder)](bool durable) -> Result<std::unique_ptr<Subject>> {
    return std::unique_ptr<Subject>(std::make_unique<MountSubject>(folder, durable));
  };
}

}  // namespace tandem::bench
