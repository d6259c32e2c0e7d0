// capability.h — capabilities(7): the pieces that root's power is made of.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace drydock::vfs {

/// By their numbers in <linux/capability.h>.
enum class Capability : std::uint8_t {
  chown,
  dac_override,
  dac_read_search,
  fowner,
  fsetid,
  kill,
  setgid,
  setuid,
  setpcap,
  linux_immutable,
  net_bind_service,
  net_broadcast,
  net_admin,
  net_raw,
  ipc_lock,
  ipc_owner,
  sys_module,
  sys_rawio,
  sys_chroot,
  sys_ptrace,
  sys_pacct,
  sys_admin,
  sys_boot,
  sys_nice,
  sys_resource,
  sys_time,
  sys_tty_config,
  mknod,
  lease,
  audit_write,
  audit_control,
  setfcap,
  mac_override,
  mac_admin,
  syslog,
  wake_alarm,
  block_suspend,
  audit_read,
  perfmon,
  bpf,
  checkpoint_restore,
};

/// Their names in upper case, without CAP_, by number.
inline constexpr std::array<std::string_view, 41> kCapabilityNames = {
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
};

/// A set of them, one bit each.
using CapabilitySet = std::uint64_t;

constexpr CapabilitySet bit_of(Capability capability) {
  return CapabilitySet{1} << static_cast<unsigned>(capability);
}

inline constexpr CapabilitySet kAllCapabilities =
    (CapabilitySet{1} << kCapabilityNames.size()) - 1;

/// "NET_ADMIN", without CAP_ and in upper case; nullopt: there is none.
constexpr std::optional<Capability> capability_named(std::string_view name) {
  for (std::size_t at = 0; at < kCapabilityNames.size(); ++at) {
    if (kCapabilityNames[at] == name) return static_cast<Capability>(at);
  }
  return std::nullopt;
}

}  // namespace drydock::vfs
