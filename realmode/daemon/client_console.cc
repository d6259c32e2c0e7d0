// client_console.cc — reading and writing what belongs to somebody else.
//
// A client's descriptors are shared with its shell and with whoever else has
// them open, so their flags are not ours to change: O_NONBLOCK on them would
// surprise others.  Pipes and terminals are opened anew through /proc, which
// gives a description of our own; sockets have MSG_DONTWAIT.

#include "realmode/daemon/client_console.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "realmode/layers/archive.h"
#include "realmode/sys/files.h"

namespace drydock::realmode {

namespace {

Errno last_errno() { return static_cast<Errno>(errno); }

Error words_of(int reason) { return Error{std::strerror(reason)}; }

bool is_socket(int fd) {
  struct stat status = {};
  return ::fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

/// A description of our own, when there can be one.
sys::Fd reopened(sys::Fd fd, int flags) {
  struct stat status = {};
  const bool can = ::fstat(fd.get(), &status) == 0 &&
                   (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode));
  if (!can) return fd;
  auto own = sys::open(fmt::format("/proc/self/fd/{}", fd.get()),
                       flags | O_NONBLOCK | O_NOCTTY);
  return own ? std::move(*own) : std::move(fd);
}

cli::FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return cli::FileKind::regular;
  if (S_ISDIR(mode)) return cli::FileKind::directory;
  if (S_ISLNK(mode)) return cli::FileKind::symlink;
  return cli::FileKind::other;
}

}  // namespace

class ClientConsole::Source final : public ByteSource {
 public:
  Source(Loop& loop, sys::Fd fd)
      : fd_(reopened(std::move(fd), O_RDONLY)),
        socket_(is_socket(fd_.get())),
        watched_(loop, fd_.get()) {}

  Task<Result<Bytes>> read(std::size_t max) override {
    for (;;) {
      Bytes bytes(std::min(max, kChunk), '\0');
      const ssize_t count =
          socket_ ? ::recv(fd_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT)
                  : ::read(fd_.get(), bytes.data(), bytes.size());
      if (count >= 0) {
        bytes.resize(static_cast<std::size_t>(count));
        co_return bytes;
      }
      if (errno != EAGAIN && errno != EINTR) co_return words_of(errno);
      co_await watched_.readable();
    }
  }

 private:
  sys::Fd fd_;
  bool socket_;
  Watched watched_;
};

class ClientConsole::Sink final : public ByteSink {
 public:
  /// `console`: whose standard stream it is; null: a file of its own.
  Sink(Loop& loop, sys::Fd fd, ClientConsole* console = nullptr)
      : console_(console),
        fd_(reopened(std::move(fd), O_WRONLY)),
        socket_(is_socket(fd_.get())),
        watched_(std::make_unique<Watched>(loop, fd_.get())) {}

  Task<Outcome> write(Bytes bytes) override {
    std::string_view left = bytes;
    while (!left.empty()) {
      const ssize_t count = socket_
                                ? ::send(fd_.get(), left.data(), left.size(),
                                         MSG_DONTWAIT | MSG_NOSIGNAL)
                                : ::write(fd_.get(), left.data(), left.size());
      if (count >= 0) {
        left.remove_prefix(static_cast<std::size_t>(count));
        continue;
      }
      if (errno == EPIPE && console_ && console_->unread_) {
        console_->unread_();
        for (;;) co_await console_->for_ever_.wait();
      }
      if (errno != EAGAIN && errno != EINTR) co_return words_of(errno);
      co_await watched_->writable();
    }
    co_return done();
  }

  void close() override {
    watched_.reset();
    fd_.close();
  }

 private:
  ClientConsole* console_;
  sys::Fd fd_;
  bool socket_;
  std::unique_ptr<Watched> watched_;
};

struct ClientConsole::Terminal {
  termios settings;
};

namespace {

sys::Fd copy_of(const sys::Fd& fd) {
  return sys::Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
}

}  // namespace

ClientConsole::ClientConsole(Loop& loop, Transport& transport, Handed handed)
    : loop_(loop),
      transport_(transport),
      handed_(std::move(handed)),
      in_(std::make_unique<Source>(loop, copy_of(handed_.in))),
      out_(std::make_unique<Sink>(loop, copy_of(handed_.out), this)),
      err_(std::make_unique<Sink>(loop, copy_of(handed_.err), this)) {}

ClientConsole::~ClientConsole() { set_raw(false); }

ByteSource& ClientConsole::in() { return *in_; }
ByteSink& ClientConsole::out() { return *out_; }
ByteSink& ClientConsole::err() { return *err_; }

// --- Terminal ----------------------------------------------------------------

bool ClientConsole::in_is_terminal() const {
  return ::isatty(handed_.in.get()) == 1;
}
bool ClientConsole::out_is_terminal() const {
  return ::isatty(handed_.out.get()) == 1;
}

/// Of nothing at all where there is a terminal that was never told its size.
cli::TerminalSize ClientConsole::terminal_size() const {
  bool is_there = false;
  for (const sys::Fd* fd : {&handed_.out, &handed_.in, &handed_.err}) {
    winsize size = {};
    if (::ioctl(fd->get(), TIOCGWINSZ, &size) != 0) continue;
    is_there = true;
    if (size.ws_row != 0) return {size.ws_row, size.ws_col};
  }
  return is_there ? cli::TerminalSize{0, 0} : cli::TerminalSize{};
}

void ClientConsole::set_raw(bool raw) {
  const int fd = handed_.in.get();
  if (!raw) {
    if (cooked_) (void)::tcsetattr(fd, TCSANOW, &cooked_->settings);
    cooked_.reset();
    return;
  }
  termios settings = {};
  if (::tcgetattr(fd, &settings) != 0) return;
  if (!cooked_) cooked_ = std::make_unique<Terminal>(Terminal{settings});
  ::cfmakeraw(&settings);
  (void)::tcsetattr(fd, TCSANOW, &settings);
}

void ClientConsole::set_echo(bool echo) {
  termios settings = {};
  if (::tcgetattr(handed_.in.get(), &settings) != 0) return;
  settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  if (echo) settings.c_lflag |= ECHO;
  (void)::tcsetattr(handed_.in.get(), TCSANOW, &settings);
}

Task<cli::Interrupt> ClientConsole::next_signal() {
  catches_ = true;
  while (signals_.empty()) {
    co_await signalled_.wait();
  }
  const int number = signals_.front();
  signals_.pop_front();
  co_return cli::Interrupt{number};
}

bool ClientConsole::give_signal(int number) {
  if (!catches_) return false;
  signals_.push_back(number);
  signalled_.notify_all();
  return true;
}

std::optional<std::string> ClientConsole::getenv(std::string_view name) const {
  for (const std::string& entry : handed_.environment) {
    if (entry.size() > name.size() && entry[name.size()] == '=' &&
        entry.starts_with(name)) {
      return entry.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

// --- Files -------------------------------------------------------------------

SysResult<sys::Fd> ClientConsole::open(const std::string& path, int flags,
                                       std::uint32_t mode) const {
  const bool absolute = path.starts_with('/');
  const int base = absolute ? handed_.root.get() : handed_.cwd.get();
  // "/a/b" below the client's root: "./a/b".
  const std::string name = absolute ? "." + path : path;
  const int fd = ::openat(base, name.c_str(), flags | O_CLOEXEC, mode);
  if (fd < 0) return last_errno();
  return sys::Fd(fd);
}

SysResult<cli::FileStat> ClientConsole::stat(std::string path, bool follow) {
  const auto file = open(path, O_PATH | (follow ? 0 : O_NOFOLLOW));
  if (!file) return file.error();
  struct stat status = {};
  if (::fstat(file->get(), &status) != 0) return last_errno();
  return cli::FileStat{
      .kind = kind_of(status.st_mode),
      .size = status.st_size,
      .mode = status.st_mode & 07777,
      .uid = status.st_uid,
      .gid = status.st_gid,
      .mtime = {status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec}};
}

SysResult<std::vector<std::string>> ClientConsole::list(std::string path) {
  const auto directory = open(path, O_RDONLY | O_DIRECTORY);
  if (!directory) return directory.error();
  auto names = sys::list(directory->get());
  if (!names) return last_errno();
  return std::move(*names);
}

SysResult<std::string> ClientConsole::readlink(std::string path) {
  const auto link = open(path, O_PATH | O_NOFOLLOW);
  if (!link) return link.error();
  auto target = sys::readlinkat(link->get(), "");
  if (!target) return last_errno();
  return std::move(*target);
}

Task<SysResult<Bytes>> ClientConsole::read_file(std::string path) {
  const auto file = open(path, O_RDONLY);
  if (!file) co_return file.error();
  auto bytes = sys::read_all(file->get());
  if (!bytes) co_return last_errno();
  co_return std::move(*bytes);
}

Task<SysResult<std::unique_ptr<ByteSource>>> ClientConsole::open_source(
    std::string path) {
  auto file = open(path, O_RDONLY);
  if (!file) co_return file.error();
  std::unique_ptr<ByteSource> source =
      std::make_unique<Source>(loop_, std::move(*file));
  co_return source;
}

Task<SysResult<std::unique_ptr<ByteSink>>> ClientConsole::open_sink(
    std::string path, std::uint32_t mode) {
  auto file = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
  if (!file) co_return file.error();
  std::unique_ptr<ByteSink> sink =
      std::make_unique<Sink>(loop_, std::move(*file));
  co_return sink;
}

SysOutcome ClientConsole::unlink(std::string path) {
  const bool absolute = path.starts_with('/');
  const int base = absolute ? handed_.root.get() : handed_.cwd.get();
  const std::string name = absolute ? "." + path : path;
  if (::unlinkat(base, name.c_str(), 0) != 0) return last_errno();
  return ok();
}

SysOutcome ClientConsole::mkdir(std::string path, std::uint32_t mode) {
  const bool absolute = path.starts_with('/');
  const int base = absolute ? handed_.root.get() : handed_.cwd.get();
  const std::string name = absolute ? "." + path : path;
  if (::mkdirat(base, name.c_str(), mode) != 0) return last_errno();
  return ok();
}

Task<Outcome> ClientConsole::archive(std::string path, std::string prefix,
                                     std::vector<std::string> skip,
                                     ByteSink& tar) {
  const auto thing = open(path, O_PATH | O_NOFOLLOW);
  if (!thing) co_return Error{std::string(text_of(thing.error()))};
  PackOptions options;
  options.prefix = std::move(prefix);
  for (const std::string& name : skip) {
    options.skip.push_back(name.starts_with('/') ? name : "/" + name);
  }
  co_return co_await pack_tree(thing->get(), options, tar);
}

Task<Outcome> ClientConsole::extract(ByteSource& tar, std::string directory) {
  const auto into = open(directory, O_RDONLY | O_DIRECTORY);
  if (!into) co_return Error{std::string(text_of(into.error()))};
  // What comes out of a container belongs to whoever asked for it.
  UnpackOptions options;
  options.owner = {::geteuid(), ::getegid()};
  co_return co_await unpack_tree(tar, into->get(), options);
}

}  // namespace drydock::realmode
