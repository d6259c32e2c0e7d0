// reference.cc — reading names of images by each engine's grammar.

#include "sim/image/reference.h"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "sim/base/digest.h"
#include "sim/base/id.h"
#include "sim/base/text.h"

namespace drydock::image {

namespace {

bool is_lower_or_digit(char c) {
  return ('a' <= c && c <= 'z') || ('0' <= c && c <= '9');
}
bool is_upper(char c) { return 'A' <= c && c <= 'Z'; }
bool is_tag_character(char c) {
  return is_lower_or_digit(c) || is_upper(c) || c == '_' || c == '.' ||
         c == '-';
}

/// [\w][\w.-]{0,127}
bool is_good_tag(std::string_view tag) {
  return !tag.empty() && tag.size() <= 128 && tag.front() != '.' &&
         tag.front() != '-' && std::ranges::all_of(tag, is_tag_character);
}

/// One of . _ __ or any number of -; 1.8 has single characters only.
bool is_separator(std::string_view run, Grammar grammar) {
  if (run.size() == 1) return true;
  if (grammar == Grammar::docker_1_8) return false;
  return run == "__" ||
         std::ranges::all_of(run, [](char c) { return c == '-'; });
}

/// [a-z0-9]+(?:SEPARATOR[a-z0-9]+)*
bool is_good_component(std::string_view component, Grammar grammar) {
  if (component.empty() || !is_lower_or_digit(component.front()) ||
      !is_lower_or_digit(component.back())) {
    return false;
  }
  for (std::size_t at = 0; at < component.size();) {
    if (is_lower_or_digit(component[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (!is_lower_or_digit(component[end])) {
      const char c = component[end];
      if (c != '.' && c != '_' && c != '-') return false;
      ++end;
    }
    if (!is_separator(component.substr(at, end - at), grammar)) return false;
    at = end;
  }
  return true;
}

/// A host name with an optional port, upper case allowed.
bool is_good_host(std::string_view host) {
  const std::size_t colon = host.find(':');
  const std::string_view name = host.substr(0, colon);
  if (colon != std::string_view::npos) {
    const std::string_view port = host.substr(colon + 1);
    const auto is_digit = [](char c) { return '0' <= c && c <= '9'; };
    if (port.empty() || !std::ranges::all_of(port, is_digit)) return false;
  }
  if (name.empty()) return false;
  for (const std::string& label : split(name, '.')) {
    const auto fits = [](char c) {
      return is_lower_or_digit(c) || is_upper(c) || c == '-';
    };
    if (label.empty() || label.front() == '-' || label.back() == '-' ||
        !std::ranges::all_of(label, fits)) {
      return false;
    }
  }
  return true;
}

bool is_whole_id(std::string_view text) {
  return text.size() == kIdDigits && is_hex(text);
}

struct Pieces {
  std::string_view repository, tag, digest;
  bool has_tag = false, has_digest = false;
};

Pieces cut(std::string_view text) {
  Pieces pieces;
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    pieces.digest = text.substr(at + 1);
    pieces.has_digest = true;
    text = text.substr(0, at);
  }
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos &&
      text.find('/', colon) == std::string_view::npos) {
    pieces.tag = text.substr(colon + 1);
    pieces.has_tag = true;
    text = text.substr(0, colon);
  }
  pieces.repository = text;
  return pieces;
}

/// The repository without its registry host, if it names one.
std::string_view without_host(std::string_view repository) {
  if (!has_registry_host(repository)) return repository;
  return repository.substr(repository.find('/') + 1);
}

Result<std::monostate> check_components(std::string_view path, Grammar grammar,
                                        std::string_view refusal) {
  for (;;) {
    const std::size_t slash = path.find('/');
    if (!is_good_component(path.substr(0, slash), grammar)) {
      return Error{std::string(refusal)};
    }
    if (slash == std::string_view::npos) return std::monostate{};
    path.remove_prefix(slash + 1);
  }
}

Result<Reference> parse_old(std::string_view text) {
  const Pieces pieces = cut(text);
  const std::string_view repository = pieces.repository;
  if (repository.find("://") != std::string_view::npos) {
    return Error{"Invalid repository name, try \"" +
                 std::string(repository.substr(repository.find("://") + 3)) +
                 "\" instead"};
  }
  const std::string_view path = without_host(repository);
  if (repository.empty() || repository.size() > 255) {
    return Error{repository.empty()
                     ? "repository name must have at least one component"
                     : "repository name must not be more than 255 characters"};
  }
  if (!path.empty() && (path.front() == '-' || path.back() == '-')) {
    return Error{fmt::format(
        "Invalid index name ({}). Cannot begin or end with a hyphen.", path)};
  }
  const auto components =
      check_components(path, Grammar::docker_1_8,
                       "repository name component must match "
                       "\"[a-z0-9]+(?:[._-][a-z0-9]+)*\"");
  if (!components) return components.error();
  if (pieces.has_tag && !is_good_tag(pieces.tag)) {
    return Error{fmt::format(
        "Illegal tag name ({}): only [A-Za-z0-9_.-] are allowed ('.' and '-' "
        "are NOT allowed in the initial), minimum 1, maximum 128 in length",
        pieces.tag)};
  }
  return Reference{familiar_repository(repository), std::string(pieces.tag),
                   std::string(pieces.digest)};
}

Result<Reference> parse_new(std::string_view text) {
  const Error malformed{"invalid reference format"};
  const Pieces pieces = cut(text);
  const std::string_view repository = pieces.repository;
  const bool hosted = has_registry_host(repository);
  const std::string_view path = without_host(repository);
  // Before anything else is looked at.
  if (lower(path) != path) {
    return Error{malformed.text + ": repository name must be lowercase"};
  }
  if (repository.empty() || repository.front() == '/') return malformed;
  if (hosted && !is_good_host(repository.substr(0, repository.find('/')))) {
    return malformed;
  }
  const auto components =
      check_components(path, Grammar::docker_20_10, malformed.text);
  if (!components) return malformed;
  if (pieces.has_tag && !is_good_tag(pieces.tag)) return malformed;
  if (pieces.has_digest && !Digest::parse(pieces.digest)) return malformed;
  if (repository.size() > 255) {
    return Error{"repository name must not be more than 255 characters"};
  }
  if (!pieces.has_tag && !pieces.has_digest && path == repository &&
      is_whole_id(repository)) {
    return Error{
        fmt::format("invalid repository name ({}), cannot specify "
                    "64-byte hexadecimal strings",
                    repository)};
  }
  return Reference{familiar_repository(repository), std::string(pieces.tag),
                   std::string(pieces.digest)};
}

}  // namespace

bool has_registry_host(std::string_view repository) {
  const std::size_t slash = repository.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view first = repository.substr(0, slash);
  return first == "localhost" ||
         first.find_first_of(".:") != std::string_view::npos;
}

std::string familiar_repository(std::string_view repository) {
  for (const std::string_view host : {"docker.io/", "index.docker.io/"}) {
    if (!repository.starts_with(host)) continue;
    repository.remove_prefix(host.size());
    // What is left would be taken for another registry's.
    if (has_registry_host(repository)) {
      return "docker.io/" + std::string(repository);
    }
    if (is_whole_id(repository)) return "library/" + std::string(repository);
    break;
  }
  constexpr std::string_view kOfficial = "library/";
  if (repository.starts_with(kOfficial)) {
    const std::string_view name = repository.substr(kOfficial.size());
    // Alone, 64 hex digits would be taken for an id, as above.
    const bool stands_alone =
        name.find('/') == std::string_view::npos && !is_whole_id(name);
    if (stands_alone) repository = name;
  }
  return std::string(repository);
}

std::string Reference::host() const {
  return has_registry_host(repository)
             ? repository.substr(0, repository.find('/'))
             : "docker.io";
}

std::string Reference::path() const {
  if (has_registry_host(repository)) {
    return repository.substr(repository.find('/') + 1);
  }
  const bool official = repository.find('/') == std::string::npos;
  return official ? "library/" + repository : repository;
}

Reference Reference::with_default_tag() const {
  Reference named = *this;
  if (tag.empty() && digest.empty()) named.tag = kDefaultTag;
  return named;
}

std::string Reference::str() const {
  std::string text = repository;
  if (!tag.empty()) text += ":" + tag;
  if (!digest.empty()) text += "@" + digest;
  return text;
}

Result<Reference> parse_reference(std::string_view text, Grammar grammar) {
  return grammar == Grammar::docker_1_8 ? parse_old(text) : parse_new(text);
}

Result<Reference> parse_new_reference(std::string_view text, Grammar grammar) {
  Result<Reference> name = parse_reference(text, grammar);
  if (!name || grammar != Grammar::docker_1_8) return name;
  if (name->repository == "scratch") {
    return Error{"'scratch' is a reserved name"};
  }
  if (is_whole_id(name->repository)) {
    return Error{
        fmt::format("Invalid repository name ({}), cannot specify "
                    "64-byte hexadecimal strings",
                    name->repository)};
  }
  return name;
}

}  // namespace drydock::image
