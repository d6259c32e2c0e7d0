// dockerfile.cc — joining lines, cutting words.

#include "sim/builder/dockerfile.h"

#include <fmt/format.h>

#include <set>

#include "sim/builder/words.h"

namespace drydock::builder {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

constexpr std::size_t kLineMax = 65535;

std::string_view trim_left(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\v\f\r\n");
  return from == text.npos ? std::string_view() : text.substr(from);
}

bool is_comment(std::string_view line) {
  return trim_left(line).starts_with('#');
}

/// Takes the escape that makes the next line go on from this one.
bool take_continuation(std::string& line, char escape) {
  const std::size_t last = line.find_last_not_of(" \t");
  if (last == std::string::npos || line[last] != escape) return false;
  line.erase(last);
  return true;
}

/// "# name=value" at the very top; ends with the first line that is none.
class Directives {
 public:
  explicit Directives(bool known) : over_(!known) {}

  Outcome read(std::string_view line, char& escape) {
    if (over_) return done();
    over_ = true;
    line = trim(line);
    const std::size_t equals = line.find('=');
    if (!line.starts_with('#') || equals == line.npos) return done();
    const std::string name = lower(trim(line.substr(1, equals - 1)));
    const std::string value(trim(line.substr(equals + 1)));
    if ((name != "escape" && name != "syntax") || value.empty()) return done();
    over_ = false;
    if (!seen_.insert(name).second) {
      return Error{
          fmt::format("only one {} parser directive can be used", name)};
    }
    if (name == "syntax") return done();
    if (value != "\\" && value != "`") {
      return Error{fmt::format("invalid ESCAPE '{}'. Must be ` or \\", value)};
    }
    escape = value[0];
    return done();
  }

 private:
  bool over_;
  std::set<std::string> seen_;
};

Outcome cut_arguments(Instruction& that, std::string_view rest, char escape,
                      const InstructionRule& rule, const BuilderRules& rules);

Outcome cut_json(Instruction& that, std::string_view rest) {
  List strings;
  switch (read_json_array(rest, strings)) {
    case Array::yes:
      that.json = true;
      that.args.insert(that.args.end(), strings.begin(), strings.end());
      return done();
    case Array::of_other_things:
      return Error{
          "When using JSON array syntax, arrays must be comprised of strings "
          "only."};
    case Array::no:
      return done();
  }
  return done();
}

Outcome cut_trigger(Instruction& that, std::string_view rest, char escape,
                    const BuilderRules& rules) {
  if (rest.empty()) return done();
  // A trigger of a trigger ... is refused later; here it must only not nest.
  const Head head = split_head(rest);
  const bool nested = lower(head.word) == "onbuild";
  Instruction inner;
  inner.word = head.word;
  if (!nested) {
    const Result<Instruction> read = parse_instruction(rest, escape, rules);
    if (!read) return read.error();
    inner = *read;
  }
  that.json = inner.json;
  that.args.push_back(rules.shows_line_as_typed ? inner.word
                                                : lower(inner.word));
  that.args.insert(that.args.end(), inner.args.begin(), inner.args.end());
  return done();
}

Outcome cut_arguments(Instruction& that, std::string_view rest, char escape,
                      const InstructionRule& rule, const BuilderRules& rules) {
  switch (rule.form) {
    case Form::text:
      if (!rest.empty()) that.args.emplace_back(rest);
      return done();
    case Form::words:
      that.args = split_blanks(rest);
      return done();
    case Form::variables:
      that.args = quoted_words(rest, escape);
      return done();
    case Form::pairs: {
      Result<List> pairs = name_value_pairs(rest, escape, rule.name);
      if (!pairs) return pairs.error();
      that.args = std::move(*pairs);
      return done();
    }
    case Form::trigger:
      return cut_trigger(that, rest, escape, rules);
    case Form::health: {
      const Head head = split_head(rest);
      if (head.word.empty()) return done();
      that.args.emplace_back(head.word);
      const Outcome json = cut_json(that, head.rest);
      if (!json || that.json) return json;
      if (!head.rest.empty()) that.args.emplace_back(head.rest);
      return done();
    }
    case Form::json_or_text:
    case Form::json_or_words: {
      const Outcome json = cut_json(that, rest);
      if (!json || that.json) return json;
      if (rule.form == Form::json_or_words) {
        that.args = split_blanks(rest);
      } else if (!rest.empty()) {
        that.args.emplace_back(rest);
      }
      return done();
    }
  }
  return done();
}

/// The lines of a file, one by one, each without its newline.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  bool next(std::string_view& line) {
    if (text_.empty()) return false;
    const std::size_t end = text_.find('\n');
    line = text_.substr(0, end);
    text_.remove_prefix(end == text_.npos ? text_.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number_;
    return true;
  }
  int number() const { return number_; }

 private:
  std::string_view text_;
  int number_ = 0;
};

Error too_long() {
  return Error{fmt::format(
      "dockerfile line greater than maximum allowed size of {}", kLineMax)};
}

/// Joins what the escapes at the ends of lines make one.  Blank and comment
/// lines in between are dropped; true if one was blank.
Result<bool> join_lines(std::string& line, Lines& lines, char escape) {
  bool gap = false;
  std::string_view next;
  while (lines.next(next)) {
    if (next.size() > kLineMax) return too_long();
    if (is_comment(next)) continue;
    if (trim(next).empty()) {
      gap = true;
      continue;
    }
    std::string more(next);
    const bool goes_on = take_continuation(more, escape);
    line += more;
    if (!goes_on) break;
  }
  return gap;
}

}  // namespace

Result<Instruction> parse_instruction(std::string_view line, char escape,
                                      const BuilderRules& rules) {
  Instruction that;
  that.line = trim(line);
  const Head head = split_head(that.line);
  that.word = head.word;
  std::string_view rest = head.rest;
  that.flags = take_flags(rest);
  const InstructionRule* const rule = find_instruction(that.word, rules);
  if (!rule) return that;  // The build says so when it comes to it.
  const Outcome cut = cut_arguments(that, trim(rest), escape, *rule, rules);
  if (!cut) return cut.error();
  return that;
}

Result<Dockerfile> parse_dockerfile(std::string_view text,
                                    const BuilderRules& rules) {
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  Dockerfile file;
  Directives directives(rules.directives);
  Lines lines(text);
  std::string_view next;
  while (lines.next(next)) {
    if (next.size() > kLineMax) return too_long();
    const Outcome directive = directives.read(next, file.escape);
    if (!directive) return directive.error();
    if (is_comment(next)) continue;
    std::string line(trim_left(next));
    const int number = lines.number();
    if (take_continuation(line, file.escape)) {
      const Result<bool> gap = join_lines(line, lines, file.escape);
      if (!gap) return gap.error();
      if (*gap && rules.warns_of_gaps) {
        file.warnings.push_back(
            "[WARNING]: Empty continuation line found in:\n    " + line);
      }
    }
    if (trim(line).empty()) continue;
    Result<Instruction> that = parse_instruction(line, file.escape, rules);
    if (!that) return that.error();
    that->number = number;
    file.instructions.push_back(std::move(*that));
  }
  if (!file.warnings.empty()) {
    file.warnings.emplace_back(
        "[WARNING]: Empty continuation lines will become errors in a future "
        "release.");
  }
  return file;
}

std::string print(const Dockerfile& file) {
  std::string text;
  if (file.escape != '\\') text = fmt::format("# escape={}\n", file.escape);
  for (const Instruction& that : file.instructions) {
    text += that.line;
    // A blank that is no blank to the rule of continuation.
    if (that.line.ends_with(file.escape)) text += '\v';
    text += '\n';
  }
  // A word that begins as a byte order mark does is none behind a blank.
  return text.starts_with(kByteOrderMark) ? " " + text : text;
}

}  // namespace drydock::builder
