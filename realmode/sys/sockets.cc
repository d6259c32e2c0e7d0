// sockets.cc — unix(7).

#include "realmode/sys/sockets.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cstring>

#include "realmode/sys/fault.h"
#include "realmode/sys/files.h"

namespace drydock::sys {

namespace {

/// SCM_MAX_FD of the kernel is 253; we never send more than a handful.
constexpr std::size_t kFdsMax = 16;
constexpr int kBacklog = 128;

/// A path as the name of a socket, which is 107 bytes long at most: a longer
/// one is named by way of its directory, which stays open meanwhile.
struct Place {
  sockaddr_un address = {};
  Fd directory;
};

Result<Place> place_of(const std::string& path) {
  Place place;
  place.address.sun_family = AF_UNIX;
  std::string name = path;
  if (name.size() >= sizeof place.address.sun_path) {
    const std::size_t slash = path.rfind('/');
    auto directory = open(path.substr(0, slash), O_PATH | O_DIRECTORY);
    if (!directory) return directory.error();
    place.directory = std::move(*directory);
    name = fmt::format("/proc/self/fd/{}{}", place.directory.get(),
                       path.substr(slash));
  }
  if (name.size() >= sizeof place.address.sun_path) {
    errno = ENAMETOOLONG;
    return refused("bind(\"{}\")", path);
  }
  std::memcpy(place.address.sun_path, name.c_str(), name.size() + 1);
  return place;
}

Result<Fd> make_socket() {
  const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (fd < 0) return refused("socket(AF_UNIX, SOCK_SEQPACKET)");
  return Fd(fd);
}

}  // namespace

Result<SocketPair> socket_pair() {
  std::array<int, 2> ends;
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) !=
      0) {
    return refused("socketpair(AF_UNIX, SOCK_SEQPACKET)");
  }
  return SocketPair{Fd(ends[0]), Fd(ends[1])};
}

Result<Fd> listen_at(const std::string& path) {
  const Door door("bind");
  if (!door) return refused("bind(\"{}\")", path);
  const auto place = place_of(path);
  if (!place) return place.error();
  auto socket = make_socket();
  if (!socket) return socket.error();
  (void)::unlink(path.c_str());
  const mode_t before = ::umask(0177);  // From its first moment on.
  const int bound =
      ::bind(socket->get(), reinterpret_cast<const sockaddr*>(&place->address),
             sizeof place->address);
  (void)::umask(before);
  if (bound != 0) return refused("bind(\"{}\")", path);
  if (::listen(socket->get(), kBacklog) != 0) {
    return refused("listen(\"{}\")", path);
  }
  return socket;
}

Result<Fd> connect_to(const std::string& path) {
  const auto place = place_of(path);
  if (!place) return place.error();
  auto socket = make_socket();
  if (!socket) return socket.error();
  if (::connect(socket->get(),
                reinterpret_cast<const sockaddr*>(&place->address),
                sizeof place->address) != 0) {
    return refused("connect(\"{}\")", path);
  }
  return socket;
}

Result<Fd> accept(int listener) {
  const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return refused("accept4({})", listener);
  return Fd(fd);
}

Result<Peer> peer_of(int socket) {
  struct ucred credentials = {};
  socklen_t length = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) !=
      0) {
    return refused("getsockopt({}, SO_PEERCRED)", socket);
  }
  return Peer{credentials.pid, credentials.uid, credentials.gid};
}

Outcome send(int socket, std::string_view bytes, int flags,
             const std::vector<int>& fds) {
  iovec piece = {const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message = {};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kFdsMax)> control;
  if (!fds.empty()) {
    const std::size_t length = sizeof(int) * fds.size();
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(length);
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(length);
    std::memcpy(CMSG_DATA(header), fds.data(), length);
  }
  for (;;) {
    const ssize_t sent = ::sendmsg(socket, &message, flags | MSG_NOSIGNAL);
    if (sent >= 0) return done();
    if (errno != EINTR) return refused("sendmsg({})", socket);
  }
}

Result<Message> receive(int socket, std::size_t limit, int flags) {
  Message answer;
  answer.bytes.resize(limit);
  iovec piece = {answer.bytes.data(), limit};
  msghdr message = {};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kFdsMax)> control;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t count = 0;
  do {
    count = ::recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
    // Who closes with messages unread resets the connection; what it sent
    // before is still there to be had.
  } while (count < 0 && (errno == EINTR || errno == ECONNRESET));
  if (count < 0) return refused("recvmsg({})", socket);
  answer.bytes.resize(static_cast<std::size_t>(count));
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t total = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < total; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      answer.fds.emplace_back(fd);
    }
  }
  if ((message.msg_flags & MSG_TRUNC) != 0) {
    return Error{"a message is longer than was agreed"};
  }
  return answer;
}

}  // namespace drydock::sys
