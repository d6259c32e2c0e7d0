// archive_check.h — is an archive whole?  Asked before anything of it is kept.
//
// Whoever loads an archive would rather be told now than be left with half of
// its layers: what is missing, cut, forged or hostile is found here.

#pragma once

#include <functional>
#include <string>

#include "sim/image/archives.h"

namespace drydock::image {

/// Why an archive cannot be loaded.
struct ArchiveFault {
  std::string lacks;  // A member that is not there; else `text`:
  std::string text;
  bool is_tar = false;  // A layer is no tar that could be unpacked.
};
using ArchiveCheck = Result<std::monostate, ArchiveFault>;

/// Of an archive with manifest.json: configs parse, layers are there, can be
/// unpacked and have the digests that the configs name, tags are names.
Task<ArchiveCheck> check_manifest(const ReadArchive& archive, Grammar grammar);

/// Of the v1 layout: each folder is an image that names itself, with its
/// parents here or there already, and tags lead to images.
using KnowsImage = std::function<bool(const std::string& id)>;
Task<ArchiveCheck> check_chains(const ReadArchive& archive, Grammar grammar,
                                KnowsImage is_present);

/// The folders of the v1 layout, by name.
List image_folders(const ReadArchive& archive);

}  // namespace drydock::image
