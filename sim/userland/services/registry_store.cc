// registry_store.cc — blobs, links and uploads as files.

#include "sim/userland/services/registry_store.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/files.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr int kDepthMax = 64;  // Of a repository's name.

/// A folder and all that is in it.
SysOutcome remove_tree(Process& self, const std::string& path, int depth = 0) {
  const auto entries = self.readdir(path);
  if (!entries) return entries.error();
  for (const auto& entry : *entries) {
    const std::string below = path + "/" + entry.name;
    const auto file = self.lstat(below);
    if (!file) return file.error();
    const bool folder = file->type == vfs::FileType::directory;
    if (folder && depth > kDepthMax) return Errno::eloop;
    const SysOutcome gone =
        folder ? remove_tree(self, below, depth + 1) : self.unlink(below);
    if (!gone) return gone;
  }
  return self.rmdir(path);
}

}  // namespace

std::string digest_folder(std::string_view digest) {
  return replace_all(digest, ":", "/");
}

std::string RegistryStore::blob_path(const std::string& digest) const {
  const std::size_t colon = digest.find(':');
  const std::string hex = digest.substr(colon + 1);
  return fmt::format("{}/blobs/{}/{}/{}/data", top_, digest.substr(0, colon),
                     hex.substr(0, 2), hex);
}

std::string RegistryStore::home(const std::string& repository) const {
  return top_ + "/repositories/" + repository;
}

/// mkdir -p of the folder that a file is to lie in.
SysOutcome RegistryStore::make_folders(const std::string& path) const {
  for (std::size_t at = path.find('/', 1); at != std::string::npos;
       at = path.find('/', at + 1)) {
    const SysOutcome made = self_.mkdir(path.substr(0, at), 0755);
    if (!made && made.error() != Errno::eexist) return made;
  }
  return ok();
}

Task<SysOutcome> RegistryStore::write_link(std::string path,
                                           std::string digest) {
  const SysOutcome made = make_folders(path);
  if (!made) co_return made;
  co_return co_await write_file(self_, path, digest);
}

// --- Blobs -------------------------------------------------------------------

Task<bool> RegistryStore::has_blob(std::string repository, std::string digest) {
  const std::string link =
      home(repository) + "/_layers/" + digest_folder(digest) + "/link";
  co_return bool(self_.stat(link)) && bool(self_.stat(blob_path(digest)));
}

Task<std::optional<Bytes>> RegistryStore::blob(std::string digest) {
  const SysResult<Bytes> bytes = co_await read_file(self_, blob_path(digest));
  if (!bytes) co_return std::nullopt;
  co_return *bytes;
}

Task<SysOutcome> RegistryStore::link_blob(std::string repository,
                                          std::string digest) {
  const std::string link =
      home(repository) + "/_layers/" + digest_folder(digest) + "/link";
  co_return co_await write_link(link, digest);
}

Task<SysOutcome> RegistryStore::put_blob(std::string repository,
                                         std::string digest, Bytes bytes) {
  const std::string path = blob_path(digest);
  if (!self_.stat(path)) {
    const SysOutcome made = make_folders(path);
    if (!made) co_return made;
    const SysOutcome written =
        co_await write_file(self_, path, std::move(bytes));
    if (!written) co_return written;
  }
  co_return co_await link_blob(repository, digest);
}

SysOutcome RegistryStore::unlink_blob(const std::string& repository,
                                      const std::string& digest) {
  return remove_tree(self_,
                     home(repository) + "/_layers/" + digest_folder(digest));
}

// --- Manifests ---------------------------------------------------------------

Task<std::optional<std::string>> RegistryStore::tag(std::string repository,
                                                    std::string tag) {
  const SysResult<Bytes> link = co_await read_file(
      self_, home(repository) + "/_manifests/tags/" + tag + "/current/link");
  if (!link) co_return std::nullopt;
  co_return std::string(trim(*link));
}

Task<bool> RegistryStore::has_manifest(std::string repository,
                                       std::string digest) {
  const std::string link = home(repository) + "/_manifests/revisions/" +
                           digest_folder(digest) + "/link";
  co_return bool(self_.stat(link)) && bool(self_.stat(blob_path(digest)));
}

Task<SysOutcome> RegistryStore::put_manifest(std::string repository,
                                             std::string digest, Bytes json) {
  const std::string path = blob_path(digest);
  const SysOutcome made = make_folders(path);
  if (!made) co_return made;
  const SysOutcome written = co_await write_file(self_, path, std::move(json));
  if (!written) co_return written;
  const std::string link = home(repository) + "/_manifests/revisions/" +
                           digest_folder(digest) + "/link";
  co_return co_await write_link(link, digest);
}

Task<SysOutcome> RegistryStore::put_tag(std::string repository, std::string tag,
                                        std::string digest) {
  const std::string folder = home(repository) + "/_manifests/tags/" + tag;
  const std::string index =
      folder + "/index/" + digest_folder(digest) + "/link";
  const SysOutcome kept = co_await write_link(index, digest);
  if (!kept) co_return kept;
  co_return co_await write_link(folder + "/current/link", digest);
}

Task<SysOutcome> RegistryStore::remove_manifest(std::string repository,
                                                std::string digest) {
  const List names = tags(repository).value_or(List());
  for (const std::string& name : names) {
    const std::optional<std::string> means = co_await tag(repository, name);
    if (means != digest) continue;
    const SysOutcome gone =
        remove_tree(self_, home(repository) + "/_manifests/tags/" + name);
    if (!gone) co_return gone;
  }
  co_return remove_tree(self_, home(repository) + "/_manifests/revisions/" +
                                   digest_folder(digest));
}

std::optional<List> RegistryStore::tags(const std::string& repository) const {
  if (!self_.stat(home(repository) + "/_manifests")) return std::nullopt;
  const auto entries = self_.readdir(home(repository) + "/_manifests/tags");
  List names;
  if (!entries) return names;
  for (const auto& entry : *entries) names.push_back(entry.name);
  return names;
}

void RegistryStore::find_repositories(const std::string& folder,
                                      const std::string& name, int depth,
                                      List& found) const {
  const auto entries = self_.readdir(folder);
  if (!entries || depth > kDepthMax) return;
  for (const auto& entry : *entries) {
    if (entry.name == "_layers" && !name.empty()) found.push_back(name);
    if (entry.name.starts_with('_')) continue;
    find_repositories(folder + "/" + entry.name,
                      name.empty() ? entry.name : name + "/" + entry.name,
                      depth + 1, found);
  }
}

List RegistryStore::repositories() const {
  List found;
  find_repositories(top_ + "/repositories", "", 0, found);
  std::ranges::stable_sort(found);
  return found;
}

// --- Uploads -----------------------------------------------------------------

Task<SysOutcome> RegistryStore::begin_upload(std::string repository,
                                             std::string uuid) {
  const std::string folder = home(repository) + "/_uploads/" + uuid;
  const SysOutcome made = make_folders(folder + "/data");
  if (!made) co_return made;
  const SysOutcome started =
      co_await write_file(self_, folder + "/startedat", rfc3339(self_.now()));
  if (!started) co_return started;
  co_return co_await write_file(self_, folder + "/data", "");
}

Task<std::optional<Bytes>> RegistryStore::upload(std::string repository,
                                                 std::string uuid) {
  const SysResult<Bytes> bytes = co_await read_file(
      self_, home(repository) + "/_uploads/" + uuid + "/data");
  if (!bytes) co_return std::nullopt;
  co_return *bytes;
}

std::optional<std::int64_t> RegistryStore::upload_size(
    const std::string& repository, const std::string& uuid) const {
  const auto file =
      self_.stat(home(repository) + "/_uploads/" + uuid + "/data");
  if (!file) return std::nullopt;
  return file->size;
}

Task<SysOutcome> RegistryStore::append_upload(std::string repository,
                                              std::string uuid, Bytes bytes) {
  const std::string path = home(repository) + "/_uploads/" + uuid + "/data";
  const SysResult<Fd> file = co_await self_.open(path, kWriteOnly | kAppend);
  if (!file) co_return file.error();
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto taken = co_await self_.write(*file, bytes.substr(at));
    if (!taken && taken.error() == Errno::eintr) continue;
    if (!taken) {
      shut(self_, *file);
      co_return taken.error();
    }
    at += static_cast<std::size_t>(*taken);
  }
  shut(self_, *file);
  co_return ok();
}

SysOutcome RegistryStore::end_upload(const std::string& repository,
                                     const std::string& uuid) {
  return remove_tree(self_, home(repository) + "/_uploads/" + uuid);
}

}  // namespace drydock::userland
