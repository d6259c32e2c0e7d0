// ptmx.h — /dev/ptmx: a program that holds the master of a terminal, pts(4).

#pragma once

#include "sim/kernel/devpts.h"
#include "sim/kernel/open_file.h"
#include "sim/kernel/tty.h"

namespace drydock::kernel {

/// The node in a devpts.  Each open makes a new terminal of that instance.
class PtmxNode final : public vfs::Inode {
 public:
  PtmxNode(Devpts& of, vfs::Attributes attributes)
      : of_(of), attributes_(attributes) {}
  vfs::Attributes attributes() const override { return attributes_; }
  SysOutcome change(const vfs::AttributeChange&) override { return ok(); }
  Devpts& devpts() const { return of_; }

 private:
  Devpts& of_;  // Whose root holds this node.
  vfs::Attributes attributes_;
};

/// What open(2) of it answers: reading is what the screen shows, EIO once no
/// process has the terminal open; writing is typing.
OpenFileRef open_master(TtyRef tty, unsigned flags, vfs::Location place);

/// ptsname(3): "/dev/pts/0" of a master; ENOTTY of other files.
SysResult<std::string> ptsname(Process& self, Fd master);

}  // namespace drydock::kernel
