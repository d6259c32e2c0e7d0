// tty.h — a pseudo-terminal: pty(7), tty_ioctl(4).
//
// The slave is what programs have open; the master is the screen and the keys,
// held by the machine room (or by a program that opened /dev/ptmx).

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sim/kernel/line_discipline.h"
#include "sim/kernel/open_file.h"
#include "sim/kernel/pid_namespace.h"

namespace drydock::kernel {

class Tty : public std::enable_shared_from_this<Tty> {
 public:
  static constexpr std::size_t kScreenMax = 64 * 1024;

  explicit Tty(std::uint32_t number) : number_(number) {}

  std::uint32_t number() const { return number_; }
  std::string name() const;  // "pts/0"
  const Termios& termios() const { return discipline_.termios(); }
  void set_termios(const Termios& termios);
  WindowSize window_size() const { return window_; }
  void set_window_size(WindowSize size);  // SIGWINCH when it changes.

  // --- The slave -----------------------------------------------------------
  /// `place` is the node that was opened; without one, /dev/pts/N is meant.
  OpenFileRef open(KernelProcess& self, unsigned flags, vfs::Location place);
  OpenFileRef open_slave();  // For a machine that fills a SpawnSpec.

  // --- Job control ---------------------------------------------------------
  void become_controlling(KernelProcess& session_leader);
  /// The session's leader has ended.
  void disown(Session& session);
  Session* session() const { return session_; }
  Pid foreground(const PidNamespace& seen_from) const;
  void set_foreground(const ProcessGroup& group);
  /// kRestart, or EIO, for a process in the background, which gets `signal`.
  SysOutcome check_foreground(KernelProcess& self, int signal);

  // --- The master ----------------------------------------------------------
  /// Types these keys; false when there is no room for more now.
  bool type(char key);
  Bytes take_screen(std::size_t count);
  bool has_screen() const { return !screen_.empty(); }
  /// No slave is open any more (and one has been).
  bool is_idle() const { return slaves_ == 0 && was_open_; }
  /// The master has gone: SIGHUP to the session, end of file for readers.
  void hang_up();
  bool hung_up() const { return hung_up_; }

  WaitQueue input, output, screen_news, room_news;

 private:
  friend class TtyFile;
  void signal_foreground(int signal);
  void show(std::string_view bytes);

  std::uint32_t number_;
  LineDiscipline discipline_;
  WindowSize window_;
  Session* session_ = nullptr;
  PidNumbersRef foreground_;
  Bytes screen_;
  int slaves_ = 0;
  bool was_open_ = false;
  bool hung_up_ = false;
};
using TtyRef = std::shared_ptr<Tty>;

/// The machine's hold on a terminal: reading is what the screen shows, writing
/// is typing.  When it ends, the line hangs up.
class TtyMaster final : public ByteSource, public ByteSink {
 public:
  explicit TtyMaster(TtyRef tty) : tty_(std::move(tty)) {}
  ~TtyMaster() override { close(); }

  /// Empty once no process has the terminal open.
  Task<Result<Bytes>> read(std::size_t max) override;
  Task<Outcome> write(Bytes keys) override;
  void close() override { tty_->hang_up(); }
  Tty& tty() { return *tty_; }

 private:
  TtyRef tty_;
};

/// SIGNAL for each member of a group.
void signal_group(const ProcessGroup& group, int signal);

}  // namespace drydock::kernel
