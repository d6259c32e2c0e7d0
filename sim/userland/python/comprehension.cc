// comprehension.cc — list, set and dict comprehensions, generator expressions.

#include "sim/userland/python/evaluator.h"

namespace drydock::userland::python {

namespace {

/// What the comprehension makes; a generator expression yields instead.
struct Gathering {
  Ref<List> list;
  Ref<Set> set;
  Ref<Dict> dict;
};

Task<bool> gather(Interpreter& py, Frame& frame, Gathering* into) {
  const Code& code = *frame.code;
  const Value item = co_await eval(py, frame, *code.element);
  if (!item) co_return false;
  if (into->list) {
    if (py.heap.full()) co_return py.out_of_memory() != nullptr;
    into->list->items.push_back(item);
    py.heap.charge(*into->list, 16);
    co_return true;
  }
  if (into->dict) {
    const Value value = co_await eval(py, frame, *code.element_value);
    if (!value) co_return false;
    co_return co_await py.set_item(into->dict, item, value);
  }
  if (into->set) {
    std::int64_t hash = 0;
    if (!py.hash(item, &hash)) co_return false;
    bool ok = true;
    const auto at = into->set->table.find(py, item, hash, &ok);
    if (ok && at < 0) into->set->table.insert(item, hash, py.none);
    co_return ok;
  }
  const Value sent = co_await yield_value(py, *frame.generator, item);
  co_return bool(sent);
}

Task<bool> run_clause(Interpreter& py, Frame& frame, std::size_t which,
                      Value iterator, Gathering* into) {
  const ForClause& clause = frame.code->clauses[which];
  for (;;) {
    if (++py.steps % 2000 == 0 && !py.nested()) {
      co_await py.process().sched_yield();
    }
    const Value item = co_await py.next(iterator);
    if (!item) co_return !py.raised;
    const bool assigned = co_await assign(py, frame, *clause.target, item);
    if (!assigned) co_return false;
    bool wanted = true;
    for (const ExprRef& condition : clause.conditions) {
      const Value test = co_await eval(py, frame, *condition);
      if (!test) co_return false;
      const int truth = py.truth(test);
      if (truth < 0) co_return false;
      wanted = truth == 1;
      if (!wanted) break;
    }
    if (!wanted) continue;
    if (which + 1 == frame.code->clauses.size()) {
      const bool taken = co_await gather(py, frame, into);
      if (!taken) co_return false;
      continue;
    }
    const Expr& over = *frame.code->clauses[which + 1].iterable;
    const Value inner = co_await eval(py, frame, over);
    if (!inner) co_return false;
    const Value next = co_await py.iterate(inner);
    if (!next) co_return false;
    const bool walked = co_await run_clause(py, frame, which + 1, next, into);
    if (!walked) co_return false;
  }
}

}  // namespace

Task<Value> run_comprehension(Interpreter& py, Frame& frame) {
  Gathering into;
  Value result = py.none;
  if (frame.code->kind == CodeKind::list) {
    into.list = py.heap.make<List>(py.types.list.get(), Values());
    result = into.list;
  } else if (frame.code->kind == CodeKind::set) {
    into.set = py.heap.make<Set>(py.types.set.get());
    result = into.set;
  } else if (frame.code->kind == CodeKind::dict) {
    into.dict = py.dict();
    result = into.dict;
  }
  const Value iterator = std::exchange(frame.result, nullptr);
  const bool walked = co_await run_clause(py, frame, 0, iterator, &into);
  co_return walked ? result : nullptr;
}

}  // namespace drydock::userland::python
