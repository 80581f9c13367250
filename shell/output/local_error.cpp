#include "shell/output/local_error.hpp"

#include <cerrno>
#include <system_error>

namespace tandem::shell {

Code code_of_errno(int number) {
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
      return Code::not_directory;
    case EACCES:
    case EPERM:
    case EROFS:
      return Code::denied;
    case EINVAL:
    case ENAMETOOLONG:
    case ELOOP:
      return Code::invalid;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Code::no_space;
    case EOPNOTSUPP:
      return Code::unsupported;
    default:
      return Code::unavailable;
  }
}

Error local_error(std::string_view what, std::string path, int number) {
  Error error;
  error.code = code_of_errno(number);
  error.cause = std::string(what) + ": " + std::generic_category().message(number);
  error.path = std::move(path);
  return error;
}

}  // namespace tandem::shell
