// flags.cc — the two grammars of flags.

#include "sim/cli/flags.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

namespace drydock::cli {

namespace {

constexpr std::string_view kEnDash = "\xe2\x80\x93";

struct Reader {
  FlagTable table;
  Grammar grammar;
  const List& words;
  std::size_t at;
  Parsed parsed = {};

  const Flag* by_name(std::string_view name) const {
    auto row = std::ranges::lower_bound(table, name, {}, &Flag::name);
    for (; row != table.end() && row->name == name; ++row) {
      if (row->where & grammar.profile) return &*row;
    }
    return nullptr;
  }
  const Flag* by_letter(char letter) const {
    for (const Flag& flag : table) {
      if (flag.letter == letter && (flag.where & grammar.profile)) return &flag;
    }
    return nullptr;
  }
  bool more() const { return at < words.size(); }
  const std::string& take() { return words[at++]; }
};

void keep(Reader& reader, const Flag& flag, std::string value) {
  const std::string_view name =
      flag.stands_for.empty() ? flag.name : flag.stands_for;
  reader.parsed.flags.set(name, std::move(value));
}

/// strconv.ParseBool.
std::optional<bool> parse_bool(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

std::string bool_complaint(std::string_view value) {
  return fmt::format("strconv.ParseBool: parsing {}: invalid syntax",
                     go_quote(value));
}

std::string stripped(std::string value) {
  const bool quoted = value.size() >= 2 && value.front() == value.back() &&
                      (value.front() == '"' || value.front() == '\'');
  return quoted ? value.substr(1, value.size() - 2) : value;
}

// --- docker 1.8: mflag ------------------------------------------------------

Outcome set_mflag(Reader& reader, const Flag& flag, std::string_view name,
                  std::optional<std::string> value) {
  if (flag.kind == Kind::toggle) {
    const std::optional<bool> is = parse_bool(value.value_or("true"));
    if (!is) {
      // The two blanks are docker's own.
      return Error{fmt::format("invalid boolean value {} for  -{}: {}",
                               go_quote(*value), name, bool_complaint(*value))};
    }
    keep(reader, flag, *is ? "true" : "false");
    return done();
  }
  if (!value) {
    if (!reader.more()) {
      return Error{fmt::format("flag needs an argument: -{}", name)};
    }
    value = reader.take();
  }
  // Sizes and filters were looked at by the command itself.
  const bool later = flag.kind == Kind::bytes || flag.kind == Kind::filter;
  Result<std::string> kept =
      later ? Result<std::string>(*value) : checked(flag.kind, *value);
  if (!kept) {
    return Error{fmt::format("invalid value {} for flag -{}: {}",
                             go_quote(*value), name, kept.error().text)};
  }
  keep(reader, flag, *std::move(kept));
  return done();
}

/// `-dit` is `-d -i -t`: each letter in turn, those that need a value take
/// it from the words behind.
Outcome read_bundle(Reader& reader, std::string_view letters) {
  for (const char letter : letters) {
    const Flag* const flag = reader.by_letter(letter);
    if (flag == nullptr) {
      return Error{fmt::format("flag provided but not defined: -{}", letters)};
    }
    const Outcome set =
        set_mflag(reader, *flag, std::string_view(&letter, 1), std::nullopt);
    if (!set) return set.error();
  }
  return done();
}

Outcome read_mflag(Reader& reader, std::string_view word) {
  // `name` keeps a second dash, as mflag's own names do.
  std::string_view name = word.substr(1);
  std::optional<std::string> value;
  if (const std::size_t equals = name.find('=');
      equals != std::string_view::npos) {
    value = stripped(std::string(name.substr(equals + 1)));
    name = name.substr(0, equals);
  }
  if (name.empty() || name == "-") {
    return Error{fmt::format("bad flag syntax: {}", word)};
  }
  if (name == "-help" || name == "h" || name == "help") {
    if (name == "-help" || reader.by_letter('h') == nullptr) {
      reader.parsed.help = true;
      return done();
    }
  }
  const bool is_long = name.front() == '-';
  const Flag* flag = nullptr;
  if (is_long) {
    flag = reader.by_name(name.substr(1));
  } else if (name.size() == 1) {
    flag = reader.by_letter(name.front());
  } else {
    flag = reader.by_name(name);
  }
  if (flag != nullptr) return set_mflag(reader, *flag, name, std::move(value));
  if (!is_long && name.size() > 1 && !value) return read_bundle(reader, name);
  return Error{fmt::format("flag provided but not defined: -{}", name)};
}

// --- docker 20.10: pflag ----------------------------------------------------

std::string pflag_title(const Flag& flag) {
  return flag.letter == 0 ? fmt::format("--{}", flag.name)
                          : fmt::format("-{}, --{}", flag.letter, flag.name);
}

Outcome set_pflag(Reader& reader, const Flag& flag, std::string value) {
  if (flag.kind == Kind::toggle) {
    const std::optional<bool> is = parse_bool(value);
    if (!is) {
      return Error{fmt::format("invalid argument {} for \"{}\" flag: {}",
                               go_quote(value), pflag_title(flag),
                               bool_complaint(value))};
    }
    keep(reader, flag, *is ? "true" : "false");
    return done();
  }
  Result<std::string> kept = checked(flag.kind, value);
  if (!kept) {
    return Error{fmt::format("invalid argument {} for \"{}\" flag: {}",
                             go_quote(value), pflag_title(flag),
                             kept.error().text)};
  }
  keep(reader, flag, *std::move(kept));
  return done();
}

Outcome read_long(Reader& reader, std::string_view word) {
  std::string_view name = word.substr(2);
  if (name.empty() || name.front() == '-' || name.front() == '=') {
    return Error{fmt::format("bad flag syntax: {}", word)};
  }
  const std::size_t equals = name.find('=');
  std::optional<std::string> value;
  if (equals != std::string_view::npos) {
    value = name.substr(equals + 1);
    name = name.substr(0, equals);
  }
  const Flag* const flag = reader.by_name(name);
  if (flag == nullptr) {
    if (name == "help") {
      reader.parsed.help = true;
      return done();
    }
    return Error{fmt::format("unknown flag: --{}", name)};
  }
  if (!value) {
    if (flag->kind == Kind::toggle) {
      value = "true";
    } else if (reader.more()) {
      value = reader.take();
    } else {
      return Error{fmt::format("flag needs an argument: {}", word)};
    }
  }
  return set_pflag(reader, *flag, *std::move(value));
}

Outcome read_short(Reader& reader, std::string_view word) {
  std::string_view letters = word.substr(1);
  while (!letters.empty()) {
    const char letter = letters.front();
    const Flag* const flag = reader.by_letter(letter);
    if (flag == nullptr) {
      if (letter == 'h') {
        reader.parsed.help = true;
        return done();
      }
      return Error{
          fmt::format("unknown shorthand flag: '{}' in -{}", letter, letters)};
    }
    std::string_view rest = letters.substr(1);
    if (rest.size() > 1 && rest.front() == '=') {
      return set_pflag(reader, *flag, std::string(rest.substr(1)));
    }
    if (flag->kind == Kind::toggle) {
      const Outcome set = set_pflag(reader, *flag, "true");
      if (!set) return set.error();
      letters = rest;
      continue;
    }
    if (!rest.empty()) return set_pflag(reader, *flag, std::string(rest));
    if (!reader.more()) {
      return Error{
          fmt::format("flag needs an argument: '{}' in -{}", letter, letters)};
    }
    return set_pflag(reader, *flag, reader.take());
  }
  return done();
}

/// A word with its leading en dashes made hyphens; a lone one stands for two.
std::string hyphenated(std::string word) {
  std::size_t dashes = 0, at = 0;
  while (word.compare(at, kEnDash.size(), kEnDash) == 0) {
    at += kEnDash.size();
    ++dashes;
  }
  return dashes == 0 ? word : "--" + word.substr(at);
}

}  // namespace

const std::string* Flags::find(std::string_view name) const {
  for (std::size_t i = given_.size(); i > 0; --i) {
    if (given_[i - 1].first == name) return &given_[i - 1].second;
  }
  return nullptr;
}

bool Flags::on(std::string_view name, bool preset) const {
  const std::string* const value = find(name);
  return value == nullptr ? preset : *value == "true";
}

std::string Flags::text(std::string_view name, std::string_view preset) const {
  const std::string* const value = find(name);
  return value == nullptr ? std::string(preset) : *value;
}

List Flags::list(std::string_view name) const {
  List values;
  for (const auto& [key, value] : given_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

std::optional<std::int64_t> Flags::number(std::string_view name) const {
  const std::string* const value = find(name);
  return value == nullptr ? std::nullopt : parse_int(*value);
}

Result<Parsed> parse(FlagTable table, Grammar grammar, const List& words,
                     std::size_t first) {
  Reader reader{table, grammar, words, std::min(first, words.size())};
  while (reader.more() && !reader.parsed.help) {
    std::string word = reader.take();
    if (grammar.en_dashes && word.starts_with(kEnDash)) {
      word = hyphenated(std::move(word));
    }
    if (word.size() < 2 || word.front() != '-') {
      if (grammar.stops_at_operand) {
        --reader.at;
        break;
      }
      reader.parsed.operands.push_back(std::move(word));
      continue;
    }
    if (word == "--") break;
    Outcome read = done();
    if (grammar.single_dash_names) {
      read = read_mflag(reader, word);
    } else if (word[1] == '-') {
      read = read_long(reader, word);
    } else {
      read = read_short(reader, word);
    }
    if (!read) return read.error();
  }
  List& operands = reader.parsed.operands;
  operands.reserve(operands.size() + words.size() - reader.at);
  while (reader.more()) operands.push_back(reader.take());
  return std::move(reader.parsed);
}

}  // namespace drydock::cli
