// registry_store.h — what registry:2 keeps below its root directory.
//
//     docker/registry/v2/blobs/sha256/4a/4afb.../data
//     docker/registry/v2/repositories/NAME/
//         _layers/sha256/4afb.../link                   blobs it may serve
//         _manifests/revisions/sha256/e23b.../link      manifests it has
//         _manifests/tags/TAG/current/link              what the tag means now
//         _manifests/tags/TAG/index/sha256/e23b.../link   and has ever meant
//         _uploads/UUID/{data,startedat}
//
// A link is a file with a digest in it, without a newline.  The names are
// those of the real program, so that a volume can be read by either.

#pragma once

#include <optional>
#include <string>

#include "sim/base/text.h"
#include "sim/kernel/process.h"

namespace drydock::userland {

class RegistryStore {
 public:
  RegistryStore(kernel::Process& self, std::string root)
      : self_(self), top_(std::move(root) + "/docker/registry/v2") {}

  // --- Blobs -----------------------------------------------------------------
  /// Whether this repository may serve it.
  Task<bool> has_blob(std::string repository, std::string digest);
  Task<std::optional<Bytes>> blob(std::string digest);
  /// Stores bytes under their digest and links them into the repository.
  Task<SysOutcome> put_blob(std::string repository, std::string digest,
                            Bytes bytes);
  Task<SysOutcome> link_blob(std::string repository, std::string digest);
  SysOutcome unlink_blob(const std::string& repository,
                         const std::string& digest);

  // --- Manifests -------------------------------------------------------------
  /// The digest that a tag means; nullopt if there is no such tag.
  Task<std::optional<std::string>> tag(std::string repository, std::string tag);
  Task<bool> has_manifest(std::string repository, std::string digest);
  Task<SysOutcome> put_manifest(std::string repository, std::string digest,
                                Bytes json);
  Task<SysOutcome> put_tag(std::string repository, std::string tag,
                           std::string digest);
  /// The revision goes, and each tag that means it.
  Task<SysOutcome> remove_manifest(std::string repository, std::string digest);
  /// nullopt: no such repository.
  std::optional<List> tags(const std::string& repository) const;
  /// All that have a manifest or a layer, by name.
  List repositories() const;

  // --- Uploads ---------------------------------------------------------------
  Task<SysOutcome> begin_upload(std::string repository, std::string uuid);
  /// What has come so far; nullopt if there is no such upload.
  Task<std::optional<Bytes>> upload(std::string repository, std::string uuid);
  std::optional<std::int64_t> upload_size(const std::string& repository,
                                          const std::string& uuid) const;
  Task<SysOutcome> append_upload(std::string repository, std::string uuid,
                                 Bytes bytes);
  SysOutcome end_upload(const std::string& repository, const std::string& uuid);

 private:
  std::string blob_path(const std::string& digest) const;
  std::string home(const std::string& repository) const;
  SysOutcome make_folders(const std::string& path) const;
  Task<SysOutcome> write_link(std::string path, std::string digest);
  void find_repositories(const std::string& folder, const std::string& name,
                         int depth, List& found) const;

  kernel::Process& self_;
  std::string top_;
};

/// "sha256:..." -> "sha256/..."
std::string digest_folder(std::string_view digest);

}  // namespace drydock::userland
