// devpts.h — /dev/pts: one instance for the machine, more for containers.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "sim/kernel/synthetic_inode.h"
#include "sim/kernel/tty.h"

namespace drydock::kernel {

/// A terminal's node.  Opening it, or a bind mount of it (/dev/console of a
/// container), leads to the terminal.
class TtyNode final : public vfs::Inode {
 public:
  TtyNode(const TtyRef& tty, vfs::Attributes attributes)
      : tty_(tty), attributes_(attributes) {}
  vfs::Attributes attributes() const override { return attributes_; }
  SysOutcome change(const vfs::AttributeChange& change) override;
  TtyRef tty() const { return tty_.lock(); }

 private:
  std::weak_ptr<Tty> tty_;
  vfs::Attributes attributes_;
};

class Devpts final : public vfs::FileSystem {
 public:
  explicit Devpts(Kernel& kernel);
  vfs::InodeRef root() override;
  std::string type() const override { return "devpts"; }

  /// A new pseudo-terminal with the lowest free number of this instance.
  TtyRef make_tty();
  TtyRef find(std::uint32_t number) const;

 private:
  class Root;
  Kernel& kernel_;
  std::shared_ptr<Root> root_;
};
using DevptsRef = std::shared_ptr<Devpts>;

/// What every /dev has: null, zero, full, random, urandom, tty, and links to
/// /proc/self/fd; empty pts/, shm/ and mqueue/.
void populate_dev(vfs::Inode& dev);

}  // namespace drydock::kernel
