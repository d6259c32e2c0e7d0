// catalog.cc — from the embedded texts to contexts and listings.

#include "sim/catalog/catalog.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/text.h"
#include "sim/catalog/embedded.h"
#include "sim/vfs/walk.h"

namespace drydock::catalog {
namespace {

constexpr std::string_view kManifestEnd = ".rootfs";
constexpr std::string_view kContextManifest = "context.files";

std::optional<std::string_view> embedded(std::string_view path) {
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.path == path) return file.text;
  }
  return std::nullopt;
}

/// Below "images/FOLDER/", with that prefix taken off.
std::vector<EmbeddedFile> files_of(std::string_view folder) {
  const std::string prefix = fmt::format("images/{}/", folder);
  std::vector<EmbeddedFile> files;
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.path.starts_with(prefix)) continue;
    files.push_back({file.path.substr(prefix.size()), file.text});
  }
  return files;
}

Result<Manifest> manifest_in(std::string_view text, std::string_view where) {
  Result<Manifest> manifest = parse_manifest(text, embedded);
  if (manifest) return manifest;
  return Error{fmt::format("{}: {}", where, manifest.error().text)};
}

/// "# created 2015-10-01T22:17:00Z", the first line of each Dockerfile.
Time created_in(std::string_view dockerfile) {
  constexpr std::string_view kHead = "# created ";
  const std::string_view line = dockerfile.substr(0, dockerfile.find('\n'));
  if (!line.starts_with(kHead)) return kEpochOfDrydock;
  return parse_rfc3339(line.substr(kHead.size())).value_or(kEpochOfDrydock);
}

/// "name stars marks folder=tag,tag,... ...", then a line of description.
std::vector<Repository> read_repositories(std::string_view text) {
  std::vector<Repository> all;
  for (const std::string& line : split(text, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("  ")) {
      all.back().description = trim(line);
      continue;
    }
    const List words = split_blanks(line);
    Repository repository;
    repository.name = words[0];
    repository.stars = static_cast<int>(parse_int(words[1]).value_or(0));
    repository.official = words[2] == "official";
    repository.automated = words[2] == "automated";
    repository.is_private = words[2] == "private";
    for (std::size_t i = 3; i < words.size(); ++i) {
      const std::size_t equals = words[i].find('=');
      const std::string folder = words[i].substr(0, equals);
      for (const std::string& tag : split(words[i].substr(equals + 1), ',')) {
        repository.tags.push_back({tag, folder});
      }
    }
    all.push_back(std::move(repository));
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.name < b.name;
  });
  return all;
}

}  // namespace

const std::vector<Repository>& repositories() {
  static const std::vector<Repository> all =
      read_repositories(embedded("images/repositories").value_or(""));
  return all;
}

const Repository* find_repository(std::string_view name) {
  for (const Repository& one : repositories()) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

std::map<std::string, std::string> accounts() {
  std::map<std::string, std::string> passwords;
  for (const std::string& line :
       split(embedded("images/accounts").value_or(""), '\n')) {
    const List words = split_blanks(line);
    if (words.size() == 2 && !line.starts_with('#')) {
      passwords[words[0]] = words[1];
    }
  }
  return passwords;
}

std::optional<std::string> folder_of(std::string_view repository,
                                     std::string_view tag) {
  for (const Repository& candidate : repositories()) {
    if (candidate.name != repository) continue;
    for (const Repository::Tag& one : candidate.tags) {
      if (one.tag == tag) return one.folder;
    }
  }
  return std::nullopt;
}

Result<ImageSource> image_source(std::string_view folder) {
  const std::vector<EmbeddedFile> files = files_of(folder);
  if (files.empty()) {
    return Error{fmt::format("{}: not in the catalogue", folder)};
  }
  ImageSource source;
  vfs::TarWriter tar;
  for (const EmbeddedFile& file : files) {
    if (file.path == kContextManifest) {
      const Result<Manifest> manifest = manifest_in(file.text, file.path);
      if (!manifest) return manifest.error();
      for (const vfs::TarEntry& entry : manifest->entries) tar.add(entry);
      continue;
    }
    vfs::TarEntry entry;
    entry.name = file.path;
    entry.content = file.text;
    // Scripts say by their first line that they are executable.
    entry.mode = file.text.starts_with("#!") ? 0755 : 0644;
    if (file.path.ends_with(kManifestEnd)) {
      const Result<Manifest> manifest = manifest_in(file.text, file.path);
      if (!manifest) return manifest.error();
      entry.name.resize(entry.name.size() - kManifestEnd.size());
      entry.name += ".tar";
      entry.content = tar_of(*manifest);
    }
    if (file.path == "Dockerfile") source.created = created_in(file.text);
    entry.size = static_cast<std::int64_t>(entry.content.size());
    tar.add(entry);
  }
  tar.end();
  source.context_tar = tar.take();
  return source;
}

Result<Bytes> host_rootfs() {
  const Result<Manifest> manifest =
      manifest_in(embedded("host/host.rootfs").value_or(""), "host.rootfs");
  if (!manifest) return manifest.error();
  return tar_of(*manifest);
}

Result<List> programs_of(std::string_view folder) {
  List programs;
  std::vector<EmbeddedFile> files = files_of(folder);
  if (folder == "host") {
    files = {{"host.rootfs", embedded("host/host.rootfs").value_or("")}};
  }
  for (const EmbeddedFile& file : files) {
    if (!file.path.ends_with(kManifestEnd) && file.path != kContextManifest) {
      continue;
    }
    const Result<Manifest> manifest = manifest_in(file.text, file.path);
    if (!manifest) return manifest.error();
    programs.insert(programs.end(), manifest->programs.begin(),
                    manifest->programs.end());
  }
  return programs;
}

bool known_as_not_modelled(std::string_view program_id) {
  static const List ids =
      split_blanks(embedded("common/not_modelled").value_or(""));
  return std::ranges::find(ids, program_id) != ids.end();
}

}  // namespace drydock::catalog
