// protocol.h — what a daemon and a shim say to each other.
//
// Messages are packed words (plan/packing.h) over SOCK_SEQPACKET.  The shim is
// born with a socket to its daemon; later daemons connect to Plan::socket.
//
//   daemon   go                        its part of the start is done
//            attach IN OUT ERR  (+ fd) a client; each word "1" or ""
//            resize ROWS COLUMNS
//   shim     born PID                  waits for "go" (Plan::ask)
//            calls WHO LINES           what was done, with Plan::explain
//            started PID
//            fault KIND TEXT           and the shim ends
//            exited CODE               and the shim ends
//
// An attachment is a socket of its own.  To the shim: 'i' and bytes for
// standard input, or 'c' when it has ended.  To the client: 'o' or 'e' and
// bytes; the end is the end of the socket.

#pragma once

#include <cstddef>

namespace drydock::realmode {

/// Descriptors that a shim is born with.
inline constexpr int kControlFd = 3, kPlanFd = 4, kCgroupFd = 5;

/// The longest message: a chunk and its letter, or a fault's text.
inline constexpr std::size_t kMessageMax = 64 * 1024 + 16;
inline constexpr std::size_t kPieceMax = 32 * 1024;

}  // namespace drydock::realmode
