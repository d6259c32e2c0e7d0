// dpkg_database.cc — the status file, the lists and the files of packages.

#include "sim/userland/packages/dpkg_database.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/vfs/walk.h"

namespace drydock::userland {

using namespace kernel;

namespace {

const std::string kStatusPath = "/var/lib/dpkg/status";
const std::string kInfoDirectory = "/var/lib/dpkg/info";

/// All directories above a path, the highest first, "/." being the root.
void add_parents(const std::string& path, List* list) {
  for (std::size_t at = path.find('/', 1); at != std::string::npos;
       at = path.find('/', at + 1)) {
    const std::string parent = path.substr(0, at);
    if (std::ranges::find(*list, parent) == list->end()) {
      list->push_back(parent);
    }
  }
}

std::string list_of(const std::vector<PackageFile>& files) {
  List lines = {"/."};
  for (const PackageFile& file : files) {
    add_parents(file.path, &lines);
    if (std::ranges::find(lines, file.path) == lines.end()) {
      lines.push_back(file.path);
    }
  }
  return join(lines, "\n") + "\n";
}

/// A file that is bigger than what is stored of it.
Task<SysOutcome> place_hollow(Process& self, PackageFile file,
                              std::string content, vfs::Mode mode) {
  const SysOutcome written =
      co_await write_file(self, file.path, content, mode);
  if (!written) co_return written;
  const auto stored = static_cast<std::int64_t>(content.size());
  if (file.size > stored) co_return self.truncate(file.path, file.size);
  co_return ok();
}

}  // namespace

const DpkgEntry* DpkgDatabase::find(std::string_view name) const {
  const auto entry = std::ranges::find_if(
      entries, [name](const DpkgEntry& e) { return e.package.name == name; });
  return entry == entries.end() ? nullptr : &*entry;
}

bool DpkgDatabase::installed(std::string_view name) const {
  const DpkgEntry* const entry = find(name);
  return entry && entry->installed();
}

bool DpkgDatabase::satisfied(std::string_view name) const {
  if (installed(name)) return true;
  return std::ranges::any_of(entries, [name](const DpkgEntry& entry) {
    const List& provides = entry.package.provides;
    return entry.installed() &&
           std::ranges::find(provides, name) != provides.end();
  });
}

void DpkgDatabase::set(const Package& package, std::string_view status) {
  forget(package.name);
  const auto place = std::ranges::lower_bound(
      entries, package.name, {},
      [](const DpkgEntry& e) -> const std::string& { return e.package.name; });
  entries.insert(place, {package, std::string(status)});
}

void DpkgDatabase::forget(std::string_view name) {
  std::erase_if(entries,
                [name](const DpkgEntry& e) { return e.package.name == name; });
}

Task<DpkgDatabase> load_dpkg(Process& self) {
  DpkgDatabase database;
  const SysResult<Bytes> text = co_await read_file(self, kStatusPath);
  if (!text) co_return database;
  database.found = true;
  List statuses;
  std::vector<Package> packages = parse_stanzas(*text, &statuses);
  for (std::size_t i = 0; i < packages.size(); ++i) {
    database.entries.push_back({std::move(packages[i]), statuses[i]});
  }
  std::ranges::stable_sort(
      database.entries, {},
      [](const DpkgEntry& e) -> const std::string& { return e.package.name; });
  co_return database;
}

Task<SysOutcome> save_dpkg(Process& self, DpkgDatabase database) {
  std::string text;
  for (const DpkgEntry& entry : database.entries) {
    text += stanza_of(entry.package, entry.status);
  }
  const SysOutcome there = make_directories(self, kInfoDirectory);
  if (!there) co_return there;
  const auto old = self.stat(kStatusPath);
  if (old) static_cast<void>(self.rename(kStatusPath, kStatusPath + "-old"));
  co_return co_await write_file(self, kStatusPath, text);
}

std::string list_path(const Package& package) {
  return fmt::format("{}/{}.list", kInfoDirectory, package.qualified());
}

Task<std::int64_t> count_files(Process& self) {
  std::int64_t count = 0;
  const auto entries = self.readdir(kInfoDirectory);
  if (!entries) co_return count;
  for (const vfs::DirectoryEntry& entry : *entries) {
    if (!entry.name.ends_with(".list")) continue;
    const std::string path = kInfoDirectory + "/" + entry.name;
    const SysResult<Bytes> text = co_await read_file(self, path);
    if (text) count += std::ranges::count(*text, '\n');
  }
  co_return count;
}

SysOutcome make_directories(Process& self, std::string_view path) {
  for (std::size_t at = 1; at < path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const SysOutcome made = self.mkdir(path.substr(0, slash), 0755);
    if (!made && made.error() != Errno::eexist) return made;
    at = slash + 1;
  }
  return ok();
}

Task<SysOutcome> place_file(Process& self, PackageFile file) {
  const SysOutcome above = make_directories(self, vfs::dir_name(file.path));
  if (!above) co_return above;
  std::string content;
  vfs::Mode mode = 0644;
  switch (file.kind) {
    case PackageFile::Kind::directory: {
      co_return make_directories(self, file.path);
    }
    case PackageFile::Kind::link: {
      const auto there = self.lstat(file.path);
      if (there) static_cast<void>(self.unlink(file.path));
      co_return self.symlink(file.value, file.path);
    }
    case PackageFile::Kind::program:
      content = executable_content(file.value);
      mode = 0755;
      break;
    case PackageFile::Kind::text:
      content = package_text(file.value);
      if (file.path.starts_with("/etc/init.d/")) mode = 0755;
      file.size = 0;
      break;
    case PackageFile::Kind::data:
      break;
  }
  // The new file replaces the old one; a link is not written through.
  static_cast<void>(self.unlink(file.path));
  co_return co_await place_hollow(self, file, content, mode);
}

Task<SysOutcome> unpack(Process& self, Package package) {
  const std::vector<PackageFile> files = files_of(package);
  for (const PackageFile& file : files) {
    const SysOutcome placed = co_await place_file(self, file);
    if (!placed) co_return placed;
  }
  const SysOutcome there = make_directories(self, kInfoDirectory);
  if (!there) co_return there;
  const std::string list = list_of(files);
  co_return co_await write_file(self, list_path(package), list);
}

Task<SysOutcome> remove_files(Process& self, Package package, bool purge) {
  const SysResult<Bytes> text = co_await read_file(self, list_path(package));
  if (!text) co_return ok();  // Nothing is known to be there.
  List lines = split(*text, '\n');
  std::ranges::stable_sort(lines,
                           std::greater<>());  // What is inside comes first.
  List left;
  for (const std::string& path : lines) {
    if (path.size() < 2 || path == "/.") continue;
    const auto file = self.lstat(path);
    if (!file) continue;
    if (path.starts_with("/etc/") && !purge) {
      left.push_back(path);
    } else if (file->type == vfs::FileType::directory) {
      static_cast<void>(self.rmdir(path));  // Others may still be in it.
    } else {
      static_cast<void>(self.unlink(path));
    }
  }
  static_cast<void>(self.unlink(list_path(package)));
  if (left.empty()) co_return ok();
  std::ranges::stable_sort(left);
  const std::string rest = "/.\n" + join(left, "\n") + "\n";
  co_return co_await write_file(self, list_path(package), rest);
}

}  // namespace drydock::userland
