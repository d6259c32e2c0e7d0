// fake_console.h — a terminal for the client that remembers what was written.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/wait.h"
#include "sim/cli/console.h"

namespace drydock::cli {

class FakeConsole final : public Console {
 public:
  explicit FakeConsole(const Clock& clock) : clock_(clock) {}

  // What the test sets.
  std::map<std::string, std::string> environment{{"HOME", "/root"}};
  std::map<std::string, Bytes> files;  // By absolute path.
  std::vector<std::string> directories{"/", "/lab"};
  bool terminal = false;
  Bytes typed;  // All of the input; then it ends, unless `keeps_open`.
  bool keeps_open = false;

  // What the client did.
  StringSink output, errors;
  bool raw = false;

  /// Another byte of input; for tests that type while a client waits.
  void type(Bytes bytes) {
    input_.bytes += bytes;
    input_.arrived.notify_all();
  }
  void send(int signal) {
    signals_.push_back(signal);
    signalled_.notify_all();
  }

  ByteSource& in() override {
    if (!primed_) input_.bytes += typed;
    primed_ = true;
    input_.keeps_open = keeps_open;
    return input_;
  }
  ByteSink& out() override { return output; }
  ByteSink& err() override { return errors; }
  bool in_is_terminal() const override { return terminal; }
  bool out_is_terminal() const override { return terminal; }
  TerminalSize terminal_size() const override { return {}; }
  void set_raw(bool on) override { raw = on; }
  void set_echo(bool) override {}

  Task<Interrupt> next_signal() override {
    while (signals_.empty()) co_await signalled_.wait();
    const Interrupt interrupt{signals_.front()};
    signals_.erase(signals_.begin());
    co_return interrupt;
  }

  std::optional<std::string> getenv(std::string_view name) const override {
    const auto found = environment.find(std::string(name));
    if (found == environment.end()) return std::nullopt;
    return found->second;
  }
  std::string cwd() const override { return "/lab"; }
  Time now() const override { return clock_.now(); }

  SysResult<FileStat> stat(std::string path, bool) override {
    path = whole(path);
    FileStat found;
    if (const auto file = files.find(path); file != files.end()) {
      found.size = static_cast<std::int64_t>(file->second.size());
      found.mode = 0644;
      return found;
    }
    for (const std::string& directory : directories) {
      if (directory != path) continue;
      found.kind = FileKind::directory;
      found.mode = 0755;
      return found;
    }
    return Errno::enoent;
  }
  SysResult<std::vector<std::string>> list(std::string path) override {
    std::vector<std::string> names;
    const std::string prefix = whole(path) + "/";
    for (const auto& [name, content] : files) {
      if (name.starts_with(prefix)) names.push_back(name.substr(prefix.size()));
    }
    return names;
  }
  SysResult<std::string> readlink(std::string) override {
    return Errno::einval;
  }
  Task<SysResult<Bytes>> read_file(std::string path) override {
    const auto found = files.find(whole(path));
    if (found == files.end()) co_return Errno::enoent;
    co_return found->second;
  }
  Task<SysResult<std::unique_ptr<ByteSource>>> open_source(
      std::string path) override {
    const auto found = files.find(whole(path));
    if (found == files.end()) co_return Errno::enoent;
    std::unique_ptr<ByteSource> source =
        std::make_unique<StringSource>(found->second);
    co_return source;
  }
  Task<SysResult<std::unique_ptr<ByteSink>>> open_sink(std::string path,
                                                       std::uint32_t) override {
    path = whole(path);
    const std::string parent = path.substr(0, path.rfind('/'));
    const SysResult<FileStat> above = stat(parent.empty() ? "/" : parent, true);
    if (!above) co_return Errno::enoent;
    files[path] = {};
    std::unique_ptr<ByteSink> sink = std::make_unique<FileSink>(files[path]);
    co_return sink;
  }
  SysOutcome unlink(std::string path) override {
    files.erase(whole(path));
    return ok();
  }
  SysOutcome mkdir(std::string path, std::uint32_t) override {
    directories.push_back(whole(path));
    return ok();
  }
  Task<Outcome> archive(std::string path, std::string prefix,
                        std::vector<std::string>, ByteSink& tar) override {
    const Outcome written =
        co_await tar.write("tar of " + path + " as " + prefix);
    co_return written;
  }
  Task<Outcome> extract(ByteSource&, std::string) override { co_return done(); }

 private:
  struct Input final : ByteSource {
    Bytes bytes;
    bool keeps_open = false;
    WaitQueue arrived;
    Task<Result<Bytes>> read(std::size_t max) override {
      while (bytes.empty() && keeps_open) co_await arrived.wait();
      Bytes piece = bytes.substr(0, max);
      bytes.erase(0, piece.size());
      co_return piece;
    }
  };
  struct FileSink final : ByteSink {
    explicit FileSink(Bytes& file) : file_(file) {}
    Task<Outcome> write(Bytes bytes) override {
      file_ += bytes;
      co_return done();
    }
    Bytes& file_;
  };

  std::string whole(const std::string& path) const {
    return path.starts_with('/') ? path : cwd() + "/" + path;
  }

  const Clock& clock_;
  Input input_;
  bool primed_ = false;
  std::vector<int> signals_;
  WaitQueue signalled_;
};

}  // namespace drydock::cli
