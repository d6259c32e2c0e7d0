// awk_places.cc — variables, arrays, the record and its fields.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/userland/text/awk_lexer.h"
#include "sim/userland/text/awk_machine.h"

namespace drydock::userland {

namespace {

constexpr std::int64_t kFieldsMax = 1'000'000;
constexpr std::size_t kRegexesMax = 500;

}  // namespace

bool AwkMachine::has_subscript(AwkPlace place) {
  return place == AwkPlace::field || place == AwkPlace::element_of_global ||
         place == AwkPlace::element_of_local;
}

AwkValue& AwkMachine::variable(AwkPlace place, int index) {
  const bool local =
      place == AwkPlace::local || place == AwkPlace::element_of_local;
  const auto at = static_cast<std::size_t>(index);
  return local ? stack_[frames_.back().base + at] : globals_[at];
}

AwkArray& AwkMachine::array(AwkPlace place, int index) {
  AwkValue& owner = variable(place, index);
  if (!owner.array) owner.array = std::make_shared<AwkArray>();
  return *owner.array;
}

AwkValue AwkMachine::load(AwkPlace place, int index,
                          const std::string& subscript) {
  switch (place) {
    case AwkPlace::field:
      return field(static_cast<std::int64_t>(awk_number(subscript)));
    case AwkPlace::element_of_global:
    case AwkPlace::element_of_local:
      return array(place, index)[subscript];
    case AwkPlace::global:
      if (index == kNf) split_record();
      [[fallthrough]];
    default: {
      AwkValue value = variable(place, index);
      value.array.reset();
      return value;
    }
  }
}

void AwkMachine::store(AwkPlace place, int index, const std::string& subscript,
                       AwkValue value) {
  switch (place) {
    case AwkPlace::field:
      return set_field(static_cast<std::int64_t>(awk_number(subscript)),
                       std::move(value));
    case AwkPlace::element_of_global:
    case AwkPlace::element_of_local:
      array(place, index)[subscript] = std::move(value);
      return;
    case AwkPlace::global:
      if (index < kSpecials) {
        return set_special(static_cast<AwkSpecial>(index), std::move(value));
      }
      [[fallthrough]];
    default:
      variable(place, index) = std::move(value);
      return;
  }
}

std::string AwkMachine::text_of_special(AwkSpecial special) const {
  const AwkValue& value = globals_[special];
  return value.kind == AwkValue::Kind::number
             ? awk_number_text(value.number, "%.6g")
             : value.text;
}

std::string AwkMachine::convfmt() const { return globals_[kConvfmt].text; }

void AwkMachine::set_special(AwkSpecial special, AwkValue value) {
  if (special == kNf) {
    return set_field_count(static_cast<std::int64_t>(value.to_number()));
  }
  // A new FS is for the next record: this one is split now.
  if (special == kFs) split_record();
  AwkValue& place = globals_[special];
  value.array = place.array;
  place = std::move(value);
}

void AwkMachine::set_record(std::string text) {
  record_ = std::move(text);
  record_valid_ = true;
  fields_valid_ = false;
}

void AwkMachine::split_record() {
  if (fields_valid_) return;
  fields_valid_ = true;
  fields_.clear();
  const std::string separator = text_of_special(kFs);
  List pieces;
  const bool paragraphs = text_of_special(kRs).empty();
  if (paragraphs && separator != " ") {
    for (const std::string& line : drydock::split(record_, '\n')) {
      for (std::string& piece : split_text(line, separator)) {
        pieces.push_back(std::move(piece));
      }
    }
  } else {
    pieces = split_text(record_, separator);
  }
  for (std::string& piece : pieces) {
    fields_.push_back(AwkValue::input(std::move(piece)));
  }
  globals_[kNf] = AwkValue::of(static_cast<double>(fields_.size()));
}

void AwkMachine::join_record() {
  if (record_valid_) return;
  record_valid_ = true;
  const std::string between = text_of_special(kOfs);
  record_.clear();
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (i > 0) record_ += between;
    record_ += text(fields_[i]);
  }
}

AwkValue AwkMachine::field(std::int64_t index) {
  if (index == 0) {
    join_record();
    return AwkValue::input(record_);
  }
  if (index < 0) {
    fail(fmt::format("attempt to access field {}", index));
    return {};
  }
  split_record();
  const auto at = static_cast<std::size_t>(index - 1);
  return at < fields_.size() ? fields_[at] : AwkValue();
}

void AwkMachine::set_field(std::int64_t index, AwkValue value) {
  if (index < 0 || index > kFieldsMax) {
    return fail(fmt::format("attempt to access field {}", index));
  }
  if (index == 0) return set_record(text(value));
  split_record();
  const auto at = static_cast<std::size_t>(index);
  if (at > fields_.size()) {
    fields_.resize(at, AwkValue::input(""));
    globals_[kNf] = AwkValue::of(static_cast<double>(at));
  }
  fields_[at - 1] = std::move(value);
  record_valid_ = false;
}

void AwkMachine::set_field_count(std::int64_t count) {
  if (count < 0 || count > kFieldsMax) {
    return fail("NF set to negative value");
  }
  split_record();
  fields_.resize(static_cast<std::size_t>(count), AwkValue::input(""));
  globals_[kNf] = AwkValue::of(static_cast<double>(count));
  record_valid_ = false;
}

List AwkMachine::split_text(const std::string& text,
                            const std::string& separator) {
  if (text.empty()) return {};
  if (separator == " ") return split_blanks(text);
  if (separator.size() == 1 && separator != "\\") {
    return drydock::split(text, separator[0]);
  }
  List pieces;
  if (separator.empty()) {
    for (const char c : text) pieces.emplace_back(1, c);
    return pieces;
  }
  const std::optional<Regex> pattern = regex(separator);
  if (!pattern) return {text};
  std::size_t begin = 0, at = 0;
  RegexMatch match;
  while (at <= text.size() &&
         pattern->search(text, at, 0, &match) == RegexFound::yes) {
    const auto from = static_cast<std::size_t>(match[0].begin);
    const auto to = static_cast<std::size_t>(match[0].end);
    if (to == from) {  // An empty match parts nothing.
      at = from + 1;
      continue;
    }
    pieces.push_back(text.substr(begin, from - begin));
    begin = at = to;
  }
  pieces.push_back(text.substr(begin));
  return pieces;
}

std::optional<Regex> AwkMachine::regex(const std::string& pattern) {
  const auto known = regexes_.find(pattern);
  if (known != regexes_.end()) return known->second;
  if (regexes_.size() > kRegexesMax) regexes_.clear();
  RegexSyntax syntax;
  syntax.extended = true;
  syntax.awk = true;
  syntax.leading_star = LeadingStar::literal;
  // mawk 1.3.3, which wheezy and jessie have, knows neither.
  syntax.intervals = dialect_ != AwkDialect::mawk;
  syntax.classes = dialect_ != AwkDialect::mawk;
  const Result<Regex> compiled = Regex::compile(pattern, syntax);
  if (!compiled) {
    fail(fmt::format("regular expression compile failed ({})\n{}",
                     compiled.error().text, pattern));
    return std::nullopt;
  }
  regexes_.emplace(pattern, *compiled);
  return *compiled;
}

bool AwkMachine::matches(const std::string& text, const std::string& pattern) {
  const std::optional<Regex> compiled = regex(pattern);
  return compiled && compiled->matches(text) == RegexFound::yes;
}

void AwkMachine::set_field_separator(std::string_view text) {
  std::string separator = awk_unescape(text);
  const bool tab = separator == "t" && dialect_ != AwkDialect::gawk;
  if (tab) separator = "\t";
  globals_[kFs] = AwkValue::of(separator);
}

void AwkMachine::set_arguments(const List& arguments) {
  AwkArray& argv = array(AwkPlace::global, kArgv);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    argv[fmt::format("{}", i)] = AwkValue::input(arguments[i]);
  }
  globals_[kArgc] = AwkValue::of(static_cast<double>(arguments.size()));
}

bool AwkMachine::assign(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos || equals == 0) return false;
  const std::string name(text.substr(0, equals));
  const bool letter = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (c >= '0' && c <= '9');
  });
  if (!letter || (name[0] >= '0' && name[0] <= '9')) return false;
  const auto known = program_.globals.find(name);
  if (known == program_.globals.end()) return true;  // Nobody will ask.
  AwkValue value = AwkValue::input(awk_unescape(text.substr(equals + 1)));
  store(AwkPlace::global, known->second, "", std::move(value));
  return true;
}

}  // namespace drydock::userland
