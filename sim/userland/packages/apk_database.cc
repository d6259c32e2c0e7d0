// apk_database.cc — APKINDEX, /lib/apk/db/installed and /etc/apk/world.

#include "sim/userland/packages/apk_database.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/deflate.h"
#include "sim/base/inflate.h"
#include "sim/base/sha256.h"
#include "sim/base/stream.h"
#include "sim/userland/files.h"
#include "sim/userland/packages/dpkg_database.h"
#include "sim/vfs/tar.h"
#include "sim/vfs/walk.h"

namespace drydock::userland {

using kernel::Process;

namespace {

constexpr std::string_view kInstalledPath = "/lib/apk/db/installed";
constexpr std::string_view kWorld = "/etc/apk/world";
constexpr std::string_view kRepositories = "/etc/apk/repositories";
constexpr std::size_t kIndexMax = std::size_t{16} << 20;

List words_of(std::string_view text) {
  return split_blanks(replace_all(std::string(text), "\n", " "));
}

Task<List> read_lines(Process& self, std::string path) {
  const SysResult<Bytes> text = co_await kernel::read_file(self, path);
  List lines;
  for (const std::string& line : split(text ? *text : "", '\n')) {
    const std::string plain(trim(line));
    if (!plain.empty() && !plain.starts_with('#')) lines.push_back(plain);
  }
  co_return lines;
}

/// The member APKINDEX of a fetched index; nothing when it is no index.
Task<std::string> read_index(Process& self, std::string path) {
  const SysResult<Bytes> packed = co_await kernel::read_file(self, path);
  if (!packed) co_return "";
  const Result<Bytes> tar = gunzip(*packed, kIndexMax);
  if (!tar) co_return "";
  StringSource source(*tar);
  vfs::TarReader reader(source);
  for (;;) {
    const auto entry = co_await reader.next();
    if (!entry || !*entry) co_return "";
    if ((*entry)->name == "APKINDEX") co_return (*entry)->content;
  }
}

const ApkPackage* named(const std::vector<ApkPackage>& packages,
                        std::string_view name) {
  const auto found = std::ranges::find(packages, name, &ApkPackage::name);
  return found == packages.end() ? nullptr : &*found;
}

}  // namespace

std::string apk_stanza(const ApkPackage& package) {
  std::string text =
      fmt::format("P:{}\nV:{}\nA:x86_64\nS:{}\nI:{}\nT:{}\nU:{}\n",
                  package.name, package.version, package.size,
                  package.installed_size, package.description, package.url);
  if (!package.depends.empty()) {
    text += fmt::format("D:{}\n", join(package.depends, " "));
  }
  std::string folder = "/";  // No file has it for its folder.
  for (const std::string& path : package.files) {
    const std::size_t slash = path.rfind('/');
    const std::string above = slash == path.npos ? "" : path.substr(0, slash);
    if (above != folder) text += fmt::format("F:{}\n", above);
    folder = above;
    text += fmt::format("R:{}\n",
                        slash == path.npos ? path : path.substr(slash + 1));
  }
  return text + "\n";
}

std::vector<ApkPackage> parse_apk_stanzas(std::string_view text) {
  std::vector<ApkPackage> all;
  ApkPackage package;
  std::string folder;
  for (const std::string& line : split(text, '\n')) {
    if (line.empty() && !package.name.empty()) {
      all.push_back(std::exchange(package, ApkPackage()));
    }
    if (line.size() < 2 || line[1] != ':') continue;
    const std::string value = line.substr(2);
    switch (line[0]) {
      case 'P':
        package.name = value;
        break;
      case 'V':
        package.version = value;
        break;
      case 'T':
        package.description = value;
        break;
      case 'U':
        package.url = value;
        break;
      case 'S':
        package.size = parse_int(value).value_or(0);
        break;
      case 'I':
        package.installed_size = parse_int(value).value_or(0);
        break;
      case 'D':
        package.depends = split_blanks(value);
        break;
      case 'F':
        folder = value;
        break;
      case 'R':
        package.files.push_back(folder.empty() ? value : folder + "/" + value);
        break;
      default:
        break;
    }
  }
  if (!package.name.empty()) all.push_back(std::move(package));
  return all;
}

std::vector<ApkPackage> apk_mirror_packages() {
  std::vector<ApkPackage> all;
  for (const ApkRow& row : apk_mirror_rows()) {
    ApkPackage package;
    package.name = row.name;
    package.version = row.version;
    package.description = row.description;
    package.url = row.url;
    package.size = row.size;
    package.installed_size = row.installed_size;
    package.depends = split_blanks(row.depends);
    all.push_back(std::move(package));
  }
  return all;
}

std::vector<PackageFile> apk_files_of(std::string_view name) {
  std::vector<PackageFile> files;
  for (const ApkRow& row : apk_mirror_rows()) {
    if (row.name != name) continue;
    for (const std::string& line : split(row.files, '\n')) {
      const auto file = PackageFile::parse(line);
      if (file) files.push_back(*file);
    }
  }
  return files;
}

const ApkPackage* ApkDatabase::find_installed(std::string_view name) const {
  return named(installed, name);
}

const ApkPackage* ApkDatabase::find(std::string_view name) const {
  return named(index, name);
}

Task<ApkDatabase> load_apk(Process& self) {
  ApkDatabase database;
  const SysResult<Bytes> installed =
      co_await kernel::read_file(self, std::string(kInstalledPath));
  if (installed) database.installed = parse_apk_stanzas(*installed);
  const SysResult<Bytes> world =
      co_await kernel::read_file(self, std::string(kWorld));
  if (world) database.world = words_of(*world);
  database.repositories = co_await read_lines(self, std::string(kRepositories));
  for (const std::string& repository : database.repositories) {
    const std::string text =
        co_await read_index(self, apk_index_path(repository));
    for (ApkPackage& package : parse_apk_stanzas(text)) {
      if (!database.find(package.name)) {
        database.index.push_back(std::move(package));
      }
    }
  }
  co_return database;
}

Task<SysOutcome> save_apk(Process& self, ApkDatabase database) {
  std::string text;
  for (const ApkPackage& package : database.installed) {
    text += apk_stanza(package);
  }
  const SysOutcome there =
      make_directories(self, vfs::dir_name(kInstalledPath));
  if (!there) co_return there;
  const SysOutcome listed =
      co_await write_file(self, std::string(kInstalledPath), text);
  if (!listed) co_return listed;
  std::ranges::stable_sort(database.world);
  const std::string world = join(database.world, "\n") + "\n";
  co_return co_await write_file(self, std::string(kWorld), world);
}

std::string apk_index_path(std::string_view repository) {
  return fmt::format("/var/cache/apk/APKINDEX.{}.tar.gz",
                     sha256_hex(repository).substr(0, 8));
}

Bytes apk_index_archive() {
  std::string index;
  for (const ApkPackage& package : apk_mirror_packages()) {
    index += apk_stanza(package);
  }
  vfs::TarWriter tar;
  for (const auto& [name, content] :
       std::vector<std::pair<std::string, std::string>>{
           {"DESCRIPTION", "v3.2.3-105-ga42e4dd"}, {"APKINDEX", index}}) {
    vfs::TarEntry entry;
    entry.name = name;
    entry.content = content;
    entry.size = static_cast<std::int64_t>(content.size());
    entry.mode = 0644;
    tar.add(entry);
  }
  tar.end();
  return gzip(tar.take(), GzipHeader());
}

std::string apk_name_of(std::string_view constraint) {
  return std::string(constraint.substr(0, constraint.find_first_of("=<>~@")));
}

}  // namespace drydock::userland
