// find_expression.cc — find's grammar: ( ) ! -a -o , and its primaries.

#include <fmt/format.h>

#include "sim/userland/find.h"

namespace drydock::userland::find {

namespace {

using NodeRef = std::unique_ptr<Node>;

constexpr int kNestingMax = 200;

class Parser {
 public:
  Parser(Context& context, const List& words)
      : context_(context), words_(words) {}

  Result<Expression> parse() {
    if (!words_.empty()) {
      expression_.root = parse_list();
      if (error_.empty() && at_ < words_.size()) {
        error_ = words_[at_] == ")"
                     ? "invalid expression; you have too many ')'"
                     : "paths must precede expression: `" + words_[at_] + "'";
      }
    }
    if (!error_.empty()) return Error{error_};
    return std::move(expression_);
  }

 private:
  bool more() const { return error_.empty() && at_ < words_.size(); }
  bool next_is(std::string_view a, std::string_view b) const {
    return more() && (words_[at_] == a || words_[at_] == b);
  }

  static NodeRef join(Node::Kind kind, NodeRef left, NodeRef right) {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->left = std::move(left);
    node->right = std::move(right);
    return node;
  }

  NodeRef parse_list() {
    NodeRef node = parse_or();
    while (next_is(",", ",")) {
      ++at_;
      node = join(Node::Kind::list, std::move(node), parse_or());
    }
    return node;
  }

  NodeRef parse_or() {
    NodeRef node = parse_and();
    while (next_is("-o", "-or")) {
      ++at_;
      node = join(Node::Kind::either, std::move(node), parse_and());
    }
    return node;
  }

  NodeRef parse_and() {
    NodeRef node = parse_not();
    while (more() && !next_is("-o", "-or") && !next_is(",", ")")) {
      if (next_is("-a", "-and")) ++at_;
      node = join(Node::Kind::both, std::move(node), parse_not());
    }
    return node;
  }

  NodeRef parse_not() {
    if (!next_is("!", "-not")) return parse_primary();
    const std::string word = words_[at_++];
    if (at_ == words_.size()) {
      error_ = fmt::format("expected an expression after '{}'", word);
      return nullptr;
    }
    if (++nesting_ > kNestingMax) error_ = "expression is nested too deeply";
    NodeRef node = join(Node::Kind::negation, parse_not(), nullptr);
    --nesting_;
    return node;
  }

  NodeRef parse_primary() {
    if (!error_.empty()) return nullptr;
    if (at_ == words_.size()) {
      error_ = fmt::format("expected an expression after '{}'", words_.back());
      return nullptr;
    }
    const std::string word = words_[at_++];
    if (word == "(") return parse_group();
    const bool binary = word == "-a" || word == "-o" || word == ",";
    if (binary) {
      error_ = fmt::format(
          "invalid expression; you have used a binary operator '{}' with "
          "nothing before it.",
          word);
      return nullptr;
    }
    if (word == "-exec" || word == "-execdir") return parse_exec(word);
    const Primary* const primary = find_primary(word);
    if (!primary) return unknown(word);
    return parse_plain(*primary);
  }

  NodeRef unknown(const std::string& word) {
    const bool dashed = word.starts_with('-');
    if (context_.out->busybox()) {
      error_ = "unrecognized: " + word;
    } else {
      error_ = fmt::format(
          "{} `{}'",
          dashed ? "unknown predicate" : "paths must precede expression:",
          word);
    }
    return nullptr;
  }

  NodeRef parse_group() {
    if (++nesting_ > kNestingMax) error_ = "expression is nested too deeply";
    NodeRef node = error_.empty() ? parse_list() : nullptr;
    --nesting_;
    if (!error_.empty()) return nullptr;
    if (!next_is(")", ")")) {
      error_ =
          "invalid expression; I was expecting to find a ')' somewhere but "
          "did not see one.";
      return nullptr;
    }
    ++at_;
    return node;
  }

  NodeRef missing_argument(const std::string& word) {
    error_ = context_.out->busybox()
                 ? word + " requires an argument"
                 : fmt::format("missing argument to `{}'", word);
    return nullptr;
  }

  NodeRef parse_plain(const Primary& primary) {
    auto node = std::make_unique<Node>();
    node->name = primary.name;
    node->check = primary.check;
    if (primary.arguments > 0) {
      if (at_ == words_.size()) return missing_argument(node->name);
      node->text = words_[at_++];
    }
    if (primary.read) error_ = primary.read(*node, context_);
    if (!error_.empty()) return nullptr;
    expression_.has_action = expression_.has_action || primary.action;
    apply_global(*node);
    return node;
  }

  void apply_global(const Node& node) {
    const int number = static_cast<int>(node.number);
    if (node.name == "-maxdepth") expression_.depth_max = number;
    if (node.name == "-mindepth") expression_.depth_min = number;
    const bool deep = node.name == "-depth" || node.name == "-delete";
    if (deep) expression_.depth_first = true;
    if (node.name == "-xdev" || node.name == "-mount") {
      expression_.same_device = true;
    }
  }

  NodeRef parse_exec(const std::string& word) {
    auto node = std::make_unique<Node>();
    node->kind = Node::Kind::exec;
    node->name = word;
    node->in_directory = word == "-execdir";
    for (; at_ < words_.size(); ++at_) {
      const std::string& piece = words_[at_];
      const bool plus = piece == "+" && !node->command.empty() &&
                        node->command.back() == "{}";
      if (piece == ";" || plus) {
        if (node->command.empty()) return missing_argument(word);
        ++at_;
        node->gather = plus;
        if (plus) node->command.pop_back();
        expression_.has_action = true;
        return node;
      }
      node->command.push_back(piece);
    }
    return missing_argument(word);
  }

  Context& context_;
  const List& words_;
  std::size_t at_ = 0;
  int nesting_ = 0;
  std::string error_;
  Expression expression_;
};

}  // namespace

Result<Expression> parse_expression(Context& context, const List& words) {
  return Parser(context, words).parse();
}

}  // namespace drydock::userland::find
