// embedded.h — the catalogue's files, as embed.cmake compiled them in.

#pragma once

#include <string_view>
#include <vector>

namespace drydock::catalog {

struct EmbeddedFile {
  std::string_view path;  // "images/debian/wheezy/Dockerfile"
  std::string_view text;
};

/// Sorted by path.
const std::vector<EmbeddedFile>& embedded_files();

}  // namespace drydock::catalog
