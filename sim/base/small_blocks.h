// small_blocks.h — operator new for programs that make and forget much.
//
// A command makes some eight hundred small things that live for a moment, and
// some hundred coroutines with frames of 200 bytes to 6 KB.  malloc(3) keeps
// seven of a size, up to a kilobyte, in lists that are quick; what goes past
// them costs as much as the work that it is needed for.

#pragma once

/// Whether operator delete keeps blocks of up to 8 KiB, at most 16 KiB of a
/// size in each thread, and operator new gives them out again.  Not with the
/// address sanitizer: a use after the end must be seen.
#if defined(__SANITIZE_ADDRESS__)
#define DRYDOCK_KEEPS_SMALL_BLOCKS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DRYDOCK_KEEPS_SMALL_BLOCKS 0
#endif
#endif
#ifndef DRYDOCK_KEEPS_SMALL_BLOCKS
#define DRYDOCK_KEEPS_SMALL_BLOCKS 1
#endif
