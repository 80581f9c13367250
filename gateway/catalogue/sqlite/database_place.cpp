#include "gateway/catalogue/sqlite/database_place.hpp"

#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <boost/filesystem.hpp>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace tandem::gateway {
namespace {

// From statfs(2) and linux/magic.h; those missing there by their number. FUSE is refused because sshfs,
// GlusterFS and most other network file systems are behind it.
constexpr std::array<std::uint32_t, 12> remote_file_systems = {
    0x6969,      // NFS
    0x517b,      // SMB
    0xff534d42,  // CIFS
    0xfe534d42,  // SMB2
    0x65735546,  // FUSE
    0x01021997,  // 9P
    0x00c36400,  // Ceph
    0x0bd00bd0,  // Lustre
    0x01161970,  // GFS2
    0x7461636f,  // OCFS2
    0x5346414f,  // AFS
    0x73757245,  // Coda
};

}  // namespace

bool is_shared_between_machines(std::uint32_t file_system) {
  return std::ranges::find(remote_file_systems, file_system) != remote_file_systems.end();
}

std::string DatabasePlace::folder() const {
  const std::string parent = boost::filesystem::path(database).parent_path().string();
  return parent.empty() ? "." : parent;
}

Status DatabasePlace::check_present() const {
  struct stat state {};
  if (::stat(database.c_str(), &state) == 0) {
    if (S_ISREG(state.st_mode)) return success();
    return Error{Code::corrupt, "the catalogue is not a file", database};
  }
  if (errno != ENOENT && errno != ENOTDIR) {
    return Error{Code::unavailable, std::string("cannot look at the catalogue: ") + std::strerror(errno),
                 database};
  }
  return Error{Code::not_found,
               "there is no catalogue",
               database,
               {},
               "if it was lost: 'tandem catalogue restore' or 'tandem catalogue rebuild'; "
               "a new cluster is made by 'tandem init'"};
}

Status DatabasePlace::check_free() const {
  struct stat state {};
  if (::lstat(database.c_str(), &state) == 0) {
    return Error{Code::exists, "a catalogue is there already", database};
  }
  if (::lstat(log().c_str(), &state) == 0) {
    return Error{Code::exists,
                 "the log of a catalogue that was lost is there",
                 log(),
                 {},
                 "bring the database back beside it, or move the log away"};
  }
  return success();
}

Status DatabasePlace::check_file_system() const {
  struct statfs state {};
  if (::statfs(folder().c_str(), &state) != 0) {
    return Error{errno == ENOENT ? Code::not_found : Code::unavailable,
                 std::string("cannot look at the catalogue's folder: ") + std::strerror(errno), folder()};
  }
  if (!is_shared_between_machines(static_cast<std::uint32_t>(state.f_type))) return success();
  return Error{Code::unsupported,
               "the catalogue lies on a network file system",
               database,
               {},
               "put it on a disk of this machine"};
}

}  // namespace tandem::gateway
