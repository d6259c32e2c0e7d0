// name_server.cc — a question comes, an answer goes back.

#include "sim/machine/name_server.h"

#include <utility>

namespace drydock::machine {

namespace dns = userland::dns;

NameServer::NameServer(std::shared_ptr<kernel::NetStack> stack,
                       kernel::Ipv4 address, Names names)
    : stack_(std::move(stack)), address_(address), names_(std::move(names)) {
  (void)stack_->bind(true, address_, dns::kPort, *this);
}

NameServer::~NameServer() { stack_->unbind(true, address_, dns::kPort); }

void NameServer::receive(kernel::Datagram datagram,
                         kernel::DatagramPort* back) {
  if (!back) return;
  const std::optional<dns::Question> question =
      dns::read_question(datagram.bytes);
  if (!question) return;
  const std::optional<dns::Answer> answer = names_(*question);
  if (!answer) return;
  kernel::Datagram reply;
  reply.bytes = dns::write_answer(*question, *answer);
  reply.from.ip = address_;
  reply.from.port = dns::kPort;
  back->receive(std::move(reply), nullptr);
}

}  // namespace drydock::machine
