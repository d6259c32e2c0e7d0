// cowsay_text.cc — wrapping, the balloon and the cow.

#include "sim/userland/packages/cowsay_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace drydock::userland {

namespace {

/// One paragraph: words joined by single blanks, long ones cut.
void wrap_words(const List& words, std::size_t width, List* out) {
  std::string line;
  for (std::string word : words) {
    if (!line.empty() && line.size() + 1 + word.size() > width) {
      out->push_back(std::exchange(line, ""));
    }
    while (word.size() > width) {
      out->push_back(word.substr(0, width));
      word.erase(0, width);
    }
    line += line.empty() ? word : " " + word;
  }
  if (!line.empty()) out->push_back(line);
}

}  // namespace

List wrap_paragraphs(const List& lines, std::size_t columns) {
  const std::size_t width = std::max<std::size_t>(columns, 2) - 1;
  List out, words;
  bool begun = false;
  const auto finish = [&] {
    if (words.empty()) return;
    if (begun) out.emplace_back();
    begun = true;
    wrap_words(words, width, &out);
    words.clear();
  };
  for (const std::string& line : lines) {
    // A line that begins with a blank, or has nothing, begins a paragraph.
    const bool indented =
        line.empty() || line.front() == ' ' || line.front() == '\t';
    if (indented) finish();
    for (std::string& word : split_blanks(line)) {
      words.push_back(std::move(word));
    }
  }
  finish();
  if (out.empty()) out.emplace_back();
  return out;
}

std::string balloon(const List& lines, bool thinks) {
  std::size_t width = 0;
  for (const std::string& line : lines) width = std::max(width, line.size());
  std::string text = fmt::format(" {:_<{}} \n", "", width + 2);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view ends = "||";
    if (i == 0) ends = "/\\";
    if (i > 0 && i + 1 == lines.size()) ends = "\\/";
    if (lines.size() == 1) ends = "<>";
    if (thinks) ends = "()";
    text += fmt::format("{} {:<{}} {}\n", ends[0], lines[i], width, ends[1]);
  }
  return text + fmt::format(" {:-<{}} \n", "", width + 2);
}

std::string draw_cow(std::string_view file, const CowFace& face) {
  const std::size_t begin = file.find("EOC");
  const std::size_t first = file.find('\n', begin);
  const std::size_t end = file.find("\nEOC", first);
  if (begin == file.npos || first == file.npos || end == file.npos) return "";
  const std::string_view body = file.substr(first + 1, end - first);
  std::string out;
  for (std::size_t at = 0; at < body.size();) {
    const std::string_view rest = body.substr(at);
    const auto put = [&](std::string_view name, const std::string& value) {
      if (!rest.starts_with(name)) return false;
      out += value;
      at += name.size();
      return true;
    };
    if (put("$thoughts", face.thoughts) || put("${thoughts}", face.thoughts) ||
        put("$eyes", face.eyes) || put("${eyes}", face.eyes) ||
        put("$tongue", face.tongue) || put("${tongue}", face.tongue)) {
      continue;
    }
    if (rest[0] == '\\' && rest.size() > 1) ++at;
    out += body[at++];
  }
  return out;
}

}  // namespace drydock::userland
