// ptmx.cc — the master of a terminal as a descriptor.

#include "sim/kernel/ptmx.h"

#include <utility>

#include <fmt/format.h>

#include "sim/kernel/kernel_process.h"

namespace drydock::kernel {

namespace {

class MasterFile final : public OpenFile {
 public:
  MasterFile(TtyRef tty, unsigned flags, vfs::Location place)
      : OpenFile(flags), tty_(std::move(tty)), place_(std::move(place)) {}
  ~MasterFile() override { tty_->hang_up(); }

  SysResult<Bytes> try_read(KernelProcess&, std::size_t count) override {
    if (tty_->has_screen()) return tty_->take_screen(count);
    if (tty_->is_idle()) return Errno::eio;
    return Errno::eagain;
  }
  SysResult<std::int64_t> try_write(KernelProcess&,
                                    std::string_view keys) override {
    std::int64_t typed = 0;
    for (const char key : keys) {
      if (!tty_->type(key)) break;
      ++typed;
    }
    if (typed == 0 && !keys.empty()) return Errno::eagain;
    return typed;
  }
  WaitQueue* read_queue() override { return &tty_->screen_news; }
  WaitQueue* write_queue() override { return &tty_->room_news; }
  bool read_ready() const override {
    return tty_->has_screen() || tty_->is_idle();
  }
  bool hung_up() const override { return tty_->is_idle(); }
  vfs::Attributes attributes() const override {
    return place_.inode->attributes();
  }
  Tty* tty() override { return tty_.get(); }
  const vfs::Location* location() const override { return &place_; }

 private:
  TtyRef tty_;
  vfs::Location place_;
};

}  // namespace

OpenFileRef open_master(TtyRef tty, unsigned flags, vfs::Location place) {
  return std::make_shared<MasterFile>(std::move(tty), flags, std::move(place));
}

SysResult<std::string> ptsname(Process& self, Fd master) {
  const auto& process = static_cast<const KernelProcess&>(self);
  const OpenFileRef file = process.fds().get(master);
  if (!file) return Errno::ebadf;
  if (!dynamic_cast<MasterFile*>(file.get())) return Errno::enotty;
  return "/dev/" + file->tty()->name();
}

}  // namespace drydock::kernel
