// netlink.cc — requests as the bytes that rtnetlink(7) wants.

#include "realmode/sys/netlink.h"

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "realmode/sys/fault.h"
#include "realmode/sys/trace.h"
#include "sim/base/text.h"

namespace drydock::sys {

/// A message that is being written.
class Netlink::Request {
 public:
  Request(std::uint16_t type, unsigned flags) {
    nlmsghdr header = {};
    header.nlmsg_type = type;
    header.nlmsg_flags =
        static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    put(header);
  }

  template <typename Struct>
  void put(const Struct& part) {
    bytes_.append(reinterpret_cast<const char*>(&part), sizeof part);
    align();
  }

  void attribute(unsigned type, std::string_view value) {
    const std::size_t at = begin(type);
    bytes_ += value;
    end(at);
  }
  void text(unsigned type, const std::string& value) {
    attribute(type, std::string_view(value.c_str(), value.size() + 1));
  }
  void number(unsigned type, std::uint32_t value) {
    attribute(type, {reinterpret_cast<const char*>(&value), sizeof value});
  }

  /// Attributes inside of an attribute stand between these two.
  std::size_t begin(unsigned type) {
    const std::size_t at = bytes_.size();
    rtattr head = {};
    head.rta_type = static_cast<unsigned short>(type);
    bytes_.append(reinterpret_cast<const char*>(&head), sizeof head);
    return at;
  }
  void end(std::size_t at) {
    const auto length = static_cast<unsigned short>(bytes_.size() - at);
    std::memcpy(bytes_.data() + at, &length, sizeof length);
    align();
  }

  /// The whole message, with its length and number.
  const std::string& finish(std::uint32_t sequence) {
    nlmsghdr header;
    std::memcpy(&header, bytes_.data(), sizeof header);
    header.nlmsg_len = static_cast<std::uint32_t>(bytes_.size());
    header.nlmsg_seq = sequence;
    std::memcpy(bytes_.data(), &header, sizeof header);
    return bytes_;
  }

 private:
  void align() { bytes_.resize((bytes_.size() + 3) / 4 * 4); }
  std::string bytes_;
};

namespace {

Result<std::string> packed_address(const std::string& address) {
  in_addr packed = {};
  if (::inet_pton(AF_INET, address.c_str(), &packed) != 1) {
    return Error{"\"" + address + "\" is no IPv4 address"};
  }
  return std::string(reinterpret_cast<const char*>(&packed), sizeof packed);
}

/// "02:42:ac:11:00:02"
std::string packed_mac(std::string_view mac) {
  std::string packed;
  for (const std::string& part : split(mac, ':')) {
    packed += static_cast<char>(std::strtol(part.c_str(), nullptr, 16));
  }
  return packed;
}

}  // namespace

Result<Netlink> Netlink::open() {
  const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return refused("socket(AF_NETLINK, NETLINK_ROUTE)");
  return Netlink(Fd(fd));
}

/// Sends it and takes the answer: a message's payload, or nothing but success.
Result<std::string> Netlink::ask(Request& request) {
  const std::string& bytes = request.finish(++sequence_);
  const Door door("netlink");
  if (!door) return Error{std::strerror(errno)};
  if (::send(socket_.get(), bytes.data(), bytes.size(), 0) < 0) {
    return refused("send(NETLINK_ROUTE)");
  }
  std::string payload;
  for (;;) {
    std::array<char, 16384> buffer;
    const ssize_t count =
        ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) return refused("recv(NETLINK_ROUTE)");
    auto left = static_cast<unsigned>(count);
    for (auto* message = reinterpret_cast<nlmsghdr*>(buffer.data());
         NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_seq != sequence_) continue;
      if (message->nlmsg_type != NLMSG_ERROR) {
        payload.assign(static_cast<const char*>(NLMSG_DATA(message)),
                       message->nlmsg_len - NLMSG_HDRLEN);
        continue;
      }
      const auto* answer = static_cast<const nlmsgerr*>(NLMSG_DATA(message));
      if (answer->error == 0) return payload;
      errno = -answer->error;
      return Error{std::strerror(errno)};
    }
  }
}

Result<int> Netlink::link_index(const std::string& name) {
  Request request(RTM_GETLINK, 0);
  request.put(ifinfomsg{});
  request.text(IFLA_IFNAME, name);
  const auto answer = ask(request);
  if (!answer) {
    if (errno == ENODEV) return 0;
    return Error{fmt::format("link {}: {}", name, answer.error().text)};
  }
  ifinfomsg info = {};
  std::memcpy(&info, answer->data(), std::min(answer->size(), sizeof info));
  return info.ifi_index;
}

namespace {

/// The attributes of one RTM_NEWLINK, as a dump tells them.
Netlink::Link link_in(const nlmsghdr& message) {
  Netlink::Link link;
  const auto* const info = static_cast<const ifinfomsg*>(NLMSG_DATA(&message));
  link.index = info->ifi_index;
  const auto* part = IFLA_RTA(info);
  auto left = static_cast<unsigned>(IFLA_PAYLOAD(&message));
  for (; RTA_OK(part, left); part = RTA_NEXT(part, left)) {
    const char* const data = static_cast<const char*>(RTA_DATA(part));
    if (part->rta_type == IFLA_IFNAME) link.name = data;
    if (part->rta_type == IFLA_IFALIAS) link.alias = data;
    if (part->rta_type == IFLA_MASTER) {
      std::memcpy(&link.master, data, sizeof link.master);
    }
  }
  return link;
}

}  // namespace

Result<std::vector<Netlink::Link>> Netlink::links() {
  Request request(RTM_GETLINK, NLM_F_DUMP);
  request.put(ifinfomsg{});
  const std::string& bytes = request.finish(++sequence_);
  if (::send(socket_.get(), bytes.data(), bytes.size(), 0) < 0) {
    return refused("send(NETLINK_ROUTE)");
  }
  std::vector<Link> all;
  std::vector<char> buffer(65536);
  for (;;) {
    const ssize_t count =
        ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) return refused("recv(NETLINK_ROUTE)");
    auto left = static_cast<unsigned>(count);
    for (auto* message = reinterpret_cast<nlmsghdr*>(buffer.data());
         NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_seq != sequence_) continue;
      if (message->nlmsg_type == NLMSG_DONE) return all;
      if (message->nlmsg_type == NLMSG_ERROR) {
        return Error{"the list of links was refused"};
      }
      all.push_back(link_in(*message));
    }
  }
}

Result<bool> Netlink::add_bridge(const std::string& name, std::uint32_t group) {
  Request request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  request.put(ifinfomsg{});
  request.text(IFLA_IFNAME, name);
  request.number(IFLA_GROUP, group);
  const std::size_t info = request.begin(IFLA_LINKINFO);
  request.text(IFLA_INFO_KIND, "bridge");
  request.end(info);
  const auto answer = ask(request);
  if (!answer && errno == EEXIST) return false;
  if (!answer) {
    return Error{
        fmt::format("link add {} type bridge: {}", name, answer.error().text)};
  }
  note("netlink RTM_NEWLINK {} type bridge group {}", name, group);
  return true;
}

/// One message for all: each one more would wait its turn for the lock of all
/// networks.
Outcome Netlink::add_veth(const std::string& name, int bridge,
                          const std::string& peer, int netns,
                          std::string_view peer_mac) {
  Request request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  ifinfomsg up = {};
  up.ifi_flags = IFF_UP;
  up.ifi_change = IFF_UP;
  request.put(up);
  request.text(IFLA_IFNAME, name);
  request.number(IFLA_MASTER, static_cast<std::uint32_t>(bridge));
  const std::size_t info = request.begin(IFLA_LINKINFO);
  request.text(IFLA_INFO_KIND, "veth");
  const std::size_t data = request.begin(IFLA_INFO_DATA);
  const std::size_t other = request.begin(VETH_INFO_PEER);
  request.put(ifinfomsg{});
  request.text(IFLA_IFNAME, peer);
  request.number(IFLA_NET_NS_FD, static_cast<std::uint32_t>(netns));
  if (!peer_mac.empty()) {
    request.attribute(IFLA_ADDRESS, packed_mac(peer_mac));
  }
  request.end(other);
  request.end(data);
  request.end(info);
  const auto answer = ask(request);
  if (!answer) {
    return Error{fmt::format("link add {} type veth peer {}: {}", name, peer,
                             answer.error().text)};
  }
  note("netlink RTM_NEWLINK {} type veth master {} up, peer {} netns {} {}",
       name, bridge, peer, netns, peer_mac);
  return done();
}

Outcome Netlink::set_alias(int link, const std::string& alias) {
  Request request(RTM_NEWLINK, 0);
  ifinfomsg info = {};
  info.ifi_index = link;
  request.put(info);
  request.text(IFLA_IFALIAS, alias);
  const auto answer = ask(request);
  if (answer) return done();
  return Error{fmt::format("link set {} alias {}: {}", link, alias,
                           answer.error().text)};
}

Outcome Netlink::remove_link(const std::string& name) {
  Request request(RTM_DELLINK, 0);
  request.put(ifinfomsg{});
  request.text(IFLA_IFNAME, name);
  const auto answer = ask(request);
  if (answer) note("netlink RTM_DELLINK {}", name);
  if (answer || errno == ENODEV) return done();
  return Error{fmt::format("link del {}: {}", name, answer.error().text)};
}

Outcome Netlink::set_up(int link) {
  Request request(RTM_NEWLINK, 0);
  ifinfomsg info = {};
  info.ifi_index = link;
  info.ifi_change = IFF_UP;
  info.ifi_flags = IFF_UP;
  request.put(info);
  const auto answer = ask(request);
  if (answer) note("netlink RTM_NEWLINK {} up", link);
  if (answer) return done();
  return Error{fmt::format("link set {} up: {}", link, answer.error().text)};
}

Outcome Netlink::add_address(int link, const std::string& address,
                             int prefix_length) {
  const auto packed = packed_address(address);
  if (!packed) return packed.error();
  Request request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
  ifaddrmsg message = {};
  message.ifa_family = AF_INET;
  message.ifa_prefixlen = static_cast<unsigned char>(prefix_length);
  message.ifa_index = static_cast<unsigned>(link);
  request.put(message);
  request.attribute(IFA_LOCAL, *packed);
  request.attribute(IFA_ADDRESS, *packed);
  const auto answer = ask(request);
  if (answer) {
    note("netlink RTM_NEWADDR {}/{} dev {}", address, prefix_length, link);
  }
  if (answer || errno == EEXIST) return done();
  return Error{fmt::format("addr add {}/{}: {}", address, prefix_length,
                           answer.error().text)};
}

Outcome Netlink::add_default_route(const std::string& gateway) {
  const auto packed = packed_address(gateway);
  if (!packed) return packed.error();
  Request request(RTM_NEWROUTE, NLM_F_CREATE);
  rtmsg message = {};
  message.rtm_family = AF_INET;
  message.rtm_table = RT_TABLE_MAIN;
  message.rtm_protocol = RTPROT_BOOT;
  message.rtm_scope = RT_SCOPE_UNIVERSE;
  message.rtm_type = RTN_UNICAST;
  request.put(message);
  request.attribute(RTA_GATEWAY, *packed);
  const auto answer = ask(request);
  if (answer) note("netlink RTM_NEWROUTE default via {}", gateway);
  if (answer) return done();
  return Error{fmt::format("route add default via {}: {}", gateway,
                           answer.error().text)};
}

}  // namespace drydock::sys
