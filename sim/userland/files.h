// files.h — small deeds on files that many programs need.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/kernel/process.h"

namespace drydock::userland {

/// close(2) where nobody could do anything about a failure.
inline void shut(kernel::Process& self, kernel::Fd fd) {
  static_cast<void>(self.close(fd));
}

/// Replaces (or makes) a file: open, write, close.
Task<SysOutcome> write_file(kernel::Process& self, std::string path,
                            std::string content, vfs::Mode mode = 0644);

/// One line without its newline, read byte by byte so that the rest stays for
/// others; nullopt at the end of file.
Task<std::optional<std::string>> read_line(kernel::Process& self,
                                           kernel::Fd fd);

/// "dir/name" as file_name_concat makes it: one slash between the two.
std::string concat(std::string_view directory, std::string_view name);

/// Whether two paths name one file now; symlinks are followed.
bool same_file(kernel::Process& self, const std::string& a,
               const std::string& b, vfs::Last last = vfs::Last::follow);

/// Whether the path names a directory; symlinks are followed.
bool is_directory(kernel::Process& self, const std::string& path);

/// Without its trailing slashes; "/" stays.
std::string strip_slashes(std::string_view path);

}  // namespace drydock::userland
