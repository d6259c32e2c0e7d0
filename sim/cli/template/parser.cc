// parser.cc — text/template's grammar, and Go's complaints about it.

#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sim/cli/template/functions.h"
#include "sim/cli/template/lexer.h"
#include "sim/cli/template/tree.h"

namespace drydock::cli::tmpl {

namespace {

constexpr int kDepthMax = 200;

using MutableNode = std::shared_ptr<Node>;

MutableNode make(NodeKind kind, std::int32_t position) {
  auto node = std::make_shared<Node>();
  node->kind = kind;
  node->position = position;
  return node;
}

/// How a list of nodes came to its end.
enum class Ending { eof, end, otherwise };

class Parser {
 public:
  explicit Parser(std::string source) : tokens_(lex(source)), variables_{"$"} {
    tree_.source = std::move(source);
  }

  Result<Tree> run() {
    Ending ending = Ending::eof;
    NodeRef root = list(ending, true);
    if (failed_) return Error{complaint_};
    tree_.root = std::move(root);
    return std::move(tree_);
  }

 private:
  // --- Tokens ---------------------------------------------------------------

  const Token& raw_next() {
    const Token& token = tokens_[at_];
    before_ = at_;
    if (at_ + 1 < tokens_.size()) ++at_;
    line_ = token.line;
    return token;
  }
  const Token& next() {
    while (tokens_[at_].kind == TokenKind::space) ++at_;
    return raw_next();
  }
  void back() { at_ = before_; }
  const Token& peek() {
    while (tokens_[at_].kind == TokenKind::space) ++at_;
    return tokens_[at_];
  }

  NodeRef fail(std::string text) {
    if (!failed_) {
      failed_ = true;
      complaint_ = fmt::format("template: :{}: {}", line_, text);
    }
    return nullptr;
  }
  NodeRef unexpected(const Token& token, std::string_view context) {
    if (token.kind == TokenKind::error) return fail(token.text);
    return fail(fmt::format("unexpected {} in {}", token.told(), context));
  }
  bool expect(TokenKind kind, std::string_view context) {
    const Token token = next();
    if (token.kind == kind) return true;
    unexpected(token, context);
    return false;
  }

  // --- Lists and actions ----------------------------------------------------

  NodeRef list(Ending& ending, bool top) {
    MutableNode node = make(NodeKind::list, peek_position());
    while (!failed_) {
      const Token token = raw_next();
      if (token.kind == TokenKind::end_of_file) {
        ending = Ending::eof;
        if (!top) return fail("unexpected EOF");
        return node;
      }
      if (token.kind == TokenKind::text) {
        MutableNode text = make(NodeKind::text, token.position);
        text->word = token.text;
        node->children.push_back(text);
        continue;
      }
      if (token.kind != TokenKind::left_delimiter) {
        return unexpected(token, "input");
      }
      ending = Ending::eof;
      NodeRef child = action(ending, top);
      if (failed_) return nullptr;
      if (ending != Ending::eof) {
        if (!top) return node;
        return fail(ending == Ending::end ? "unexpected {{end}}"
                                          : "unexpected {{else}}");
      }
      if (child) node->children.push_back(std::move(child));
    }
    return nullptr;
  }

  std::int32_t peek_position() const { return tokens_[at_].position; }

  NodeRef action(Ending& ending, bool top) {
    if (++depth_ > kDepthMax) return fail("template is nested too deeply");
    NodeRef node = action_body(ending, top);
    --depth_;
    return node;
  }

  NodeRef action_body(Ending& ending, bool top) {
    const Token token = peek();
    switch (token.kind) {
      case TokenKind::key_block:
        next();
        return block();
      case TokenKind::key_break:
        next();
        return loop_word(token, NodeKind::loop_break);
      case TokenKind::key_continue:
        next();
        return loop_word(token, NodeKind::loop_continue);
      case TokenKind::key_define:
        next();
        if (!top) return unexpected(token, "command");
        return define();
      case TokenKind::key_else:
        next();
        ending = Ending::otherwise;
        if (peek().kind == TokenKind::key_if) return nullptr;
        expect(TokenKind::right_delimiter, "else");
        return nullptr;
      case TokenKind::key_end:
        next();
        ending = Ending::end;
        expect(TokenKind::right_delimiter, "end");
        return nullptr;
      case TokenKind::key_if:
        next();
        return branch(NodeKind::branch_if, "if");
      case TokenKind::key_range:
        next();
        return branch(NodeKind::branch_range, "range");
      case TokenKind::key_with:
        next();
        return branch(NodeKind::branch_with, "with");
      case TokenKind::key_template:
        next();
        return call();
      default:
        break;
    }
    MutableNode node = make(NodeKind::action, token.position);
    node->pipe = pipeline("command", TokenKind::right_delimiter);
    return node;
  }

  NodeRef loop_word(const Token& token, NodeKind kind) {
    if (peek().kind != TokenKind::right_delimiter) {
      return unexpected(next(), "{{" + token.text + "}}");
    }
    next();
    if (loops_ == 0) {
      return fail(fmt::format("{{{{{}}}}} outside {{{{range}}}}", token.text));
    }
    return make(kind, token.position);
  }

  NodeRef branch(NodeKind kind, std::string_view name) {
    const std::size_t scope = variables_.size();
    MutableNode node = make(kind, peek_position());
    node->pipe = pipeline(name, TokenKind::right_delimiter);
    if (failed_) return nullptr;
    if (kind == NodeKind::branch_range) ++loops_;
    Ending ending = Ending::eof;
    node->children.push_back(list(ending, false));
    if (kind == NodeKind::branch_range) --loops_;
    if (failed_) return nullptr;
    if (ending == Ending::otherwise) {
      if (peek().kind == TokenKind::key_if) {
        if (kind != NodeKind::branch_if) return unexpected(next(), "else");
        next();
        // {{else if}} is {{else}}{{if}} with one {{end}} for both.
        MutableNode otherwise = make(NodeKind::list, peek_position());
        if (++depth_ > kDepthMax) return fail("template is nested too deeply");
        otherwise->children.push_back(branch(NodeKind::branch_if, "if"));
        --depth_;
        node->children.push_back(otherwise);
      } else {
        node->children.push_back(list(ending, false));
        if (!failed_ && ending == Ending::otherwise) {
          return fail("expected end; found {{else}}");
        }
      }
    }
    variables_.resize(scope);
    return failed_ ? nullptr : node;
  }

  Result<std::string> quoted_name(std::string_view context) {
    const Token token = next();
    if (token.kind == TokenKind::string ||
        token.kind == TokenKind::raw_string) {
      const std::optional<std::string> name = unquote(token.text);
      if (name) return *name;
    }
    unexpected(token, context);
    return Error{complaint_};
  }

  NodeRef define() {
    const Result<std::string> name = quoted_name("define clause");
    if (!name || !expect(TokenKind::right_delimiter, "define clause")) {
      return nullptr;
    }
    body_of(*name, "define clause");
    return nullptr;
  }

  void body_of(const std::string& name, std::string_view) {
    const List outer = std::exchange(variables_, List{"$"});
    Ending ending = Ending::eof;
    NodeRef body = list(ending, false);
    variables_ = outer;
    if (failed_) return;
    if (ending != Ending::end) {
      fail("unexpected {{else}} in define clause");
      return;
    }
    tree_.named[name] = std::move(body);
  }

  NodeRef block() {
    const std::int32_t position = peek().position;
    const Result<std::string> name = quoted_name("block clause");
    if (!name) return nullptr;
    MutableNode node = make(NodeKind::call_template, position);
    node->word = *name;
    node->pipe = pipeline("block clause", TokenKind::right_delimiter);
    if (!failed_) body_of(*name, "block clause");
    return node;
  }

  NodeRef call() {
    const std::int32_t position = peek().position;
    const Result<std::string> name = quoted_name("template clause");
    if (!name) return nullptr;
    MutableNode node = make(NodeKind::call_template, position);
    node->word = *name;
    if (peek().kind == TokenKind::right_delimiter) {
      next();
      return node;
    }
    node->pipe = pipeline("template clause", TokenKind::right_delimiter);
    return node;
  }

  // --- Pipelines ------------------------------------------------------------

  NodeRef pipeline(std::string_view context, TokenKind closing) {
    MutableNode pipe = make(NodeKind::pipeline, peek().position);
    if (!declarations(*pipe, context)) return nullptr;
    while (!failed_) {
      const Token token = next();
      if (token.kind == closing) {
        check(*pipe, context);
        return failed_ ? nullptr : pipe;
      }
      switch (token.kind) {
        case TokenKind::boolean:
        case TokenKind::character:
        case TokenKind::dot:
        case TokenKind::field:
        case TokenKind::identifier:
        case TokenKind::number:
        case TokenKind::key_nil:
        case TokenKind::raw_string:
        case TokenKind::string:
        case TokenKind::variable:
        case TokenKind::left_paren:
          back();
          pipe->children.push_back(command());
          break;
        default:
          return unexpected(token, context);
      }
    }
    return nullptr;
  }

  bool declarations(Node& pipe, std::string_view context) {
    while (peek().kind == TokenKind::variable) {
      const std::size_t back = at_;
      const Token variable = next();
      const Token after = peek();
      if (after.kind == TokenKind::assign || after.kind == TokenKind::declare) {
        pipe.is_assign = after.kind == TokenKind::assign;
        next();
        pipe.variables.push_back(variable.text);
        if (!pipe.is_assign) variables_.push_back(variable.text);
        return known(pipe);
      }
      if (after.kind == TokenKind::punctuation && after.text == ",") {
        if (context != "range" || !pipe.variables.empty()) {
          fail(fmt::format("too many declarations in {}", context));
          return false;
        }
        next();
        pipe.variables.push_back(variable.text);
        variables_.push_back(variable.text);
        continue;
      }
      at_ = back;
      return true;
    }
    return true;
  }

  bool known(const Node& pipe) {
    if (!pipe.is_assign) return true;
    for (const std::string& name : pipe.variables) {
      if (!has_variable(name)) {
        fail(fmt::format("undefined variable {}", go_quote(name)));
        return false;
      }
    }
    return true;
  }

  bool has_variable(std::string_view name) const {
    for (const std::string& known : variables_) {
      if (known == name) return true;
    }
    return false;
  }

  void check(const Node& pipe, std::string_view context) {
    if (pipe.children.empty()) {
      fail(fmt::format("missing value for {}", context));
      return;
    }
    for (std::size_t i = 1; i < pipe.children.size(); ++i) {
      switch (pipe.children[i]->children.front()->kind) {
        case NodeKind::boolean:
        case NodeKind::dot:
        case NodeKind::nil:
        case NodeKind::number:
        case NodeKind::string:
          fail(fmt::format("non executable command in pipeline stage {}",
                           i + 1));
          return;
        default:
          break;
      }
    }
  }

  NodeRef command() {
    MutableNode node = make(NodeKind::command, peek().position);
    while (!failed_) {
      peek();
      NodeRef operand = this->operand();
      if (failed_) return nullptr;
      if (operand) node->children.push_back(std::move(operand));
      const Token token = raw_next();
      if (token.kind == TokenKind::space) continue;
      if (token.kind == TokenKind::right_delimiter ||
          token.kind == TokenKind::right_paren) {
        back();
      } else if (token.kind == TokenKind::pipe) {
        // The next command follows.
      } else {
        return unexpected(token, "operand");
      }
      break;
    }
    if (node->children.empty()) return fail("empty command");
    return node;
  }

  NodeRef operand() {
    NodeRef node = term();
    if (!node || failed_) return nullptr;
    if (tokens_[at_].kind != TokenKind::field) return node;
    MutableNode chain = make(NodeKind::chain, tokens_[at_].position);
    while (tokens_[at_].kind == TokenKind::field) {
      chain->path.push_back(raw_next().text.substr(1));
    }
    switch (node->kind) {
      case NodeKind::field:
      case NodeKind::variable: {
        MutableNode longer = make(node->kind, chain->position);
        longer->path = node->path;
        longer->path.insert(longer->path.end(), chain->path.begin(),
                            chain->path.end());
        return longer;
      }
      case NodeKind::boolean:
      case NodeKind::string:
      case NodeKind::number:
      case NodeKind::nil:
      case NodeKind::dot:
        return fail(
            fmt::format("unexpected . after term {}", go_quote(node->told())));
      default:
        break;
    }
    chain->children.push_back(std::move(node));
    return chain;
  }

  NodeRef term() {
    const Token token = next();
    switch (token.kind) {
      case TokenKind::identifier: {
        if (!is_function(token.text)) {
          return fail(
              fmt::format("function {} not defined", go_quote(token.text)));
        }
        MutableNode node = make(NodeKind::identifier, token.position);
        node->word = token.text;
        return node;
      }
      case TokenKind::dot:
        return make(NodeKind::dot, token.position);
      case TokenKind::key_nil:
        return make(NodeKind::nil, token.position);
      case TokenKind::variable: {
        if (!has_variable(token.text)) {
          return fail(
              fmt::format("undefined variable {}", go_quote(token.text)));
        }
        MutableNode node = make(NodeKind::variable, token.position);
        node->path.push_back(token.text);
        return node;
      }
      case TokenKind::field: {
        MutableNode node = make(NodeKind::field, token.position);
        node->path.push_back(token.text.substr(1));
        return node;
      }
      case TokenKind::left_paren: {
        if (++depth_ > kDepthMax) return fail("template is nested too deeply");
        NodeRef inner =
            pipeline("parenthesized pipeline", TokenKind::right_paren);
        --depth_;
        return inner;
      }
      case TokenKind::boolean:
      case TokenKind::character:
      case TokenKind::number:
      case TokenKind::raw_string:
      case TokenKind::string:
        return constant(token);
      default:
        break;
    }
    if (token.kind == TokenKind::error) return fail(token.text);
    back();
    return nullptr;
  }

  NodeRef constant(const Token& token) {
    const bool is_string =
        token.kind == TokenKind::string || token.kind == TokenKind::raw_string;
    MutableNode node =
        make(is_string                          ? NodeKind::string
             : token.kind == TokenKind::boolean ? NodeKind::boolean
                                                : NodeKind::number,
             token.position);
    node->word = token.text;
    if (token.kind == TokenKind::boolean) {
      node->value = Value(token.text == "true");
      return node;
    }
    if (token.kind == TokenKind::number) {
      std::optional<Value> value = number_value(token.text);
      if (!value) {
        return fail(fmt::format("bad number syntax: {}", go_quote(token.text)));
      }
      node->value = *std::move(value);
      return node;
    }
    const std::optional<std::string> text = unquote(token.text);
    if (!text) return fail("invalid syntax");
    if (token.kind == TokenKind::character) {
      const std::optional<std::int64_t> rune = single_rune(*text);
      if (!rune) {
        return fail(
            fmt::format("malformed character constant: {}", token.text));
      }
      node->value = Value(*rune);
    } else {
      node->value = Value(*text);
    }
    return node;
  }

  Tree tree_;
  std::vector<Token> tokens_;
  List variables_;
  std::size_t at_ = 0, before_ = 0;
  int line_ = 1, depth_ = 0, loops_ = 0;
  bool failed_ = false;
  std::string complaint_;
};

std::string joined(const std::vector<NodeRef>& nodes, std::string_view glue) {
  std::string text;
  for (const NodeRef& node : nodes) {
    if (&node != &nodes.front()) text += glue;
    const bool inner = node->kind == NodeKind::pipeline;
    text += inner ? "(" + node->told() + ")" : node->told();
  }
  return text;
}

}  // namespace

std::string Node::told() const {
  switch (kind) {
    case NodeKind::field:
      return "." + join(path, ".");
    case NodeKind::variable:
      return join(path, ".");
    case NodeKind::chain: {
      const bool inner = children.front()->kind == NodeKind::pipeline;
      const std::string first = children.front()->told();
      return (inner ? "(" + first + ")" : first) + "." + join(path, ".");
    }
    case NodeKind::dot:
      return ".";
    case NodeKind::nil:
      return "nil";
    case NodeKind::command:
      return joined(children, " ");
    case NodeKind::pipeline: {
      std::string text = join(variables, ", ");
      if (!variables.empty()) text += is_assign ? " = " : " := ";
      return text + joined(children, " | ");
    }
    case NodeKind::call_template:
      return fmt::format("{{{{template {}{}}}}}", go_quote(word),
                         pipe ? " " + pipe->told() : "");
    default:
      return word;
  }
}

Result<Tree> parse(std::string source) {
  return Parser(std::move(source)).run();
}

}  // namespace drydock::cli::tmpl
