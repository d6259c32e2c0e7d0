// redirect_parser.cc — redirections, and what a syntax error says.

#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/userland/sh/parser.h"

namespace drydock::userland::sh {

namespace {

struct Row {
  std::string_view op;
  Redirect::Kind kind;
};

// clang-format off
constexpr std::array kRedirects = {
    Row{"<",   Redirect::Kind::in},
    Row{">",   Redirect::Kind::out},
    Row{">|",  Redirect::Kind::clobber},
    Row{">>",  Redirect::Kind::append},
    Row{"<>",  Redirect::Kind::in_out},
    Row{"<&",  Redirect::Kind::dup_in},
    Row{">&",  Redirect::Kind::dup_out},
    Row{"<<",  Redirect::Kind::here_doc},
    Row{"<<-", Redirect::Kind::here_doc},
    Row{"<<<", Redirect::Kind::here_string},
    Row{"&>",  Redirect::Kind::out_err},
    Row{"&>>", Redirect::Kind::append_err},
};
// clang-format on

const Row* row_of(std::string_view op) {
  for (const Row& row : kRedirects) {
    if (row.op == op) return &row;
  }
  return nullptr;
}

/// The word without its quotes, as a here-document's delimiter is compared.
std::string unquoted(const Word& word, bool& quoted) {
  std::string text;
  for (const Part& part : word.parts) {
    quoted = quoted || part.quoted;
    if (part.kind == Part::Kind::param) {
      text += part.param->source.empty() ? "$" + part.param->name
                                         : part.param->source;
    }
    text += part.text;
  }
  return text;
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

/// Reads one redirection; false when the next token begins none.
bool Parser::parse_redirect(std::vector<Redirect>& redirects) {
  Redirect redirect;
  if (peek().kind == Token::Kind::io_number) {
    const std::string number = take().text;
    if (number.front() == '{') {
      redirect.variable = number.substr(1, number.size() - 2);
    } else {
      redirect.fd = number.size() > 6 ? 999999 : std::stoi(number);
    }
  } else if (peek().kind != Token::Kind::op || row_of(peek().text) == nullptr) {
    return false;
  }
  const std::string op = take().text;
  const Row* row = row_of(op);
  if (row == nullptr) {
    fail_unexpected();
    return true;
  }
  redirect.kind = row->kind;
  finish_redirect(redirect, op);
  if (!failed()) redirects.push_back(std::move(redirect));
  return true;
}

void Parser::finish_redirect(Redirect& redirect, const std::string& op) {
  const bool number = peek().kind == Token::Kind::io_number;
  if (peek().kind != Token::Kind::word && !number) return fail_unexpected();
  Token token = take();
  if (number) {
    Part digits;
    digits.text = token.text;
    token.word.parts = {std::move(digits)};
  }
  if (redirect.kind == Redirect::Kind::here_doc) {
    return add_here_doc(redirect, token, op == "<<-");
  }
  redirect.target = std::make_shared<Word>(std::move(token.word));
  if (!bash()) check_fd_target(redirect);
  if (bash() && op == ">&" && redirect.fd < 0 && token.plain &&
      !all_digits(token.text) && token.text != "-" &&
      !(token.text.back() == '-' &&
        all_digits(token.text.substr(0, token.text.size() - 1)))) {
    redirect.kind = Redirect::Kind::out_err;
  }
}

/// dash asks when it parses whether >& has a number behind it.
void Parser::check_fd_target(const Redirect& redirect) {
  if (redirect.kind != Redirect::Kind::dup_in &&
      redirect.kind != Redirect::Kind::dup_out) {
    return;
  }
  const std::vector<Part>& parts = redirect.target->parts;
  if (parts.empty()) return;
  for (const Part& part : parts) {
    if (part.kind != Part::Kind::text) return;
  }
  std::string text;
  for (const Part& part : parts) text += part.text;
  if (text == "-") return;
  if (all_digits(text) && text.size() == 1) return;
  if (options_.dialect == Dialect::ash && redirect.fd < 0 &&
      redirect.kind == Redirect::Kind::dup_out) {
    return;
  }
  if (options_.dialect == Dialect::ash && all_digits(text)) return;
  fail_with("Bad fd number");
}

void Parser::add_here_doc(Redirect& redirect, const Token& token,
                          bool strip_tabs) {
  redirect.target = std::make_shared<Word>();
  PendingHereDoc doc;
  doc.body = redirect.target;
  doc.quoted = false;
  doc.delimiter = unquoted(token.word, doc.quoted);
  doc.strip_tabs = strip_tabs;
  pending_.push_back(std::move(doc));
}

void Parser::parse_redirects(Command& command) {
  while (!failed() && parse_redirect(command.redirects)) {
  }
}

std::string describe(const SyntaxError& error, Dialect dialect) {
  const bool unexpected = error.kind == SyntaxError::Kind::unexpected;
  if (dialect == Dialect::bash) {
    if (!unexpected) return error.message;
    if (error.token == "end of file") {
      return "syntax error: unexpected end of file";
    }
    return fmt::format("syntax error near unexpected token `{}'", error.near);
  }
  const std::string expecting =
      error.expecting.empty() ? ""
                              : fmt::format(" (expecting {})", error.expecting);
  if (dialect == Dialect::ash) {
    std::string message = error.message;
    if (message == "Unterminated quoted string") {
      message = "unterminated quoted string";
    }
    if (message == "Missing '}'") message = "missing '}'";
    if (message == "Missing '))'") message = "missing '))'";
    if (!unexpected) return "syntax error: " + message;
    return fmt::format("syntax error: unexpected {}{}", error.token, expecting);
  }
  if (!unexpected) return "Syntax error: " + error.message;
  return fmt::format("Syntax error: {} unexpected{}", error.token, expecting);
}

ParseAnswer parse_status(const std::string& text, Dialect dialect) {
  ParserOptions options;
  options.dialect = dialect;
  options.final = false;
  Parser parser(options, std::make_shared<const std::string>(text));
  while (parser.next()) {
  }
  ParseAnswer answer;
  if (!parser.error()) return answer;
  answer.status =
      parser.error()->at_end ? ParseStatus::incomplete : ParseStatus::error;
  answer.message = describe(*parser.error(), dialect);
  return answer;
}

}  // namespace drydock::userland::sh
