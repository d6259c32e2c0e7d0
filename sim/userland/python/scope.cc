// scope.cc — "Naming and binding": where each name of a program leads.
//
// First the names that a body binds are collected, then every use is given its
// place: a slot of this call, a slot of a function further out, or the module.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sim/userland/python/parser.h"

namespace drydock::userland::python {

namespace {

/// What is known of one body while its inside is walked.
struct Level {
  Code* code;
  Level* outer;
  std::vector<Ref<Str>> globals, nonlocals;
};

bool has(const std::vector<Ref<Str>>& names, const Ref<Str>& name) {
  return std::ranges::find(names, name) != names.end();
}

std::int32_t slot_of(const Code& code, const Ref<Str>& name) {
  const auto found = std::ranges::find(code.slots, name);
  if (found == code.slots.end()) return -1;
  return static_cast<std::int32_t>(found - code.slots.begin());
}

class Resolver {
 public:
  Result<bool, SyntaxFault> run(Code& module) {
    Level level{&module, nullptr, {}, {}};
    body(level);
    if (fault_) return *fault_;
    return true;
  }

 private:
  void fail(std::int32_t line, std::string message) {
    if (!fault_) fault_ = SyntaxFault{"SyntaxError", std::move(message), line};
  }

  // --- First: what is bound here -------------------------------------------
  void bind(Level& level, const Ref<Str>& name) {
    if (!name || !level.code->is_function()) return;
    if (has(level.globals, name) || has(level.nonlocals, name)) return;
    if (!has(level.code->slots, name)) level.code->slots.push_back(name);
  }

  void bind_target(Level& level, const Expr& target) {
    if (target.kind == ExprKind::name) bind(level, target.id);
    if (target.kind == ExprKind::starred) bind_target(level, *target.a);
    if (target.kind == ExprKind::tuple || target.kind == ExprKind::list) {
      for (const ExprRef& item : target.items) bind_target(level, *item);
    }
  }

  void declare(Level& level, const Block& block) {
    for (const StmtRef& stmt : block) {
      if (stmt->kind == StmtKind::global) {
        for (const Ref<Str>& name : stmt->names) level.globals.push_back(name);
      } else if (stmt->kind == StmtKind::nonlocal) {
        if (level.code->kind == CodeKind::module) {
          fail(stmt->line, "nonlocal declaration not allowed at module level");
        }
        for (const Ref<Str>& name : stmt->names) {
          level.nonlocals.push_back(name);
          if (!outer_place(level, name)) {
            fail(stmt->line,
                 fmt::format("no binding for nonlocal '{}' found", name->text));
          }
        }
      }
      declare(level, stmt->body);
      declare(level, stmt->otherwise);
      declare(level, stmt->finally);
      for (const Handler& handler : stmt->handlers) {
        declare(level, handler.body);
      }
    }
  }

  void collect(Level& level, const Block& block) {
    for (const StmtRef& stmt : block) collect(level, *stmt);
  }

  void collect(Level& level, const Stmt& stmt) {
    switch (stmt.kind) {
      case StmtKind::assign:
      case StmtKind::augmented:
      case StmtKind::remove:
      case StmtKind::loop_for:
      case StmtKind::with:
        for (const ExprRef& target : stmt.targets) bind_target(level, *target);
        break;
      case StmtKind::function:
      case StmtKind::type:
        bind(level, stmt.id);
        break;
      case StmtKind::import:
      case StmtKind::import_from:
        for (const Import& import : stmt.imports) {
          bind(level, import.bound);
        }
        break;
      default:
        break;
    }
    collect(level, stmt.body);
    collect(level, stmt.otherwise);
    collect(level, stmt.finally);
    for (const Handler& handler : stmt.handlers) {
      bind(level, handler.name);
      collect(level, handler.body);
    }
  }

  // --- Then: where each use leads ------------------------------------------
  static std::optional<Place> outer_place(const Level& level,
                                          const Ref<Str>& name) {
    std::int32_t depth = level.code->is_function() ? 1 : 0;
    for (const Level* each = level.outer; each; each = each->outer) {
      if (!each->code->is_function()) continue;
      if (has(each->globals, name)) return std::nullopt;
      const std::int32_t slot = slot_of(*each->code, name);
      if (slot >= 0) return Place{Place::Kind::outer, depth, slot};
      ++depth;
    }
    return std::nullopt;
  }

  static Place place_of(const Level& level, const Ref<Str>& name) {
    if (has(level.globals, name)) return {};
    const bool is_function = level.code->is_function();
    if (is_function) {
      const std::int32_t slot = slot_of(*level.code, name);
      if (slot >= 0) return {Place::Kind::local, 0, slot};
    }
    std::optional<Place> outer = outer_place(level, name);
    if (is_function || has(level.nonlocals, name)) {
      return outer ? *outer : Place{};
    }
    Place place{Place::Kind::by_name, -1, 0};
    if (outer) place.depth = outer->depth, place.slot = outer->slot;
    return place;
  }

  void enter(Level& outer, Code& code) {
    Level level{&code, &outer, {}, {}};
    const std::string& around = outer.code->qualified_name;
    code.qualified_name = outer.code->kind == CodeKind::module ? code.name
                          : outer.code->kind == CodeKind::type
                              ? around + "." + code.name
                              : around + ".<locals>." + code.name;
    for (const auto* const list : {&code.parameters, &code.keyword_only}) {
      for (const Ref<Str>& name : *list) code.slots.push_back(name);
    }
    if (code.rest) code.slots.push_back(code.rest);
    if (code.keyword_rest) code.slots.push_back(code.keyword_rest);
    body(level);
  }

  void body(Level& level) {
    Code& code = *level.code;
    declare(level, code.body);
    collect(level, code.body);
    for (const ForClause& clause : code.clauses) {
      bind_target(level, *clause.target);
    }
    if (!code.body.empty() && code.body[0]->kind == StmtKind::expression &&
        code.body[0]->a->kind == ExprKind::constant &&
        as<Str>(code.body[0]->a->value)) {
      code.doc = code.body[0]->a->value;
    }
    for (ForClause& clause : code.clauses) {
      use(level, clause.target);
      use(level, clause.iterable);
      for (ExprRef& condition : clause.conditions) use(level, condition);
    }
    use(level, code.element);
    use(level, code.element_value);
    walk(level, code.body, false);
  }

  void walk(Level& level, Block& block, bool in_loop) {
    for (StmtRef& stmt : block) walk(level, *stmt, in_loop);
  }

  void walk(Level& level, Stmt& stmt, bool in_loop) {
    const bool function = level.code->is_function();
    if (stmt.kind == StmtKind::give && !function && stmt.level == 0) {
      fail(stmt.line, "'return' outside function");
    }
    if (stmt.kind == StmtKind::leave && !in_loop) {
      fail(stmt.line, "'break' outside loop");
    }
    if (stmt.kind == StmtKind::repeat && !in_loop) {
      fail(stmt.line, "'continue' not properly in loop");
    }
    use(level, stmt.a);
    use(level, stmt.b);
    for (ExprRef& target : stmt.targets) use(level, target);
    for (ExprRef& decorator : stmt.decorators) use(level, decorator);
    for (ExprRef& value : stmt.defaults) use(level, value);
    for (Keyword& keyword : stmt.keywords) use(level, keyword.value);
    if (stmt.id) stmt.place = place_of(level, stmt.id);
    for (Import& import : stmt.imports) {
      if (import.bound) import.place = place_of(level, import.bound);
    }
    if (stmt.code) enter(level, *stmt.code);
    const bool loops =
        stmt.kind == StmtKind::loop_for || stmt.kind == StmtKind::loop_while;
    walk(level, stmt.body, in_loop || loops);
    walk(level, stmt.otherwise, in_loop);
    walk(level, stmt.finally, in_loop);
    for (Handler& handler : stmt.handlers) {
      use(level, handler.type);
      if (handler.name) handler.place = place_of(level, handler.name);
      walk(level, handler.body, in_loop);
    }
  }

  void use(Level& level, ExprRef& ref) {
    if (!ref) return;
    Expr& expr = *ref;
    if (expr.kind == ExprKind::name) expr.place = place_of(level, expr.id);
    if (expr.kind == ExprKind::yield || expr.kind == ExprKind::yield_from) {
      if (!level.code->is_function()) {
        fail(expr.line, "'yield' outside function");
      }
      level.code->is_generator = true;
    }
    use(level, expr.a);
    use(level, expr.b);
    use(level, expr.c);
    for (ExprRef& item : expr.items) use(level, item);
    for (Keyword& keyword : expr.keywords) use(level, keyword.value);
    if (expr.code) enter(level, *expr.code);
  }

  std::optional<SyntaxFault> fault_;
};

}  // namespace

Result<bool, SyntaxFault> resolve_names(Code& module) {
  return Resolver().run(module);
}

}  // namespace drydock::userland::python
