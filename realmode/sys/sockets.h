// sockets.h — unix(7) sockets that keep messages whole and carry descriptors.

#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "realmode/sys/fd.h"

namespace drydock::sys {

struct SocketPair {
  Fd ours, theirs;
};
/// Two ends, SOCK_SEQPACKET: what is sent as one message arrives as one.
Result<SocketPair> socket_pair();

/// A socket at a path, mode 0600; what was there before goes.
Result<Fd> listen_at(const std::string& path);
Result<Fd> connect_to(const std::string& path);
Result<Fd> accept(int listener);

/// Who is at the other end.
struct Peer {
  pid_t pid = 0;
  uid_t uid = 0;
  gid_t gid = 0;
};
Result<Peer> peer_of(int socket);

struct Message {
  std::string bytes;  // Empty: the other end is gone.
  std::vector<Fd> fds;
};
/// Sends all or nothing; `flags` as of sendmsg(2), MSG_NOSIGNAL is added.
Outcome send(int socket, std::string_view bytes, int flags = 0,
             const std::vector<int>& fds = {});
/// `limit`: the longest message that is taken whole.
Result<Message> receive(int socket, std::size_t limit, int flags = 0);

}  // namespace drydock::sys
