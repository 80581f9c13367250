#include "storaged/disk/posix_error.hpp"

#include <system_error>

namespace tandem::storaged {
namespace {

Code code_of(int number) {
  switch (number) {
    case ENOENT:
      return Code::not_found;
    case EEXIST:
      return Code::exists;
    case ENOTEMPTY:
      return Code::not_empty;
    case EISDIR:
      return Code::is_directory;
    case ENOTDIR:
    case ELOOP:
      return Code::not_directory;  // a symbolic link is never followed, so it leads nowhere
    case ENOSPC:
    case EDQUOT:
    case EMLINK:
    case EFBIG:
      return Code::no_space;
    case EIO:
    case EUCLEAN:
    case EBADMSG:
      return Code::corrupt;
    case EINVAL:
    case ENAMETOOLONG:
    case EXDEV:
    case ENXIO:
    case E2BIG:
    case ERANGE:
      return Code::invalid;
    case EOPNOTSUPP:
    case ENOSYS:
      return Code::unsupported;
    default:
      return Code::unavailable;
  }
}

std::string mend_for(int number) {
  switch (number) {
    case ENOSPC:
      return "free some space on this disk";
    case EDQUOT:
      return "raise the quota of the user storaged runs as";
    case EFBIG:
      return "raise the limit of the size of files (ulimit -f), or use a file system with larger ones";
    case EROFS:
      return "mount the disk writable again; the kernel log says why it is not";
    case EIO:
    case EUCLEAN:
    case EBADMSG:
      return "look at the kernel log and check the disk";
    case EMFILE:
    case ENFILE:
      return "raise the limit of open files";
    case EACCES:
    case EPERM:
      return "let the user storaged runs as own the data folder";
    default:
      return "";
  }
}

}  // namespace

Error posix_error(int number, std::string_view doing, std::string_view path) {
  Error error;
  error.code = code_of(number);
  error.cause = std::string(doing) + ": " + std::generic_category().message(number);
  error.path = path;
  error.mend = mend_for(number);
  return error;
}

}  // namespace tandem::storaged
