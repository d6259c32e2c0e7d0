// open_file.h — an open file description: what descriptors refer to.
//
// Shared by dup and fork: open(2), "NOTES".  Each kind of file answers at
// once, with EAGAIN where it would have to wait, and names the queue to wait
// in; the waiting itself is written once, in descriptor_calls.cc.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sim/base/errno.h"
#include "sim/base/stream.h"
#include "sim/base/wait.h"
#include "sim/kernel/process.h"
#include "sim/vfs/walk.h"

namespace drydock::kernel {

class KernelProcess;
class Tty;

/// Never seen by programs: the call stops here and is made again once the
/// process has been stopped and continued (ERESTARTSYS).
inline constexpr Errno kRestart{512};

class OpenFile {
 public:
  explicit OpenFile(unsigned flags) : flags_(flags) {}
  OpenFile(const OpenFile&) = delete;
  virtual ~OpenFile();

  bool readable() const { return (flags_ & kAccessMask) != kWriteOnly; }
  bool writable() const { return (flags_ & kAccessMask) != kReadOnly; }
  bool non_blocking() const { return (flags_ & kNonBlock) != 0; }
  unsigned flags() const { return flags_; }
  void set_flags(unsigned flags) { flags_ = flags; }

  /// An empty answer is the end of file.
  virtual SysResult<Bytes> try_read(KernelProcess& self, std::size_t count);
  /// Takes at least one byte, or says why not.
  virtual SysResult<std::int64_t> try_write(KernelProcess& self,
                                            std::string_view bytes);
  /// Where to wait when one of the above answered EAGAIN.
  virtual WaitQueue* read_queue() { return nullptr; }
  virtual WaitQueue* write_queue() { return nullptr; }

  /// poll(2): would a call answer at once?
  virtual bool read_ready() const { return true; }
  virtual bool write_ready() const { return true; }
  virtual bool hung_up() const { return false; }

  virtual vfs::Attributes attributes() const = 0;
  virtual SysResult<std::int64_t> seek(std::int64_t, Whence) {
    return Errno::espipe;
  }
  virtual SysOutcome truncate(std::int64_t) { return Errno::einval; }
  virtual Tty* tty() { return nullptr; }
  /// The inode and mount that was opened; null of pipes and sockets.
  virtual const vfs::Location* location() const { return nullptr; }
  /// What /proc/PID/fd/N shows of a file without a place: "pipe:[7]".
  virtual std::string title() const { return ""; }
  /// open(2) of /proc/PID/fd/N; null: open the inode itself anew, or, where
  /// there is none, share this description.
  virtual SysResult<OpenFileRef> reopen(unsigned) { return OpenFileRef(); }

  /// By which name it was opened, for /proc/PID/fd.
  void set_name(vfs::Location directory, std::string name) {
    directory_ = std::move(directory);
    name_ = std::move(name);
  }
  const vfs::Location& directory() const { return directory_; }
  const std::string& name() const { return name_; }

  /// Counts it among the machine's open files until it ends.
  void count_in(const std::shared_ptr<std::int64_t>& counter);

 private:
  unsigned flags_;
  vfs::Location directory_;
  std::string name_;
  std::shared_ptr<std::int64_t> counter_;
};

/// The longest regular file that may be written; EFBIG beyond it.
inline constexpr std::int64_t kFileSizeMax = std::int64_t{1} << 40;
/// The most bytes that one file may take up in memory.
inline constexpr std::int64_t kFileStoredMax = std::int64_t{1} << 28;

/// A regular file or a directory.
class InodeFile final : public OpenFile {
 public:
  InodeFile(vfs::Location place, unsigned flags)
      : OpenFile(flags), place_(std::move(place)) {}

  SysResult<Bytes> try_read(KernelProcess& self, std::size_t count) override;
  SysResult<std::int64_t> try_write(KernelProcess& self,
                                    std::string_view bytes) override;
  vfs::Attributes attributes() const override {
    return place_.inode->attributes();
  }
  SysResult<std::int64_t> seek(std::int64_t offset, Whence whence) override;
  SysOutcome truncate(std::int64_t size) override;
  const vfs::Location* location() const override { return &place_; }

 private:
  vfs::Location place_;
  std::int64_t offset_ = 0;
};

}  // namespace drydock::kernel
