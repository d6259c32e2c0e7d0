// words.h — what a client and the daemon say to each other.
//
//   client   docker  (+ fds)      payload, stdin, stdout, stderr, cwd, root
//            signal NUMBER        that the client has caught
//            gc check|sweep  (+ fd)   where to write what is found
//   daemon   exit STATUS
//            die NUMBER           the client ends itself by this signal
//            refused TEXT
//
// The payload is packed words in memory that is sealed: profile, hints,
// explain, cwd, argv, environment; the last two packed themselves.

#pragma once

#include <cstddef>
#include <string>

namespace drydock::realmode {

inline constexpr std::size_t kClientFds = 6;
inline constexpr std::size_t kWordsMax = 4096;

inline std::string socket_path(const std::string& root) {
  return root + "/drydock.sock";
}

}  // namespace drydock::realmode
