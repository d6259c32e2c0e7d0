// disk.h — what all files of one computer may take up together.
//
// File systems that share a disk share its room: a container that fills its
// writable layer leaves none for the host either.  What is counted is memory:
// holes and shared contents cost nothing.

#pragma once

#include <cstdint>
#include <memory>

namespace drydock::vfs {

struct Disk {
  std::int64_t bytes_max = std::int64_t{1} << 29;  // ENOSPC beyond.
  std::int64_t bytes_used = 0;
  std::int64_t files_max = 1'500'000;  // Inodes: ENOSPC beyond.
  std::int64_t files_used = 0;

  std::int64_t bytes_left() const {
    return bytes_used < bytes_max ? bytes_max - bytes_used : 0;
  }
};

/// Null: without a bound.
using DiskRef = std::shared_ptr<Disk>;

}  // namespace drydock::vfs
