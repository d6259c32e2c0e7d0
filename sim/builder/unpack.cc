// unpack.cc — ADD of an archive: its members, below where they are to go.

#include <fmt/format.h>

#include "sim/base/packing.h"
#include "sim/builder/copy.h"
#include "sim/vfs/tar.h"

namespace drydock::builder {
namespace {

constexpr std::size_t kArchiveMax = std::size_t{1} << 30;

/// Where a member lands below `name`; nullopt if it would leave.
std::optional<std::string> placed(const std::string& name,
                                  std::string_view member) {
  while (member.starts_with('/')) member.remove_prefix(1);
  const std::string clean = vfs::clean_path(member);
  if (clean == ".." || clean.starts_with("../")) return std::nullopt;
  return vfs::join_path(name, clean);
}

Error leaves(std::string_view member, const std::string& name) {
  return Error{fmt::format("{} is outside of {}", go_quote(member),
                           go_quote("/" + name))};
}

Task<Result<std::optional<Bytes>>> repack(Bytes archive, List new_directories,
                                          std::string name) {
  StringSource source(std::move(archive));
  vfs::TarReader reader(source);
  vfs::TarWriter tar;
  for (const std::string& directory : new_directories) {
    vfs::TarEntry entry;
    entry.name = directory + "/";
    entry.type = vfs::FileType::directory;
    entry.mode = 0755;
    tar.add(entry);
  }
  for (bool first = true;; first = false) {
    Result<std::optional<vfs::TarEntry>> member = co_await reader.next();
    if (!member && first) co_return std::optional<Bytes>();
    if (!member) co_return member.error();
    if (!*member) break;
    vfs::TarEntry entry = std::move(**member);
    const std::optional<std::string> path = placed(name, entry.name);
    if (!path) co_return leaves(entry.name, name);
    if (entry.hard_link) {
      const std::optional<std::string> target = placed(name, entry.link);
      if (!target) co_return leaves(entry.link, name);
      entry.link = *target;
    }
    const bool directory = entry.type == vfs::FileType::directory;
    // "./" is where the members go; it keeps what owner and mode it has.
    if (directory && *path == vfs::clean_path(name)) continue;
    entry.name = directory ? *path + "/" : *path;
    tar.add(entry);
  }
  tar.end();
  co_return std::optional<Bytes>(tar.take());
}

}  // namespace

Task<Result<std::optional<Bytes>>> unpack(CopySource source,
                                          List new_directories,
                                          std::string name) {
  const std::int64_t size = source.inode->attributes().size;
  const SysResult<Bytes> head = source.inode->read(0, 512);
  if (!head || !looks_like_archive(*head)) co_return std::optional<Bytes>();
  const Packing packing = packing_of(*head);
  const SysResult<Bytes> packed =
      source.inode->read(0, static_cast<std::size_t>(size));
  if (!packed) co_return Error{std::string(text_of(packed.error()))};
  if (packing == Packing::none) {
    Result<std::optional<Bytes>> tar =
        co_await repack(*packed, new_directories, name);
    co_return tar;
  }
  const Result<Bytes> archive = unpacked(*packed, packing, kArchiveMax);
  // As with other files that only look like archives: copied as they are.
  if (!archive || archive->empty()) co_return std::optional<Bytes>();
  if (!looks_like_archive(*archive)) co_return std::optional<Bytes>();
  Result<std::optional<Bytes>> tar =
      co_await repack(*archive, new_directories, name);
  co_return tar;
}

}  // namespace drydock::builder
