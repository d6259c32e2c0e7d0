// regex_program.cc — from the tree to the program, and the way in.

#include "sim/userland/text/regex_program.h"

#include <algorithm>
#include <utility>

#include "sim/userland/text/regex_automaton.h"

namespace drydock::userland {

namespace {

using Op = RegexInstruction::Op;
using Kind = RegexNode::Kind;

/// Bounds ((a{999}){999}){999}, which would be a thousand million states.
constexpr std::size_t kCodeMax = 60'000;

class Compiler {
 public:
  Compiler(const RegexTree& tree, RegexProgram* program)
      : tree_(tree), program_(*program) {}

  bool compile() {
    emit(tree_.root);
    add({Op::match});
    return fits();
  }

 private:
  bool fits() const { return program_.code.size() < kCodeMax; }

  int here() const { return static_cast<int>(program_.code.size()); }

  int add(RegexInstruction instruction) {
    program_.code.push_back(instruction);
    return here() - 1;
  }

  RegexInstruction& at(int place) {
    return program_.code[static_cast<std::size_t>(place)];
  }

  void emit(int index) {
    if (!fits()) return;
    const RegexNode& node = tree_.nodes[static_cast<std::size_t>(index)];
    switch (node.kind) {
      case Kind::empty:
        break;
      case Kind::set:
        add({Op::set, add_set(node.set)});
        break;
      case Kind::sequence:
        for (const int child : node.children) emit(child);
        break;
      case Kind::choice:
        emit_choice(node);
        break;
      case Kind::repeat:
        emit_repeat(node);
        break;
      case Kind::group:
        add({Op::save, node.number * 2});
        emit(node.children[0]);
        add({Op::save, node.number * 2 + 1});
        break;
      case Kind::reference:
        add({Op::reference, node.number});
        break;
      case Kind::assertion:
        program_.has_assertions = true;
        add({Op::assertion, static_cast<int>(node.assertion)});
        break;
    }
  }

  int add_set(const ByteSet& set) {
    const auto known = std::ranges::find(program_.sets, set);
    if (known == program_.sets.end()) {
      program_.sets.push_back(set);
      return static_cast<int>(program_.sets.size()) - 1;
    }
    return static_cast<int>(known - program_.sets.begin());
  }

  void emit_choice(const RegexNode& node) {
    std::vector<int> ends;
    for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
      const int split = add({Op::split});
      at(split).a = here();
      emit(node.children[i]);
      ends.push_back(add({Op::jump}));
      at(split).b = here();
    }
    emit(node.children.back());
    for (const int end : ends) at(end).a = here();
  }

  void emit_repeat(const RegexNode& node) {
    const int child = node.children[0];
    const bool endless = node.max == RegexNode::kUnbounded;
    const int copies = endless ? std::max(node.min - 1, 0) : node.min;
    for (int i = 0; i < copies && fits(); ++i) emit(child);
    if (endless) {
      emit_loop(child, node.min == 0);
      return;
    }
    std::vector<int> skips;
    for (int i = node.min; i < node.max && fits(); ++i) {
      skips.push_back(add({Op::split, here() + 1}));
      emit(child);
    }
    for (const int skip : skips) at(skip).b = here();
  }

  /// x+, or (x+)? when it may be left out.  Not x*, so that a group in it that
  /// matches nothing is still noted: (a*)* on "b" has group 1 at 0.
  void emit_loop(int child, bool optional) {
    const int skip = optional ? add({Op::split, here() + 1}) : -1;
    const int mark = program_.marks++;
    const int begin = add({Op::mark, mark});
    emit(child);
    const int again = add({Op::split, here() + 1});
    add({Op::progress, mark});
    add({Op::jump, begin});
    at(again).b = here();
    if (optional) at(skip).b = here();
  }

  const RegexTree& tree_;
  RegexProgram& program_;
};

/// Puts what -x and -w ask for around the expression.
void surround(const RegexSyntax& syntax, RegexTree* tree) {
  using enum RegexAssertion;
  if (!syntax.whole_line && !syntax.whole_word) return;
  const RegexAssertion before = syntax.whole_line ? line_begin : no_word_before;
  const RegexAssertion after = syntax.whole_line ? line_end : no_word_after;
  RegexNode all{.kind = Kind::sequence};
  all.children.push_back(tree->add_assertion(before));
  all.children.push_back(tree->root);
  all.children.push_back(tree->add_assertion(after));
  tree->root = tree->add(std::move(all));
}

}  // namespace

bool assertion_holds(RegexAssertion assertion, RegexSide before,
                     RegexSide after, bool multiline) {
  using enum RegexAssertion;
  const bool word_before = before == RegexSide::word;
  const bool word_after = after == RegexSide::word;
  switch (assertion) {
    case line_begin:
      return before == RegexSide::edge ||
             (multiline && before == RegexSide::newline);
    case line_end:
      return after == RegexSide::edge ||
             (multiline && after == RegexSide::newline);
    case word_begin:
      return !word_before && word_after;
    case word_end:
      return word_before && !word_after;
    case word_edge:
      return word_before != word_after;
    case no_word_edge:
      return word_before == word_after;
    case text_begin:
      return before == RegexSide::edge;
    case text_end:
      return after == RegexSide::edge;
    case no_word_before:
      return !word_before;
    case no_word_after:
      return !word_after;
  }
  return false;
}

std::optional<RegexProgram> compile_tree(const RegexTree& tree,
                                         const RegexSyntax& syntax) {
  RegexProgram program;
  program.groups = tree.groups;
  program.has_references = tree.has_references;
  program.multiline = syntax.multiline;
  program.ignore_case = syntax.ignore_case;
  if (!Compiler(tree, &program).compile()) return std::nullopt;
  return program;
}

Result<Regex> Regex::compile(std::string_view pattern,
                             const RegexSyntax& syntax) {
  return compile_any({std::string(pattern)}, syntax);
}

Result<Regex> Regex::compile_any(const std::vector<std::string>& patterns,
                                 const RegexSyntax& syntax) {
  RegexTree tree;
  RegexNode any{.kind = Kind::choice};
  for (const std::string& pattern : patterns) {
    const Result<int> root = parse_regex(pattern, syntax, &tree);
    if (!root) return root.error();
    any.children.push_back(*root);
  }
  if (any.children.empty()) return Error{"no pattern"};
  tree.root =
      any.children.size() == 1 ? any.children[0] : tree.add(std::move(any));
  surround(syntax, &tree);
  std::optional<RegexProgram> program = compile_tree(tree, syntax);
  if (!program) return Error{"Regular expression too big"};
  Regex regex;
  regex.program_ = std::make_shared<RegexProgram>(std::move(*program));
  regex.automaton_ = std::make_shared<RegexAutomaton>(*regex.program_);
  return regex;
}

int Regex::groups() const { return program_->groups; }

RegexFound Regex::matches(std::string_view text) const {
  if (program_->has_references) {
    RegexMatch ignored;
    return backtrack(*program_, text, 0, 0, &ignored);
  }
  return automaton_->first(text, 0) ? RegexFound::yes : RegexFound::no;
}

RegexFound Regex::search(std::string_view text, std::size_t from, int groups,
                         RegexMatch* match) const {
  groups = std::min(groups, program_->groups);
  if (program_->has_references) {
    return backtrack(*program_, text, from, groups, match);
  }
  const auto start = automaton_->first(text, from);
  if (!start) return RegexFound::no;
  const bool found = simulate(*program_, text, *start, groups, match);
  return found ? RegexFound::yes : RegexFound::no;
}

}  // namespace drydock::userland
