// files.cc — small deeds on files that many programs need.

#include "sim/userland/files.h"

namespace drydock::userland {

Task<SysOutcome> write_file(kernel::Process& self, std::string path,
                            std::string content, vfs::Mode mode) {
  using namespace kernel;
  const auto fd =
      co_await self.open(path, kWriteOnly | kCreate | kTruncate, mode);
  if (!fd) co_return fd.error();
  const auto written = co_await self.write(*fd, content);
  shut(self, *fd);
  if (!written) co_return written.error();
  co_return ok();
}

Task<std::optional<std::string>> read_line(kernel::Process& self,
                                           kernel::Fd fd) {
  constexpr std::size_t kLineMax = 1 << 20;
  std::string line;
  while (line.size() < kLineMax) {
    const auto byte = co_await self.read(fd, 1);
    if (!byte && byte.error() == Errno::eintr) continue;
    if (!byte || byte->empty()) {
      if (line.empty()) co_return std::nullopt;
      co_return line;
    }
    if (*byte == "\n") co_return line;
    line += *byte;
  }
  co_return line;
}

std::string concat(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && !path.ends_with('/')) path += '/';
  while (name.starts_with('/')) name.remove_prefix(1);
  return path.append(name);
}

bool same_file(kernel::Process& self, const std::string& a,
               const std::string& b, vfs::Last last) {
  const auto first = self.resolve(a, last);
  const auto second = self.resolve(b, last);
  return first && second && first->inode == second->inode;
}

bool is_directory(kernel::Process& self, const std::string& path) {
  const auto file = self.stat(path);
  return file && file->type == vfs::FileType::directory;
}

std::string strip_slashes(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

}  // namespace drydock::userland
