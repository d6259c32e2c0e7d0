// package.h — what a distribution's mirror offers.
//
// The mirror is pinned to October 2015 and holds what people install in
// containers, with the versions, sizes and dependencies of each release.  What
// a base image has from the start (libc6, perl-base, ...) is in base.h.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/text.h"

namespace drydock::userland {

/// A row of the mirror.  Versions are those of each release, "" where it has
/// no such package.
struct PackageRow {
  std::string_view name;
  std::string_view wheezy, jessie, trusty;
  std::string_view architecture, section;
  std::int64_t download_bytes, installed_kib;
  std::string_view depends, recommends, suggests, provides;
  std::string_view description;
  /// One file a line, see PackageFile::parse(); directories are implied.
  std::string_view files;
};

std::span<const PackageRow> mirror_rows();  // mirror.cc

/// A file of a package.
struct PackageFile {
  enum class Kind { program, data, text, link, directory };
  Kind kind = Kind::data;
  std::string path;
  std::string value;  // Program id, text's name or link's target.
  std::int64_t size = 0;

  /// "x PATH ID SIZE", "f PATH SIZE" (hollow), "t PATH NAME" (package_text),
  /// "l PATH TARGET", "d PATH".
  static std::optional<PackageFile> parse(std::string_view line);
};

/// The texts that packages carry: cows, fortunes, configuration.
std::string_view package_text(std::string_view name);  // texts.cc

/// One package as the lists of a release tell about it.
struct Package {
  std::string name, version, architecture, section;
  std::int64_t download_bytes = 0, installed_kib = 0;
  List depends, recommends, suggests, provides;
  std::string description, filename, site;

  /// "libc6:amd64" where dpkg says so: libraries that may be multi-arch.
  std::string qualified() const;
};

/// A stanza of a Packages file, or of dpkg's status file with `status`.
std::string stanza_of(const Package& package, std::string_view status = "");

/// All stanzas of a Packages or status file; `statuses`, when given, receives
/// each one's Status field.
std::vector<Package> parse_stanzas(std::string_view text,
                                   List* statuses = nullptr);

/// The rows of a release ("wheezy") as packages.
std::vector<Package> packages_of(std::string_view release);

/// The files that a package brings, its documentation included.
std::vector<PackageFile> files_of(const Package& package);

}  // namespace drydock::userland
