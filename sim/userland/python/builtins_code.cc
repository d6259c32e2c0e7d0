// builtins_code.cc — print, input, and code from texts: eval, exec, import.

#include <fmt/format.h>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/file.h"
#include "sim/userland/python/running.h"
#include "sim/userland/python/tables.h"

namespace drydock::userland::python {

namespace {

Task<Value> builtin_print(NativeCall call) {
  Interpreter& py = call.py;
  const auto words = [&](const Value& value, std::string_view standard) {
    const Str* const text = as<Str>(value);
    return text ? text->text : std::string(standard);
  };
  const std::string separator = words(call.take(SIZE_MAX, "sep"), " ");
  const std::string end = words(call.take(SIZE_MAX, "end"), "\n");
  Value file = call.take(SIZE_MAX, "file");
  const Value flush = call.take(SIZE_MAX, "flush");
  if (!call.no_more_keywords()) co_return nullptr;
  if (!file || file == py.none) file = py.sys_attribute("stdout");
  if (!file || file == py.none) co_return py.none;
  std::string line;
  for (std::size_t i = 0; i < call.count(); ++i) {
    const auto text = py.str_of(call.args[i]);
    if (!text) co_return nullptr;
    if (i > 0) line += separator;
    line += *text;
  }
  line += end;
  if (File* const stream = as<File>(file)) {
    const bool written = co_await write_file(py, Ref<File>(stream), line);
    if (!written) co_return nullptr;
  } else {
    Arguments given;
    given.positional.push_back(py.str(line));
    const Value done = co_await py.call_method(file, "write", std::move(given));
    if (!done) co_return nullptr;
  }
  if (flush && py.truth(flush) == 1) {
    Arguments none;
    co_return co_await py.call_method(file, "flush", std::move(none));
  }
  co_return py.none;
}

Task<Value> builtin_input(NativeCall call) {
  Interpreter& py = call.py;
  if (call.count() > 0) {
    const auto text = py.str_of(call.args[0]);
    if (!text) co_return nullptr;
    const bool written = co_await write_stream(py, "stdout", *text);
    if (!written) co_return nullptr;
  }
  const bool flushed = co_await flush_streams(py);
  if (!flushed) co_return nullptr;
  File* const in = as<File>(py.sys_attribute("stdin"));
  if (!in) co_return py.raise("RuntimeError", "input(): lost sys.stdin");
  const Value line = co_await read_line_of(py, Ref<File>(in));
  if (!line) co_return nullptr;
  std::string text = as<Str>(line)->text;
  if (text.empty()) {
    co_return py.raise("EOFError", "EOF when reading a line");
  }
  if (text.back() == '\n') text.pop_back();
  co_return py.str(text);
}

Ref<Dict> dict_or(const Value& value, const Ref<Dict>& standard) {
  Dict* const dict = as<Dict>(value);
  return dict ? Ref<Dict>(dict) : standard;
}

/// The names that code from a text sees inside of a function: a copy.
Ref<Dict> names_here(Interpreter& py) {
  const Frame& frame = *py.frame;
  if (frame.names) return frame.names;
  const Ref<Dict> names = py.dict();
  for (std::size_t i = 0; frame.scope && i < frame.code->slots.size(); ++i) {
    if (frame.scope->slots[i]) {
      names->table.set(frame.code->slots[i], frame.scope->slots[i]);
    }
  }
  return names;
}

Task<Value> run_text(NativeCall call, ParseMode mode) {
  Interpreter& py = call.py;
  const Str* const text = as<Str>(call.args[0]);
  if (!text) {
    co_return py.raise("TypeError",
                       fmt::format("{}() arg 1 must be a string, bytes or code "
                                   "object",
                                   call.name));
  }
  const Ref<Dict> globals = dict_or(call.arg(1), py.frame->globals);
  const Ref<Dict> names =
      dict_or(call.arg(2), call.count() > 1 ? globals : names_here(py));
  const std::string source = mode == ParseMode::expression
                                 ? std::string(trim(text->text))
                                 : text->text;
  const std::shared_ptr<Code> code = compile(py, source, "<string>", mode);
  if (!code) co_return nullptr;
  const Value result = co_await py.run_code(code, globals, names);
  if (!result) co_return nullptr;
  co_return mode == ParseMode::expression ? result : py.none;
}
Task<Value> builtin_eval(NativeCall call) {
  return run_text(call, ParseMode::expression);
}
Task<Value> builtin_exec(NativeCall call) {
  return run_text(call, ParseMode::file);
}

Task<Value> builtin_import(NativeCall call) {
  const Str* const name = as<Str>(call.args[0]);
  if (!name)
    co_return call.py.raise("TypeError", "__import__() argument 1 must be str");
  const std::string whole = name->text;
  const Value module = co_await call.py.import(whole);
  if (!module) co_return nullptr;
  const std::string first = whole.substr(0, whole.find('.'));
  co_return co_await call.py.import(first);
}

Value builtin_exit(NativeCall& call) {
  Values arguments(call.args.begin(), call.args.end());
  return call.py.raise(call.py.make_exception(
      *call.py.exception_type("SystemExit"), std::move(arguments)));
}

Value builtin_refused(NativeCall& call) {
  return call.py.refuse(fmt::format("{}()", call.name));
}

constexpr NativeRow kFunctions[] = {
    {"print", 0, -1, nullptr, builtin_print, true},
    {"input", 0, 1, nullptr, builtin_input},
    {"eval", 1, 3, nullptr, builtin_eval},
    {"exec", 1, 3, nullptr, builtin_exec},
    {"__import__", 1, 5, nullptr, builtin_import},
    {"exit", 0, 1, builtin_exit},
    {"quit", 0, 1, builtin_exit},
    {"compile", 0, -1, builtin_refused, nullptr, true},
    {"help", 0, -1, builtin_refused, nullptr, true},
    {"memoryview", 0, -1, builtin_refused, nullptr, true},
    {"complex", 0, -1, builtin_refused, nullptr, true},
};

}  // namespace

std::nullptr_t raise_syntax(Interpreter& py, const SyntaxFault& fault,
                            const std::string& text, const std::string& file) {
  const Ref<Exception> error = py.make_exception(*py.exception_type(fault.type),
                                                 {py.str(fault.message)});
  py.set(*error, "msg", py.str(fault.message));
  py.set(*error, "filename", py.str(file));
  py.set(*error, "lineno", py.integer(fault.line));
  const Strings lines = split(text, '\n');
  const auto at = static_cast<std::size_t>(fault.line - 1);
  const bool known = at < lines.size() && fault.column >= 0;
  py.set(*error, "offset", py.integer(fault.column + 1));
  py.set(*error, "text", py.str(known ? lines[at] + "\n" : ""));
  return py.raise(error);
}

std::shared_ptr<Code> compile(Interpreter& py, const std::string& text,
                              const std::string& file, ParseMode mode) {
  if (text.find('\0') != text.npos) {
    py.raise("TypeError", "source code string cannot contain null bytes");
    return nullptr;
  }
  Result<std::shared_ptr<Code>, SyntaxFault> code = parse(py, text, file, mode);
  if (code) return *code;
  raise_syntax(py, code.error(), text, file);
  return nullptr;
}

void add_more_functions(Interpreter& py) {
  for (const NativeRow& row : kFunctions) {
    py.builtins->table.set(
        py.intern(row.name),
        py.heap.make<NativeFunction>(py.types.native.get(), row));
  }
}

}  // namespace drydock::userland::python
