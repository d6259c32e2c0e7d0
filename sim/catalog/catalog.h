// catalog.h — the images of the modelled Docker Hub, as their sources.
//
// images/NAME/TAG/ holds a Dockerfile and the files of its context; a file
// X.rootfs is a manifest (manifest.h) and goes into the context as X.tar; the
// entries of context.files go there as they are.
// Nothing here is built: the Hub does that with our own builder, when an image
// is first pulled.  official-images.md says what they are modelled after.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/stream.h"
#include "sim/base/time.h"
#include "sim/catalog/manifest.h"

namespace drydock::catalog {

/// What `docker search` shows, and which tags lead where.
struct Repository {
  std::string name;  // "debian", "amouat/revealjs"
  std::string description;
  int stars = 0;
  bool official = false, automated = false;
  bool is_private = false;  // Only its owner may see it.
  struct Tag {
    std::string tag;     // "latest"
    std::string folder;  // "debian/jessie": equal folders are one image.
  };
  std::vector<Tag> tags;  // None: listed by a search, but not modelled.
};

/// All of them, by name.
const std::vector<Repository>& repositories();

/// Null if there is none of that name.
const Repository* find_repository(std::string_view name);

/// Who has an account on the Hub: passwords by user.
std::map<std::string, std::string> accounts();

/// One image: its Dockerfile is in the context.
struct ImageSource {
  Bytes context_tar;
  Time created;  // When the real one was built, about; the Hub's clock then.
};

/// `folder` as in Repository::Tag.  Errors: no such folder; a manifest that
/// does not parse.
Result<ImageSource> image_source(std::string_view folder);

/// The folder behind a repository's tag; nullopt if there is none.
std::optional<std::string> folder_of(std::string_view repository,
                                     std::string_view tag);

/// The root file system of the simulated host, for vfs::extract.
Result<Bytes> host_rootfs();

/// Every program id of a manifest, for tests: "host" or a folder.
Result<List> programs_of(std::string_view folder);

/// Programs that images have and that this build knows not to model; running
/// one says so (design.md §4).
bool known_as_not_modelled(std::string_view program_id);

}  // namespace drydock::catalog
