// small_blocks_test.cc — what is deleted is given out again.

#include <malloc.h>
#include <catch2/catch.hpp>

#include <new>
#include <vector>

#include "sim/base/small_blocks.h"

// With the address sanitizer there is nothing of ours to look at, and clang 14
// does not know the sized operator delete.
#if DRYDOCK_KEEPS_SMALL_BLOCKS

TEST_CASE("a block that was deleted is the next one of its size") {
  void* const block = ::operator new(40);
  ::operator delete(block, 40);
  void* const other = ::operator new(200);
  CHECK(other != block);
  void* const again = ::operator new(33);
  CHECK(again == block);
  ::operator delete(again, 33);
  ::operator delete(other, 200);
}

TEST_CASE("a block that is deleted without its size is known by it") {
  for (const std::size_t size : {1, 24, 25, 1000, 8000}) {
    INFO(size);
    void* const block = ::operator new(size);
    ::operator delete(block);
    void* const again = ::operator new(size);
    CHECK(again == block);
    ::operator delete(again);
  }
}

TEST_CASE("of one size no more than sixteen kilobytes are kept") {
  std::vector<void*> blocks(10'000);
  const std::size_t before = ::mallinfo2().uordblks;
  for (void*& block : blocks) block = ::operator new(100);
  CHECK(::mallinfo2().uordblks > before + 800'000);
  for (void* const block : blocks) ::operator delete(block, 100);
  CHECK(::mallinfo2().uordblks < before + 20'000);
}

#endif
