// capabilities.cc — names and sets of capabilities(7).

#include "realmode/sys/capabilities.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "realmode/sys/trace.h"
#include "sim/base/text.h"

namespace drydock::sys {

namespace {

/// In order of their numbers: linux/capability.h.
constexpr std::array<std::string_view, 41> kNames = {
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
};
static_assert(kNames[CAP_SYS_ADMIN] == "CAP_SYS_ADMIN");
static_assert(kNames[CAP_CHECKPOINT_RESTORE] == "CAP_CHECKPOINT_RESTORE");

constexpr CapabilitySet bit(int number) { return CapabilitySet{1} << number; }

CapabilitySet read_bounding_set() {
  CapabilitySet set = 0;
  for (int number = 0; number < 64; ++number) {
    const int there = ::prctl(PR_CAPBSET_READ, number, 0, 0, 0);
    if (there < 0) break;  // The kernel knows no more of them.
    if (there == 1) set |= bit(number);
  }
  return set;
}

}  // namespace

std::optional<int> capability_named(std::string_view name) {
  std::string full = upper(name);
  if (!full.starts_with("CAP_")) full.insert(0, "CAP_");
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == full) return static_cast<int>(i);
  }
  return std::nullopt;
}

std::string_view capability_name(int number) {
  const auto index = static_cast<std::size_t>(number);
  return index < kNames.size() ? kNames[index] : "CAP_?";
}

std::string capabilities_text(CapabilitySet set) {
  List names;
  for (int number = 0; number < 64; ++number) {
    if ((set & bit(number)) != 0) names.emplace_back(capability_name(number));
  }
  return names.empty() ? "none" : join(names, ",");
}

CapabilitySet bounding_set() {
  static const CapabilitySet set = read_bounding_set();
  return set;
}

CapabilitySet effective_set() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data = {};
  if (::syscall(SYS_capget, &header, data.data()) != 0) return 0;
  return data[0].effective | (CapabilitySet{data[1].effective} << 32);
}

Outcome limit_bounding_set(CapabilitySet keep) {
  const CapabilitySet now = read_bounding_set();
  for (int number = 0; number < 64; ++number) {
    if ((now & bit(number)) == 0 || (keep & bit(number)) != 0) continue;
    if (::prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0) {
      return refused("prctl(PR_CAPBSET_DROP, {})", capability_name(number));
    }
    note("prctl(PR_CAPBSET_DROP, {})", capability_name(number));
  }
  return done();
}

Outcome set_capabilities(CapabilitySet set) {
  (void)::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data = {};
  data[0].effective = data[0].permitted = static_cast<std::uint32_t>(set);
  data[1].effective = data[1].permitted = static_cast<std::uint32_t>(set >> 32);
  if (::syscall(SYS_capset, &header, data.data()) != 0) {
    return refused("capset({})", capabilities_text(set));
  }
  note("capset({})", capabilities_text(set));
  return done();
}

}  // namespace drydock::sys
