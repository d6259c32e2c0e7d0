// content.cc — runs of bytes, kept apart by holes.

#include "sim/vfs/content.h"

#include <algorithm>
#include <utility>

namespace drydock::vfs {
namespace {

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

std::vector<Extent> Content::extents() const {
  std::vector<Extent> all;
  for (const auto& [offset, run] : runs_) {
    all.push_back({offset, length(run)});
  }
  return all;
}

std::int64_t Content::cost_of_write(std::int64_t offset,
                                    std::size_t count) const {
  const std::int64_t end = offset + static_cast<std::int64_t>(count);
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
  const std::int64_t end = offset + length(bytes);
  stored_ += cost_of_write(offset, bytes.size());
  size_ = std::max(size_, end);

  // The run that this one begins in, or goes on from at its end.
  auto into = runs_.upper_bound(offset);
  if (into != runs_.begin() &&
      std::prev(into)->first + length(std::prev(into)->second) >= offset) {
    --into;
  } else {
    into = runs_.emplace(offset, Bytes{}).first;
  }
  Bytes& run = into->second;
  const std::size_t at = index(offset - into->first);
  if (at + bytes.size() > run.size()) run.resize(at + bytes.size());
  std::ranges::copy(bytes, run.begin() + static_cast<std::ptrdiff_t>(at));

  // Runs that it covers or now touches become part of it.
  for (auto next = std::next(into);
       next != runs_.end() && next->first <= end;) {
    const std::int64_t next_end = next->first + length(next->second);
    if (next_end > end) run.append(next->second, index(end - next->first));
    next = runs_.erase(next);
    if (next_end > end) break;
  }
}

void Content::resize(std::int64_t size) {
  while (!runs_.empty()) {
    const auto last = std::prev(runs_.end());
    const std::int64_t excess = last->first + length(last->second) - size;
    if (excess <= 0) break;
    if (last->first >= size) {
      stored_ -= length(last->second);
      runs_.erase(last);
      continue;
    }
    stored_ -= excess;
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
