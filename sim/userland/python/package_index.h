// package_index.h — what pip can install: a pinned, modelled package index.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/text.h"

namespace drydock::userland::python {

/// "Werkzeug>=0.7,<1": a name and what its version has to be.
struct Requirement {
  std::string text;  // As it was written.
  std::string name;
  std::vector<std::pair<std::string, std::string>> bounds;  // ">=", "0.7"

  bool allows(std::string_view version) const;
};
std::optional<Requirement> parse_requirement(std::string_view text);

/// One version of one package.
struct Distribution {
  std::string name, version, archive, archive_size;
  std::string folder;  // Of its files in library_files().
  std::string metadata;
  std::vector<Requirement> requires_;
  std::string program, program_id;  // A binary that it installs.
  std::int64_t program_size = 0, size = 0;

  bool is_wheel() const { return archive.ends_with(".whl"); }
};

/// PEP 503: case and the kind of dash do not matter.
std::string normal_name(std::string_view name);
/// By numbers, part by part: -1, 0, 1.
int compare_versions(std::string_view a, std::string_view b);

const std::vector<Distribution>& distributions();
/// The versions of a package, newest first.
std::vector<const Distribution*> versions_of(std::string_view name);

}  // namespace drydock::userland::python
