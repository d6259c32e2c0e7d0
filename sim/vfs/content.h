// content.h — the bytes of a regular file, of which holes take no memory.
//
// A file is a size and the runs of bytes that were ever written; the rest
// reads as zeros.  The catalogue's programs are such files: 40 KB in `ls -l`,
// a line of text in memory.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/stream.h"
#include "sim/vfs/disk.h"
#include "sim/vfs/inode.h"

namespace drydock::vfs {

class Content {
 public:
  /// Stored runs by offset.
  /// 1. No run is empty.
  /// 2. Runs do not overlap; small ones that touch are one, large ones are
  ///    several, so that a file grows without its bytes being moved.
  /// 3. None reaches beyond size().
  using Runs = std::map<std::int64_t, Bytes>;

  Content() = default;
  Content(Bytes front, std::int64_t size);  // `front`, then a hole.
  explicit Content(DiskRef disk) : disk_(std::move(disk)) {}
  Content(const Content& other, DiskRef disk);
  Content(const Content& other) : Content(other, other.disk_) {}
  Content(Content&& other) noexcept;
  Content& operator=(Content other) noexcept;
  ~Content();

  std::int64_t size() const { return size_; }
  std::int64_t stored() const { return stored_; }  // Bytes in runs.
  const Runs& runs() const { return runs_; }
  std::vector<Extent> extents() const;

  /// How many bytes more a write would store.
  std::int64_t cost_of_write(std::int64_t offset, std::size_t count) const;

  Bytes read(std::int64_t offset, std::size_t count) const;
  void write(std::int64_t offset, std::string_view bytes);
  void resize(std::int64_t size);

  /// Whether both read alike, holes or not.
  friend bool same_bytes(const Content& a, const Content& b);

 private:
  std::size_t write_front(std::int64_t offset, std::string_view bytes);
  std::int64_t room_at(std::int64_t offset) const;
  void join_next(Runs::iterator run);
  void charge(std::int64_t bytes);

  DiskRef disk_;
  std::int64_t size_ = 0;
  std::int64_t stored_ = 0;
  Runs runs_;
};

/// Contents are shared between layers and copied when one of them is written.
using ContentRef = std::shared_ptr<const Content>;

}  // namespace drydock::vfs
