// package.cc — packages as stanzas of control files, deb-control(5).

#include "sim/userland/packages/package.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sim/base/sha256.h"

namespace drydock::userland {

namespace {

std::string_view version_in(const PackageRow& row, std::string_view release) {
  if (release == "wheezy") return row.wheezy;
  if (release == "jessie") return row.jessie;
  if (release == "trusty") return row.trusty;
  return "";
}

List comma_list(std::string_view text) {
  List names;
  for (const std::string& piece : split(text, ',')) {
    // Only the first alternative is modelled, and no versions of it.
    std::string_view name = trim(piece);
    name = name.substr(0, name.find_first_of(" |("));
    if (!name.empty()) names.emplace_back(name);
  }
  return names;
}

/// A release may name another dependency than its neighbours: the rows name
/// the union, and what the release does not have is left out.
List existing(const List& names, const std::set<std::string>& known) {
  List kept;
  for (const std::string& name : names) {
    if (known.contains(name)) kept.push_back(name);
  }
  return kept;
}

std::string pool_name(const Package& package) {
  const std::size_t letters = package.name.starts_with("lib") ? 4 : 1;
  const std::size_t colon = package.version.find(':');
  const std::string version = colon == std::string::npos
                                  ? package.version
                                  : package.version.substr(colon + 1);
  return fmt::format("pool/main/{}/{}/{}_{}_{}.deb",
                     package.name.substr(0, letters), package.name,
                     package.name, version, package.architecture);
}

void set_field(Package* package, std::string_view key, std::string_view value) {
  const std::string text(value);
  if (key == "Package") package->name = text;
  if (key == "Version") package->version = text;
  if (key == "Architecture") package->architecture = text;
  if (key == "Section") package->section = text;
  if (key == "Size") package->download_bytes = parse_int(value).value_or(0);
  if (key == "Installed-Size") {
    package->installed_kib = parse_int(value).value_or(0);
  }
  if (key == "Depends") package->depends = comma_list(value);
  if (key == "Recommends") package->recommends = comma_list(value);
  if (key == "Suggests") package->suggests = comma_list(value);
  if (key == "Provides") package->provides = comma_list(value);
  if (key == "Description") package->description = text;
  if (key == "Filename") package->filename = text;
}

}  // namespace

std::optional<PackageFile> PackageFile::parse(std::string_view line) {
  const List words = split_blanks(line);
  if (words.size() < 2) return std::nullopt;
  PackageFile file;
  file.path = words[1];
  if (words.size() > 2) file.value = words[2];
  switch (words[0][0]) {
    case 'x':
      file.kind = Kind::program;
      break;
    case 't':
      file.kind = Kind::text;
      break;
    case 'l':
      file.kind = Kind::link;
      break;
    case 'd':
      file.kind = Kind::directory;
      break;
    default:
      file.kind = Kind::data;
      break;
  }
  file.size = parse_int(words.back()).value_or(0);
  return file;
}

std::string Package::qualified() const {
  if (architecture == "all") return name;
  const bool library = section == "libs" || section == "libdevel";
  return library ? name + ":" + architecture : name;
}

std::string stanza_of(const Package& package, std::string_view status) {
  std::string text = fmt::format("Package: {}\n", package.name);
  if (!status.empty()) text += fmt::format("Status: {}\n", status);
  text += fmt::format("Priority: optional\nSection: {}\n", package.section);
  text += fmt::format("Installed-Size: {}\n", package.installed_kib);
  text += fmt::format("Maintainer: drydock mirror <mirror@drydock.invalid>\n");
  text += fmt::format("Architecture: {}\n", package.architecture);
  text += fmt::format("Version: {}\n", package.version);
  const auto relation = [&text](std::string_view key, const List& names) {
    if (!names.empty()) text += fmt::format("{}: {}\n", key, join(names, ", "));
  };
  relation("Provides", package.provides);
  relation("Depends", package.depends);
  relation("Recommends", package.recommends);
  relation("Suggests", package.suggests);
  if (status.empty()) {
    text +=
        fmt::format("Filename: {}\nSize: {}\nSHA256: {}\n", package.filename,
                    package.download_bytes, sha256_hex(package.filename));
  }
  text += fmt::format("Description: {}\n\n", package.description);
  return text;
}

std::vector<Package> parse_stanzas(std::string_view text, List* statuses) {
  std::vector<Package> all;
  Package package;
  std::string status;
  const auto finish = [&] {
    if (!package.name.empty()) {
      all.push_back(std::move(package));
      if (statuses) statuses->push_back(status);
    }
    package = Package();
    status.clear();
  };
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.empty()) finish();
    const std::size_t colon = line.find(':');
    if (line.starts_with(' ') || colon == line.npos) continue;
    const std::string_view value = trim(line.substr(colon + 1));
    if (line.substr(0, colon) == "Status") status = value;
    set_field(&package, line.substr(0, colon), value);
  }
  finish();
  return all;
}

std::vector<Package> packages_of(std::string_view release) {
  std::set<std::string> known;
  for (const PackageRow& row : mirror_rows()) {
    if (!version_in(row, release).empty()) known.emplace(row.name);
  }
  std::vector<Package> all;
  for (const PackageRow& row : mirror_rows()) {
    const std::string_view version = version_in(row, release);
    if (version.empty()) continue;
    Package package;
    package.name = row.name;
    package.version = version;
    package.architecture = row.architecture;
    package.section = row.section;
    package.download_bytes = row.download_bytes;
    package.installed_kib = row.installed_kib;
    package.depends = existing(comma_list(row.depends), known);
    package.recommends = existing(comma_list(row.recommends), known);
    package.suggests = comma_list(row.suggests);
    package.provides = comma_list(row.provides);
    package.description = row.description;
    package.filename = pool_name(package);
    all.push_back(std::move(package));
  }
  std::ranges::stable_sort(all, {}, &Package::name);
  return all;
}

std::vector<PackageFile> files_of(const Package& package) {
  std::vector<PackageFile> files;
  for (const PackageRow& row : mirror_rows()) {
    if (row.name != package.name) continue;
    for (const std::string& line : split(row.files, '\n')) {
      const auto file = PackageFile::parse(line);
      if (file) files.push_back(*file);
    }
  }
  const std::string doc = "/usr/share/doc/" + package.name + "/";
  files.push_back({PackageFile::Kind::data, doc + "changelog.Debian.gz", "",
                   700 + static_cast<std::int64_t>(package.name.size()) * 31});
  files.push_back({PackageFile::Kind::data, doc + "copyright", "",
                   1100 + static_cast<std::int64_t>(package.name.size()) * 17});
  return files;
}

}  // namespace drydock::userland
