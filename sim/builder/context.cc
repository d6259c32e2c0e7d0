// context.cc — a tar becomes files; files become hashes.

#include "sim/builder/context.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/packing.h"
#include "sim/base/sha256.h"
#include "sim/builder/ignore.h"
#include "sim/vfs/memory_fs.h"
#include "sim/vfs/tar.h"

namespace drydock::builder {
namespace {

constexpr int kDepthMax = 500;

void collect(vfs::Inode& directory, const std::string& prefix, int depth,
             std::string_view pattern, List& found) {
  const auto entries = directory.entries();
  if (!entries || depth > kDepthMax) return;
  for (const vfs::DirectoryEntry& entry : *entries) {
    const std::string path = prefix + entry.name;
    constexpr bool kDoubleStar = false;
    if (glob_matches(pattern, path, kDoubleStar)) found.push_back(path);
    if (entry.type != vfs::FileType::directory) continue;
    const auto child = directory.lookup(entry.name);
    if (child) collect(**child, path + "/", depth + 1, pattern, found);
  }
}

void hash_below(vfs::Inode& directory, const std::string& prefix, int depth,
                List& hashes) {
  const auto entries = directory.entries();
  if (!entries || depth > kDepthMax) return;
  for (const vfs::DirectoryEntry& entry : *entries) {
    const auto child = directory.lookup(entry.name);
    if (!child) continue;
    const std::string path = prefix + "/" + entry.name;
    hashes.push_back(hash_of_file(**child, path));
    if (entry.type != vfs::FileType::directory) continue;
    hash_below(**child, path, depth + 1, hashes);
  }
}

}  // namespace

Context::Context(const Clock& clock)
    : clock_(clock), files_(vfs::make_memory_fs(clock_)) {
  vfs::Mount mount;
  mount.source = mount.type = "tmpfs";
  mount.file_system = files_;
  mount.root = files_->root();
  mounts_ = vfs::MountTable(std::move(mount));
}

Task<Outcome> Context::load(ByteSource& tar) {
  UnpackingSource plain(tar);
  const vfs::ExtractOptions options;
  const Outcome extracted =
      co_await vfs::extract(plain, files_->root(), options);
  co_return extracted;
}

Task<Outcome> Context::load_below(ByteSource& tar, std::string directory) {
  const auto made = vfs::make_directories(*files_->root(), directory);
  if (!made) co_return Error{std::string(text_of(made.error()))};
  const vfs::ExtractOptions options;
  const Outcome extracted = co_await vfs::extract(tar, *made, options);
  co_return extracted;
}

vfs::View Context::view() const {
  return {&mounts_, mounts_.root(), mounts_.root(), vfs::Credentials()};
}

SysResult<vfs::InodeRef> Context::find(std::string_view path) const {
  const std::string absolute = vfs::clean_path("/" + std::string(path));
  const auto place = vfs::resolve(view(), absolute);
  if (!place) return place.error();
  return place->inode;
}

SysResult<Bytes> Context::read(std::string_view path) const {
  const auto file = find(path);
  if (!file) return file.error();
  const vfs::Attributes about = (*file)->attributes();
  if (about.type == vfs::FileType::directory) return Errno::eisdir;
  return (*file)->read(0, static_cast<std::size_t>(about.size));
}

void Context::hide(std::string_view path) {
  const std::string clean = vfs::clean_path("/" + std::string(path));
  const auto directory = find(vfs::dir_name(clean));
  if (!directory) return;
  // A context without this file is as good as hidden.
  static_cast<void>((*directory)->unlink(vfs::base_name(clean)));
}

List Context::glob(std::string_view pattern) const {
  List found;
  collect(*files_->root(), "", 0, pattern, found);
  return found;
}

SysResult<vfs::Content> content_of(vfs::Inode& file) {
  vfs::Content content({}, file.attributes().size);
  for (const vfs::Extent& run : file.extents()) {
    const SysResult<Bytes> bytes =
        file.read(run.offset, static_cast<std::size_t>(run.length));
    if (!bytes) return bytes.error();
    content.write(run.offset, *bytes);
  }
  return content;
}

namespace {

/// The bytes as a reader sees them.
void add_content(Sha256& hash, const vfs::Content& content) {
  std::int64_t at = 0;
  for (const auto& [offset, run] : content.runs()) {
    hash.add_zeros(static_cast<std::uint64_t>(offset - at));
    hash.add(run);
    at = offset + static_cast<std::int64_t>(run.size());
  }
  hash.add_zeros(static_cast<std::uint64_t>(content.size() - at));
}

}  // namespace

std::string hash_of_file(vfs::Inode& file, std::string_view name) {
  const vfs::Attributes about = file.attributes();
  Sha256 hash;
  hash.add(fmt::format("{}\n{}{:o} {}:{} {}\n", name,
                       vfs::letter_of(about.type), about.mode, about.uid,
                       about.gid,
                       about.type == vfs::FileType::regular ? about.size : 0));
  for (const auto& [key, value] : file.xattrs()) {
    hash.add(fmt::format("{}={}\n", key, value));
  }
  if (about.type == vfs::FileType::symlink) {
    const auto target = file.readlink();
    if (target) hash.add(*target);
  }
  if (about.type == vfs::FileType::regular) {
    const SysResult<vfs::Content> content = content_of(file);
    if (content) add_content(hash, *content);
  }
  return hash.hex();
}

std::string hash_of_tree(vfs::Inode& directory, std::string_view name) {
  List hashes;
  hash_below(directory, std::string(name), 0, hashes);
  std::stable_sort(hashes.begin(), hashes.end());
  return sha256_hex(join(hashes, ","));
}

bool looks_like_archive(std::string_view bytes) {
  constexpr std::size_t kMagicAt = 257;
  return packing_of(bytes) != Packing::none ||
         (bytes.size() > kMagicAt &&
          bytes.substr(kMagicAt).starts_with("ustar"));
}

Bytes context_of(std::string_view dockerfile, Time now) {
  vfs::TarWriter tar;
  vfs::TarEntry entry;
  entry.name = "Dockerfile";
  entry.content = dockerfile;
  entry.size = static_cast<std::int64_t>(dockerfile.size());
  entry.mtime = now;
  tar.add(entry);
  tar.end();
  return tar.take();
}

}  // namespace drydock::builder
