// process_console.h — the docker client's surroundings: a simulated process.

#pragma once

#include "sim/cli/console.h"
#include "sim/kernel/process.h"

namespace drydock::machine {

/// Answers cli/console.h with the system calls of one process of the host.
class ProcessConsole final : public cli::Console {
 public:
  explicit ProcessConsole(kernel::Process& self);
  ~ProcessConsole() override;

  ByteSource& in() override { return in_; }
  ByteSink& out() override { return out_; }
  ByteSink& err() override { return err_; }
  bool in_is_terminal() const override;
  bool out_is_terminal() const override;
  cli::TerminalSize terminal_size() const override;
  void set_raw(bool raw) override;
  void set_echo(bool echo) override;
  Task<cli::Interrupt> next_signal() override;
  std::optional<std::string> getenv(std::string_view name) const override;
  std::string cwd() const override;
  Time now() const override;
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
      std::string url) override;  // process_download.cc

 private:
  /// A descriptor as a stream.  Closes what it opened itself.
  class FdSource final : public ByteSource {
   public:
    FdSource(kernel::Process& self, kernel::Fd fd, bool owned)
        : self_(self), fd_(fd), owned_(owned) {}
    ~FdSource() override;
    Task<Result<Bytes>> read(std::size_t max) override;

   private:
    kernel::Process& self_;
    kernel::Fd fd_;
    bool owned_;
  };
  class FdSink final : public ByteSink {
   public:
    FdSink(kernel::Process& self, kernel::Fd fd, bool owned)
        : self_(self), fd_(fd), owned_(owned) {}
    ~FdSink() override;
    Task<Outcome> write(Bytes bytes) override;
    void close() override;

   private:
    kernel::Process& self_;
    kernel::Fd fd_;
    bool owned_;
  };

  kernel::Process& self_;
  FdSource in_;
  FdSink out_, err_;
  std::optional<kernel::Termios> cooked_;  // What set_raw found.
  bool catches_ = false;
};

}  // namespace drydock::machine
