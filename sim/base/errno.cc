// errno.cc — the table of system errors.

#include "sim/base/errno.h"

#include <algorithm>
#include <iterator>

namespace drydock {

namespace {

struct Row {
  Errno number;
  std::string_view name;
  std::string_view text;
};

using enum Errno;

// clang-format off
constexpr Row kRows[] = {
    {eperm, "EPERM", "Operation not permitted"},
    {enoent, "ENOENT", "No such file or directory"},
    {esrch, "ESRCH", "No such process"},
    {eintr, "EINTR", "Interrupted system call"},
    {eio, "EIO", "Input/output error"},
    {enxio, "ENXIO", "No such device or address"},
    {e2big, "E2BIG", "Argument list too long"},
    {enoexec, "ENOEXEC", "Exec format error"},
    {ebadf, "EBADF", "Bad file descriptor"},
    {echild, "ECHILD", "No child processes"},
    {eagain, "EAGAIN", "Resource temporarily unavailable"},
    {enomem, "ENOMEM", "Cannot allocate memory"},
    {eacces, "EACCES", "Permission denied"},
    {efault, "EFAULT", "Bad address"},
    {enotblk, "ENOTBLK", "Block device required"},
    {ebusy, "EBUSY", "Device or resource busy"},
    {eexist, "EEXIST", "File exists"},
    {exdev, "EXDEV", "Invalid cross-device link"},
    {enodev, "ENODEV", "No such device"},
    {enotdir, "ENOTDIR", "Not a directory"},
    {eisdir, "EISDIR", "Is a directory"},
    {einval, "EINVAL", "Invalid argument"},
    {enfile, "ENFILE", "Too many open files in system"},
    {emfile, "EMFILE", "Too many open files"},
    {enotty, "ENOTTY", "Inappropriate ioctl for device"},
    {etxtbsy, "ETXTBSY", "Text file busy"},
    {efbig, "EFBIG", "File too large"},
    {enospc, "ENOSPC", "No space left on device"},
    {espipe, "ESPIPE", "Illegal seek"},
    {erofs, "EROFS", "Read-only file system"},
    {emlink, "EMLINK", "Too many links"},
    {epipe, "EPIPE", "Broken pipe"},
    {edom, "EDOM", "Numerical argument out of domain"},
    {erange, "ERANGE", "Numerical result out of range"},
    {enametoolong, "ENAMETOOLONG", "File name too long"},
    {enosys, "ENOSYS", "Function not implemented"},
    {enotempty, "ENOTEMPTY", "Directory not empty"},
    {eloop, "ELOOP", "Too many levels of symbolic links"},
    {enodata, "ENODATA", "No data available"},
    {eproto, "EPROTO", "Protocol error"},
    {eoverflow, "EOVERFLOW", "Value too large for defined data type"},
    {enotsock, "ENOTSOCK", "Socket operation on non-socket"},
    {edestaddrreq, "EDESTADDRREQ", "Destination address required"},
    {emsgsize, "EMSGSIZE", "Message too long"},
    {eprototype, "EPROTOTYPE", "Protocol wrong type for socket"},
    {eprotonosupport, "EPROTONOSUPPORT", "Protocol not supported"},
    {eopnotsupp, "EOPNOTSUPP", "Operation not supported"},
    {eafnosupport, "EAFNOSUPPORT", "Address family not supported by protocol"},
    {eaddrinuse, "EADDRINUSE", "Address already in use"},
    {eaddrnotavail, "EADDRNOTAVAIL", "Cannot assign requested address"},
    {enetunreach, "ENETUNREACH", "Network is unreachable"},
    {econnaborted, "ECONNABORTED", "Software caused connection abort"},
    {econnreset, "ECONNRESET", "Connection reset by peer"},
    {eisconn, "EISCONN", "Transport endpoint is already connected"},
    {enotconn, "ENOTCONN", "Transport endpoint is not connected"},
    {etimedout, "ETIMEDOUT", "Connection timed out"},
    {econnrefused, "ECONNREFUSED", "Connection refused"},
    {ehostunreach, "EHOSTUNREACH", "No route to host"},
    {edquot, "EDQUOT", "Disk quota exceeded"},
};
// clang-format on

const Row* find(Errno error) {
  const auto row = std::ranges::find(kRows, error, &Row::number);
  return row == std::end(kRows) ? nullptr : row;
}

}  // namespace

std::string_view text_of(Errno error) {
  const Row* row = find(error);
  return row ? row->text : "Unknown error";
}

std::string_view name_of(Errno error) {
  const Row* row = find(error);
  return row ? row->name : "?";
}

}  // namespace drydock
