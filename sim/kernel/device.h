// device.h — character devices: null(4), zero, full, random(4), tty(4), pts(4).

#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "sim/kernel/open_file.h"

namespace drydock::kernel {

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
  explicit DeviceTable(Kernel& kernel) : kernel_(kernel) {}

  /// ENXIO when no driver has this number.
  SysResult<OpenFileRef> open(KernelProcess& self, const vfs::Location& place,
                              unsigned flags);

  /// A new pseudo-terminal with the lowest free number.
  TtyRef make_tty();
  TtyRef find_tty(std::uint32_t number) const;
  /// Numbers of the terminals there are, in order.
  std::vector<std::uint32_t> ttys() const;

  /// What /dev/console is; may be null.
  TtyRef console;

 private:
  Kernel& kernel_;
  std::map<std::uint32_t, std::weak_ptr<Tty>> ttys_;
};

}  // namespace drydock::kernel
