// mount.cc — fsopen(2), open_tree(2), move_mount(2), pivot_root(2).

#include "realmode/sys/mount.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "realmode/sys/fault.h"
#include "realmode/sys/flags.h"
#include "realmode/sys/trace.h"

// sys/mount.h cannot stand beside linux/mount.h in this glibc; these are its
// only declarations that are needed.
extern "C" {
int mount(const char* source, const char* target, const char* type,
          unsigned long flags, const void* data) noexcept;
int umount2(const char* target, int flags) noexcept;
}

namespace drydock::sys {

namespace {

constexpr std::uint64_t kMsRec = 0x4000;
constexpr std::uint64_t kMsPrivate = 1 << 18;
constexpr std::uint64_t kMsSlave = 1 << 19;
constexpr int kMntDetach = 2;

/// What the file system said while it was configured: "e overlay: ...".
std::string log_of(int context) {
  std::string all;
  std::array<char, 1024> line;
  for (;;) {
    const ssize_t count = ::read(context, line.data(), line.size());
    if (count <= 0) return all;
    std::string_view text(line.data(), static_cast<std::size_t>(count));
    while (text.ends_with('\n')) text.remove_suffix(1);
    if (text.size() > 2 && text[1] == ' ') text.remove_prefix(2);
    all += fmt::format(" ({})", text);
  }
}

Error with_log(Error error, int context) {
  const int reason = errno;
  error.text += log_of(context);
  errno = reason;
  return error;
}

Outcome configure(int context, const std::string& key,
                  const std::string& value) {
  const auto command = value.empty() ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING;
  const char* const text = value.empty() ? nullptr : value.c_str();
  if (::syscall(SYS_fsconfig, context, command, key.c_str(), text, 0) == 0) {
    note("fsconfig({}, \"{}\", \"{}\")", context, key, value);
    return done();
  }
  return with_log(refused("fsconfig({}, \"{}\", \"{}\")", context, key, value),
                  context);
}

}  // namespace

Result<Fd> make_mount(const std::string& type, const MountOptions& options,
                      std::uint64_t attributes) {
  const Door door("fsopen");
  if (!door) return refused("fsopen(\"{}\")", type);
  const auto opened = ::syscall(SYS_fsopen, type.c_str(), FSOPEN_CLOEXEC);
  if (opened < 0) return refused("fsopen(\"{}\")", type);
  const Fd context(static_cast<int>(opened));
  note("fsopen(\"{}\") = {}", type, context.get());
  const bool named = std::ranges::any_of(
      options, [](const auto& option) { return option.first == "source"; });
  // As mount(8) lists it.
  if (!named) (void)configure(context.get(), "source", type);
  for (const auto& [key, value] : options) {
    const Outcome configured = configure(context.get(), key, value);
    if (!configured) return configured.error();
  }
  if (::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr,
                nullptr, 0) != 0) {
    return with_log(refused("fsconfig({} \"{}\", FSCONFIG_CMD_CREATE)",
                            context.get(), type),
                    context.get());
  }
  const auto made = ::syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC,
                              static_cast<unsigned>(attributes));
  if (made < 0) {
    return refused("fsmount({}, {})", type, mount_attributes(attributes));
  }
  note("fsmount({}, {}) = {}", context.get(), mount_attributes(attributes),
       made);
  return Fd(static_cast<int>(made));
}

Result<Fd> clone_tree(int directory, const std::string& path, bool recursive) {
  const unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
                         (recursive ? AT_RECURSIVE : 0) |
                         (path.empty() ? AT_EMPTY_PATH : 0);
  const Door door("open_tree");
  if (!door) return refused("open_tree({}, \"{}\")", directory, path);
  const auto tree = ::syscall(SYS_open_tree, directory, path.c_str(), flags);
  if (tree < 0) {
    return refused("open_tree({}, \"{}\", OPEN_TREE_CLONE{})", directory, path,
                   recursive ? "|AT_RECURSIVE" : "");
  }
  note("open_tree({}, \"{}\", OPEN_TREE_CLONE{}) = {}",
       directory == AT_FDCWD ? "AT_FDCWD" : std::to_string(directory), path,
       recursive ? "|AT_RECURSIVE" : "", tree);
  return Fd(static_cast<int>(tree));
}

Outcome set_attributes(int mount, std::uint64_t set, bool recursive) {
  struct mount_attr attributes = {};
  attributes.attr_set = set;
  const unsigned flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
  const Door door("mount_setattr");
  if (door && ::syscall(SYS_mount_setattr, mount, "", flags, &attributes,
                        sizeof attributes) == 0) {
    note("mount_setattr({}, {}{})", mount, mount_attributes(set),
         recursive ? ", AT_RECURSIVE" : "");
    return done();
  }
  return refused("mount_setattr({}, {})", mount, mount_attributes(set));
}

Outcome make_private(int mount) {
  struct mount_attr attributes = {};
  attributes.propagation = kMsPrivate;
  const Door door("mount_setattr");
  if (door &&
      ::syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | AT_RECURSIVE,
                &attributes, sizeof attributes) == 0) {
    return done();
  }
  return refused("mount_setattr({}, MS_PRIVATE)", mount);
}

Outcome move_mount(int mount, const std::string& target) {
  const Door door("move_mount");
  if (door && ::syscall(SYS_move_mount, mount, "", AT_FDCWD, target.c_str(),
                        MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS) == 0) {
    note("move_mount({}, \"{}\")", mount, target);
    return done();
  }
  return refused("move_mount({}, \"{}\")", mount, target);
}

Outcome move_mount(int mount, int target) {
  const Door door("move_mount");
  if (door &&
      ::syscall(SYS_move_mount, mount, "", target, "",
                MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) == 0) {
    note("move_mount({}, {})", mount, target);
    return done();
  }
  return refused("move_mount({}, {})", mount, target);
}

Outcome mount(const std::string& source, const std::string& target,
              const std::string& type, std::uint64_t flags,
              const std::string& options) {
  const Door door("mount");
  if (door && ::mount(source.c_str(), target.c_str(), type.c_str(), flags,
                      options.c_str()) == 0) {
    note("mount(\"{}\", \"{}\", \"{}\", {}, \"{}\")", source, target, type,
         mount_flags(flags), options);
    return done();
  }
  return refused("mount(\"{}\", \"{}\", \"{}\", {}, \"{}\")", source, target,
                 type, mount_flags(flags), options);
}

Outcome make_slave(const std::string& path) {
  return mount("", path, "", kMsSlave | kMsRec, "");
}

Outcome make_private(const std::string& path) {
  return mount("", path, "", kMsPrivate | kMsRec, "");
}

Outcome umount(const std::string& target, int flags) {
  if (::umount2(target.c_str(), flags) == 0) {
    note("umount2(\"{}\", {})", target,
         flags == kMntDetach ? "MNT_DETACH" : std::to_string(flags));
    return done();
  }
  return refused("umount2(\"{}\", {})", target, flags);
}

Outcome enter_root(int new_root) {
  if (::fchdir(new_root) != 0) return refused("fchdir({})", new_root);
  const Door door("pivot_root");
  if (!door || ::syscall(SYS_pivot_root, ".", ".") != 0) {
    return refused("pivot_root(\".\", \".\")");
  }
  note("pivot_root(\".\", \".\")");
  const Outcome taken_off = umount(".", kMntDetach);
  if (!taken_off) return taken_off.error();
  if (::chdir("/") != 0) return refused("chdir(\"/\")");
  return done();
}

}  // namespace drydock::sys
