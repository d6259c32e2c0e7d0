// content.cc — runs of bytes, kept apart by holes.

#include "sim/vfs/content.h"

#include <algorithm>
#include <utility>

namespace drydock::vfs {
namespace {

constexpr std::size_t kRunMax = std::size_t{1} << 20;

std::int64_t length(std::string_view bytes) {
  return static_cast<std::int64_t>(bytes.size());
}

std::size_t index(std::int64_t offset) {
  return static_cast<std::size_t>(offset);
}

}  // namespace

Content::Content(Bytes front, std::int64_t size)
    : size_(std::max(size, length(front))), stored_(length(front)) {
  if (!front.empty()) runs_.emplace(0, std::move(front));
}

Content::Content(const Content& other, DiskRef disk)
    : disk_(std::move(disk)), size_(other.size_), runs_(other.runs_) {
  charge(other.stored_);
}

Content::Content(Content&& other) noexcept
    : disk_(std::move(other.disk_)),
      size_(std::exchange(other.size_, 0)),
      stored_(std::exchange(other.stored_, 0)),
      runs_(std::exchange(other.runs_, {})) {}

Content& Content::operator=(Content other) noexcept {
  std::swap(disk_, other.disk_);
  std::swap(size_, other.size_);
  std::swap(stored_, other.stored_);
  std::swap(runs_, other.runs_);
  return *this;
}

Content::~Content() { charge(-stored_); }

std::vector<Extent> Content::extents() const {
  std::vector<Extent> all;
  for (const auto& [offset, run] : runs_) {
    if (!all.empty() && all.back().offset + all.back().length == offset) {
      all.back().length += length(run);
    } else {
      all.push_back({offset, length(run)});
    }
  }
  return all;
}

std::int64_t Content::cost_of_write(std::int64_t offset,
                                    std::size_t count) const {
  const std::int64_t end = offset + static_cast<std::int64_t>(count);
  if (runs_.empty()) return end - offset;
  std::int64_t there = 0;
  auto run = runs_.upper_bound(offset);
  if (run != runs_.begin()) --run;
  for (; run != runs_.end() && run->first < end; ++run) {
    const std::int64_t from = std::max(run->first, offset);
    const std::int64_t to = std::min(run->first + length(run->second), end);
    there += std::max<std::int64_t>(0, to - from);
  }
  return end - offset - there;
}

Bytes Content::read(std::int64_t offset, std::size_t count) const {
  if (offset >= size_) return {};
  count = std::min(count, index(size_ - offset));
  const std::int64_t end = offset + static_cast<std::int64_t>(count);
  Bytes bytes;
  bytes.reserve(count);
  auto run = runs_.upper_bound(offset);
  if (run != runs_.begin()) --run;
  for (; run != runs_.end() && run->first < end; ++run) {
    const std::int64_t from = std::max(run->first, offset);
    const std::int64_t to = std::min(run->first + length(run->second), end);
    if (to <= from) continue;
    bytes.resize(index(from - offset), '\0');
    bytes.append(run->second, index(from - run->first), index(to - from));
  }
  bytes.resize(count, '\0');
  return bytes;
}

void Content::write(std::int64_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  size_ = std::max(size_, offset + length(bytes));
  while (!bytes.empty()) {
    const std::size_t taken = write_front(offset, bytes);
    offset += static_cast<std::int64_t>(taken);
    bytes.remove_prefix(taken);
  }
}

/// Writes as much as goes over a run that is there, or to its end, or into a
/// new one; answers how much that was.
std::size_t Content::write_front(std::int64_t offset, std::string_view bytes) {
  if (runs_.empty()) {
    bytes = bytes.substr(0, kRunMax);
    runs_.emplace(offset, bytes);
    charge(length(bytes));
    return bytes.size();
  }
  auto run = runs_.upper_bound(offset);
  if (run != runs_.begin()) {
    const auto before = std::prev(run);
    Bytes& old = before->second;
    const std::size_t at = index(offset - before->first);
    if (at < old.size()) {
      const std::size_t over = std::min(bytes.size(), old.size() - at);
      old.replace(at, over, bytes.substr(0, over));
      return over;
    }
    if (at == old.size() && at < kRunMax) run = before;
  }
  const bool fresh = run == runs_.end() || run->first >= offset;
  if (fresh) run = runs_.emplace_hint(run, offset, Bytes{});
  const std::size_t count = std::min(
      {bytes.size(), kRunMax - run->second.size(), index(room_at(offset))});
  run->second.append(bytes.substr(0, count));
  charge(static_cast<std::int64_t>(count));
  join_next(run);
  return count;
}

/// Bytes between an offset that no run covers and the next run.
std::int64_t Content::room_at(std::int64_t offset) const {
  const auto next = runs_.upper_bound(offset);
  return next == runs_.end() ? INT64_MAX : next->first - offset;
}

void Content::join_next(Runs::iterator run) {
  const auto next = std::next(run);
  if (next == runs_.end()) return;
  const bool touch = run->first + length(run->second) == next->first;
  if (!touch || run->second.size() + next->second.size() > kRunMax) return;
  run->second += next->second;
  runs_.erase(next);
}

void Content::charge(std::int64_t bytes) {
  stored_ += bytes;
  if (disk_) disk_->bytes_used += bytes;
}

void Content::resize(std::int64_t size) {
  while (!runs_.empty()) {
    const auto last = std::prev(runs_.end());
    const std::int64_t excess = last->first + length(last->second) - size;
    if (excess <= 0) break;
    if (last->first >= size) {
      charge(-length(last->second));
      runs_.erase(last);
      continue;
    }
    charge(-excess);
    last->second.resize(index(size - last->first));
  }
  size_ = size;
}

bool same_bytes(const Content& a, const Content& b) {
  if (a.size_ != b.size_) return false;
  if (a.runs_ == b.runs_) return true;
  // Whatever either stores must be what the other reads there.
  const auto covers = [](const Content& stores, const Content& reads) {
    return std::ranges::all_of(stores.runs_, [&](const auto& run) {
      return reads.read(run.first, run.second.size()) == run.second;
    });
  };
  return covers(a, b) && covers(b, a);
}

}  // namespace drydock::vfs
