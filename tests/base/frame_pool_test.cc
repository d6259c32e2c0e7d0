// frame_pool_test.cc — frames come back, and only for their own size.

#include <catch2/catch.hpp>

#include "sim/base/frame_pool.h"

using drydock::FramePool;

#if defined(__has_feature)
#define DRYDOCK_HAS_FEATURE(name) __has_feature(name)
#else
#define DRYDOCK_HAS_FEATURE(name) 0
#endif

#if !defined(__SANITIZE_ADDRESS__) && !DRYDOCK_HAS_FEATURE(address_sanitizer)
TEST_CASE("a frame that was given back is the next one of its size") {
  void* const frame = FramePool::take(300);
  FramePool::give_back(frame, 300);
  void* const other = FramePool::take(3000);
  CHECK(other != frame);
  void* const again = FramePool::take(310);
  CHECK(again == frame);
  FramePool::give_back(again, 310);
  FramePool::give_back(other, 3000);
}
#endif

TEST_CASE("two frames in use are two places") {
  for (const std::size_t size : {1u, 64u, 65u, 8191u, 100'000u}) {
    void* const one = FramePool::take(size);
    void* const two = FramePool::take(size);
    CHECK(one != two);
    FramePool::give_back(one, size);
    FramePool::give_back(two, size);
  }
}
