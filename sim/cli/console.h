// console.h — all that a client knows of where it runs.
//
// The docker client is one implementation for two worlds; here is what it may
// ask of its own: streams, terminal, environment, working directory and the
// files beside it.  In the simulator a process of the simulated host answers,
// in realmode the fds and folders that the client handed over.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/errno.h"
#include "sim/base/result.h"
#include "sim/base/stream.h"
#include "sim/base/task.h"
#include "sim/base/time.h"

namespace drydock::cli {

struct TerminalSize {
  int rows = 24, columns = 80;
};

enum class FileKind { regular, directory, symlink, other };

struct FileStat {
  FileKind kind = FileKind::regular;
  std::int64_t size = 0;
  std::uint32_t mode = 0, uid = 0, gid = 0;
  Time mtime;
};

/// What woke a client that waits for its terminal or its user.
struct Interrupt {
  int signal = 0;  // SIGINT, SIGTERM, SIGWINCH ...
};

/// What a GET has brought.
struct Downloaded {
  Bytes content;
  std::optional<Time> modified;  // Of Last-Modified.
};

/// Why a URL could not be fetched; the client's profile has the words.
struct DownloadFault {
  enum class Kind {
    lookup,   // Nobody knows the host `where`.
    connect,  // `where` is "ADDRESS:PORT", `why` the system's reason.
    status,   // The server answered `why`: "404 Not Found".
    other,    // `why` says it all.
  };
  Kind kind = Kind::other;
  std::string where, why;
};

class Console {
 public:
  virtual ~Console() = default;

  virtual ByteSource& in() = 0;
  virtual ByteSink& out() = 0;
  virtual ByteSink& err() = 0;
  virtual bool in_is_terminal() const = 0;
  virtual bool out_is_terminal() const = 0;
  virtual TerminalSize terminal_size() const = 0;
  /// Raw: no echo, no line editing, no signals; each byte goes on as typed.
  virtual void set_raw(bool raw) = 0;
  virtual void set_echo(bool echo) = 0;  // Off while a password is typed.

  /// The next signal that this client caught; it catches them from the first
  /// call on.
  virtual Task<Interrupt> next_signal() = 0;

  virtual std::optional<std::string> getenv(std::string_view name) const = 0;
  virtual std::string cwd() const = 0;
  virtual Time now() const = 0;

  // Files, with paths relative to cwd().  Errors are system errors.
  virtual SysResult<FileStat> stat(std::string path, bool follow = true) = 0;
  virtual SysResult<std::vector<std::string>> list(
      std::string path) = 0;  // Sorted.
  virtual SysResult<std::string> readlink(std::string path) = 0;
  virtual Task<SysResult<Bytes>> read_file(std::string path) = 0;
  virtual Task<SysResult<std::unique_ptr<ByteSource>>> open_source(
      std::string path) = 0;
  /// Creates or truncates.  Bytes are there when the sink is closed.
  virtual Task<SysResult<std::unique_ptr<ByteSink>>> open_sink(
      std::string path, std::uint32_t mode = 0644) = 0;
  virtual SysOutcome unlink(std::string path) = 0;
  virtual SysOutcome mkdir(std::string path, std::uint32_t mode) = 0;

  /// tar(5) of a path of this client's: of a directory, its contents under
  /// `prefix`; `skip` answers whether a path relative to it is left out.
  virtual Task<Outcome> archive(std::string path, std::string prefix,
                                std::vector<std::string> skip,
                                ByteSink& tar) = 0;
  /// What a GET of a URL brings, redirects followed.  Who has no way to fetch
  /// says so.
  virtual Task<Result<Downloaded, DownloadFault>> download(std::string url) {
    DownloadFault fault;
    fault.why = "drydock: nothing is fetched from here: " + url;
    co_return fault;
  }

  /// The other way round: extracts below an existing directory.
  virtual Task<Outcome> extract(ByteSource& tar, std::string directory) = 0;
};

}  // namespace drydock::cli
