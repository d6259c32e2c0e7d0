// module_socket.cc — what socket is made of: system calls on descriptors.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/net/resolver.h"
#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/modules.h"

namespace drydock::userland::python {

namespace {

using kernel::Fd;
using kernel::SocketAddress;
using kernel::SocketFamily;

kernel::Process& process(NativeCall& call) { return call.py.process(); }

std::optional<Fd> fd_of(NativeCall& call) {
  const auto fd = call.py.index(call.args[0]);
  if (!fd) return std::nullopt;
  return static_cast<Fd>(*fd);
}

Value answered(NativeCall& call, const SysOutcome& outcome) {
  return outcome ? call.py.none : call.py.raise_os(outcome.error());
}

std::nullptr_t raise_lookup(Interpreter& py) {
  const Value* const module =
      py.modules->table.find(py.intern("_socket").get());
  const Value* const type =
      module ? (*module)->fields->table.find(py.intern("gaierror").get())
             : nullptr;
  const Ref<Exception> error =
      py.make_exception(type ? *as<Type>(*type) : *py.exception_type("OSError"),
                        {py.integer(-2), py.str("Name or service not known")});
  py.set(*error, "errno", py.integer(-2));
  py.set(*error, "strerror", py.str("Name or service not known"));
  return py.raise(error);
}

/// (host, port), or the path of a unix socket.
Task<std::optional<SocketAddress>> address_of(Interpreter& py, Value value) {
  SocketAddress address;
  if (const Str* const path = as<Str>(value)) {
    address.path = path->text;
    co_return address;
  }
  const Tuple* const pair = as<Tuple>(value);
  const Str* const host =
      pair && pair->items.size() == 2 ? as<Str>(pair->items[0]) : nullptr;
  const Int* const port = host ? as<Int>(pair->items[1]) : nullptr;
  if (!port) {
    py.raise("TypeError", "AF_INET address must be tuple, not str");
    co_return std::nullopt;
  }
  if (port->number < 0 || port->number > 65535) {
    py.raise("OverflowError", "getsockaddrarg: port must be 0-65535.");
    co_return std::nullopt;
  }
  address.port = static_cast<std::uint16_t>(port->number);
  if (host->text.empty()) co_return address;
  const auto ip = co_await resolve_address(py.process(), host->text);
  if (!ip) {
    raise_lookup(py);
    co_return std::nullopt;
  }
  address.ip = *ip;
  co_return address;
}

Value show(Interpreter& py, const SocketAddress& address) {
  if (!address.path.empty()) return py.str(address.path);
  return py.tuple(
      {py.str(kernel::format_ipv4(address.ip)), py.integer(address.port)});
}

Value sock_socket(NativeCall& call) {
  const auto family = call.py.index(call.args[0]);
  const auto type = family ? call.py.index(call.args[1]) : std::nullopt;
  if (!type) return nullptr;
  if (*type != 1 && *type != 2) return call.py.raise_os(Errno::eprotonosupport);
  if (*family != 1 && *family != 2)
    return call.py.raise_os(Errno::eafnosupport);
  const SysResult<Fd> fd = process(call).socket(
      *family == 1 ? SocketFamily::unix_domain : SocketFamily::inet,
      *type == 1 ? kernel::SocketType::stream : kernel::SocketType::datagram);
  if (!fd) return call.py.raise_os(fd.error());
  (void)process(call).set_close_on_exec(*fd, true);
  return call.py.integer(*fd);
}

Task<Value> sock_bind(NativeCall call) {
  const auto fd = fd_of(call);
  if (!fd) co_return nullptr;
  const std::optional<SocketAddress> address =
      co_await address_of(call.py, call.args[1]);
  if (!address) co_return nullptr;
  co_return answered(call, process(call).bind(*fd, *address));
}

Value sock_listen(NativeCall& call) {
  const auto fd = fd_of(call);
  const auto backlog = fd ? call.py.index(call.args[1]) : std::nullopt;
  if (!backlog) return nullptr;
  return answered(call, process(call).listen(*fd, static_cast<int>(*backlog)));
}

Task<Value> sock_accept(NativeCall call) {
  const auto fd = fd_of(call);
  if (!fd) co_return nullptr;
  for (;;) {
    const SysResult<kernel::Accepted> got = co_await process(call).accept(*fd);
    if (got) {
      (void)process(call).set_close_on_exec(got->fd, true);
      co_return call.py.tuple(
          {call.py.integer(got->fd), show(call.py, got->peer)});
    }
    if (got.error() != Errno::eintr) co_return call.py.raise_os(got.error());
    const bool taken = co_await call.py.take_signals();
    if (!taken) co_return nullptr;
  }
}

Task<Value> sock_connect(NativeCall call) {
  const auto fd = fd_of(call);
  if (!fd) co_return nullptr;
  const std::optional<SocketAddress> address =
      co_await address_of(call.py, call.args[1]);
  if (!address) co_return nullptr;
  const SysOutcome done = co_await process(call).connect(*fd, *address);
  if (!done && done.error() == Errno::eintr) {
    const bool taken = co_await call.py.take_signals();
    if (!taken) co_return nullptr;
  }
  co_return answered(call, done);
}

Task<Value> sock_send(NativeCall call) {
  const auto fd = fd_of(call);
  const ByteString* const bytes = as<ByteString>(call.args[1]);
  if (!fd || !bytes) {
    co_return call.py.raise("TypeError",
                            "'str' does not support the buffer interface");
  }
  for (;;) {
    const SysResult<std::int64_t> sent =
        co_await process(call).write(*fd, bytes->text);
    if (sent) co_return call.py.integer(*sent);
    if (sent.error() != Errno::eintr) co_return call.py.raise_os(sent.error());
    const bool taken = co_await call.py.take_signals();
    if (!taken) co_return nullptr;
  }
}

Task<Value> sock_recv(NativeCall call) {
  const auto fd = fd_of(call);
  const auto count = fd ? call.py.index(call.args[1]) : std::nullopt;
  if (!count) co_return nullptr;
  if (*count < 0) {
    co_return call.py.raise("ValueError", "negative buffersize in recv");
  }
  for (;;) {
    const SysResult<Bytes> got =
        co_await process(call).read(*fd, static_cast<std::size_t>(*count));
    if (got) co_return call.py.bytes(*got);
    if (got.error() != Errno::eintr) co_return call.py.raise_os(got.error());
    const bool taken = co_await call.py.take_signals();
    if (!taken) co_return nullptr;
  }
}

/// wait(fd, seconds): whether it became readable in that time.
Task<Value> sock_wait(NativeCall call) {
  const auto fd = fd_of(call);
  const auto seconds = fd ? number_of(call, 1) : std::nullopt;
  if (!seconds) co_return nullptr;
  kernel::PollFd wanted;
  wanted.fd = *fd;
  wanted.readable = true;
  std::vector<kernel::PollFd> fds = {wanted};
  const auto span = static_cast<Nanoseconds>(*seconds * 1e9);
  const SysResult<int> ready = co_await process(call).poll(&fds, span);
  if (ready) co_return call.py.boolean(*ready > 0);
  if (ready.error() != Errno::eintr) co_return call.py.raise_os(ready.error());
  const bool taken = co_await call.py.take_signals();
  co_return taken ? call.py.no : nullptr;
}

Value sock_shutdown(NativeCall& call) {
  const auto fd = fd_of(call);
  const auto how = fd ? call.py.index(call.args[1]) : std::nullopt;
  if (!how) return nullptr;
  return answered(call, process(call).shutdown(*fd, *how != 1, *how != 0));
}

Value sock_close(NativeCall& call) {
  const auto fd = fd_of(call);
  if (!fd) return nullptr;
  shut(process(call), *fd);
  return call.py.none;
}

Value sock_reuse(NativeCall& call) {
  const auto fd = fd_of(call);
  if (!fd) return nullptr;
  return answered(call, process(call).set_reuse_address(
                            *fd, call.py.truth(call.args[1]) == 1));
}

Value sock_name(NativeCall& call) {
  const auto fd = fd_of(call);
  if (!fd) return nullptr;
  const SysResult<SocketAddress> name = call.name == "getsockname"
                                            ? process(call).getsockname(*fd)
                                            : process(call).getpeername(*fd);
  return name ? show(call.py, *name) : call.py.raise_os(name.error());
}

Value sock_hostname(NativeCall& call) {
  return call.py.str(process(call).gethostname());
}

Task<Value> sock_hostbyname(NativeCall call) {
  const Str* const name = as<Str>(call.args[0]);
  if (!name) {
    co_return call.py.raise("TypeError",
                            "gethostbyname() argument 1 must be "
                            "str");
  }
  const auto ip = co_await resolve_address(process(call), name->text);
  if (!ip) co_return raise_lookup(call.py);
  co_return call.py.str(kernel::format_ipv4(*ip));
}

constexpr NativeRow kSocket[] = {
    {"socket", 2, 2, sock_socket},
    {"bind", 2, 2, nullptr, sock_bind},
    {"listen", 2, 2, sock_listen},
    {"accept", 1, 1, nullptr, sock_accept},
    {"connect", 2, 2, nullptr, sock_connect},
    {"send", 2, 2, nullptr, sock_send},
    {"recv", 2, 2, nullptr, sock_recv},
    {"wait", 2, 2, nullptr, sock_wait},
    {"shutdown", 2, 2, sock_shutdown},
    {"close", 1, 1, sock_close},
    {"reuse_address", 2, 2, sock_reuse},
    {"getsockname", 1, 1, sock_name},
    {"getpeername", 1, 1, sock_name},
    {"gethostname", 0, 0, sock_hostname},
    {"gethostbyname", 1, 1, nullptr, sock_hostbyname},
};

}  // namespace

Value make_socket_module(Interpreter& py) {
  const Ref<Module> module = module_of(py, "_socket", kSocket);
  const Ref<Type> error = py.make_type(
      "socket.gaierror", py.exception_type("OSError"), Layout::exception);
  py.set(*module, "gaierror", error);
  return module;
}

}  // namespace drydock::userland::python
