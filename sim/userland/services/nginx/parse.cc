// parse.cc — the grammar of nginx.conf: words, ';', '{' and '}'.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/services/nginx/config.h"

namespace drydock::userland::nginx {

namespace {

struct Token {
  enum class Kind { word, semicolon, open, close, end };
  Kind kind = Kind::end;
  std::string text;
  int line = 1;
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}
  Token next();
  bool unclosed() const { return unclosed_; }
  int line() const { return line_; }

 private:
  void skip_blanks();
  void take_quoted(std::string& word);

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool unclosed_ = false;
};

void Lexer::skip_blanks() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '#') {
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    } else if (c == '\n') {
      ++line_;
      ++at_;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
    } else {
      return;
    }
  }
}

void Lexer::take_quoted(std::string& word) {
  const char quote = text_[at_++];
  while (at_ < text_.size() && text_[at_] != quote) {
    const bool escaped = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                         (text_[at_ + 1] == quote || text_[at_ + 1] == '\\');
    if (escaped) ++at_;
    if (text_[at_] == '\n') ++line_;
    word += text_[at_++];
  }
  unclosed_ = at_ >= text_.size();
  if (!unclosed_) ++at_;
}

Token Lexer::next() {
  skip_blanks();
  Token token;
  token.line = line_;
  if (at_ >= text_.size()) return token;
  const char c = text_[at_];
  if (c == ';' || c == '{' || c == '}') {
    ++at_;
    token.kind = c == ';'   ? Token::Kind::semicolon
                 : c == '{' ? Token::Kind::open
                            : Token::Kind::close;
    return token;
  }
  token.kind = Token::Kind::word;
  if (c == '"' || c == '\'') {
    take_quoted(token.text);
    return token;
  }
  while (at_ < text_.size()) {
    const char here = text_[at_];
    const bool brace = here == '{' && !token.text.ends_with('$');
    const bool ends = here == ' ' || here == '\t' || here == '\r' ||
                      here == '\n' || here == ';' || brace;
    if (ends) break;
    if (here == '\\' && at_ + 1 < text_.size()) token.text += text_[at_++];
    if (here == '{') {  // ${name}
      while (at_ < text_.size() && text_[at_] != '}')
        token.text += text_[at_++];
    }
    if (at_ < text_.size()) token.text += text_[at_++];
  }
  return token;
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& file)
      : lexer_(text), file_(file) {}

  Result<std::vector<Directive>> block(bool inner, int depth);

 private:
  Error fault(std::string_view why, int line) const {
    return Error{fmt::format("{} in {}:{}", why, file_, line)};
  }

  Lexer lexer_;
  const std::string& file_;
};

Result<std::vector<Directive>> Parser::block(bool inner, int depth) {
  constexpr int kDepthMax = 50;
  std::vector<Directive> directives;
  Directive current;
  current.file = file_;
  for (;;) {
    const Token token = lexer_.next();
    const bool empty = current.name.empty();
    if (lexer_.unclosed()) {
      return fault("unexpected end of file, expecting \";\" or \"}\"",
                   lexer_.line());
    }
    switch (token.kind) {
      case Token::Kind::word:
        if (empty) {
          current.name = token.text;
        } else {
          current.arguments.push_back(token.text);
        }
        current.line = token.line;
        break;
      case Token::Kind::semicolon:
        if (empty) return fault("unexpected \";\"", token.line);
        directives.push_back(std::move(current));
        current = {};
        current.file = file_;
        break;
      case Token::Kind::open: {
        if (empty || depth > kDepthMax) {
          return fault("unexpected \"{\"", token.line);
        }
        Result<std::vector<Directive>> inside = block(true, depth + 1);
        if (!inside) return inside.error();
        current.has_block = true;
        current.block = std::move(*inside);
        directives.push_back(std::move(current));
        current = {};
        current.file = file_;
        break;
      }
      case Token::Kind::close:
        if (!empty || !inner) return fault("unexpected \"}\"", token.line);
        return directives;
      case Token::Kind::end:
        if (!empty) {
          return fault("unexpected end of file, expecting \";\" or \"}\"",
                       token.line);
        }
        if (inner) {
          return fault("unexpected end of file, expecting \"}\"", token.line);
        }
        return directives;
    }
  }
}

using kernel::Process;

/// The files that an include means, by name.
std::optional<List> files_of_pattern(Process& self, const std::string& path) {
  const bool pattern = path.find_first_of("*?[") != std::string::npos;
  if (!pattern) return List{path};
  const std::size_t slash = path.rfind('/');
  const std::string folder = path.substr(0, slash);
  const auto entries = self.readdir(folder);
  List files;
  if (!entries) return files;
  for (const vfs::DirectoryEntry& entry : *entries) {
    if (entry.name.starts_with('.')) continue;
    if (!matches(path.substr(slash + 1), entry.name)) continue;
    files.push_back(folder + "/" + entry.name);
  }
  return files;
}

std::string absolute(const std::string& path) {
  return path.starts_with('/') ? path : std::string(kPrefix) + "/" + path;
}

Error cannot_open(const std::string& path, Errno why) {
  return Error{fmt::format("open() \"{}\" failed ({}: {})", path,
                           static_cast<int>(why), text_of(why))};
}

Task<Result<std::vector<Directive>>> load(Process& self, std::string path,
                                          int depth);

/// Puts what `include` names in its place, all the way down.
Task<Outcome> expand(Process& self, std::vector<Directive>* directives,
                     int depth) {
  std::vector<Directive> all;
  for (Directive& each : *directives) {
    if (each.name != "include" || each.has_block) {
      const Outcome inner = co_await expand(self, &each.block, depth);
      if (!inner) co_return inner;
      all.push_back(std::move(each));
      continue;
    }
    if (each.arguments.size() != 1) {
      co_return Error{fmt::format(
          "invalid number of arguments in \"include\" directive in {}:{}",
          each.file, each.line)};
    }
    const std::optional<List> files =
        files_of_pattern(self, absolute(each.arguments[0]));
    for (const std::string& file : *files) {
      Result<std::vector<Directive>> more =
          co_await load(self, file, depth + 1);
      if (!more) {
        std::string why = more.error().text;
        if (why.starts_with("open()")) {
          why += fmt::format(" in {}:{}", each.file, each.line);
        }
        co_return Error{why};
      }
      for (Directive& one : *more) all.push_back(std::move(one));
    }
  }
  *directives = std::move(all);
  co_return done();
}

Task<Result<std::vector<Directive>>> load(Process& self, std::string path,
                                          int depth) {
  constexpr int kIncludesMax = 20;
  if (depth > kIncludesMax) co_return cannot_open(path, Errno::eloop);
  const SysResult<Bytes> text = co_await kernel::read_file(self, path);
  if (!text) co_return cannot_open(path, text.error());
  Result<std::vector<Directive>> directives = parse(*text, path);
  if (!directives) co_return directives;
  const Outcome expanded = co_await expand(self, &*directives, depth);
  if (!expanded) co_return expanded.error();
  co_return directives;
}

}  // namespace

Result<std::vector<Directive>> parse(std::string_view text,
                                     const std::string& file) {
  return Parser(text, file).block(false, 0);
}

Task<Result<Config>> read_config(Process& self, std::string path,
                                 List globals) {
  std::vector<Directive> all;
  for (const std::string& text : globals) {
    Result<std::vector<Directive>> given = parse(text, "command line");
    if (!given) {
      co_return Error{
          given.error().text.substr(0, given.error().text.rfind(':'))};
    }
    for (Directive& each : *given) all.push_back(std::move(each));
  }
  Result<std::vector<Directive>> directives = co_await load(self, path, 0);
  if (!directives) co_return directives.error();
  for (Directive& each : *directives) all.push_back(std::move(each));
  co_return interpret(all);
}

}  // namespace drydock::userland::nginx
