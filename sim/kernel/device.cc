// device.cc — the devices that need no hardware.

#include "sim/kernel/device.h"

#include "sim/kernel/devpts.h"
#include "sim/kernel/kernel_process.h"
#include "sim/kernel/ptmx.h"
#include "sim/kernel/tty.h"

namespace drydock::kernel {

namespace {

/// The most that one read of an endless device gives.
constexpr std::size_t kReadMax = 32 << 20;

/// One of the memory devices, mem(4) and random(4).
class MemoryDevice final : public OpenFile {
 public:
  MemoryDevice(Kernel& kernel, vfs::Location place, vfs::Device device,
               unsigned flags)
      : OpenFile(flags),
        kernel_(kernel),
        place_(std::move(place)),
        device_(device) {}

  SysResult<Bytes> try_read(KernelProcess&, std::size_t count) override {
    const std::size_t some = std::min(count, kReadMax);
    if (device_ == kNullDevice) return Bytes();
    if (device_ == kZeroDevice || device_ == kFullDevice) {
      return Bytes(some, '\0');
    }
    return kernel_.random().bytes(some);
  }
  SysResult<std::int64_t> try_write(KernelProcess&,
                                    std::string_view bytes) override {
    if (device_ == kFullDevice) return Errno::enospc;
    return static_cast<std::int64_t>(bytes.size());
  }
  vfs::Attributes attributes() const override {
    return place_.inode->attributes();
  }
  SysResult<std::int64_t> seek(std::int64_t, Whence) override {
    return std::int64_t{0};
  }
  const vfs::Location* location() const override { return &place_; }

 private:
  Kernel& kernel_;
  vfs::Location place_;
  vfs::Device device_;
};

}  // namespace

DeviceTable::DeviceTable(Kernel& kernel)
    : kernel_(kernel), pts_(std::make_shared<Devpts>(kernel)) {}

SysResult<OpenFileRef> DeviceTable::open(KernelProcess& self,
                                         const vfs::Location& place,
                                         unsigned flags) {
  const vfs::Device device = place.inode->attributes().rdev;
  if (device.major == 1) {
    for (const vfs::Device& known : {kNullDevice, kZeroDevice, kFullDevice,
                                     kRandomDevice, kUrandomDevice}) {
      if (device != known) continue;
      return OpenFileRef(
          std::make_shared<MemoryDevice>(kernel_, place, device, flags));
    }
  }
  if (device == kPtmxDevice) {
    const auto* const node = dynamic_cast<const PtmxNode*>(place.inode.get());
    Devpts& pts = node ? node->devpts() : *pts_;
    return open_master(pts.make_tty(), flags, place);
  }
  TtyRef tty;
  if (device == kTtyDevice) tty = self.session().tty;
  if (device == kConsoleDevice) tty = console;
  const auto* const node = dynamic_cast<const TtyNode*>(place.inode.get());
  if (node) tty = node->tty();
  if (!node && device.major == kPtsMajor) tty = pts_->find(device.minor);
  if (device.major == kPtsMajor && !tty) return Errno::eio;
  if (!tty) return Errno::enxio;
  return tty->open(self, flags, place);
}

}  // namespace drydock::kernel
