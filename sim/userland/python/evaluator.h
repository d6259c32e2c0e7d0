// evaluator.h — walking the tree: expressions to values, statements to deeds.

#pragma once

#include <optional>
#include <utility>

#include "sim/userland/python/interpreter.h"

namespace drydock::userland::python {

/// The value of an expression that needs neither Python nor the kernel: a
/// constant, a name, numbers added.  Null: ask evaluate().  Never raises.
Value quick(Interpreter& py, Frame& frame, const Expr& expr);

/// The value of any expression.
Task<Value> evaluate(Interpreter& py, Frame& frame, const Expr& expr);

/// `co_await eval(py, frame, expr)`: at once where quick() can, else a Task.
class Eval {
 public:
  Eval(Interpreter& py, Frame& frame, const Expr& expr)
      : ready_(quick(py, frame, expr)) {
    if (!ready_) task_.emplace(evaluate(py, frame, expr));
  }
  bool await_ready() const noexcept { return ready_ && true; }
  void await_suspend(std::coroutine_handle<> waiter) {
    task_->await_suspend(waiter);
  }
  Value await_resume() {
    return task_ ? task_->await_resume() : std::move(ready_);
  }

 private:
  Value ready_;
  std::optional<Task<Value>> task_;
};
inline Eval eval(Interpreter& py, Frame& frame, const Expr& expr) {
  return {py, frame, expr};
}

/// A call of a built-in that answers at once makes no Task.
class Invoke {
 public:
  Invoke(Interpreter& py, const Value& callee, Arguments& arguments);
  bool await_ready() const noexcept { return !task_; }
  void await_suspend(std::coroutine_handle<> waiter) {
    task_->await_suspend(waiter);
  }
  Value await_resume() {
    return task_ ? task_->await_resume() : std::move(ready_);
  }

 private:
  Value ready_;
  std::optional<Task<Value>> task_;
};
/// Takes the arguments.
inline Invoke invoke(Interpreter& py, const Value& callee,
                     Arguments& arguments) {
  return {py, callee, arguments};
}

Task<Flow> execute_block(Interpreter& py, Frame& frame, const Block& block);

/// Binds a target; false: raised.
Task<bool> assign(Interpreter& py, Frame& frame, const Expr& target,
                  Value value);
bool store_name(Interpreter& py, Frame& frame, const Ref<Str>& name,
                const Place& place, Value value);
bool delete_name(Interpreter& py, Frame& frame, const Ref<Str>& name,
                 const Place& place);

/// The function object of a def, lambda or comprehension.
Ref<Function> make_function(Interpreter& py, Frame& frame,
                            std::shared_ptr<const Code> code);

/// class NAME(BASES): with its body run; classes.cc.
Task<Value> make_class(Interpreter& py, Frame& frame, const Stmt& stmt);
/// type(NAME, BASES, NAMES) for this metaclass.
Value new_class(Interpreter& py, Type& meta, std::string name, Values bases,
                Ref<Dict> names);
/// A fresh object of a class, laid out as its bases demand.
Value allocate(Interpreter& py, Type& type);

/// The body of a list, set, dict comprehension or generator expression.
Task<Value> run_comprehension(Interpreter& py, Frame& frame);

/// yield VALUE: waits until the generator is asked for its next.
Task<Value> yield_value(Interpreter& py, Generator& generator, Value value);
Task<Value> eval_yield(Interpreter& py, Frame& frame, const Expr& expr);
Task<Flow> execute_import(Interpreter& py, Frame& frame, const Stmt& stmt);

/// Calls of native functions: their arity checked.
Value call_native_now(Interpreter& py, const NativeFunction& function,
                      Arguments& arguments);
bool check_native(Interpreter& py, const NativeFunction& function,
                  const Arguments& arguments);

}  // namespace drydock::userland::python
