// errno.h — what a system call can answer instead of a result.
//
// The numbers are Linux's (errno(3), x86-64) and the words glibc's
// strerror(3): programs print them, and textbooks quote them.

#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/result.h"

namespace drydock {

enum class Errno : std::int32_t {
  eperm = 1,
  enoent = 2,
  esrch = 3,
  eintr = 4,
  eio = 5,
  enxio = 6,
  e2big = 7,
  enoexec = 8,
  ebadf = 9,
  echild = 10,
  eagain = 11,
  enomem = 12,
  eacces = 13,
  efault = 14,
  enotblk = 15,
  ebusy = 16,
  eexist = 17,
  exdev = 18,
  enodev = 19,
  enotdir = 20,
  eisdir = 21,
  einval = 22,
  enfile = 23,
  emfile = 24,
  enotty = 25,
  etxtbsy = 26,
  efbig = 27,
  enospc = 28,
  espipe = 29,
  erofs = 30,
  emlink = 31,
  epipe = 32,
  edom = 33,
  erange = 34,
  enametoolong = 36,
  enosys = 38,
  enotempty = 39,
  eloop = 40,
  enodata = 61,
  eproto = 71,
  eoverflow = 75,
  enotsock = 88,
  edestaddrreq = 89,
  emsgsize = 90,
  eprototype = 91,
  eprotonosupport = 93,
  eopnotsupp = 95,
  eafnosupport = 97,
  eaddrinuse = 98,
  eaddrnotavail = 99,
  enetunreach = 101,
  econnaborted = 103,
  econnreset = 104,
  eisconn = 106,
  enotconn = 107,
  etimedout = 110,
  econnrefused = 111,
  ehostunreach = 113,
  edquot = 122,
};

/// strerror(3): "No such file or directory".
std::string_view text_of(Errno error);

/// The symbol: "ENOENT".
std::string_view name_of(Errno error);

/// What a system call answers.
template <typename T>
using SysResult = Result<T, Errno>;
using SysOutcome = SysResult<std::monostate>;
inline SysOutcome ok() { return std::monostate{}; }

}  // namespace drydock
