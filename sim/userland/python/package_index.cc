// package_index.cc — the index, read from its packages' own METADATA.

#include "sim/userland/python/package_index.h"

#include <algorithm>
#include <array>

#include "sim/userland/python/library.h"

namespace drydock::userland::python {

namespace {

constexpr std::string_view kFolder = "packages/";
constexpr std::string_view kMetadata = "/METADATA";

void read_field(Distribution& into, const std::string& key,
                const std::string& value) {
  const drydock::List words = split_blanks(value);
  if (key == "Name") into.name = value;
  if (key == "Version") into.version = value;
  if (key == "Size") into.size = parse_int(value).value_or(0);
  if (key == "Archive" && !words.empty()) {
    into.archive = words[0];
    if (words.size() > 1) into.archive_size = words[1];
  }
  if (key == "Program" && words.size() == 3) {
    into.program = words[0];
    into.program_id = words[1];
    into.program_size = parse_int(words[2]).value_or(0);
  }
  if (key != "Requires") return;
  for (const std::string& part : split(value, ',')) {
    const auto requirement = parse_requirement(trim(part));
    if (requirement) into.requires_.push_back(*requirement);
  }
}

Distribution read_metadata(std::string_view folder, std::string_view text) {
  Distribution one;
  one.folder = folder;
  for (const std::string& line : split(text, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos) continue;
    const std::string key = line.substr(0, colon);
    read_field(one, key, std::string(trim(line.substr(colon + 1))));
    // What only this index needs is not shown by `pip show`.
    if (key != "Archive" && key != "Size" && key != "Program") {
      one.metadata += line + "\n";
    }
  }
  return one;
}

}  // namespace

std::string normal_name(std::string_view name) {
  std::string out = lower(name);
  std::ranges::replace(out, '_', '-');
  std::ranges::replace(out, '.', '-');
  return out;
}

int compare_versions(std::string_view a, std::string_view b) {
  const drydock::List left = split(a, '.'), right = split(b, '.');
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const std::int64_t x =
        parse_int(i < left.size() ? left[i] : "0").value_or(0);
    const std::int64_t y =
        parse_int(i < right.size() ? right[i] : "0").value_or(0);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

bool Requirement::allows(std::string_view version) const {
  return std::ranges::all_of(bounds, [&](const auto& bound) {
    const int order = compare_versions(version, bound.second);
    const std::string& op = bound.first;
    if (op == "==") return order == 0;
    if (op == "!=") return order != 0;
    if (op == ">=") return order >= 0;
    if (op == "<=") return order <= 0;
    if (op == ">") return order > 0;
    if (op == "<") return order < 0;
    const std::string prefix = bound.second.substr(0, bound.second.rfind('.'));
    return order >= 0 &&
           (version == prefix || version.starts_with(prefix + "."));  // ~=
  });
}

std::optional<Requirement> parse_requirement(std::string_view text) {
  Requirement out;
  out.text = trim(text);
  std::size_t at = 0;
  while (at < out.text.size() &&
         (std::isalnum(static_cast<unsigned char>(out.text[at])) ||
          std::string_view("-_.").find(out.text[at]) != std::string::npos)) {
    ++at;
  }
  out.name = out.text.substr(0, at);
  if (out.name.empty()) return std::nullopt;
  const std::string rest(trim(out.text.substr(at)));
  if (rest.empty()) return out;
  for (const std::string& part : split(rest, ',')) {
    const std::string bound(trim(part));
    const std::size_t digits = bound.find_first_not_of("=<>!~");
    static constexpr std::array<std::string_view, 7> kOps = {
        "==", "!=", ">=", "<=", "~=", ">", "<"};
    const std::string op = bound.substr(0, digits);
    if (digits == bound.npos ||
        std::ranges::find(kOps, std::string_view(op)) == kOps.end()) {
      return std::nullopt;
    }
    out.bounds.emplace_back(op, std::string(trim(bound.substr(digits))));
  }
  return out;
}

const std::vector<Distribution>& distributions() {
  static const std::vector<Distribution> all = [] {
    std::vector<Distribution> found;
    for (const LibraryFile& file : library_files()) {
      if (!file.path.starts_with(kFolder) || !file.path.ends_with(kMetadata)) {
        continue;
      }
      const std::string_view folder =
          file.path.substr(0, file.path.size() - kMetadata.size() + 1);
      found.push_back(read_metadata(folder, file.text));
    }
    return found;
  }();
  return all;
}

std::vector<const Distribution*> versions_of(std::string_view name) {
  std::vector<const Distribution*> found;
  for (const Distribution& one : distributions()) {
    if (normal_name(one.name) == normal_name(name)) found.push_back(&one);
  }
  std::ranges::stable_sort(found, [](const auto* a, const auto* b) {
    return compare_versions(a->version, b->version) > 0;
  });
  return found;
}

}  // namespace drydock::userland::python
