// evaluator.cc — a template's walk over its data.

#include <deque>

#include <fmt/format.h>

#include "sim/cli/template/functions.h"
#include "sim/cli/template/printing.h"
#include "sim/cli/template/template.h"

namespace drydock::cli {

namespace tmpl {
namespace {

using Kind = Value::Kind;

constexpr int kDepthMax = 500;
constexpr std::size_t kOutputMax = std::size_t{64} << 20;

enum class Flow { on, leave, again };

/// A variable in scope.
struct Variable {
  std::string name;
  Argument value;
};

/// One execution.  The first error ends it: everything checks `failed_`.
class Evaluator {
 public:
  Evaluator(const Tree& tree, const Value& data, const TemplateOptions& options)
      : tree_(tree), data_(&data), options_(options) {
    variables_.push_back({"$", data_});
  }

  Result<std::string> run() {
    walk(data_, *tree_.root);
    if (failed_) return Error{complaint_};
    return std::move(output_);
  }

 private:
  // --- Errors ---------------------------------------------------------------

  Argument fail(const Node& node, std::string_view text) {
    if (failed_) return nullptr;
    failed_ = true;
    const std::string_view before =
        std::string_view(tree_.source)
            .substr(0, static_cast<std::size_t>(node.position));
    int line = 1;
    for (const char c : before) line += c == '\n' ? 1 : 0;
    const std::size_t newline = before.rfind('\n');
    const std::size_t column = newline == std::string_view::npos
                                   ? before.size()
                                   : before.size() - newline - 1;
    std::string context = node.told();
    if (options_.context_max > 0 && context.size() > options_.context_max) {
      context = context.substr(0, options_.context_max) + "...";
    }
    complaint_ = fmt::format("template: :{}:{}: executing {} at <{}>: {}", line,
                             column, go_quote(name_), context, text);
    return nullptr;
  }

  // --- Statements -----------------------------------------------------------

  void write(std::string_view text, const Node& node) {
    if (output_.size() + text.size() > kOutputMax) {
      fail(node, "output is too long");
      return;
    }
    output_ += text;
  }

  Flow walk(Argument dot, const Node& node) {
    if (failed_) return Flow::leave;
    if (++depth_ > kDepthMax) {
      fail(node, "exceeded maximum template depth (500)");
      return Flow::leave;
    }
    const Flow flow = walk_one(dot, node);
    --depth_;
    return flow;
  }

  Flow walk_one(Argument dot, const Node& node) {
    switch (node.kind) {
      case NodeKind::list:
        for (const NodeRef& child : node.children) {
          const Flow flow = walk(dot, *child);
          if (failed_ || flow != Flow::on) return flow;
        }
        return Flow::on;
      case NodeKind::text:
        write(node.word, node);
        return Flow::on;
      case NodeKind::action: {
        const Argument value = pipeline(dot, *node.pipe);
        if (!failed_ && node.pipe->variables.empty()) print(value, node);
        return Flow::on;
      }
      case NodeKind::branch_if:
      case NodeKind::branch_with:
        return branch(dot, node);
      case NodeKind::branch_range:
        return range(dot, node);
      case NodeKind::loop_break:
        return Flow::leave;
      case NodeKind::loop_continue:
        return Flow::again;
      case NodeKind::call_template:
        call(dot, node);
        return Flow::on;
      default:
        return Flow::on;
    }
  }

  void print(Argument value, const Node& node) {
    if (value == nullptr) {
      write("<no value>", node);
      return;
    }
    // What is printed is what a pointer points to.
    if (value->is_pointer() && value->kind() == Kind::structure) {
      write(printed(value).substr(1), node);
      return;
    }
    write(printed(value), node);
  }

  Flow branch(Argument dot, const Node& node) {
    const std::size_t scope = variables_.size();
    const Argument value = pipeline(dot, *node.pipe);
    Flow flow = Flow::on;
    if (!failed_) {
      const bool holds = truth(value);
      const bool with = node.kind == NodeKind::branch_with;
      if (holds) {
        flow = walk(with ? value : dot, *node.children[0]);
      } else if (node.children.size() > 1) {
        flow = walk(dot, *node.children[1]);
      }
    }
    variables_.resize(scope);
    return flow;
  }

  struct Item {
    Argument key, value;
  };

  std::optional<std::vector<Item>> items_of(Argument value, const Node& node) {
    std::vector<Item> items;
    if (value == nullptr || value->kind() == Kind::nil) return items;
    if (value->kind() == Kind::slice) {
      int index = 0;
      for (const Value& item : value->items()) {
        items.push_back({own(Value(index++)), &item});
      }
      return items;
    }
    if (value->kind() == Kind::map) {
      for (const Field& entry : value->fields()) {
        items.push_back({own(Value(entry.name)), settled(&entry.value)});
      }
      return items;
    }
    fail(node, fmt::format("range can't iterate over {}", printed(value)));
    return std::nullopt;
  }

  Flow range(Argument dot, const Node& node) {
    const std::size_t scope = variables_.size();
    const Argument value = pipeline(dot, *node.pipe);
    if (failed_) return Flow::leave;
    const std::optional<std::vector<Item>> items = items_of(value, *node.pipe);
    if (!items) return Flow::leave;
    const List& names = node.pipe->variables;
    for (const Item& item : *items) {
      const std::size_t inner = variables_.size();
      if (names.size() == 1) set(node.pipe->is_assign, names[0], item.value);
      if (names.size() == 2) {
        set(node.pipe->is_assign, names[0], item.key);
        set(node.pipe->is_assign, names[1], item.value);
      }
      const Flow flow = walk(item.value, *node.children[0]);
      variables_.resize(inner);
      if (failed_ || flow == Flow::leave) break;
    }
    if (items->empty() && node.children.size() > 1) {
      walk(dot, *node.children[1]);
    }
    variables_.resize(scope);
    return failed_ ? Flow::leave : Flow::on;
  }

  void call(Argument dot, const Node& node) {
    const auto found = tree_.named.find(node.word);
    if (found == tree_.named.end()) {
      fail(node, fmt::format("template {} not defined", go_quote(node.word)));
      return;
    }
    const Argument inner = node.pipe ? pipeline(dot, *node.pipe) : nullptr;
    if (failed_) return;
    std::vector<Variable> outer{{"$", inner}};
    std::swap(outer, variables_);
    const std::string name = std::exchange(name_, node.word);
    walk(inner, *found->second);
    if (!failed_) name_ = name;
    std::swap(outer, variables_);
  }

  // --- Values ---------------------------------------------------------------

  Argument own(Value value) {
    owned_.push_back(std::move(value));
    return &owned_.back();
  }

  /// A nil that came through JSON is no value at all.
  Argument settled(Argument value) const {
    const bool nothing =
        value != nullptr && options_.raw && value->kind() == Kind::nil;
    return nothing ? nullptr : value;
  }

  void set(bool assign, const std::string& name, Argument value) {
    if (!assign) {
      variables_.push_back({name, value});
      return;
    }
    for (std::size_t i = variables_.size(); i > 0; --i) {
      if (variables_[i - 1].name != name) continue;
      variables_[i - 1].value = value;
      return;
    }
  }

  Argument pipeline(Argument dot, const Node& pipe) {
    Argument value = nullptr;
    bool first = true;
    for (const NodeRef& command : pipe.children) {
      value = settled(this->command(dot, *command, first ? nullptr : &value));
      if (failed_) return nullptr;
      first = false;
    }
    if (!in_range(pipe)) {
      for (const std::string& name : pipe.variables) {
        set(pipe.is_assign, name, value);
      }
    }
    return value;
  }

  /// A range sets its variables itself, once a turn; a single one is set here
  /// too by Go, but nobody can see it before the first turn.
  static bool in_range(const Node& pipe) { return pipe.variables.size() > 1; }

  Argument command(Argument dot, const Node& node, const Argument* last) {
    const Node& first = *node.children.front();
    switch (first.kind) {
      case NodeKind::field:
        return fields(dot, dot, first, first.path, 0, &node, last);
      case NodeKind::chain:
        return chain(dot, first, &node, last);
      case NodeKind::identifier:
        return function(dot, first, node, last);
      case NodeKind::variable:
        return variable(first, &node, dot, last);
      default:
        break;
    }
    if (node.children.size() > 1 || last != nullptr) {
      return fail(first, fmt::format("can't give argument to non-function {}",
                                     first.told()));
    }
    if (first.kind == NodeKind::nil) return fail(first, "nil is not a command");
    return simple(dot, first);
  }

  /// A node that takes no arguments.
  Argument simple(Argument dot, const Node& node) {
    switch (node.kind) {
      case NodeKind::boolean:
      case NodeKind::number:
      case NodeKind::string:
        return &node.value;
      case NodeKind::dot:
        return dot;
      case NodeKind::nil:
        return nullptr;
      case NodeKind::pipeline:
        return pipeline(dot, node);
      case NodeKind::field:
        return fields(dot, dot, node, node.path, 0, nullptr, nullptr);
      case NodeKind::chain:
        return chain(dot, node, nullptr, nullptr);
      case NodeKind::variable:
        return variable(node, nullptr, dot, nullptr);
      case NodeKind::identifier: {
        Node lone;
        lone.kind = NodeKind::command;
        lone.position = node.position;
        lone.children.push_back(std::make_shared<Node>(node));
        return function(dot, node, lone, nullptr);
      }
      default:
        return nullptr;
    }
  }

  Argument chain(Argument dot, const Node& node, const Node* command,
                 const Argument* last) {
    const Node& first = *node.children.front();
    if (first.kind == NodeKind::nil) {
      return fail(node, fmt::format("indirection through explicit nil in {}",
                                    node.told()));
    }
    const Argument receiver = settled(simple(dot, first));
    if (failed_) return nullptr;
    return fields(dot, receiver, node, node.path, 0, command, last);
  }

  Argument variable(const Node& node, const Node* command, Argument dot,
                    const Argument* last) {
    Argument value = nullptr;
    for (std::size_t i = variables_.size(); i > 0; --i) {
      if (variables_[i - 1].name != node.path[0]) continue;
      value = variables_[i - 1].value;
      break;
    }
    if (node.path.size() == 1) {
      if (command != nullptr &&
          (command->children.size() > 1 || last != nullptr)) {
        return fail(node, fmt::format("can't give argument to non-function {}",
                                      node.told()));
      }
      return value;
    }
    return fields(dot, value, node, node.path, 1, command, last);
  }

  Argument fields(Argument dot, Argument receiver, const Node& node,
                  const List& path, std::size_t from, const Node* command,
                  const Argument* last) {
    for (std::size_t i = from; i < path.size(); ++i) {
      const bool is_last = i + 1 == path.size();
      const bool takes = is_last && command != nullptr &&
                         (command->children.size() > 1 || last != nullptr);
      receiver = takes ? method(dot, receiver, node, path[i], *command, last)
                       : settled(field(receiver, node, path[i]));
      if (failed_) return nullptr;
    }
    return receiver;
  }

  Argument field(Argument receiver, const Node& node, const std::string& name) {
    if (receiver == nullptr) {
      if (!options_.missing_is_error) return nullptr;
      return fail(node,
                  fmt::format("nil data; no entry for key {}", go_quote(name)));
    }
    switch (receiver->kind()) {
      case Kind::nil:
        return fail(node,
                    fmt::format("nil pointer evaluating {}.{}",
                                receiver->text().empty() ? "interface {}"
                                                         : receiver->text(),
                                name));
      case Kind::structure: {
        const Value* const found = receiver->find_go(name);
        if (found != nullptr) return found;
        break;
      }
      case Kind::map: {
        const Value* const found = receiver->find(name);
        if (found != nullptr) return found;
        if (!options_.missing_is_error) return nullptr;
        return fail(node,
                    fmt::format("map has no entry for key {}", go_quote(name)));
      }
      default:
        break;
    }
    const std::string type =
        options_.raw ? "interface {}" : type_name(receiver);
    return fail(node,
                fmt::format("can't evaluate field {} in type {}", name, type));
  }

  Argument method(Argument dot, Argument receiver, const Node& node,
                  const std::string& name, const Node& command,
                  const Argument* last) {
    const auto found = options_.methods.find(name);
    if (receiver != data_ || found == options_.methods.end()) {
      if (field(receiver, node, name) == nullptr && failed_) return nullptr;
      return fail(node, fmt::format("{} has arguments but cannot be invoked as "
                                    "function",
                                    name));
    }
    Arguments arguments;
    for (std::size_t i = 1; i < command.children.size(); ++i) {
      arguments.push_back(settled(simple(dot, *command.children[i])));
      if (failed_) return nullptr;
    }
    if (last != nullptr) arguments.push_back(*last);
    if (arguments.size() != 1) {
      return fail(
          node, fmt::format("wrong number of args for {}: want 1 got {}", name,
                            arguments.size()));
    }
    const std::string key = arguments[0] == nullptr ? "" : arguments[0]->text();
    const auto value = found->second.find(key);
    return own(Value(value == found->second.end() ? "" : value->second));
  }

  // --- Functions ------------------------------------------------------------

  Argument function(Argument dot, const Node& name, const Node& command,
                    const Argument* last) {
    const Function& function = *find_function(name.word);
    const std::size_t given =
        command.children.size() - 1 + (last != nullptr ? 1 : 0);
    const std::size_t wanted =
        function.takes.size() - (function.variadic ? 1 : 0);
    if (given < wanted || (given > wanted && !function.variadic)) {
      return fail(name,
                  fmt::format("wrong number of args for {}: want {}{} "
                              "got {}",
                              name.word, function.variadic ? "at least " : "",
                              wanted, given));
    }
    const bool is_and = name.word == "and", is_or = name.word == "or";
    Arguments arguments;
    for (std::size_t i = 1; i < command.children.size(); ++i) {
      const Node& node = *command.children[i];
      const Argument value = settled(simple(dot, node));
      if (failed_ || !fits(function, i - 1, value, node)) return nullptr;
      if ((is_and && !truth(value)) || (is_or && truth(value))) return value;
      arguments.push_back(value);
    }
    if (last != nullptr) {
      if (!fits(function, arguments.size(), *last, name)) return nullptr;
      arguments.push_back(*last);
    }
    if (is_and || is_or) return arguments.back();
    return answer(function, arguments, command);
  }

  Argument answer(const Function& function, const Arguments& arguments,
                  const Node& command) {
    const FunctionOptions options{options_.raw, options_.escape_html};
    Result<Value> value = function.call(arguments, options);
    if (!value) {
      return fail(command, fmt::format("error calling {}: {}", function.name,
                                       value.error().text));
    }
    return settled(own(*std::move(value)));
  }

  static char wanted(const Function& function, std::size_t index) {
    const std::size_t last = function.takes.size() - 1;
    return function.takes[std::min(index, last)];
  }

  /// Whether the argument has the type of its parameter; Go's words if not.
  bool fits(const Function& function, std::size_t index, Argument value,
            const Node& node) {
    const char kind = wanted(function, index);
    if (kind == 'a') return true;
    const std::string_view type = kind == 's'   ? "string"
                                  : kind == 'i' ? "int"
                                                : "[]string";
    const bool constant = node.kind == NodeKind::number ||
                          node.kind == NodeKind::string ||
                          node.kind == NodeKind::boolean;
    if (node.kind == NodeKind::nil) {
      fail(node, fmt::format("cannot assign nil to {}", type));
      return false;
    }
    if (value == nullptr) {
      fail(node, fmt::format("invalid value; expected {}", type));
      return false;
    }
    const bool good = (kind == 's' && value->kind() == Kind::string) ||
                      (kind == 'i' && value->kind() == Kind::integer) ||
                      (kind == 'L' && value->kind() == Kind::slice &&
                       (!options_.raw || value->items().empty()) &&
                       type_name(value) == "[]string");
    if (good) return true;
    if (constant) {
      fail(node, fmt::format("expected {}; found {}",
                             kind == 'i' ? "integer" : type, node.told()));
      return false;
    }
    const std::string got = options_.raw && value->kind() == Kind::slice
                                ? "[]interface {}"
                                : type_name(value);
    fail(node,
         fmt::format("wrong type for value; expected {}; got {}", type, got));
    return false;
  }

  const Tree& tree_;
  Argument data_;
  const TemplateOptions& options_;
  std::deque<Value> owned_;
  std::vector<Variable> variables_;
  std::string output_, name_, complaint_;
  int depth_ = 0;
  bool failed_ = false;
};

bool mentions(const NodeRef& node, std::string_view field) {
  if (!node) return false;
  if (node->kind == NodeKind::field && node->path[0] == field) return true;
  if (mentions(node->pipe, field)) return true;
  for (const NodeRef& child : node->children) {
    if (mentions(child, field)) return true;
  }
  return false;
}

}  // namespace
}  // namespace tmpl

Result<Template> Template::parse(std::string source) {
  Result<tmpl::Tree> tree = tmpl::parse(std::move(source));
  if (!tree) return tree.error();
  return Template(*std::move(tree));
}

Result<std::string> Template::execute(const Value& data,
                                      const TemplateOptions& options) const {
  return tmpl::Evaluator(tree_, data, options).run();
}

bool Template::uses(std::string_view field) const {
  if (tmpl::mentions(tree_.root, field)) return true;
  for (const auto& [name, node] : tree_.named) {
    if (tmpl::mentions(node, field)) return true;
  }
  return false;
}

}  // namespace drydock::cli
