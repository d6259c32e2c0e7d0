// manifest.h — a root file system, written down in lines.
//
//     # a comment
//     time 2015-10-01T22:17:00Z       of all that follows
//     total 84984832                  bytes of all files together
//     include common/debian.rootfs    the lines of another manifest
//     d 0755 0:0 /bin /boot /etc      directories
//     f 0644 0:0 /etc/hostname 9      a file of 9 bytes, hollow
//     f 0644 0:0 /usr/share/x *       a share of what `total` leaves
//     f 0644 0:0 /etc/issue           a file of the lines that follow
//     |Debian GNU/Linux 7 \n \l
//     x 0755 0:0 /bin/ls gnu/ls 110080     an executable: program, size
//     xs /bin gnu 40000 cat cp ls     executables of one family, 0755 0:0
//     ls /bin busybox cat cp ls       symlinks in a directory, to one target
//     hs /bin /bin/busybox cat cp ls  hard links in a directory, to one file
//     l /bin/sh dash                  a symlink
//     c 0666 0:0 /dev/null 1:3        a character device
//     p /usr/lib/python3 lib          the texts of the userland's Python
//                                     library below lib/
//
// Hollow files have a size and no stored bytes; an executable stores the line
// that says which program it is (sim/kernel/program.h), so 125 MB of Debian
// are a few hundred kilobytes in memory.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/stream.h"
#include "sim/base/text.h"
#include "sim/vfs/tar.h"

namespace drydock::catalog {

struct Manifest {
  std::vector<vfs::TarEntry> entries;  // In the order of the lines.
  List programs;                       // Ids, in the order of the lines.
};

/// Gives the text behind `include`; nullopt if there is none.
using Include =
    std::function<std::optional<std::string_view>(std::string_view path)>;

/// Errors name the line: "line 3: ...".
Result<Manifest> parse_manifest(std::string_view text, const Include& include);

/// The manifest as an archive.
Bytes tar_of(const Manifest& manifest);

}  // namespace drydock::catalog
