// compare.cc — renaming ids, masking what is one recording's own.

#include "tests/conformance/compare.h"

#include <algorithm>
#include <regex>
#include <vector>

#include "sim/base/text.h"

namespace drydock::conformance {

namespace {

constexpr std::size_t kShort = 12;

bool is_hex(char c) { return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f'); }
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

/// Calls `found(begin, length)` for each id in the text.
template <typename Found>
void each_id(std::string_view text, Found found) {
  for (std::size_t i = 0; i < text.size();) {
    if (!is_hex(text[i]) || (i > 0 && is_word(text[i - 1]))) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_hex(text[end])) ++end;
    const std::size_t length = end - i;
    const bool whole = end == text.size() || !is_word(text[end]);
    if (whole && (length == kShort || length == 64)) found(i, length);
    i = end;
  }
}

std::vector<std::string> ids_of(std::string_view text) {
  std::vector<std::string> ids;
  each_id(text, [&](std::size_t begin, std::size_t) {
    ids.emplace_back(text.substr(begin, kShort));
  });
  return ids;
}

struct Mask {
  std::regex pattern;
  const char* instead;
};

const std::vector<Mask>& masks() {
  static const std::vector<Mask> all = [] {
    std::vector<Mask> list;
    const auto add = [&list](const char* pattern, const char* instead) {
      list.push_back({std::regex(pattern), instead});
    };
    add(R"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?(Z|[+-]\d\d:?\d\d))?( UTC)?)",
        "<time>");
    add(R"([A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)",
        "<time>");
    add(R"((About an? (minute|hour)|Less than a second|\d+ (second|minute|hour|day|week|month|year)s?)( ago)?)",
        "<span>");
    add(R"(172\.17\.\d+\.\d+)", "<ip>");
    add(R"(02:42(:[0-9a-f]{2}){4})", "<mac>");
    add(R"(\b\d+(\.\d+)?(MB|GB|MiB|GiB)\b)", "<size>");
    add(R"(\b\d{6,}\b)", "<number>");
    add(R"(("?Pid"?: ?)\d+)", "$1<pid>");
    add(R"(\b[a-z]{3,}_[a-z]{3,}\d?\b)", "<name>");
    add(R"(docker-import-\d+|buildkit-mount\d+|docker-builder\d+)", "<tmp>");
    add(R"( {2,})", " ");
    return list;
  }();
  return all;
}

std::string sorted_lines(const std::string& text) {
  List lines = split(text, '\n');
  std::ranges::stable_sort(lines);
  return join(lines, "\n");
}

}  // namespace

std::string masked(std::string_view text) {
  std::string result(text);
  for (const Mask& mask : masks()) {
    result = std::regex_replace(result, mask.pattern, mask.instead);
  }
  return result;
}

void Renamer::learn(std::string_view recorded, std::string_view ours) {
  const std::vector<std::string> theirs = ids_of(recorded);
  const std::vector<std::string> mine = ids_of(ours);
  if (theirs.size() != mine.size()) return;
  for (std::size_t i = 0; i < theirs.size(); ++i) {
    if (to_name_.contains(theirs[i]) || ours_to_name_.contains(mine[i])) {
      continue;
    }
    const std::string name = "<id" + std::to_string(++next_) + ">";
    to_name_[theirs[i]] = name;
    ours_to_name_[mine[i]] = name;
  }
}

std::string Renamer::renamed(
    std::string_view text,
    const std::map<std::string, std::string>& names) const {
  std::string result;
  std::size_t copied = 0;
  each_id(text, [&](std::size_t begin, std::size_t length) {
    result += text.substr(copied, begin - copied);
    const auto name = names.find(std::string(text.substr(begin, kShort)));
    result += name == names.end() ? "<id>" : name->second;
    if (length > kShort) result += "+";
    copied = begin + length;
  });
  result += text.substr(copied);
  return result;
}

bool Renamer::same(const Record& recorded, const Outputs& ours) {
  if (recorded.outputs.status != ours.status) return false;
  if (recorded.stable == "rc") return true;
  learn(recorded.outputs.out, ours.out);
  learn(recorded.outputs.err, ours.err);
  const auto equal = [&](const std::string& theirs, const std::string& mine) {
    const std::string a = masked(renamed(theirs, to_name_));
    const std::string b = masked(renamed(mine, ours_to_name_));
    if (recorded.stable == "unordered") {
      return sorted_lines(a) == sorted_lines(b);
    }
    return a == b;
  };
  return equal(recorded.outputs.out, ours.out) &&
         equal(recorded.outputs.err, ours.err);
}

}  // namespace drydock::conformance
