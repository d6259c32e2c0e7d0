// nap.h — when a fiber that never has to wait lets the others have a turn.

#pragma once

#include <cstddef>

#include "sim/base/wait.h"

namespace drydock::realmode {

/// Files never make anybody wait, so whoever copies much of them would keep all
/// other clients of the daemon waiting instead.
class Nap {
 public:
  /// After so many more bytes, and so many more files.
  bool is_due(std::size_t bytes) {
    constexpr std::size_t kBytes = std::size_t{1} << 20, kFile = 16 * 1024;
    done_ += bytes + kFile;
    if (done_ < kBytes) return false;
    done_ = 0;
    return true;
  }

 private:
  std::size_t done_ = 0;
};

}  // namespace drydock::realmode
