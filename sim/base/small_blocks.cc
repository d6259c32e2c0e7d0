// small_blocks.cc — a list of free blocks for each size; about ten instructions
// where malloc(3)'s slower lists need a hundred.

#include "sim/base/small_blocks.h"

#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <new>

#if DRYDOCK_KEEPS_SMALL_BLOCKS

namespace {

constexpr std::size_t kStep = 16;
constexpr std::size_t kSizes = 513;         // Up to 8 KiB.
constexpr std::size_t kKeptMax = 16 << 10;  // Bytes of a size.

/// A block that nobody uses; its first bytes lead to the next one.
struct Free {
  Free* next;
};

struct Kept {
  Free* first = nullptr;
  std::size_t count = 0;
};

constinit thread_local std::array<Kept, kSizes> kept{};

/// By what malloc(3) makes of a request: 24 bytes, 40, 56 and so on.
constexpr std::size_t class_of(std::size_t size) {
  return std::max<std::size_t>((size + kStep / 2 - 1) / kStep, 1);
}

/// Nobody here goes on without memory: nothing catches std::bad_alloc.
void* from_malloc(std::size_t size) {
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block != nullptr) return block;
  std::fputs("drydock: out of memory\n", stderr);
  std::abort();
}

void give_back(void* block, std::size_t at) noexcept {
  if (at >= kSizes || kept[at].count * (at + 1) * kStep >= kKeptMax) {
    return std::free(block);
  }
  kept[at].first = new (block) Free{kept[at].first};
  ++kept[at].count;
}

}  // namespace

void* operator new(std::size_t size) {
  const std::size_t at = class_of(size);
  if (at >= kSizes || kept[at].first == nullptr) return from_malloc(size);
  Free* const block = kept[at].first;
  kept[at].first = block->next;
  --kept[at].count;
  return block;
}

void operator delete(void* block) noexcept {
  if (block != nullptr) give_back(block, class_of(malloc_usable_size(block)));
}

void operator delete(void* block, std::size_t size) noexcept {
  if (block != nullptr) give_back(block, class_of(size));
}

#endif
