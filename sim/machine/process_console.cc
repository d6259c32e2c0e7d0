// process_console.cc — console calls as system calls.

#include "sim/machine/process_console.h"

#include <array>
#include <utility>

#include "sim/kernel/kernel_process.h"
#include "sim/vfs/tar.h"

namespace drydock::machine {

using kernel::Fd;
using kernel::Process;
using kernel::Termios;

namespace {

/// What docker's client proxies or acts on.
constexpr std::array kCaughtSignals = {kernel::kSigHup, kernel::kSigInt,
                                       kernel::kSigQuit, kernel::kSigTerm,
                                       kernel::kSigWinch};

Error system_error(Errno error) { return Error{std::string(text_of(error))}; }

cli::FileKind kind_of(vfs::FileType type) {
  switch (type) {
    case vfs::FileType::regular:
      return cli::FileKind::regular;
    case vfs::FileType::directory:
      return cli::FileKind::directory;
    case vfs::FileType::symlink:
      return cli::FileKind::symlink;
    default:
      return cli::FileKind::other;
  }
}

}  // namespace

// --- Streams ----------------------------------------------------------------

ProcessConsole::FdSource::~FdSource() {
  if (owned_) (void)self_.close(fd_);
}

Task<Result<Bytes>> ProcessConsole::FdSource::read(std::size_t max) {
  for (;;) {
    const SysResult<Bytes> piece = co_await self_.read(fd_, max);
    if (piece) co_return *piece;
    if (piece.error() != Errno::eintr) co_return system_error(piece.error());
  }
}

ProcessConsole::FdSink::~FdSink() { close(); }

void ProcessConsole::FdSink::close() {
  if (owned_) (void)self_.close(fd_);
  owned_ = false;
}

Task<Outcome> ProcessConsole::FdSink::write(Bytes bytes) {
  while (!bytes.empty()) {
    const SysResult<std::int64_t> taken = co_await self_.write(fd_, bytes);
    if (taken) {
      bytes.erase(0, static_cast<std::size_t>(*taken));
    } else if (taken.error() != Errno::eintr) {
      co_return system_error(taken.error());
    }
  }
  co_return done();
}

// --- Terminal ---------------------------------------------------------------

ProcessConsole::ProcessConsole(Process& self)
    : self_(self),
      in_(self, kernel::kStdin, false),
      out_(self, kernel::kStdout, false),
      err_(self, kernel::kStderr, false) {}

ProcessConsole::~ProcessConsole() { set_raw(false); }

bool ProcessConsole::in_is_terminal() const {
  return self_.isatty(kernel::kStdin);
}

bool ProcessConsole::out_is_terminal() const {
  return self_.isatty(kernel::kStdout);
}

cli::TerminalSize ProcessConsole::terminal_size() const {
  for (const Fd fd : {kernel::kStdout, kernel::kStdin, kernel::kStderr}) {
    const SysResult<kernel::WindowSize> size = self_.window_size(fd);
    if (size) return {size->rows, size->columns};
  }
  return {};
}

void ProcessConsole::set_raw(bool raw) {
  if (!raw) {
    if (cooked_) (void)self_.tcsetattr(kernel::kStdin, *cooked_);
    cooked_.reset();
    return;
  }
  const SysResult<Termios> before = self_.tcgetattr(kernel::kStdin);
  if (!before) return;
  if (!cooked_) cooked_ = *before;
  Termios termios = *before;
  termios.echo = termios.canonical = termios.signals = false;
  termios.output_crlf = termios.input_cr_to_nl = false;
  (void)self_.tcsetattr(kernel::kStdin, termios);
}

void ProcessConsole::set_echo(bool echo) {
  const SysResult<Termios> before = self_.tcgetattr(kernel::kStdin);
  if (!before) return;
  Termios termios = *before;
  termios.echo = echo;
  (void)self_.tcsetattr(kernel::kStdin, termios);
}

Task<cli::Interrupt> ProcessConsole::next_signal() {
  if (!catches_) {
    catches_ = true;
    for (const int signal : kCaughtSignals) {
      (void)self_.sigaction(signal, kernel::Disposition::caught);
    }
  }
  for (;;) {
    const int signal = self_.take_signal();
    if (signal != 0) co_return cli::Interrupt{signal};
    // Not pause(2): another fiber of this process may take the interruption.
    co_await static_cast<kernel::KernelProcess&>(self_).signals().wait();
  }
}

std::optional<std::string> ProcessConsole::getenv(std::string_view name) const {
  return self_.getenv(name);
}
std::string ProcessConsole::cwd() const { return self_.getcwd(); }
Time ProcessConsole::now() const { return self_.now(); }

// --- Files ------------------------------------------------------------------

SysResult<cli::FileStat> ProcessConsole::stat(std::string path, bool follow) {
  const SysResult<vfs::Attributes> file =
      follow ? self_.stat(path) : self_.lstat(path);
  if (!file) return file.error();
  return cli::FileStat{.kind = kind_of(file->type),
                       .size = file->size,
                       .mode = file->mode,
                       .uid = file->uid,
                       .gid = file->gid,
                       .mtime = file->mtime};
}

SysResult<std::vector<std::string>> ProcessConsole::list(std::string path) {
  const auto entries = self_.readdir(path);
  if (!entries) return entries.error();
  std::vector<std::string> names;
  for (const vfs::DirectoryEntry& entry : *entries) names.push_back(entry.name);
  return names;
}

SysResult<std::string> ProcessConsole::readlink(std::string path) {
  return self_.readlink(path);
}

Task<SysResult<Bytes>> ProcessConsole::read_file(std::string path) {
  co_return co_await kernel::read_file(self_, path);
}

Task<SysResult<std::unique_ptr<ByteSource>>> ProcessConsole::open_source(
    std::string path) {
  const SysResult<Fd> fd =
      co_await self_.open(path, kernel::kReadOnly | kernel::kCloseOnExec);
  if (!fd) co_return fd.error();
  std::unique_ptr<ByteSource> source =
      std::make_unique<FdSource>(self_, *fd, true);
  co_return source;
}

Task<SysResult<std::unique_ptr<ByteSink>>> ProcessConsole::open_sink(
    std::string path, std::uint32_t mode) {
  const unsigned flags = kernel::kWriteOnly | kernel::kCreate |
                         kernel::kTruncate | kernel::kCloseOnExec;
  const SysResult<Fd> fd = co_await self_.open(path, flags, mode);
  if (!fd) co_return fd.error();
  std::unique_ptr<ByteSink> sink = std::make_unique<FdSink>(self_, *fd, true);
  co_return sink;
}

SysOutcome ProcessConsole::unlink(std::string path) {
  return self_.unlink(path);
}

SysOutcome ProcessConsole::mkdir(std::string path, std::uint32_t mode) {
  return self_.mkdir(path, mode);
}

Task<Outcome> ProcessConsole::archive(std::string path, std::string prefix,
                                      std::vector<std::string> skip,
                                      ByteSink& tar) {
  const SysResult<vfs::Location> place = self_.resolve(path, vfs::Last::keep);
  if (!place) co_return system_error(place.error());
  vfs::TarOptions options;
  options.prefix = std::move(prefix);
  for (const std::string& name : skip) {
    options.skip.push_back(name.starts_with('/') ? name : "/" + name);
  }
  co_return co_await vfs::write_tree(place->inode, options, tar);
}

Task<Outcome> ProcessConsole::extract(ByteSource& tar, std::string directory) {
  const SysResult<vfs::Location> place =
      self_.resolve(directory, vfs::Last::follow);
  if (!place) co_return system_error(place.error());
  // What comes out of a container belongs to whoever asked for it.
  vfs::ExtractOptions options;
  options.keep_owner = false;
  options.uid = self_.credentials().uid;
  options.gid = self_.credentials().gid;
  co_return co_await vfs::extract(tar, place->inode, options);
}

}  // namespace drydock::machine
