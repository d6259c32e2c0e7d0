// name_server.h — a name server at one address of a network stack.
//
// No process: a part of the world that answers datagrams, as a router's does.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sim/kernel/net_stack.h"
#include "sim/kernel/socket.h"
#include "sim/userland/net/dns.h"

namespace drydock::machine {

/// What a server knows; nullopt: it does not answer at all.
using Names = std::function<std::optional<userland::dns::Answer>(
    const userland::dns::Question& question)>;

class NameServer final : public kernel::DatagramPort {
 public:
  /// Listens at `address`, port 53, while both live.
  NameServer(std::shared_ptr<kernel::NetStack> stack, kernel::Ipv4 address,
             Names names);
  NameServer(const NameServer&) = delete;
  ~NameServer() override;

  void receive(kernel::Datagram datagram, kernel::DatagramPort* back) override;

 private:
  std::shared_ptr<kernel::NetStack> stack_;
  kernel::Ipv4 address_;
  Names names_;
};

}  // namespace drydock::machine
