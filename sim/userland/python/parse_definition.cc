// parse_definition.cc — def and class, their parameters; whole modules.

#include <fmt/format.h>

#include "sim/userland/python/parser.h"
#include "sim/userland/python/parser_state.h"

namespace drydock::userland::python {

StmtRef Parser::decorated() {
  std::vector<ExprRef> decorators;
  while (take_op("@")) {
    decorators.push_back(primary());
    if (token().kind != TokenKind::newline) fail();
    advance();
  }
  StmtRef stmt;
  if (at_word("def")) {
    stmt = function();
  } else if (at_word("class")) {
    stmt = type();
  } else {
    fail();
    stmt = make(StmtKind::pass);
  }
  stmt->decorators = std::move(decorators);
  return stmt;
}

StmtRef Parser::function() {
  StmtRef stmt = make(StmtKind::function);
  advance();
  stmt->id = name();
  stmt->code = make_code(CodeKind::function, stmt->id->text);
  stmt->code->line = stmt->line;
  expect_op("(");
  std::vector<Keyword> annotations;
  parameters(*stmt->code, stmt->defaults, stmt->keywords, &annotations, ")");
  expect_op(")");
  if (take_op("->")) annotations.push_back({py_.intern("return"), test()});
  for (Keyword& annotation : annotations) {
    // Kept behind the keyword defaults, under a name that no parameter has.
    stmt->names.push_back(annotation.name);
    stmt->targets.push_back(std::move(annotation.value));
  }
  stmt->code->body = suite();
  return stmt;
}

StmtRef Parser::type() {
  StmtRef stmt = make(StmtKind::type);
  advance();
  stmt->id = name();
  stmt->code = make_code(CodeKind::type, stmt->id->text);
  stmt->code->line = stmt->line;
  if (take_op("(")) {
    const ExprRef call = make(ExprKind::call);
    call_arguments(*call);
    stmt->targets = std::move(call->items);
    stmt->keywords = std::move(call->keywords);
  }
  stmt->code->body = suite();
  return stmt;
}

void Parser::parameters(Code& code, std::vector<ExprRef>& defaults,
                        std::vector<Keyword>& keyword_defaults,
                        std::vector<Keyword>* annotations,
                        std::string_view end) {
  bool after_star = false;
  while (!at_op(end) && !fault_) {
    if (take_op("**")) {
      code.keyword_rest = name();
      if (annotations && take_op(":")) {
        annotations->push_back({code.keyword_rest, test()});
      }
      take_op(",");
      break;
    }
    if (at_op("*")) {
      if (after_star) fail();
      advance();
      after_star = true;
      if (!at_op(",")) {
        code.rest = name();
        if (annotations && take_op(":")) {
          annotations->push_back({code.rest, test()});
        }
      } else if (tokens_[at_ + 1].kind == TokenKind::op) {
        fail("named arguments must follow bare *");
      }
    } else {
      one_parameter(code, defaults, keyword_defaults, annotations, after_star);
    }
    if (!take_op(",")) break;
  }
  code.default_count = static_cast<std::int32_t>(defaults.size());
}

void Parser::one_parameter(Code& code, std::vector<ExprRef>& defaults,
                           std::vector<Keyword>& keyword_defaults,
                           std::vector<Keyword>* annotations, bool after_star) {
  const Ref<Str> id = name();
  for (const auto* const list : {&code.parameters, &code.keyword_only}) {
    for (const Ref<Str>& other : *list) {
      if (other == id) {
        fail(fmt::format("duplicate argument '{}' in function definition",
                         id->text));
      }
    }
  }
  if (annotations && take_op(":")) annotations->push_back({id, test()});
  const bool has_default = take_op("=");
  if (after_star) {
    code.keyword_only.push_back(id);
    code.keyword_defaults.push_back(has_default);
    if (has_default) keyword_defaults.push_back({id, test()});
    return;
  }
  code.parameters.push_back(id);
  if (has_default) {
    defaults.push_back(test());
  } else if (!defaults.empty()) {
    fail("non-default argument follows default argument");
  }
}

Result<std::shared_ptr<Code>, SyntaxFault> parse(Interpreter& py,
                                                 std::string_view text,
                                                 std::string file,
                                                 ParseMode mode) {
  Result<std::vector<Token>, SyntaxFault> tokens = tokenize(text);
  if (!tokens) return tokens.error();
  Parser parser(py, std::move(*tokens), file);
  auto code = std::make_shared<Code>();
  code->name = code->qualified_name = "<module>";
  code->file = std::move(file);
  if (mode == ParseMode::expression) {
    auto result = std::make_unique<Stmt>();
    result->kind = StmtKind::give;
    result->line = 1;
    result->level = 1;
    result->a = parser.eval_input();
    code->body.push_back(std::move(result));
  } else if (mode == ParseMode::single) {
    code->body = parser.single_input();
  } else {
    code->body = parser.file_input();
  }
  if (parser.fault()) return *parser.fault();
  const Result<bool, SyntaxFault> resolved = resolve_names(*code);
  if (!resolved) return resolved.error();
  return code;
}

}  // namespace drydock::userland::python
