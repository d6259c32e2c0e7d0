// substitution.cc — one pass over a word, in the two dialects.

#include "sim/builder/substitution.h"

#include <fmt/format.h>

#include <optional>

namespace drydock::builder {
namespace {

constexpr int kDepthMax = 100;  // Of ${a:-${b:-...}}.

bool is_digit(char c) { return '0' <= c && c <= '9'; }
bool is_name(char c) {
  return is_digit(c) || c == '_' || ('a' <= c && c <= 'z') ||
         ('A' <= c && c <= 'Z');
}

class Substitution {
 public:
  Substitution(std::string_view word, const List& env, char escape, bool strict)
      : word_(word), env_(env), escape_(escape), strict_(strict) {}

  /// Up to the end, or past the brace that closes a ${}.
  Result<std::string> read(bool in_braces, int depth) {
    if (depth > kDepthMax) return Error{"substitutions nest too deep"};
    std::string text;
    while (at_ < word_.size()) {
      const char c = word_[at_];
      if (in_braces && c == '}') {
        ++at_;
        return text;
      }
      Result<std::string> piece = read_piece(depth);
      if (!piece) return piece;
      text += *piece;
    }
    if (in_braces && strict_) return Error{"syntax error: missing '}'"};
    return text;
  }

  /// Ends of words that the whole text was cut into.
  const std::vector<std::string>& words() const { return words_; }

  /// As read(), but blanks outside of quotes cut, also those of values.
  Outcome read_words() {
    std::string word;
    bool any = false;
    const auto finish = [&] {
      if (any) words_.push_back(std::move(word));
      word.clear();
      any = false;
    };
    while (at_ < word_.size()) {
      const char c = word_[at_];
      if (c == ' ' || c == '\t') {
        ++at_;
        finish();
        continue;
      }
      const bool value = c == '$';
      const Result<std::string> piece = read_piece(0);
      if (!piece) return piece.error();
      if (!value) {
        word += *piece;
        any = true;
        continue;
      }
      for (const char of_value : *piece) {
        if (of_value == ' ' || of_value == '\t') {
          finish();
        } else {
          word += of_value;
          any = true;
        }
      }
    }
    finish();
    return done();
  }

 private:
  Result<std::string> read_piece(int depth) {
    const char c = word_[at_];
    if (c == '\'') return single_quoted();
    if (c == '"') return double_quoted(depth);
    if (c == '$') return variable(depth);
    ++at_;
    if (c != escape_) return std::string(1, c);
    if (at_ == word_.size()) return std::string();  // A lone one disappears.
    return std::string(1, word_[at_++]);
  }

  Result<std::string> single_quoted() {
    const std::size_t end = word_.find('\'', ++at_);
    if (end == word_.npos && strict_) {
      return Error{
          "unexpected end of statement while looking for matching "
          "single-quote"};
    }
    std::string text(word_.substr(at_, end - at_));
    at_ = end == word_.npos ? word_.size() : end + 1;
    return text;
  }

  Result<std::string> double_quoted(int depth) {
    std::string text;
    ++at_;
    while (at_ < word_.size()) {
      const char c = word_[at_];
      if (c == '"') {
        ++at_;
        return text;
      }
      if (c == '$') {
        const Result<std::string> value = variable(depth);
        if (!value) return value;
        text += *value;
        continue;
      }
      ++at_;
      if (c == escape_) {
        if (at_ == word_.size()) break;
        const char next = word_[at_];
        const bool escapes =
            next == '"' || next == '$' || (strict_ && next == escape_);
        if (escapes) {
          text += next;
          ++at_;
          continue;
        }
      }
      text += c;
    }
    if (!strict_) return text;
    return Error{
        "unexpected end of statement while looking for matching double-quote"};
  }

  Result<std::string> variable(int depth) {
    ++at_;  // The dollar.
    if (at_ < word_.size() && word_[at_] == '{') {
      ++at_;
      return strict_ ? strict_braces(depth) : lenient_braces(depth);
    }
    const std::string name = read_name();
    if (name.empty()) return std::string("$");
    return value_of(name).value_or("");
  }

  /// docker-1.8: ${n}, ${n:-w}, ${n:+w}.
  Result<std::string> lenient_braces(int depth) {
    const std::string name = read_name();
    const char next = at_ < word_.size() ? word_[at_] : char{0};
    if (next == '}') {
      ++at_;
      return value_of(name).value_or("");
    }
    if (next != ':') {
      return Error{fmt::format("Missing ':' in substitution: {}", word_)};
    }
    ++at_;
    const std::string modifier(word_.substr(at_, 1));
    if (at_ < word_.size()) ++at_;
    const Result<std::string> other = read(true, depth + 1);
    if (!other) return other;
    const std::string value = value_of(name).value_or("");
    if (modifier == "+") return value.empty() ? value : *other;
    if (modifier == "-") return value.empty() ? *other : value;
    return Error{fmt::format("Unsupported modifier ({}) in substitution: {}",
                             modifier, word_)};
  }

  /// docker-20.10: also ${n-w}, ${n+w}, ${n?w} and ${n:?w}.
  Result<std::string> strict_braces(int depth) {
    if (at_ == word_.size()) return Error{"syntax error: missing '}'"};
    if (word_[at_] == '{' || word_[at_] == '}' || word_[at_] == ':') {
      return Error{"syntax error: bad substitution"};
    }
    const std::string name = read_name();
    std::string modifier(word_.substr(at_, 1));
    at_ += modifier.size();
    if (modifier == "}") return value_of(name).value_or("");
    const bool null_counts = modifier == ":";
    if (null_counts) {
      modifier = word_.substr(at_, 1);
      at_ += modifier.size();
    } else if (modifier != "-" && modifier != "+" && modifier != "?") {
      return Error{"missing ':' in substitution"};
    }
    const Result<std::string> other = read(true, depth + 1);
    if (!other) return other;
    const std::optional<std::string> value = value_of(name);
    const bool absent = !value || (null_counts && value->empty());
    if (modifier == "-") return absent ? *other : *value;
    if (modifier == "+") return absent ? std::string() : *other;
    if (modifier != "?") {
      return Error{fmt::format("unsupported modifier ({}{}) in substitution",
                               null_counts ? ":" : "", modifier)};
    }
    if (!absent) return *value;
    const std::string_view reason =
        value ? "is not allowed to be empty" : "is not allowed to be unset";
    return Error{fmt::format("{}: {}", name, other->empty() ? reason : *other)};
  }

  std::string read_name() {
    std::string name;
    while (at_ < word_.size() && is_name(word_[at_])) {
      name += word_[at_++];
      if (is_digit(name[0]) && !strict_) break;  // $1 and then the rest.
    }
    constexpr std::string_view kSpecial = "@*#?-$!";
    if (strict_ && name.empty() && at_ < word_.size() &&
        kSpecial.find(word_[at_]) != kSpecial.npos) {
      name = word_[at_++];
    }
    return name;
  }

  std::optional<std::string> value_of(std::string_view name) const {
    for (const std::string& entry : env_) {
      const std::size_t equals = entry.find('=');
      if (entry.substr(0, equals) != name) continue;
      return equals == std::string::npos ? "" : entry.substr(equals + 1);
    }
    return std::nullopt;
  }

  std::string_view word_;
  const List& env_;
  char escape_;
  bool strict_;
  std::size_t at_ = 0;
  std::vector<std::string> words_;
};

Error in_words_of(const BuilderRules& rules, std::string_view word,
                  const Error& error) {
  if (!rules.strict_quotes) return error;
  return Error{
      fmt::format("failed to process {}: {}", go_quote(word), error.text)};
}

}  // namespace

Result<std::string> substitute(std::string_view word, const List& env,
                               char escape, const BuilderRules& rules) {
  Substitution pass(word, env, escape, rules.strict_quotes);
  Result<std::string> text = pass.read(false, 0);
  if (!text) return in_words_of(rules, word, text.error());
  return text;
}

Result<List> substitute_words(std::string_view word, const List& env,
                              char escape, const BuilderRules& rules) {
  Substitution pass(word, env, escape, rules.strict_quotes);
  const Outcome read = pass.read_words();
  if (!read) return in_words_of(rules, word, read.error());
  return pass.words();
}

}  // namespace drydock::builder
