// tty.cc — the two sides of a pseudo-terminal.

#include "sim/kernel/tty.h"

#include <fmt/format.h>

#include "sim/kernel/device.h"
#include "sim/kernel/kernel_process.h"

namespace drydock::kernel {

/// A slave that a process has open.
class TtyFile final : public OpenFile {
 public:
  TtyFile(TtyRef tty, unsigned flags, vfs::Location place)
      : OpenFile(flags), tty_(std::move(tty)), place_(std::move(place)) {
    ++tty_->slaves_;
    tty_->was_open_ = true;
  }
  ~TtyFile() override {
    if (--tty_->slaves_ == 0) tty_->screen_news.notify_all();
  }

  SysResult<Bytes> try_read(KernelProcess& self, std::size_t count) override {
    if (tty_->hung_up_) return Bytes();
    const SysOutcome allowed = tty_->check_foreground(self, kSigTtin);
    if (!allowed) return allowed.error();
    if (!tty_->discipline_.ready()) return Errno::eagain;
    Bytes bytes = tty_->discipline_.take(count);
    tty_->room_news.notify_all();
    return bytes;
  }
  SysResult<std::int64_t> try_write(KernelProcess&,
                                    std::string_view bytes) override {
    if (tty_->hung_up_) return Errno::eio;
    if (tty_->screen_.size() >= Tty::kScreenMax) return Errno::eagain;
    const std::size_t room = Tty::kScreenMax - tty_->screen_.size();
    const std::string_view piece = bytes.substr(0, room);
    tty_->show(tty_->discipline_.screen(piece));
    return static_cast<std::int64_t>(piece.size());
  }
  WaitQueue* read_queue() override { return &tty_->input; }
  WaitQueue* write_queue() override { return &tty_->output; }
  bool read_ready() const override {
    return tty_->hung_up_ || tty_->discipline_.ready();
  }
  bool write_ready() const override {
    return tty_->screen_.size() < Tty::kScreenMax;
  }
  bool hung_up() const override { return tty_->hung_up_; }
  vfs::Attributes attributes() const override {
    if (place_.inode) return place_.inode->attributes();
    vfs::Attributes node;
    node.type = vfs::FileType::char_device;
    node.mode = 0620;
    node.gid = 5;
    node.rdev = {kPtsMajor, tty_->number_};
    return node;
  }
  Tty* tty() override { return tty_.get(); }
  const vfs::Location* location() const override {
    return place_.inode ? &place_ : nullptr;
  }
  std::string title() const override { return "/dev/" + tty_->name(); }
  SysResult<OpenFileRef> reopen(unsigned flags) override {
    return OpenFileRef(std::make_shared<TtyFile>(tty_, flags, place_));
  }

 private:
  TtyRef tty_;
  vfs::Location place_;
};

std::string Tty::name() const { return fmt::format("pts/{}", number_); }

void Tty::set_termios(const Termios& termios) {
  discipline_.set_termios(termios);
  if (discipline_.ready()) input.notify_all();
}

void Tty::set_window_size(WindowSize size) {
  const bool same =
      size.rows == window_.rows && size.columns == window_.columns;
  window_ = size;
  if (!same) signal_foreground(kSigWinch);
}

OpenFileRef Tty::open(KernelProcess& self, unsigned flags,
                      vfs::Location place) {
  const bool leads = self.session().numbers->process == &self;
  if (leads && !self.session().tty && !session_) become_controlling(self);
  return std::make_shared<TtyFile>(shared_from_this(), flags, std::move(place));
}

OpenFileRef Tty::open_slave() {
  return std::make_shared<TtyFile>(shared_from_this(), kReadWrite,
                                   vfs::Location{});
}

// --- Job control -----------------------------------------------------------

void signal_group(const ProcessGroup& group, int signal) {
  std::vector<std::shared_ptr<KernelProcess>> members;
  const Link& ring = group.members;
  for (Link* place = ring.next(); place != &ring; place = place->next()) {
    members.push_back(process_at<GroupPlace>(place, ring)->shared_from_this());
  }
  for (const std::shared_ptr<KernelProcess>& member : members) {
    member->raise(signal);
  }
}

void Tty::signal_foreground(int signal) {
  if (foreground_ && foreground_->group) {
    signal_group(*foreground_->group, signal);
  }
}

void Tty::become_controlling(KernelProcess& session_leader) {
  Session& session = session_leader.session();
  session.tty = shared_from_this();
  session_ = &session;
  foreground_ = session_leader.group()->numbers;
}

void Tty::disown(Session& session) {
  const TtyRef keep = shared_from_this();
  if (session_ == &session) {
    signal_foreground(kSigHup);
    signal_foreground(kSigCont);
    session_ = nullptr;
    foreground_ = nullptr;
  }
  session.tty = nullptr;
}

Pid Tty::foreground(const PidNamespace& seen_from) const {
  return foreground_ ? foreground_->in(seen_from) : 0;
}

void Tty::set_foreground(const ProcessGroup& group) {
  foreground_ = group.numbers;
}

SysOutcome Tty::check_foreground(KernelProcess& self, int signal) {
  const bool controls = session_ && &self.session() == session_;
  if (!controls || !foreground_) return ok();
  if (self.group()->numbers == foreground_) return ok();
  const bool reading = signal == kSigTtin;
  if (self.ignores(signal)) return reading ? SysOutcome(Errno::eio) : ok();
  if (self.in_orphaned_group()) return Errno::eio;
  signal_group(*self.group(), signal);
  return kRestart;
}

// --- The master ------------------------------------------------------------

void Tty::show(std::string_view bytes) {
  if (bytes.empty()) return;
  screen_ += bytes;
  screen_news.notify_all();
}

bool Tty::type(char key) {
  if (!discipline_.has_room()) return false;
  const KeyEffect effect = discipline_.key(key);
  // An echo that nobody looks at is lost, as on a real line.
  if (screen_.size() < kScreenMax) show(effect.echo);
  if (effect.signal != 0) signal_foreground(effect.signal);
  if (discipline_.ready()) input.notify_all();
  return true;
}

Bytes Tty::take_screen(std::size_t count) {
  Bytes bytes = screen_.substr(0, count);
  screen_.erase(0, bytes.size());
  output.notify_all();
  return bytes;
}

void Tty::hang_up() {
  if (std::exchange(hung_up_, true)) return;
  const TtyRef keep = shared_from_this();
  if (session_ && session_->numbers->process) {
    const std::shared_ptr<KernelProcess> leader =
        session_->numbers->process->shared_from_this();
    leader->raise(kSigHup);
    leader->raise(kSigCont);
  }
  signal_foreground(kSigHup);
  signal_foreground(kSigCont);
  input.notify_all();
  output.notify_all();
  room_news.notify_all();
  screen_news.notify_all();
}

Task<Result<Bytes>> TtyMaster::read(std::size_t max) {
  const TtyRef tty = tty_;
  while (!tty->has_screen() && !tty->is_idle() && !tty->hung_up()) {
    co_await tty->screen_news.wait();
  }
  co_return tty->take_screen(max);
}

Task<Outcome> TtyMaster::write(Bytes keys) {
  const TtyRef tty = tty_;
  std::size_t at = 0;
  while (at < keys.size() && !tty->hung_up()) {
    if (tty->type(keys[at])) {
      ++at;
      continue;
    }
    co_await tty->room_news.wait();
  }
  co_return done();
}

}  // namespace drydock::kernel
