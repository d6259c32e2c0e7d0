// flags.cc — the tables of names.

#include "realmode/sys/flags.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>

#include <fmt/format.h>

namespace drydock::sys {

namespace {

// clang-format off
constexpr Flag kOpen[] = {
    {O_WRONLY, "O_WRONLY"}, {O_RDWR, "O_RDWR"}, {O_CREAT, "O_CREAT"},
    {O_EXCL, "O_EXCL"}, {O_NOCTTY, "O_NOCTTY"}, {O_TRUNC, "O_TRUNC"},
    {O_APPEND, "O_APPEND"}, {O_NONBLOCK, "O_NONBLOCK"},
    {O_DIRECTORY, "O_DIRECTORY"}, {O_NOFOLLOW, "O_NOFOLLOW"},
    {O_CLOEXEC, "O_CLOEXEC"}, {O_PATH, "O_PATH"},
};
constexpr Flag kResolve[] = {
    {RESOLVE_NO_XDEV, "RESOLVE_NO_XDEV"},
    {RESOLVE_NO_MAGICLINKS, "RESOLVE_NO_MAGICLINKS"},
    {RESOLVE_NO_SYMLINKS, "RESOLVE_NO_SYMLINKS"},
    {RESOLVE_BENEATH, "RESOLVE_BENEATH"},
    {RESOLVE_IN_ROOT, "RESOLVE_IN_ROOT"},
};
constexpr Flag kClone[] = {
    {CLONE_NEWNS, "CLONE_NEWNS"}, {CLONE_NEWCGROUP, "CLONE_NEWCGROUP"},
    {CLONE_NEWUTS, "CLONE_NEWUTS"}, {CLONE_NEWIPC, "CLONE_NEWIPC"},
    {CLONE_NEWUSER, "CLONE_NEWUSER"}, {CLONE_NEWPID, "CLONE_NEWPID"},
    {CLONE_NEWNET, "CLONE_NEWNET"}, {CLONE_NEWTIME, "CLONE_NEWTIME"},
    {CLONE_PIDFD, "CLONE_PIDFD"}, {CLONE_INTO_CGROUP, "CLONE_INTO_CGROUP"},
    {CLONE_PARENT, "CLONE_PARENT"},
};
constexpr Flag kMount[] = {
    {0x1, "MS_RDONLY"}, {0x2, "MS_NOSUID"}, {0x4, "MS_NODEV"},
    {0x8, "MS_NOEXEC"}, {0x20, "MS_REMOUNT"}, {0x1000, "MS_BIND"},
    {0x2000, "MS_MOVE"}, {0x4000, "MS_REC"}, {0x20000, "MS_UNBINDABLE"},
    {0x40000, "MS_PRIVATE"}, {0x80000, "MS_SLAVE"}, {0x100000, "MS_SHARED"},
    {0x200000, "MS_RELATIME"}, {0x1000000, "MS_STRICTATIME"},
};
constexpr Flag kAttributes[] = {
    {MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY"},
    {MOUNT_ATTR_NOSUID, "MOUNT_ATTR_NOSUID"},
    {MOUNT_ATTR_NODEV, "MOUNT_ATTR_NODEV"},
    {MOUNT_ATTR_NOEXEC, "MOUNT_ATTR_NOEXEC"},
    {MOUNT_ATTR_NOATIME, "MOUNT_ATTR_NOATIME"},
    {MOUNT_ATTR_STRICTATIME, "MOUNT_ATTR_STRICTATIME"},
};
// clang-format on

}  // namespace

std::string flags_text(std::span<const Flag> table, std::uint64_t flags) {
  std::string text;
  for (const Flag& flag : table) {
    if ((flags & flag.value) != flag.value) continue;
    text += text.empty() ? "" : "|";
    text += flag.name;
    flags &= ~flag.value;
  }
  if (flags != 0) {
    text += fmt::format("{}{:#x}", text.empty() ? "" : "|", flags);
  }
  return text.empty() ? "0" : text;
}

std::string open_flags(std::uint64_t flags) {
  const bool reads_only = (flags & O_ACCMODE) == O_RDONLY;
  const std::string rest = flags_text(kOpen, flags);
  if (!reads_only || (flags & O_PATH) == O_PATH) return rest;
  return rest == "0" ? "O_RDONLY" : "O_RDONLY|" + rest;
}
std::string resolve_flags(std::uint64_t flags) {
  return flags_text(kResolve, flags);
}
std::string clone_flags(std::uint64_t flags) {
  return flags_text(kClone, flags);
}
std::string mount_flags(std::uint64_t flags) {
  return flags_text(kMount, flags);
}
std::string mount_attributes(std::uint64_t flags) {
  return flags_text(kAttributes, flags);
}

}  // namespace drydock::sys
