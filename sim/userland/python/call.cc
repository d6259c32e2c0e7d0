// call.cc — calls: of functions, methods, classes and built-ins; generators.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/python/evaluator.h"

namespace drydock::userland::python {

namespace {

std::string plural(std::size_t n) { return n == 1 ? "" : "s"; }

/// 'a', 'b', and 'c'
std::string listed(const Strings& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) {
      const bool last = i + 1 == names.size();
      out += names.size() == 2 ? " and " : last ? ", and " : ", ";
    }
    out += "'" + names[i] + "'";
  }
  return out;
}

std::string too_many(const Code& code, std::size_t given) {
  const std::size_t most = code.parameters.size();
  const auto least = most - static_cast<std::size_t>(code.default_count);
  const std::string takes = least == most
                                ? fmt::format("{}", most)
                                : fmt::format("from {} to {}", least, most);
  return fmt::format("{}() takes {} positional argument{} but {} {} given",
                     code.name, takes, plural(most), given,
                     given == 1 ? "was" : "were");
}

/// Gives each parameter its slot; false: raised.
bool bind_arguments(Interpreter& py, const Function& function, Arguments& given,
                    Values& slots) {
  const Code& code = *function.code;
  const std::size_t count = code.parameters.size();
  const std::size_t rest = count + code.keyword_only.size();
  Values& positional = given.positional;
  if (positional.size() > count && !code.rest) {
    return py.raise("TypeError", too_many(code, positional.size())) != nullptr;
  }
  for (std::size_t i = 0; i < std::min(count, positional.size()); ++i) {
    slots[i] = std::move(positional[i]);
  }
  if (code.rest) {
    Values others;
    for (std::size_t i = count; i < positional.size(); ++i) {
      others.push_back(std::move(positional[i]));
    }
    slots[rest] = py.tuple(std::move(others));
  }
  const Ref<Dict> others = code.keyword_rest ? py.dict() : nullptr;
  if (others) slots[rest + (code.rest ? 1 : 0)] = others;
  for (auto& [name, value] : given.keywords) {
    std::size_t at = 0;
    while (at < rest && !(code.slots[at] == name)) ++at;
    if (at < rest && slots[at]) {
      py.raise("TypeError",
               fmt::format("{}() got multiple values for argument '{}'",
                           code.name, name->text));
      return false;
    }
    if (at < rest) {
      slots[at] = std::move(value);
    } else if (others) {
      others->table.set(name, std::move(value));
    } else {
      py.raise("TypeError",
               fmt::format("{}() got an unexpected keyword argument '{}'",
                           code.name, name->text));
      return false;
    }
  }
  return true;
}

bool fill_defaults(Interpreter& py, const Function& function, Values& slots) {
  const Code& code = *function.code;
  const std::size_t count = code.parameters.size();
  const std::size_t first = count - function.defaults.size();
  Strings missing;
  for (std::size_t i = 0; i < count; ++i) {
    if (slots[i]) continue;
    if (i >= first) {
      slots[i] = function.defaults[i - first];
    } else {
      missing.push_back(code.parameters[i]->text);
    }
  }
  if (!missing.empty()) {
    py.raise("TypeError",
             fmt::format("{}() missing {} required positional argument{}: {}",
                         code.name, missing.size(), plural(missing.size()),
                         listed(missing)));
    return false;
  }
  for (std::size_t i = 0; i < code.keyword_only.size(); ++i) {
    if (slots[count + i]) continue;
    for (const auto& [name, value] : function.keyword_defaults) {
      if (name == code.keyword_only[i]) slots[count + i] = value;
    }
    if (!slots[count + i]) missing.push_back(code.keyword_only[i]->text);
  }
  if (missing.empty()) return true;
  py.raise("TypeError",
           fmt::format("{}() missing {} required keyword-only argument{}: {}",
                       code.name, missing.size(), plural(missing.size()),
                       listed(missing)));
  return false;
}

/// The frame of a call; false: its arguments do not fit.
bool prepare(Interpreter& py, const Ref<Function>& function,
             Arguments& arguments, Frame& frame) {
  const Code& code = *function->code;
  frame.code = &code;
  frame.function = function;
  frame.globals = function->globals;
  frame.class_cell = function->class_cell;
  frame.line = code.line;
  if (!code.clauses.empty()) {  // A comprehension: an iterator and its names.
    frame.scope = py.heap.make<Scope>(py.types.scope.get(), function->scope,
                                      code.slots.size());
    frame.result = std::move(arguments.positional.front());
    return true;
  }
  frame.scope = py.heap.make<Scope>(py.types.scope.get(), function->scope,
                                    code.slots.size());
  Values& slots = frame.scope->slots;
  return bind_arguments(py, *function, arguments, slots) &&
         fill_defaults(py, *function, slots);
}

Task<Value> run_body(Interpreter& py, Frame& frame) {
  const Code& code = *frame.code;
  if (!code.clauses.empty()) co_return co_await run_comprehension(py, frame);
  const Flow flow = co_await execute_block(py, frame, code.body);
  if (flow == Flow::raised) co_return nullptr;
  if (flow == Flow::give) co_return frame.result;
  co_return py.none;
}

Task<Value> run_generator(Interpreter& py, Generator& generator) {
  Value result;
  if (generator.thrown) {
    py.raise(std::exchange(generator.thrown, nullptr));
  } else {
    result = co_await run_body(py, generator.frame);
  }
  if (!result) py.note(generator.frame);
  generator.finished = true;
  co_return result;
}

Task<Value> raised_already() { co_return nullptr; }

Task<Value> call_plain(Interpreter& py, Ref<Function> function,
                       Arguments arguments) {
  if (py.depth >= Interpreter::kDepthMax) {
    co_return py.raise("RuntimeError", "maximum recursion depth exceeded");
  }
  if (py.heap.full()) co_return py.out_of_memory();
  Frame frame;
  if (!prepare(py, function, arguments, frame)) co_return nullptr;
  frame.back = std::exchange(py.frame, &frame);
  ++py.depth;
  Value result = co_await run_body(py, frame);
  --py.depth;
  py.frame = frame.back;
  if (!result) py.note(frame);
  co_return result;
}

Task<Value> make_generator(Interpreter& py, Ref<Function> function,
                           Arguments arguments) {
  const Ref<Generator> generator =
      py.heap.make<Generator>(py.types.generator.get());
  if (!prepare(py, function, arguments, generator->frame)) co_return nullptr;
  generator->code = function->code;
  generator->frame.generator = generator.get();
  generator->body.emplace(run_generator(py, *generator));
  generator->leaf = generator->body->frame();
  co_return generator;
}

struct ResumeGenerator {
  explicit ResumeGenerator(Generator& which) : generator(which) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> consumer) {
    generator.consumer = consumer;
    generator.body->frame().promise().waiter = consumer;
    Baton::next = generator.leaf;
  }
  void await_resume() const noexcept {}
  Generator& generator;
};

struct YieldValue {
  explicit YieldValue(Generator& which) : generator(which) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> leaf) {
    generator.leaf = leaf;
    Baton::next = generator.consumer;
  }
  void await_resume() const noexcept {}
  Generator& generator;
};

// --- Natives ---------------------------------------------------------------

std::string arity_text(const NativeFunction& function, std::size_t given) {
  const NativeRow& row = function.row;
  const int self = function.owner.empty() ? 0 : 1;
  const auto count = static_cast<int>(given) - self;
  const int least = row.least - self, most = row.most - self;
  if (least == most && most == 0) {
    return fmt::format("{}() takes no arguments ({} given)", row.name, count);
  }
  if (least == most && most == 1) {
    return fmt::format("{}() takes exactly one argument ({} given)", row.name,
                       count);
  }
  const bool few = count < least;
  const int bound = few ? least : most;
  return fmt::format("{}() takes {} {} argument{} ({} given)", row.name,
                     least == most ? "exactly"
                     : few         ? "at least"
                                   : "at most",
                     bound, bound == 1 ? "" : "s", count);
}

Task<Value> call_native(Interpreter& py, Ref<NativeFunction> function,
                        Arguments arguments) {
  if (!check_native(py, *function, arguments)) co_return nullptr;
  NativeCall call{py, function->row.name, arguments, arguments.positional};
  co_return co_await function->row.task(call);
}

/// What type.__call__ does: __new__, then __init__.
Task<Value> instantiate(Interpreter& py, Ref<Type> type, Arguments arguments) {
  static constexpr std::string_view kNew = "__new__", kInit = "__init__";
  const Value maker = type->find(py.intern(kNew).get());
  Arguments for_new = arguments;
  for_new.positional.insert(for_new.positional.begin(), type);
  Value made;
  const Wrapper* const wrapper = as<Wrapper>(maker);
  const Value callee = wrapper ? wrapper->get : maker;
  made = co_await invoke(py, callee, for_new);
  if (!made || !made->type->is_subtype_of(type.get())) co_return made;
  const Value init = made->type->find(py.intern(kInit).get());
  if (!init) co_return made;
  arguments.positional.insert(arguments.positional.begin(), made);
  const Value done = co_await invoke(py, init, arguments);
  if (!done) co_return nullptr;
  if (!(done == py.none)) {
    co_return py.raise("TypeError",
                       fmt::format("__init__() should return None, not '{}'",
                                   Interpreter::type_name(done)));
  }
  co_return made;
}

Task<Value> call_instance(Interpreter& py, Value callee, Arguments arguments) {
  const Value method = py.special(callee, "__call__");
  if (!method) {
    co_return py.raise("TypeError",
                       fmt::format("'{}' object is not callable",
                                   Interpreter::type_name(callee)));
  }
  arguments.positional.insert(arguments.positional.begin(), callee);
  co_return co_await invoke(py, method, arguments);
}

/// A class whose metaclass has a __call__ of its own.
bool has_own_call(Interpreter& py, const Type& type) {
  if (type.type == py.types.type) return false;
  const Value call = type.type->find(py.intern("__call__").get());
  return call && call->type->layout == Layout::function;
}

}  // namespace

bool check_native(Interpreter& py, const NativeFunction& function,
                  const Arguments& arguments) {
  const NativeRow& row = function.row;
  const auto count = static_cast<int>(arguments.positional.size());
  if (!arguments.keywords.empty() && !row.keywords) {
    py.raise("TypeError",
             fmt::format("{}() takes no keyword arguments", row.name));
    return false;
  }
  const bool keywords = !arguments.keywords.empty();
  if ((count >= row.least || keywords) && (row.most < 0 || count <= row.most)) {
    return true;
  }
  py.raise("TypeError", arity_text(function, static_cast<std::size_t>(count)));
  return false;
}

Value call_native_now(Interpreter& py, const NativeFunction& function,
                      Arguments& arguments) {
  if (!check_native(py, function, arguments)) return nullptr;
  NativeCall call{py, function.row.name, arguments, arguments.positional};
  return function.row.now(call);
}

Value NativeCall::take(std::size_t i, std::string_view keyword) {
  if (i < args.size()) return args[i];
  for (auto it = given.keywords.begin(); it != given.keywords.end(); ++it) {
    if (it->first->text != keyword) continue;
    Value value = std::move(it->second);
    given.keywords.erase(it);
    return value;
  }
  return nullptr;
}

bool NativeCall::no_more_keywords() {
  if (given.keywords.empty()) return true;
  py.raise("TypeError",
           fmt::format("'{}' is an invalid keyword argument for this function",
                       given.keywords.front().first->text));
  return false;
}

Invoke::Invoke(Interpreter& py, const Value& callee, Arguments& arguments) {
  const NativeFunction* const native = as<NativeFunction>(callee);
  if (native && native->row.now) {
    ready_ = call_native_now(py, *native, arguments);
  } else {
    task_.emplace(py.call(callee, std::move(arguments)));
  }
}

Ref<Function> make_function(Interpreter& py, Frame& frame,
                            std::shared_ptr<const Code> code) {
  const Ref<Function> function =
      py.heap.make<Function>(py.types.function.get(), code);
  function->globals = frame.globals;
  function->scope = frame.scope;
  function->name = code->name;
  function->qualified_name = code->qualified_name;
  function->class_cell = frame.class_cell;
  if (code->doc) py.set(*function, "__doc__", code->doc);
  return function;
}

Task<Value> call_function(Interpreter& py, Ref<Function> function,
                          Arguments arguments) {
  if (function->code->is_generator) {
    return make_generator(py, std::move(function), std::move(arguments));
  }
  return call_plain(py, std::move(function), std::move(arguments));
}

Task<Value> Interpreter::call(Value callee, Arguments arguments) {
  if (!callee) return raised_already();
  if (Function* const function = as<Function>(callee)) {
    return call_function(*this, Ref<Function>(function), std::move(arguments));
  }
  if (NativeFunction* const native = as<NativeFunction>(callee)) {
    if (native->row.task) {
      return call_native(*this, Ref<NativeFunction>(native),
                         std::move(arguments));
    }
    Value result = call_native_now(*this, *native, arguments);
    return [](Value value) -> Task<Value> { co_return value; }(result);
  }
  if (const Method* const method = as<Method>(callee)) {
    arguments.positional.insert(arguments.positional.begin(), method->self);
    return call(method->function, std::move(arguments));
  }
  Type* const type = as<Type>(callee);
  if (type && !has_own_call(*this, *type)) {
    return instantiate(*this, Ref<Type>(type), std::move(arguments));
  }
  if (const Wrapper* const wrapper = as<Wrapper>(callee)) {
    if (wrapper->kind != WrapperKind::property) {
      return call(wrapper->get, std::move(arguments));
    }
  }
  return call_instance(*this, std::move(callee), std::move(arguments));
}

Task<Value> Interpreter::call_method(Value on, std::string_view method,
                                     Arguments given) {
  const Ref<Str> name = intern(method);
  const Value callee = co_await get_attribute(on, name);
  if (!callee) co_return nullptr;
  co_return co_await call(callee, std::move(given));
}

Value Interpreter::call_now(const Value& callee, Arguments arguments) {
  std::optional<Value> result = run_now(call(callee, std::move(arguments)));
  return result ? *result : Value();
}

Task<Value> Interpreter::run_code(std::shared_ptr<Code> code, Ref<Dict> globals,
                                  Ref<Dict> names) {
  Frame here;
  here.code = code.get();
  here.globals = globals;
  here.names = names;
  here.back = std::exchange(frame, &here);
  ++depth;
  const Flow flow = co_await execute_block(*this, here, code->body);
  --depth;
  frame = here.back;
  if (flow == Flow::raised) {
    note(here);
    co_return nullptr;
  }
  co_return flow == Flow::give ? here.result : none;
}

// --- Generators ------------------------------------------------------------

void Generator::clear() {
  Object::clear();
  body.reset();
  frame = Frame();
  code = nullptr;
  yielded = sent = nullptr;
  thrown = nullptr;
}

Task<Value> resume(Interpreter& py, Ref<Generator> generator, Value sent,
                   Ref<Exception> thrown) {
  if (generator->running) {
    co_return py.raise("ValueError", "generator already executing");
  }
  if (generator->finished) {
    if (thrown) co_return py.raise(thrown);
    co_return nullptr;
  }
  if (py.depth >= Interpreter::kDepthMax) {
    co_return py.raise("RuntimeError", "maximum recursion depth exceeded");
  }
  generator->sent = std::move(sent);
  generator->thrown = std::move(thrown);
  generator->yielded = nullptr;
  generator->running = true;
  generator->frame.back = std::exchange(py.frame, &generator->frame);
  ++py.depth;
  co_await ResumeGenerator(*generator);
  --py.depth;
  py.frame = generator->frame.back;
  generator->frame.back = nullptr;
  generator->running = false;
  if (!generator->finished)
    co_return std::exchange(generator->yielded, nullptr);
  const Value result = generator->body->frame().promise().take();
  generator->body.reset();
  const Frame done = std::exchange(generator->frame, Frame());
  if (!result && py.raised_is("StopIteration")) {
    py.raised = nullptr;  // 3.4: it just ends the generator.
    co_return nullptr;
  }
  // What it returns goes to `yield from`.
  generator->sent = result;
  co_return nullptr;
}

Task<Value> yield_value(Interpreter& py, Generator& generator, Value value) {
  generator.yielded = std::move(value);
  co_await YieldValue(generator);
  if (generator.thrown) {
    co_return py.raise(std::exchange(generator.thrown, nullptr));
  }
  co_return std::exchange(generator.sent, nullptr);
}

Task<Value> eval_yield(Interpreter& py, Frame& frame, const Expr& expr) {
  Generator& generator = *frame.generator;
  if (expr.kind == ExprKind::yield) {
    Value value = py.none;
    if (expr.a) value = co_await eval(py, frame, *expr.a);
    if (!value) co_return nullptr;
    co_return co_await yield_value(py, generator, value);
  }
  const Value over = co_await eval(py, frame, *expr.a);
  if (!over) co_return nullptr;
  const Value iterator = co_await py.iterate(over);
  if (!iterator) co_return nullptr;
  Generator* const inner = as<Generator>(iterator);
  Value sent = py.none;
  for (;;) {
    Value item;
    if (inner) {
      item = co_await resume(py, Ref<Generator>(inner), sent, nullptr);
    } else {
      item = co_await py.next(iterator);
    }
    if (!item && py.raised) co_return nullptr;
    if (!item) break;
    sent = co_await yield_value(py, generator, item);
    if (!sent) co_return nullptr;
  }
  co_return inner && inner->sent ? inner->sent : py.none;
}

}  // namespace drydock::userland::python
