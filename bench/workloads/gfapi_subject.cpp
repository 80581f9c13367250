#include "bench/workloads/gfapi_subject.hpp"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "bench/workloads/posix_file.hpp"

namespace tandem::bench {
namespace {

constexpr int gluster_port = 24007;

// The functions of <glusterfs/api/glfs.h> used here, version 6 and later.
struct Library {
  void* (*create)(const char* volume);
  int (*set_server)(void* fs, const char* transport, const char* host, int port);
  int (*init)(void* fs);
  void* (*creat)(void* fs, const char* path, int flags, mode_t mode);
  void* (*open)(void* fs, const char* path, int flags);
  ssize_t (*write)(void* file, const void* bytes, std::size_t size, int flags);
  ssize_t (*read)(void* file, void* out, std::size_t size, int flags);
  ssize_t (*pread)(void* file, void* out, std::size_t size, off_t offset, int flags, void* status);
  int (*fsync)(void* file, void* before, void* after);
  int (*close)(void* file);
  int (*stat)(void* fs, const char* path, struct stat* status);
  int (*mkdir)(void* fs, const char* path, mode_t mode);
  int (*rename)(void* fs, const char* from, const char* to);
  int (*unlink)(void* fs, const char* path);
  void* (*opendir)(void* fs, const char* path);
  dirent* (*readdirplus)(void* folder, struct stat* status);
  int (*closedir)(void* folder);
};

template <class Function>
bool find(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(handle, name));
  return function != nullptr;
}

Result<Library> load() {
  void* handle = ::dlopen("libgfapi.so.0", RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return Error{Code::unavailable, ::dlerror()};
  Library library{};
  const bool complete =
      find(handle, "glfs_new", library.create) &&
      find(handle, "glfs_set_volfile_server", library.set_server) &&
      find(handle, "glfs_init", library.init) && find(handle, "glfs_creat", library.creat) &&
      find(handle, "glfs_open", library.open) && find(handle, "glfs_write", library.write) &&
      find(handle, "glfs_read", library.read) && find(handle, "glfs_pread", library.pread) &&
      find(handle, "glfs_fsync", library.fsync) && find(handle, "glfs_close", library.close) &&
      find(handle, "glfs_stat", library.stat) && find(handle, "glfs_mkdir", library.mkdir) &&
      find(handle, "glfs_rename", library.rename) && find(handle, "glfs_unlink", library.unlink) &&
      find(handle, "glfs_opendir", library.opendir) &&
      find(handle, "glfs_readdirplus", library.readdirplus) &&
      find(handle, "glfs_closedir", library.closedir);
  if (!complete) return Error{Code::unavailable, "libgfapi.so.0 lacks a function"};
  return library;
}

// Left open at the end of its process: glfs_fini waits up to half a minute for a thread of its own that
// sleeps.
class GfapiSubject final : public Subject {
 public:
  GfapiSubject(Library library, void* volume, bool durable)
      : library_(library), volume_(volume), durable_(durable), buffer_(piece_bytes) {}

  Status make_directory(const std::string& path) override {
    return checked(library_.mkdir(volume_, path.c_str(), 0755), path);
  }
  Status write(const std::string& path, std::string_view bytes) override {
    return write_pieces(path, bytes.size(), bytes);
  }
  Status read(const std::string& path, std::size_t size) override { return read_large(path, size); }
  Status stat(const std::string& path) override {
    struct stat status {};
    return checked(library_.stat(volume_, path.c_str(), &status), path);
  }
  Result<std::size_t> list(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override {
    return checked(library_.rename(volume_, from.c_str(), to.c_str()), from);
  }
  Status remove(const std::string& path) override {
    return checked(library_.unlink(volume_, path.c_str()), path);
  }
  Status write_large(const std::string& path, std::uint64_t size) override {
    return write_pieces(path, size, some_bytes(piece_bytes));
  }
  Status read_large(const std::string& path, std::uint64_t size) override;
  Status read_at(const std::string& path, std::uint64_t offset, std::size_t length) override;
  Status settle() override;  // what it writes behind answers is written behind closing a file, too

 private:
  static Status checked(ssize_t result, const std::string& path) {
    if (result < 0) return last_error(path);
    return success();
  }
  Status write_pieces(const std::string& path, std::uint64_t size, std::string_view piece);

  const Library library_;
  void* const volume_;
  const bool durable_;
  std::vector<char> buffer_;
  std::string last_written_{};
};

Result<std::size_t> GfapiSubject::list(const std::string& path) {
  void* folder = library_.opendir(volume_, path.c_str());
  if (folder == nullptr) return last_error(path);
  std::size_t count = 0;
  struct stat status {};
  while (const dirent* entry = library_.readdirplus(folder, &status)) {
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0) ++count;
  }
  library_.closedir(folder);
  return count;
}

Status GfapiSubject::settle() {
  if (last_written_.empty()) return success();
  void* file = library_.open(volume_, last_written_.c_str(), O_WRONLY);
  if (file == nullptr) return last_error(last_written_);
  const auto synced = checked(library_.fsync(file, nullptr, nullptr), last_written_);
  library_.close(file);
  return synced;
}

Status GfapiSubject::write_pieces(const std::string& path, std::uint64_t size, std::string_view piece) {
  last_written_ = path;
  void* file = library_.creat(volume_, path.c_str(), O_WRONLY | O_TRUNC, 0644);
  if (file == nullptr) return last_error(path);
  ssize_t result = 0;
  for (std::uint64_t left = size; left > 0 && result >= 0;) {
    result = library_.write(file, piece.data(), std::min<std::uint64_t>(left, piece.size()), 0);
    left -= static_cast<std::uint64_t>(std::max<ssize_t>(result, 0));
  }
  if (result >= 0 && durable_) result = library_.fsync(file, nullptr, nullptr);
  auto done = checked(result, path);
  const auto closed = checked(library_.close(file), path);
  return done ? closed : done;
}

Status GfapiSubject::read_large(const std::string& path, std::uint64_t size) {
  void* file = library_.open(volume_, path.c_str(), O_RDONLY);
  if (file == nullptr) return last_error(path);
  std::uint64_t total = 0;
  ssize_t got = 1;
  while (got > 0) {
    got = library_.read(file, buffer_.data(), buffer_.size(), 0);
    total += static_cast<std::uint64_t>(std::max<ssize_t>(got, 0));
  }
  library_.close(file);
  if (got < 0) return last_error(path);
  if (total != size) return wrong_size(path, size, total);
  return success();
}

Status GfapiSubject::read_at(const std::string& path, std::uint64_t offset, std::size_t length) {
  void* file = library_.open(volume_, path.c_str(), O_RDONLY);
  if (file == nullptr) return last_error(path);
  const ssize_t got = library_.pread(file, buffer_.data(), length, static_cast<off_t>(offset), 0, nullptr);
  library_.close(file);
  if (got < 0) return last_error(path);
  if (static_cast<std::size_t>(got) != length)
    return wrong_size(path, length, static_cast<std::uint64_t>(got));
  return success();
}

}  // namespace

OpenSubject gfapi_subject(std::string host, std::string volume) {
  return
      [host = std::move(host), volume = std::move(volume)](bool durable) -> Result<std::unique_ptr<Subject>> {
        const auto library = load();
        if (!library) return library.error();
        void* fs = library->create(volume.c_str());
        if (fs == nullptr || library->set_server(fs, "tcp", host.c_str(), gluster_port) != 0 ||
            library->init(fs) != 0) {
          return last_error(volume).on(host);
        }
        return std::unique_ptr<Subject>(std::make_unique<GfapiSubject>(*library, fs, durable));
      };
}

}  // namespace tandem::bench
