// param.cc — the parser of ${...}.

#include <utility>

#include "sim/userland/sh/parser.h"

namespace drydock::userland::sh {

namespace {

bool starts_name(int c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_';
}
bool is_digit(int c) { return '0' <= c && c <= '9'; }

bool one_of(int c, std::string_view set) {
  return c != Reader::kEnd && set.find(static_cast<char>(c)) != set.npos;
}

}  // namespace

void Parser::read_param_name(Param& param) {
  int c = reader_.peek();
  if (starts_name(c)) {
    while (starts_name(c) || is_digit(c)) {
      param.name += static_cast<char>(reader_.get());
      c = reader_.peek();
    }
    if (c != '[' || !bash()) return;
    reader_.get();
    auto subscript = std::make_shared<Word>();
    int open = 0;
    for (c = reader_.peek(); c != Reader::kEnd && !failed();
         c = reader_.peek()) {
      if (c == ']' && open == 0) break;
      if (c == '[') ++open;
      if (c == ']') --open;
      read_unquoted(*subscript, c);
    }
    reader_.take(']');
    param.subscript = std::move(subscript);
    return;
  }
  if (is_digit(c)) {
    while (is_digit(reader_.peek())) {
      param.name += static_cast<char>(reader_.get());
    }
    return;
  }
  if (one_of(c, "@*#?-$!")) param.name = static_cast<char>(reader_.get());
}

void Parser::read_braced(Word& word, bool quoted) {
  const std::size_t begin = reader_.offset() - 1;
  reader_.get();
  Param param;
  const int c = reader_.peek();
  if (c == '#') {
    const Reader::Mark mark = reader_.mark();
    reader_.get();
    Param counted;
    read_param_name(counted);
    if (!counted.name.empty() && reader_.peek() == '}') {
      param = std::move(counted);
      param.op = ParamOp::length;
    } else {
      reader_.reset(mark);
      read_param_name(param);
    }
  } else if (c == '!' && bash()) {
    read_bang(param);
  } else {
    read_param_name(param);
  }
  if (failed()) return;
  if (param.op == ParamOp::plain) read_param_operator(param, quoted);
  if (failed()) return;
  if (!reader_.take('}')) {
    const bool newline = reader_.peek() == '\n' && !bash();
    if (reader_.peek() != Reader::kEnd && !newline) {
      param.op = ParamOp::bad;
      skip_bad_param();
      if (failed()) return;
    } else {
      return fail_with(bash() ? "unexpected EOF while looking for matching `}'"
                              : "Missing '}'",
                       true);
    }
  }
  param.source = text_since(begin);
  Part part;
  part.kind = Part::Kind::param;
  part.quoted = quoted;
  part.param = std::make_shared<const Param>(std::move(param));
  word.parts.push_back(std::move(part));
}

/// ${!v}, ${!v*}, ${!a[@]}; or $! itself with an operator.
void Parser::read_bang(Param& param) {
  const Reader::Mark mark = reader_.mark();
  reader_.get();
  const int c = reader_.peek();
  if (!starts_name(c) && !is_digit(c) && !one_of(c, "@*#")) {
    reader_.reset(mark);
    return read_param_name(param);
  }
  read_param_name(param);
  const int next = reader_.peek();
  if ((next == '*' || next == '@') && reader_.peek_second() == '}') {
    reader_.get();
    param.op = ParamOp::names;
    param.joined = next == '*';
    return;
  }
  if (next == '}' && param.subscript && param.subscript->parts.size() == 1) {
    const std::string& which = param.subscript->parts.front().text;
    if (which == "@" || which == "*") {
      param.op = ParamOp::keys;
      param.joined = which == "*";
      return;
    }
  }
  param.indirect = true;
}

/// To the brace that closes what makes no sense.
void Parser::skip_bad_param() {
  Word ignored;
  while (!failed()) {
    const int c = reader_.peek();
    if (c == '}' || c == Reader::kEnd) break;
    read_unquoted(ignored, c);
  }
  if (failed() || reader_.take('}')) return;
  fail_with(
      bash() ? "unexpected EOF while looking for matching `}'" : "Missing '}'",
      true);
}

void Parser::read_param_operator(Param& param, bool quoted) {
  if (param.name.empty()) {
    param.op = ParamOp::bad;
    return;
  }
  int c = reader_.peek();
  if (c == ':') {
    const int next = reader_.peek_second();
    if (!one_of(next, "-=?+")) {
      if (options_.dialect == Dialect::dash) return;
      return read_bash_operator(param, quoted);
    }
    reader_.get();
    param.colon = true;
    c = next;
  }
  switch (c) {
    case '-':
      param.op = ParamOp::use_default;
      break;
    case '=':
      param.op = ParamOp::assign;
      break;
    case '?':
      param.op = ParamOp::error;
      break;
    case '+':
      param.op = ParamOp::alternate;
      break;
    case '#':
    case '%': {
      reader_.get();
      const bool twice = reader_.take(static_cast<char>(c));
      param.op = c == '#'
                     ? (twice ? ParamOp::cut_front_all : ParamOp::cut_front)
                     : (twice ? ParamOp::cut_back_all : ParamOp::cut_back);
      param.word = read_operand("}", false, true);
      return;
    }
    default:
      if (options_.dialect != Dialect::dash) read_bash_operator(param, quoted);
      return;
  }
  reader_.get();
  param.word = read_operand("}", quoted, false);
}

void Parser::read_bash_operator(Param& param, bool quoted) {
  const int c = reader_.peek();
  if (c == ':') {
    reader_.get();
    param.op = ParamOp::slice;
    param.word = read_operand(":}", quoted, false);
    if (reader_.take(':')) param.second = read_operand("}", quoted, false);
    return;
  }
  if (c == '/') {
    reader_.get();
    const int next = reader_.peek();
    param.op = ParamOp::replace;
    if (next == '/') param.op = ParamOp::replace_all;
    if (next == '#' && bash()) param.op = ParamOp::replace_front;
    if (next == '%' && bash()) param.op = ParamOp::replace_back;
    if (param.op != ParamOp::replace) reader_.get();
    param.word = read_operand("/}", false, true);
    if (reader_.take('/')) param.second = read_operand("}", false, true);
    return;
  }
  if (!bash()) return;
  if (c == '^' || c == ',') {
    reader_.get();
    const bool twice = reader_.take(static_cast<char>(c));
    param.op = c == '^' ? (twice ? ParamOp::upper_all : ParamOp::upper_first)
                        : (twice ? ParamOp::lower_all : ParamOp::lower_first);
    param.word = read_operand("}", false, true);
    return;
  }
  if (c == '@' && one_of(reader_.peek_second(), "QEPAaULuKk")) {
    reader_.get();
    param.op = ParamOp::transform;
    auto which = std::make_shared<Word>();
    read_unquoted(*which, reader_.peek());
    param.word = std::move(which);
  }
}

/// The word behind an operator.  Inside of double quotes it is quoted text,
/// except for patterns.
WordRef Parser::read_operand(std::string_view stops, bool quoted,
                             bool pattern) {
  auto word = std::make_shared<Word>();
  int parentheses = 0;  // Of arithmetic in ${v:(1+2):3}.
  const bool counts = stops.front() == ':';
  for (int c = reader_.peek(); !failed(); c = reader_.peek()) {
    if (c == Reader::kEnd) {
      fail_with(bash() ? "unexpected EOF while looking for matching `}'"
                       : "Missing '}'",
                true);
      return nullptr;
    }
    if (counts && c == '(') ++parentheses;
    if (counts && c == ')') --parentheses;
    if (parentheses == 0 && one_of(c, stops)) break;
    if (!quoted || pattern) {
      read_unquoted(*word, c);
    } else if (c == '"') {
      read_double_quotes(*word);
    } else if (c == '\\' && reader_.peek_second() == '}') {
      reader_.raw_get();
      read_quoted_char(*word, Quote::dquote);
    } else {
      read_quoted_char(*word, in_here_doc_ ? Quote::heredoc : Quote::dquote);
    }
  }
  return word;
}

}  // namespace drydock::userland::sh
