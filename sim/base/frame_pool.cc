// frame_pool.cc — a list of free frames for each size.

#include "sim/base/frame_pool.h"

#include <array>
#include <new>
#include <utility>

namespace drydock {

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kPooled = false;  // A use after the end must be seen.
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kPooled = false;
#else
constexpr bool kPooled = true;
#endif
#else
constexpr bool kPooled = true;
#endif

constexpr std::size_t kStep = 64;  // A cache line.
constexpr std::size_t kSizes = 128;

/// A frame that nobody uses; its first bytes lead to the next one.
struct Free {
  Free* next;
};

constinit std::array<Free*, kSizes> free_frames{};

std::size_t class_of(std::size_t size) { return (size + kStep - 1) / kStep; }

}  // namespace

void* FramePool::take(std::size_t size) {
  const std::size_t at = class_of(size);
  if (!kPooled || at >= kSizes) return ::operator new(size);
  Free* const frame = free_frames[at];
  if (frame == nullptr) return ::operator new(at* kStep);
  free_frames[at] = frame->next;
  return frame;
}

void FramePool::give_back(void* frame, std::size_t size) noexcept {
  const std::size_t at = class_of(size);
  if (!kPooled || at >= kSizes) {
    ::operator delete(frame);
    return;
  }
  free_frames[at] = new (frame) Free{free_frames[at]};
}

}  // namespace drydock
