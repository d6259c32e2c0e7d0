// frame_pool.h — memory for the frames of coroutines, used again and again.
//
// A command is some hundred tasks that live for a moment, each with a frame of
// 200 bytes to 6 KB: above malloc(3)'s quick lists, where each of them would
// cost as much as the work it does.

#pragma once

#include <cstddef>

namespace drydock {

/// Frames that are given back are kept by size and taken first.  What it holds
/// at most is what was in use at once.
class FramePool {
 public:
  static void* take(std::size_t size);
  static void give_back(void* frame, std::size_t size) noexcept;
};

}  // namespace drydock
