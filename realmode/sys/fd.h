// fd.h — an open file descriptor with one owner, and how a call's refusal
// reads.

#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sim/base/result.h"

namespace drydock::sys {

/// An open file descriptor.  It has one owner, who closes it by forgetting it.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, kNone)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Fd() { close(); }

  explicit operator bool() const { return number_ != kNone; }
  int get() const { return number_; }
  /// Hands the number to somebody else to close.
  int release() { return std::exchange(number_, kNone); }
  void close() {
    if (number_ != kNone) ::close(std::exchange(number_, kNone));
  }

 private:
  static constexpr int kNone = -1;
  int number_ = kNone;
};

/// What the kernel answered to a call that is written as strace writes it:
///
///     mount("overlay", "/run/c1/rootfs", "overlay", 0): No such device
///
/// `errno` stays as the call left it.
template <typename... Args>
Error refused(fmt::format_string<Args...> call, Args&&... args) {
  const int reason = errno;  // First of all: formatting may overwrite it.
  Error error{fmt::format("{}: {}",
                          fmt::format(call, std::forward<Args>(args)...),
                          std::strerror(reason))};
  errno = reason;
  return error;
}

}  // namespace drydock::sys
