// reference.h — "redis", "user/app:1.0", "localhost:5000/x@sha256:...": names
// of images, read once into their parts.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/result.h"

namespace drydock::image {

/// Which engine's rules and words for malformed names (behaviour.md §0.2).
enum class Grammar { docker_1_8, docker_20_10 };

inline constexpr std::string_view kDefaultTag = "latest";

/// A name in its parts.  `repository` is familiar: without docker.io/ and
/// library/, as `docker images` prints it.
struct Reference {
  std::string repository;  // "redis", "user/app", "localhost:5000/x".
  std::string tag;         // Empty when none was given.
  std::string digest;      // "sha256:...", or empty.

  /// Of the registry: "docker.io" or the host that the repository begins with.
  std::string host() const;
  /// Within the registry: "library/redis", "user/app".
  std::string path() const;

  Reference with_default_tag() const;  // Unless it has a tag or a digest.
  std::string str() const;             // "redis:latest", "x@sha256:...".

  friend bool operator==(const Reference&, const Reference&) = default;
};

/// Reads and checks a name.  Errors are the profile's words, without prefix:
/// "invalid reference format: repository name must be lowercase", "Illegal tag
/// name (...)".
Result<Reference> parse_reference(std::string_view text, Grammar grammar);

/// The same for `docker tag`'s target and -t, where 1.8 has more to say:
/// "scratch" is reserved, 64 hex digits are an id.
Result<Reference> parse_new_reference(std::string_view text, Grammar grammar);

/// "docker.io/library/redis" -> "redis".
std::string familiar_repository(std::string_view repository);

/// True if the first component names a registry: has '.' or ':' or is
/// "localhost".
bool has_registry_host(std::string_view repository);

}  // namespace drydock::image
