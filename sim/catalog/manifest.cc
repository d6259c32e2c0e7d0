// manifest.cc — one function for each kind of line.

#include "sim/catalog/manifest.h"

#include <fmt/format.h>

#include <array>

#include "sim/kernel/program.h"
#include "sim/userland/python/library.h"

namespace drydock::catalog {
namespace {

constexpr int kIncludesMax = 8;  // Deep.
constexpr std::int64_t kShare = -1;

Error expected(std::string_view what) {
  return Error{fmt::format("expected {}", what)};
}

class Reader {
 public:
  Reader(Manifest& manifest, const Include& include)
      : manifest_(manifest), include_(include) {}

  Outcome read(std::string_view text, int depth) {
    if (depth > kIncludesMax) return Error{"includes nest too deep"};
    int number = 0;
    for (const std::string& line : split(text, '\n')) {
      ++number;
      const Outcome taken = take(line, depth);
      if (taken) continue;
      return Error{
          fmt::format("line {}: {}: {}", number, line, taken.error().text)};
    }
    return done();
  }

  /// Deals out what `total` leaves to the files that asked for a share.
  Outcome share() {
    std::int64_t used = 0;
    std::vector<vfs::TarEntry*> takers;
    for (vfs::TarEntry& entry : manifest_.entries) {
      if (entry.type != vfs::FileType::regular || entry.hard_link) continue;
      if (entry.size == kShare) {
        entry.size = 0;
        takers.push_back(&entry);
      }
      used += entry.size;
    }
    std::int64_t left = total_ == 0 ? 0 : total_ - used;
    if (left < 0) return Error{fmt::format("{} bytes too many", -left)};
    if (left > 0 && takers.empty()) {
      return Error{fmt::format("nobody takes the last {} bytes", left)};
    }
    for (std::size_t i = 0; i < takers.size(); ++i) {
      const auto rest = static_cast<std::int64_t>(takers.size() - i);
      takers[i]->size = left / rest;
      left -= takers[i]->size;
    }
    return done();
  }

 private:
  Outcome take(const std::string& line, int depth) {
    if (line.starts_with('|')) return content(line.substr(1));
    writing_ = false;
    const List words = split_blanks(line);
    if (words.empty() || words[0].starts_with('#')) return done();
    const std::string& kind = words[0];
    if (kind == "time") return time(words);
    if (kind == "total") return total(words);
    if (kind == "include") return include(words, depth);
    if (kind == "d") return directories(words);
    if (kind == "f") return file(words);
    if (kind == "x") return executable(words);
    if (kind == "xs") return executables(words);
    if (kind == "ls") return links(words, false);
    if (kind == "hs") return links(words, true);
    if (kind == "l") return link(words);
    if (kind == "c") return device(words);
    if (kind == "p") return library(words);
    return Error{"unknown kind of line"};
  }

  Outcome content(std::string_view text) {
    if (!writing_) return Error{"no file that this belongs to"};
    vfs::TarEntry& file = manifest_.entries.back();
    file.content += text;
    file.content += '\n';
    file.size = static_cast<std::int64_t>(file.content.size());
    return done();
  }

  Outcome time(const List& words) {
    const auto time = parse_rfc3339(words.size() == 2 ? words[1] : "");
    if (!time) return expected("time YYYY-MM-DDTHH:MM:SSZ");
    time_ = *time;
    return done();
  }

  Outcome total(const List& words) {
    const auto bytes = parse_int(words.size() == 2 ? words[1] : "");
    if (!bytes) return expected("total BYTES");
    total_ = *bytes;
    return done();
  }

  Outcome include(const List& words, int depth) {
    if (words.size() != 2) return expected("include PATH");
    const auto text = include_(words[1]);
    if (!text) return Error{"no such manifest"};
    return read(*text, depth + 1);
  }

  /// Mode and owner of words 1 and 2, path of word 3.
  Result<vfs::TarEntry> begin(const List& words, vfs::FileType type) {
    if (words.size() < 4) return expected("MODE OWNER PATH");
    vfs::TarEntry entry;
    entry.type = type;
    entry.mtime = time_;
    entry.mode = 0;
    for (const char digit : words[1]) {
      if (digit < '0' || digit > '7') return expected("an octal mode");
      entry.mode = entry.mode * 8 + static_cast<vfs::Mode>(digit - '0');
    }
    const List owner = split(words[2], ':');
    const auto uid = parse_int(owner[0]);
    const auto gid = parse_int(owner.size() == 2 ? owner[1] : "");
    if (!uid || !gid) return expected("UID:GID");
    entry.uid = static_cast<vfs::UserId>(*uid);
    entry.gid = static_cast<vfs::GroupId>(*gid);
    const Outcome named = name(entry, words[3]);
    if (!named) return named.error();
    return entry;
  }

  /// Archives of root file systems have no leading slash.
  static Outcome name(vfs::TarEntry& entry, std::string_view path) {
    if (path.size() < 2 || path[0] != '/') return expected("an absolute path");
    entry.name = path.substr(1);
    if (entry.type == vfs::FileType::directory) entry.name += '/';
    return done();
  }

  Outcome directories(const List& words) {
    Result<vfs::TarEntry> entry = begin(words, vfs::FileType::directory);
    if (!entry) return entry.error();
    for (std::size_t i = 3; i < words.size(); ++i) {
      const Outcome named = name(*entry, words[i]);
      if (!named) return named;
      manifest_.entries.push_back(*entry);
    }
    return done();
  }

  static Result<std::int64_t> size_of(const std::string& word) {
    if (word == "*") return kShare;
    const auto size = parse_int(word);
    if (!size || *size < 0) return expected("a size");
    return *size;
  }

  Outcome file(const List& words) {
    Result<vfs::TarEntry> entry = begin(words, vfs::FileType::regular);
    if (!entry) return entry.error();
    if (words.size() > 4) {
      const Result<std::int64_t> size = size_of(words[4]);
      if (!size) return size.error();
      entry->size = *size;
    }
    writing_ = words.size() == 4;
    manifest_.entries.push_back(std::move(*entry));
    return done();
  }

  void add_executable(vfs::TarEntry entry, const std::string& program,
                      std::int64_t size) {
    entry.content = kernel::executable_content(program);
    const auto stored = static_cast<std::int64_t>(entry.content.size());
    entry.size = size == kShare ? size : std::max(size, stored);
    manifest_.programs.push_back(program);
    manifest_.entries.push_back(std::move(entry));
  }

  Outcome executable(const List& words) {
    Result<vfs::TarEntry> entry = begin(words, vfs::FileType::regular);
    if (!entry) return entry.error();
    if (words.size() != 6) return expected("MODE OWNER PATH PROGRAM SIZE");
    const Result<std::int64_t> size = size_of(words[5]);
    if (!size) return size.error();
    add_executable(std::move(*entry), words[4], *size);
    return done();
  }

  Outcome executables(const List& words) {
    if (words.size() < 5) return expected("DIRECTORY FAMILY SIZE NAME...");
    const Result<std::int64_t> size = size_of(words[3]);
    if (!size) return size.error();
    for (std::size_t i = 4; i < words.size(); ++i) {
      vfs::TarEntry entry;
      entry.mode = 0755;
      entry.mtime = time_;
      const Outcome named = name(entry, words[1] + "/" + words[i]);
      if (!named) return named;
      add_executable(std::move(entry), words[2] + "/" + words[i], *size);
    }
    return done();
  }

  Outcome links(const List& words, bool hard) {
    if (words.size() < 4) return expected("DIRECTORY TARGET NAME...");
    for (std::size_t i = 3; i < words.size(); ++i) {
      const Outcome added = add_link(words[1] + "/" + words[i], words[2], hard);
      if (!added) return added;
    }
    return done();
  }

  Outcome link(const List& words) {
    if (words.size() != 3) return expected("PATH TARGET");
    return add_link(words[1], words[2], false);
  }

  Outcome add_link(std::string_view path, std::string target, bool hard) {
    vfs::TarEntry entry;
    entry.type = hard ? vfs::FileType::regular : vfs::FileType::symlink;
    entry.hard_link = hard;
    entry.mode = hard ? 0755 : 0777;
    entry.mtime = time_;
    entry.link =
        hard && target.starts_with('/') ? target.substr(1) : std::move(target);
    const Outcome named = name(entry, path);
    if (!named) return named;
    manifest_.entries.push_back(std::move(entry));
    return done();
  }

  Outcome library(const List& words) {
    if (words.size() != 3) return expected("p DIRECTORY PREFIX");
    for (const auto& file : userland::python::library_files()) {
      if (!file.path.starts_with(words[2] + "/")) continue;
      const std::string_view rest = file.path.substr(words[2].size() + 1);
      const std::size_t slash = rest.rfind('/');
      if (slash != rest.npos && rest.ends_with("/__init__.py")) {
        const std::string folder =
            fmt::format("{}/{}", words[1], rest.substr(0, slash));
        const Outcome made = directories({"d", "0755", "0:0", folder});
        if (!made) return made;
      }
      Result<vfs::TarEntry> entry =
          begin({"f", "0644", "0:0", fmt::format("{}/{}", words[1], rest)},
                vfs::FileType::regular);
      if (!entry) return entry.error();
      entry->content = file.text;
      entry->size = static_cast<std::int64_t>(file.text.size());
      manifest_.entries.push_back(std::move(*entry));
    }
    return done();
  }

  Outcome device(const List& words) {
    Result<vfs::TarEntry> entry = begin(words, vfs::FileType::char_device);
    if (!entry) return entry.error();
    const List numbers = split(words.size() == 5 ? words[4] : "", ':');
    const auto major = parse_int(numbers[0]);
    const auto minor = parse_int(numbers.size() == 2 ? numbers[1] : "");
    if (!major || !minor) return expected("MAJOR:MINOR");
    entry->rdev = {static_cast<std::uint32_t>(*major),
                   static_cast<std::uint32_t>(*minor)};
    manifest_.entries.push_back(std::move(*entry));
    return done();
  }

  Manifest& manifest_;
  const Include& include_;
  Time time_;
  std::int64_t total_ = 0;
  bool writing_ = false;  // Lines with a '|' belong to the last entry.
};

}  // namespace

Result<Manifest> parse_manifest(std::string_view text, const Include& include) {
  Manifest manifest;
  Reader reader(manifest, include);
  const Outcome read = reader.read(text, 0);
  if (!read) return read.error();
  const Outcome shared = reader.share();
  if (!shared) return shared.error();
  return manifest;
}

Bytes tar_of(const Manifest& manifest) {
  vfs::TarWriter tar;
  for (const vfs::TarEntry& entry : manifest.entries) tar.add(entry);
  tar.end();
  return tar.take();
}

}  // namespace drydock::catalog
