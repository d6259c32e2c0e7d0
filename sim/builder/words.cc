// words.cc — quotes and escapes, just far enough to know where words end.

#include "sim/builder/words.h"

#include <fmt/format.h>

namespace drydock::builder {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r' ||
         c == '\n';
}

bool is_quote(char c) { return c == '\'' || c == '"'; }

/// One flag from the front of `rest`; quotes and backslashes are removed.
std::string take_flag(std::string_view& rest) {
  std::string flag;
  char quote = 0;
  std::size_t at = 0;
  for (; at < rest.size(); ++at) {
    char c = rest[at];
    if (!quote && is_blank(c)) break;
    if (quote ? c == quote : is_quote(c)) {
      quote = quote ? char{0} : c;
      continue;
    }
    if (c == '\\') {
      if (++at == rest.size()) break;
      c = rest[at];
    }
    flag += c;
  }
  rest.remove_prefix(at);
  return flag;
}

std::string_view skip_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

}  // namespace

List take_flags(std::string_view& rest) {
  List flags;
  for (;;) {
    rest = skip_blanks(rest);
    if (!rest.starts_with("--")) return flags;
    std::string flag = take_flag(rest);
    if (flag == "--") return flags;
    flags.push_back(std::move(flag));
  }
}

List quoted_words(std::string_view text, char escape) {
  List words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!quote && is_blank(c)) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
      continue;
    }
    in_word = true;
    if (c == escape && quote != '\'') {
      if (i + 1 == text.size()) continue;  // Nothing left to escape.
      word += c;
      word += text[++i];
      continue;
    }
    if (quote ? c == quote : is_quote(c)) quote = quote ? char{0} : c;
    word += c;
  }
  if (in_word && !word.empty()) words.push_back(std::move(word));
  return words;
}

Result<List> name_value_pairs(std::string_view text, char escape,
                              std::string_view name) {
  const List words = quoted_words(text, escape);
  List pairs;
  if (words.empty()) return pairs;
  if (words[0].find('=') == std::string::npos) {
    const Head head = split_head(text);
    if (head.rest.empty()) {
      return Error{upper(name) + " must have two arguments"};
    }
    pairs.emplace_back(head.word);
    pairs.emplace_back(head.rest);
    return pairs;
  }
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      return Error{
          fmt::format("Syntax error - can't find = in {}. Must be of "
                      "the form: name=value",
                      go_quote(word))};
    }
    pairs.push_back(word.substr(0, equals));
    pairs.push_back(word.substr(equals + 1));
  }
  return pairs;
}

Head split_head(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && !is_blank(text[end])) ++end;
  return {text.substr(0, end), skip_blanks(text.substr(end))};
}

}  // namespace drydock::builder
