// execute.cc — statements.

#include <fmt/format.h>

#include "sim/userland/python/evaluator.h"

namespace drydock::userland::python {

namespace {

constexpr std::uint64_t kStepsPerTurn = 2000;

Task<Flow> execute(Interpreter& py, Frame& frame, const Stmt& stmt);

Task<Flow> execute_expression(Interpreter& py, Frame& frame, const Stmt& stmt) {
  const Value value = co_await eval(py, frame, *stmt.a);
  co_return value ? Flow::next : Flow::raised;
}

Task<Flow> execute_assign(Interpreter& py, Frame& frame, const Stmt& stmt) {
  const Value value = co_await eval(py, frame, *stmt.a);
  if (!value) co_return Flow::raised;
  for (const ExprRef& target : stmt.targets) {
    const bool assigned = co_await assign(py, frame, *target, value);
    if (!assigned) co_return Flow::raised;
  }
  co_return Flow::next;
}

Task<Flow> execute_augmented(Interpreter& py, Frame& frame, const Stmt& stmt) {
  const Expr& target = *stmt.targets[0];
  Value of, key;
  Value old;
  if (target.kind == ExprKind::attribute) {
    of = co_await eval(py, frame, *target.a);
    if (!of) co_return Flow::raised;
    old = co_await py.get_attribute(of, target.id);
  } else if (target.kind == ExprKind::subscript) {
    of = co_await eval(py, frame, *target.a);
    if (!of) co_return Flow::raised;
    key = co_await eval(py, frame, *target.b);
    if (!key) co_return Flow::raised;
    old = co_await py.subscript(of, key);
  } else {
    old = co_await eval(py, frame, target);
  }
  if (!old) co_return Flow::raised;
  const Value by = co_await eval(py, frame, *stmt.a);
  if (!by) co_return Flow::raised;
  const Value result = co_await py.binary(stmt.op, old, by, true);
  if (!result) co_return Flow::raised;
  bool stored = false;
  if (target.kind == ExprKind::attribute) {
    stored = co_await py.set_attribute(of, target.id, result);
  } else if (target.kind == ExprKind::subscript) {
    stored = co_await py.set_item(of, key, result);
  } else {
    stored = store_name(py, frame, target.id, target.place, result);
  }
  co_return stored ? Flow::next : Flow::raised;
}

Task<bool> remove(Interpreter& py, Frame& frame, const Expr& target) {
  switch (target.kind) {
    case ExprKind::name: {
      co_return delete_name(py, frame, target.id, target.place);
    }
    case ExprKind::attribute: {
      const Value of = co_await eval(py, frame, *target.a);
      if (!of) co_return false;
      co_return co_await py.delete_attribute(of, target.id);
    }
    case ExprKind::subscript: {
      const Value of = co_await eval(py, frame, *target.a);
      if (!of) co_return false;
      const Value key = co_await eval(py, frame, *target.b);
      if (!key) co_return false;
      co_return co_await py.delete_item(of, key);
    }
    default:
      break;
  }
  for (const ExprRef& item : target.items) {
    const bool removed = co_await remove(py, frame, *item);
    if (!removed) co_return false;
  }
  co_return true;
}

Task<Flow> execute_remove(Interpreter& py, Frame& frame, const Stmt& stmt) {
  for (const ExprRef& target : stmt.targets) {
    const bool removed = co_await remove(py, frame, *target);
    if (!removed) co_return Flow::raised;
  }
  co_return Flow::next;
}

Task<Flow> execute_return(Interpreter& py, Frame& frame, const Stmt& stmt) {
  frame.result = py.none;
  if (stmt.a) {
    const Value value = co_await eval(py, frame, *stmt.a);
    if (!value) co_return Flow::raised;
    frame.result = value;
  }
  co_return Flow::give;
}

/// What a raise statement names, as an exception: classes are called.
Task<Ref<Exception>> exception_of(Interpreter& py, Value value) {
  if (Type* const type = as<Type>(value)) {
    if (type->is_subtype_of(py.types.exception.get())) {
      value = co_await py.call(value, Arguments());
      if (!value) co_return nullptr;
    }
  }
  if (Exception* const exception = as<Exception>(value)) {
    co_return Ref<Exception>(exception);
  }
  py.raise("TypeError", "exceptions must derive from BaseException");
  co_return nullptr;
}

Task<Flow> execute_raise(Interpreter& py, Frame& frame, const Stmt& stmt) {
  if (!stmt.a) {
    for (const Frame* each = &frame; each; each = each->back) {
      if (!each->handling) continue;
      py.raised = each->handling;  // Its traceback goes on.
      co_return Flow::raised;
    }
    py.raise("RuntimeError", "No active exception to reraise");
    co_return Flow::raised;
  }
  const Value value = co_await eval(py, frame, *stmt.a);
  if (!value) co_return Flow::raised;
  const Ref<Exception> exception = co_await exception_of(py, value);
  if (!exception) co_return Flow::raised;
  if (stmt.b) {
    const Value from = co_await eval(py, frame, *stmt.b);
    if (!from) co_return Flow::raised;
    exception->suppress_context = true;
    exception->cause = nullptr;
    if (!(from == py.none)) {
      const Ref<Exception> cause = co_await exception_of(py, from);
      if (!cause) co_return Flow::raised;
      exception->cause = cause;
    }
  }
  exception->noted_in = nullptr;
  frame.line = stmt.line;
  py.raise(exception);
  co_return Flow::raised;
}

Task<Flow> execute_if(Interpreter& py, Frame& frame, const Stmt& stmt) {
  const Value test = co_await eval(py, frame, *stmt.a);
  if (!test) co_return Flow::raised;
  const int truth = py.truth(test);
  if (truth < 0) co_return Flow::raised;
  const Block& block = truth ? stmt.body : stmt.otherwise;
  if (block.empty()) co_return Flow::next;
  co_return co_await execute_block(py, frame, block);
}

Task<Flow> execute_while(Interpreter& py, Frame& frame, const Stmt& stmt) {
  for (;;) {
    frame.line = stmt.line;
    const Value test = co_await eval(py, frame, *stmt.a);
    if (!test) co_return Flow::raised;
    const int truth = py.truth(test);
    if (truth < 0) co_return Flow::raised;
    if (!truth) break;
    const Flow flow = co_await execute_block(py, frame, stmt.body);
    if (flow == Flow::leave) co_return Flow::next;
    if (flow == Flow::give || flow == Flow::raised) co_return flow;
  }
  co_return co_await execute_block(py, frame, stmt.otherwise);
}

Task<Flow> execute_for(Interpreter& py, Frame& frame, const Stmt& stmt) {
  const Value over = co_await eval(py, frame, *stmt.a);
  if (!over) co_return Flow::raised;
  const Value iterator = co_await py.iterate(over);
  if (!iterator) co_return Flow::raised;
  for (;;) {
    frame.line = stmt.line;
    const Value item = co_await py.next(iterator);
    if (!item && py.raised) co_return Flow::raised;
    if (!item) break;
    const bool assigned = co_await assign(py, frame, *stmt.targets[0], item);
    if (!assigned) co_return Flow::raised;
    const Flow flow = co_await execute_block(py, frame, stmt.body);
    if (flow == Flow::leave) co_return Flow::next;
    if (flow == Flow::give || flow == Flow::raised) co_return flow;
  }
  co_return co_await execute_block(py, frame, stmt.otherwise);
}

/// 1: this handler takes what is raised; 0: not; -1: asking raised.
Task<int> handler_matches(Interpreter& py, Frame& frame, const Handler& handler,
                          Ref<Exception> what) {
  if (!handler.type) co_return 1;
  const Ref<Exception> pending = std::exchange(py.raised, nullptr);
  frame.line = handler.line;
  const Value type = co_await eval(py, frame, *handler.type);
  if (!type) co_return -1;
  const Values one = {type};
  const Values* const types = as<Tuple>(type) ? &as<Tuple>(type)->items : &one;
  for (const Value& each : *types) {
    const Type* const wanted = as<Type>(each);
    if (!wanted || !wanted->is_subtype_of(py.types.exception.get())) {
      py.raise("TypeError",
               "catching classes that do not inherit from BaseException is "
               "not allowed");
      co_return -1;
    }
    if (what->type->is_subtype_of(wanted)) co_return 1;
  }
  py.raised = pending;
  co_return 0;
}

Task<Flow> handle(Interpreter& py, Frame& frame, const Stmt& stmt) {
  const Ref<Exception> what = py.raised;
  for (const Handler& handler : stmt.handlers) {
    const Ref<Exception> before = std::exchange(frame.handling, what);
    const int matches = co_await handler_matches(py, frame, handler, what);
    Flow flow = Flow::raised;
    if (matches == 1) {
      py.raised = nullptr;
      if (handler.name) {
        store_name(py, frame, handler.name, handler.place, what);
      }
      flow = co_await execute_block(py, frame, handler.body);
      if (handler.name) {
        const Ref<Exception> pending = std::exchange(py.raised, nullptr);
        delete_name(py, frame, handler.name, handler.place);
        py.raised = pending;  // It may have been deleted already.
      }
    }
    frame.handling = before;
    if (matches != 0) co_return flow;
  }
  co_return Flow::raised;
}

Task<Flow> execute_try(Interpreter& py, Frame& frame, const Stmt& stmt) {
  Flow flow = co_await execute_block(py, frame, stmt.body);
  if (flow == Flow::raised && !py.exit_status) {
    py.note(frame);
    flow = co_await handle(py, frame, stmt);
  } else if (flow == Flow::next) {
    flow = co_await execute_block(py, frame, stmt.otherwise);
  }
  if (stmt.finally.empty() || py.exit_status) co_return flow;
  if (flow == Flow::raised) py.note(frame);
  const Ref<Exception> pending = std::exchange(py.raised, nullptr);
  const Ref<Exception> before = frame.handling;
  const Value result = frame.result;
  if (pending) frame.handling = pending;
  const Flow last = co_await execute_block(py, frame, stmt.finally);
  frame.handling = before;
  if (last != Flow::next) co_return last;  // It overrules what was under way.
  py.raised = pending;
  frame.result = result;
  co_return flow;
}

/// __exit__ of a with statement; true: the exception is swallowed.
Task<Flow> leave_context(Interpreter& py, Frame& frame, Value exit,
                         Value manager, Flow flow) {
  Arguments given;
  given.positional = {manager, py.none, py.none, py.none};
  if (flow != Flow::raised) {
    const Value done = co_await py.call(exit, std::move(given));
    co_return done ? flow : Flow::raised;
  }
  py.note(frame);
  const Ref<Exception> pending = std::exchange(py.raised, nullptr);
  given.positional[1] = Value(pending->type);
  given.positional[2] = pending;
  const Ref<Exception> before = std::exchange(frame.handling, pending);
  const Value done = co_await py.call(exit, std::move(given));
  frame.handling = before;
  if (!done) co_return Flow::raised;
  const int swallowed = py.truth(done);
  if (swallowed == 1) co_return Flow::next;
  if (swallowed == 0) py.raised = pending;
  co_return Flow::raised;
}

Task<Flow> execute_with(Interpreter& py, Frame& frame, const Stmt& stmt) {
  const Value manager = co_await eval(py, frame, *stmt.a);
  if (!manager) co_return Flow::raised;
  const Value exit = py.special(manager, "__exit__");
  const Value enter = py.special(manager, "__enter__");
  if (!exit || !enter) {
    py.raise("AttributeError", !exit ? "__exit__" : "__enter__");
    co_return Flow::raised;
  }
  Arguments self;
  self.positional.push_back(manager);
  const Value entered = co_await py.call(enter, std::move(self));
  if (!entered) co_return Flow::raised;
  Flow flow = Flow::next;
  if (!stmt.targets.empty()) {
    const bool bound = co_await assign(py, frame, *stmt.targets[0], entered);
    if (!bound) flow = Flow::raised;
  }
  if (flow == Flow::next) {
    flow = co_await execute_block(py, frame, stmt.body);
  }
  if (py.exit_status) co_return flow;
  co_return co_await leave_context(py, frame, exit, manager, flow);
}

Task<Value> decorate(Interpreter& py, Frame& frame, const Stmt& stmt,
                     Value made, Values decorators) {
  for (std::size_t i = decorators.size(); i-- > 0;) {
    Arguments given;
    given.positional.push_back(made);
    frame.line = stmt.line;
    made = co_await invoke(py, decorators[i], given);
    if (!made) co_return nullptr;
  }
  co_return made;
}

Task<bool> eval_defaults(Interpreter& py, Frame& frame, const Stmt& stmt,
                         Function* function) {
  for (const ExprRef& expr : stmt.defaults) {
    const Value value = co_await eval(py, frame, *expr);
    if (!value) co_return false;
    function->defaults.push_back(value);
  }
  for (const Keyword& keyword : stmt.keywords) {
    const Value value = co_await eval(py, frame, *keyword.value);
    if (!value) co_return false;
    function->keyword_defaults.emplace_back(keyword.name, value);
  }
  const Ref<Dict> annotations = py.dict();
  for (std::size_t i = 0; i < stmt.names.size(); ++i) {
    const Value value = co_await eval(py, frame, *stmt.targets[i]);
    if (!value) co_return false;
    annotations->table.set(stmt.names[i], value);
  }
  py.set(*function, "__annotations__", annotations);
  co_return true;
}

Task<Flow> execute_definition(Interpreter& py, Frame& frame, const Stmt& stmt) {
  Values decorators;
  for (const ExprRef& expr : stmt.decorators) {
    const Value value = co_await eval(py, frame, *expr);
    if (!value) co_return Flow::raised;
    decorators.push_back(value);
  }
  Value made;
  if (stmt.kind == StmtKind::function) {
    const Ref<Function> function = make_function(py, frame, stmt.code);
    const bool taken = co_await eval_defaults(py, frame, stmt, function.get());
    if (!taken) co_return Flow::raised;
    made = function;
  } else {
    made = co_await make_class(py, frame, stmt);
    if (!made) co_return Flow::raised;
  }
  made = co_await decorate(py, frame, stmt, made, std::move(decorators));
  if (!made) co_return Flow::raised;
  store_name(py, frame, stmt.id, stmt.place, made);
  co_return Flow::next;
}

Task<Flow> execute_assert(Interpreter& py, Frame& frame, const Stmt& stmt) {
  const Value test = co_await eval(py, frame, *stmt.a);
  if (!test) co_return Flow::raised;
  const int truth = py.truth(test);
  if (truth < 0) co_return Flow::raised;
  if (truth) co_return Flow::next;
  Values arguments;
  if (stmt.b) {
    const Value message = co_await eval(py, frame, *stmt.b);
    if (!message) co_return Flow::raised;
    arguments.push_back(message);
  }
  py.raise(py.make_exception(*py.exception_type("AssertionError"),
                             std::move(arguments)));
  co_return Flow::raised;
}

Task<Flow> execute_simple(const Stmt& stmt) {
  co_return stmt.kind == StmtKind::leave ? Flow::leave
  : stmt.kind == StmtKind::repeat        ? Flow::repeat
                                         : Flow::next;
}

Task<Flow> execute(Interpreter& py, Frame& frame, const Stmt& stmt) {
  switch (stmt.kind) {
    case StmtKind::expression:
      return execute_expression(py, frame, stmt);
    case StmtKind::assign:
      return execute_assign(py, frame, stmt);
    case StmtKind::augmented:
      return execute_augmented(py, frame, stmt);
    case StmtKind::remove:
      return execute_remove(py, frame, stmt);
    case StmtKind::give:
      return execute_return(py, frame, stmt);
    case StmtKind::raise:
      return execute_raise(py, frame, stmt);
    case StmtKind::import:
    case StmtKind::import_from:
      return execute_import(py, frame, stmt);
    case StmtKind::when:
      return execute_if(py, frame, stmt);
    case StmtKind::loop_while:
      return execute_while(py, frame, stmt);
    case StmtKind::loop_for:
      return execute_for(py, frame, stmt);
    case StmtKind::guard:
      return execute_try(py, frame, stmt);
    case StmtKind::with:
      return execute_with(py, frame, stmt);
    case StmtKind::function:
    case StmtKind::type:
      return execute_definition(py, frame, stmt);
    case StmtKind::check:
      return execute_assert(py, frame, stmt);
    case StmtKind::pass:
    case StmtKind::leave:
    case StmtKind::repeat:
    case StmtKind::global:
    case StmtKind::nonlocal:
      break;
  }
  return execute_simple(stmt);
}

/// Statements that need no Task; false: ask execute().
bool quick_execute(Interpreter& py, Frame& frame, const Stmt& stmt,
                   Flow* flow) {
  *flow = Flow::next;
  if (stmt.kind == StmtKind::pass || stmt.kind == StmtKind::global ||
      stmt.kind == StmtKind::nonlocal) {
    return true;
  }
  if (stmt.kind == StmtKind::leave || stmt.kind == StmtKind::repeat) {
    *flow = stmt.kind == StmtKind::leave ? Flow::leave : Flow::repeat;
    return true;
  }
  if (stmt.kind == StmtKind::assign && stmt.targets.size() == 1 &&
      stmt.targets[0]->kind == ExprKind::name) {
    Value value = quick(py, frame, *stmt.a);
    if (!value) return false;
    return store_name(py, frame, stmt.targets[0]->id, stmt.targets[0]->place,
                      std::move(value));
  }
  return false;
}

Task<bool> unpack(Interpreter& py, Frame& frame, const Expr& target,
                  Value value) {
  Values items;
  const Value iterator = co_await py.iterate(value);
  if (!iterator) co_return false;
  std::size_t star = target.items.size();
  for (std::size_t i = 0; i < target.items.size(); ++i) {
    if (target.items[i]->kind == ExprKind::starred) star = i;
  }
  const bool starred = star < target.items.size();
  const std::size_t wanted = target.items.size() - (starred ? 1 : 0);
  for (;;) {
    const Value item = co_await py.next(iterator);
    if (!item && py.raised) co_return false;
    if (!item) break;
    items.push_back(item);
    if (!starred && items.size() > wanted) {
      py.raise("ValueError",
               fmt::format("too many values to unpack (expected {})", wanted));
      co_return false;
    }
  }
  if (items.size() < wanted) {
    py.raise("ValueError",
             fmt::format("need more than {} value{} to unpack", items.size(),
                         items.size() == 1 ? "" : "s"));
    co_return false;
  }
  const std::size_t extra = items.size() - wanted;
  for (std::size_t i = 0, from = 0; i < target.items.size(); ++i) {
    const Expr* to = target.items[i].get();
    Value part;
    if (i == star) {
      to = to->a.get();
      const auto begin = items.begin() + static_cast<std::ptrdiff_t>(from);
      part = py.list(Values(begin, begin + static_cast<std::ptrdiff_t>(extra)));
      from += extra;
    } else {
      part = items[from++];
    }
    const bool assigned = co_await assign(py, frame, *to, part);
    if (!assigned) co_return false;
  }
  co_return true;
}

}  // namespace

Task<Flow> execute_block(Interpreter& py, Frame& frame, const Block& block) {
  for (const StmtRef& stmt : block) {
    frame.line = stmt->line;
    if (++py.steps % kStepsPerTurn == 0 && !py.nested()) {
      co_await py.process().sched_yield();
    }
    if (!py.nested() && py.process().signal_pending()) {
      const bool taken = co_await py.take_signals();
      if (!taken) co_return Flow::raised;
    }
    Flow flow = Flow::next;
    if (!quick_execute(py, frame, *stmt, &flow)) {
      flow = co_await execute(py, frame, *stmt);
    }
    if (flow != Flow::next) co_return flow;
  }
  co_return Flow::next;
}

Task<bool> assign(Interpreter& py, Frame& frame, const Expr& target,
                  Value value) {
  switch (target.kind) {
    case ExprKind::name: {
      co_return store_name(py, frame, target.id, target.place, value);
    }
    case ExprKind::attribute: {
      const Value of = co_await eval(py, frame, *target.a);
      if (!of) co_return false;
      co_return co_await py.set_attribute(of, target.id, value);
    }
    case ExprKind::subscript: {
      const Value of = co_await eval(py, frame, *target.a);
      if (!of) co_return false;
      const Value key = co_await eval(py, frame, *target.b);
      if (!key) co_return false;
      co_return co_await py.set_item(of, key, value);
    }
    default:
      co_return co_await unpack(py, frame, target, value);
  }
}

}  // namespace drydock::userland::python
