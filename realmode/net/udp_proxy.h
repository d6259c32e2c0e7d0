// udp_proxy.h — a published UDP port: datagrams go in, and answers come back
// to whoever asked.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "realmode/daemon/loop.h"
#include "realmode/net/port_proxy.h"
#include "realmode/sys/fd.h"
#include "sim/base/wait.h"
#include "sim/engine/backend.h"

namespace drydock::realmode {

class UdpProxy final : public PublishedPort {
 public:
  UdpProxy(Loop& loop, sys::Fd listener, std::string to, std::uint16_t port);
  UdpProxy(const UdpProxy&) = delete;

 private:
  /// UDP has no connections: whoever has sent from one address has one, as
  /// long as something comes or goes.
  struct Visitor {
    sys::Fd socket;  // Connected to the container.
    std::string address;
    Time last;
    bool gone = false;
  };

  static Task<void> take_all(UdpProxy& proxy);
  static Task<void> answer(UdpProxy& proxy, std::shared_ptr<Visitor> visitor);
  static Task<void> forget_silent(UdpProxy& proxy);
  void pass_on(const std::string& from, std::string_view datagram);
  std::shared_ptr<Visitor> visitor_from(const std::string& address);

  Loop& loop_;
  sys::Fd listener_;
  Watched watched_;
  std::string to_;
  std::uint16_t port_;
  std::map<std::string, std::shared_ptr<Visitor>> visitors_;  // By sockaddr.
  FiberScope fibers_;
};

}  // namespace drydock::realmode
