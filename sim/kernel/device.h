// device.h — character devices: null(4), zero, full, random(4), tty(4), pts(4).

#pragma once

#include <cstdint>
#include <memory>

#include "sim/kernel/open_file.h"

namespace drydock::kernel {

class Devpts;
class Kernel;
class Tty;
using TtyRef = std::shared_ptr<Tty>;

inline constexpr vfs::Device kNullDevice{1, 3}, kZeroDevice{1, 5},
    kFullDevice{1, 7}, kRandomDevice{1, 8}, kUrandomDevice{1, 9},
    kTtyDevice{5, 0}, kConsoleDevice{5, 1}, kPtmxDevice{5, 2};
inline constexpr std::uint32_t kPtsMajor = 136;

/// Which driver answers which device number.
class DeviceTable {
 public:
  explicit DeviceTable(Kernel& kernel);

  /// ENXIO when no driver has this number.
  SysResult<OpenFileRef> open(KernelProcess& self, const vfs::Location& place,
                              unsigned flags);

  /// The machine's own /dev/pts.
  const std::shared_ptr<Devpts>& pts() { return pts_; }

  /// What /dev/console is; may be null.
  TtyRef console;

 private:
  Kernel& kernel_;
  std::shared_ptr<Devpts> pts_;
};

}  // namespace drydock::kernel
