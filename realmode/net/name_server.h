// name_server.h — 127.0.0.11: who answers for names in a container.
//
// Its sockets were made in the container's network namespace, but belong to
// the daemon.  There they have ports of their own choice, and rules of that
// namespace lead port 53 to them, so that a container may serve names itself;
// where there is no nft(8) they take port 53.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "realmode/daemon/loop.h"
#include "realmode/net/dns.h"
#include "realmode/sys/fd.h"
#include "sim/base/wait.h"

namespace drydock::realmode {

class NameServer {
 public:
  /// What is known of a name; nothing: others are to be asked.
  using Known = std::function<std::optional<dns::Answer>(const dns::Question&)>;

  /// Listens in the network namespace of `netns`.  `others` are addresses of
  /// servers as this process's own namespace reaches them.
  static Result<std::unique_ptr<NameServer>> open(
      Loop& loop, int netns, Known known, std::vector<std::string> others);
  NameServer(const NameServer&) = delete;

 private:
  NameServer(Loop& loop, sys::Fd datagrams, sys::Fd listener, Known known,
             std::vector<std::string> others);

  static Task<void> take_datagrams(NameServer& server);
  static Task<void> take_connections(NameServer& server);
  static Task<void> serve_datagram(NameServer& server, std::string query,
                                   std::string from);
  static Task<void> serve_connection(NameServer& server,
                                     std::shared_ptr<sys::Fd> client);
  /// The whole answer to a query; "" if there is none to be had.
  static Task<std::string> answer(NameServer& server, std::string query,
                                  bool by_connection);
  static Task<std::string> ask_others(NameServer& server, std::string query,
                                      bool by_connection);

  Loop& loop_;
  sys::Fd datagrams_, listener_;
  Watched datagrams_watched_, listener_watched_;
  Known known_;
  std::vector<std::string> others_;
  int busy_ = 0;  // Queries and connections under way.
  FiberScope fibers_;
};

}  // namespace drydock::realmode
