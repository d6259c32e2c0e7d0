// client_console.h — a client's streams, terminal and files, as it has handed
// them over: cli/console.h answered with descriptors.

#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "realmode/daemon/loop.h"
#include "realmode/sys/fd.h"
#include "sim/base/text.h"
#include "sim/base/wait.h"
#include "sim/cli/console.h"

namespace drydock::realmode {

class Transport;

/// What came with the first message.
struct Handed {
  sys::Fd in, out, err, cwd, root;
  std::string cwd_name;
  List environment;
};

class ClientConsole final : public cli::Console {
 public:
  /// `transport`: for URLs that are given instead of files.
  ClientConsole(Loop& loop, Transport& transport, Handed handed);
  ~ClientConsole() override;

  ByteSource& in() override;
  ByteSink& out() override;
  ByteSink& err() override;
  bool in_is_terminal() const override;
  bool out_is_terminal() const override;
  cli::TerminalSize terminal_size() const override;
  void set_raw(bool raw) override;
  void set_echo(bool echo) override;
  Task<cli::Interrupt> next_signal() override;
  std::optional<std::string> getenv(std::string_view name) const override;
  std::string cwd() const override { return handed_.cwd_name; }
  Time now() const override { return loop_.now(); }
  SysResult<cli::FileStat> stat(std::string path, bool follow) override;
  SysResult<std::vector<std::string>> list(std::string path) override;
  SysResult<std::string> readlink(std::string path) override;
  Task<SysResult<Bytes>> read_file(std::string path) override;
  Task<SysResult<std::unique_ptr<ByteSource>>> open_source(
      std::string path) override;
  Task<SysResult<std::unique_ptr<ByteSink>>> open_sink(
      std::string path, std::uint32_t mode) override;
  SysOutcome unlink(std::string path) override;
  SysOutcome mkdir(std::string path, std::uint32_t mode) override;
  Task<Outcome> archive(std::string path, std::string prefix,
                        std::vector<std::string> skip, ByteSink& tar) override;
  Task<Outcome> extract(ByteSource& tar, std::string directory) override;
  Task<Result<cli::Downloaded, cli::DownloadFault>> download(
      std::string url) override;  // client_download.cc

  /// The client has caught a signal: true when somebody here wants it.
  bool give_signal(int number);
  /// Called when nobody reads what it prints any more: it is to end as SIGPIPE
  /// would end it.  Whoever wrote waits until the console goes.
  void when_unread(std::function<void()> tell) { unread_ = std::move(tell); }

 private:
  struct Terminal;  // What set_raw found.
  class Source;
  class Sink;

  /// Relative to the client's own directory, or to its own root.
  SysResult<sys::Fd> open(const std::string& path, int flags,
                          std::uint32_t mode = 0) const;

  Loop& loop_;
  Transport& transport_;
  Handed handed_;
  std::unique_ptr<Source> in_;
  std::unique_ptr<Sink> out_, err_;
  std::unique_ptr<Terminal> cooked_;
  bool catches_ = false;
  std::deque<int> signals_;
  WaitQueue signalled_;
  std::function<void()> unread_;
  WaitQueue for_ever_;
};

}  // namespace drydock::realmode
