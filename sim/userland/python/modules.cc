// modules.cc — the table of modules in C++; sys.

#include "sim/userland/python/modules.h"

#include <fmt/format.h>

#include <array>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/file.h"
#include "sim/userland/python/running.h"
#include "sim/userland/python/tables.h"

namespace drydock::userland::python {

namespace {

struct ModuleRow {
  std::string_view name;
  Value (*make)(Interpreter& py);
};

Value builtins_module(Interpreter& py) {
  const Ref<Module> module = py.module("builtins");
  module->fields = py.builtins;
  return module;
}

constexpr std::array kModules = {
    ModuleRow{"builtins", builtins_module},
    ModuleRow{"time", make_time_module},
    ModuleRow{"math", make_math_module},
    ModuleRow{"posix", make_posix_module},
    ModuleRow{"signal", make_signal_module},
    ModuleRow{"_hashlib", make_hash_module},
    ModuleRow{"_random", make_random_module},
    ModuleRow{"_sre", make_re_module},
    ModuleRow{"_socket", make_socket_module},
};

Value sys_exit(NativeCall& call) {
  Values arguments(call.args.begin(), call.args.end());
  return call.py.raise(call.py.make_exception(
      *call.py.exception_type("SystemExit"), std::move(arguments)));
}

const Exception* handled(const Interpreter& py) {
  for (const Frame* each = py.frame; each; each = each->back) {
    if (each->handling) return each->handling.get();
  }
  return nullptr;
}

Value sys_exc_info(NativeCall& call) {
  Interpreter& py = call.py;
  const Exception* const what = handled(py);
  if (!what) return py.tuple({py.none, py.none, py.none});
  return py.tuple(
      {Value(what->type), Value(const_cast<Exception*>(what)), py.none});
}

Value sys_encoding(NativeCall& call) { return call.py.str("utf-8"); }
Value sys_limit(NativeCall& call) {
  return call.py.integer(Interpreter::kDepthMax);
}
Value sys_set_limit(NativeCall& call) {
  return call.py.refuse("sys.setrecursionlimit()");
}
Value sys_intern(NativeCall& call) {
  const std::string* const text = text_of(call, 0);
  return text ? Value(call.py.intern(*text)) : Value();
}

/// sys._traceback(exception): the text that the traceback module prints.
Task<Value> sys_traceback(NativeCall call) {
  Exception* const what = as<Exception>(call.args[0]);
  if (!what) co_return call.py.str("NoneType: None\n");
  for (const Frame* each = call.py.frame; each; each = each->back) {
    if (each->handling.get() == what) break;
  }
  const std::string text =
      co_await format_traceback(call.py, Ref<Exception>(what));
  co_return call.py.str(text);
}

constexpr NativeRow kSys[] = {
    {"exit", 0, 1, sys_exit},
    {"exc_info", 0, 0, sys_exc_info},
    {"getdefaultencoding", 0, 0, sys_encoding},
    {"getfilesystemencoding", 0, 0, sys_encoding},
    {"getrecursionlimit", 0, 0, sys_limit},
    {"setrecursionlimit", 1, 1, sys_set_limit},
    {"intern", 1, 1, sys_intern},
    {"_traceback", 1, 1, nullptr, sys_traceback},
};

Value version_info(Interpreter& py) {
  const Ref<Type> type =
      py.make_type("sys.version_info", py.types.tuple.get(), Layout::tuple);
  type->built_in = false;  // So that it may have the fields below.
  const Values parts = {py.integer(3), py.integer(4), py.integer(3),
                        py.str("final"), py.integer(0)};
  const Ref<Tuple> made = py.heap.make<Tuple>(type.get(), parts);
  constexpr std::array<std::string_view, 5> kNames = {"major", "minor", "micro",
                                                      "releaselevel", "serial"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    py.set(*made, kNames[i], parts[i]);
  }
  return made;
}

void set_streams(Interpreter& py, bool unbuffered) {
  struct Stream {
    std::string_view name, file, mode;
    kernel::Fd fd;
  };
  constexpr std::array<Stream, 3> kStreams = {
      Stream{"stdin", "<stdin>", "r", kernel::kStdin},
      Stream{"stdout", "<stdout>", "w", kernel::kStdout},
      Stream{"stderr", "<stderr>", "w", kernel::kStderr}};
  for (const Stream& stream : kStreams) {
    const Ref<File> file = make_file(py, stream.fd, std::string(stream.file),
                                     std::string(stream.mode));
    // Standard error always goes by lines; -u makes all of them do so.
    if (stream.fd == kernel::kStderr || (unbuffered && stream.fd)) {
      file->line_buffered = true;
    }
    py.set(*py.sys, stream.name, file);
    py.set(*py.sys, fmt::format("__{}__", stream.name), file);
  }
}

}  // namespace

const std::string* text_of(NativeCall& call, std::size_t i) {
  const Str* const text = as<Str>(call.arg(i));
  if (text) return &text->text;
  call.py.raise(
      "TypeError",
      fmt::format(
          "{}() argument {} must be str, not {}", call.name, i + 1,
          call.arg(i) ? Interpreter::type_name(call.arg(i)) : "missing"));
  return nullptr;
}

std::optional<double> number_of(NativeCall& call, std::size_t i) {
  const Value value = call.arg(i);
  if (const Real* const real = as<Real>(value)) return real->number;
  if (const Int* const number = as<Int>(value)) {
    return static_cast<double>(number->number);
  }
  call.py.raise("TypeError", "a float is required");
  return std::nullopt;
}

Ref<Module> module_of(Interpreter& py, std::string_view name,
                      std::span<const NativeRow> rows) {
  const Ref<Module> module = py.module(name);
  py.add_functions(*module, rows);
  return module;
}

void add_native_modules(Interpreter& py) {
  for (const ModuleRow& row : kModules) {
    py.define_native_module(row.name, row.make);
  }
}

void make_sys_module(Interpreter& py, const Strings& arguments,
                     const Strings& path, bool unbuffered) {
  py.sys = module_of(py, "sys", kSys);
  Object& sys = *py.sys;
  const auto list = [&](const Strings& texts) {
    Values items;
    for (const std::string& text : texts) items.push_back(py.str(text));
    return py.list(std::move(items));
  };
  py.set(sys, "argv", list(arguments));
  py.set(sys, "path", list(path));
  py.set(sys, "modules", py.modules);
  py.set(sys, "version", py.str(kVersionLine));
  py.set(sys, "version_info", version_info(py));
  py.set(sys, "hexversion", py.integer(0x030403f0));
  py.set(sys, "platform", py.str("linux"));
  py.set(sys, "byteorder", py.str("little"));
  py.set(sys, "maxsize", py.integer(INT64_MAX));
  py.set(sys, "maxunicode", py.integer(0x10ffff));
  py.set(sys, "prefix", py.str("/usr/local"));
  py.set(sys, "executable", py.str("/usr/local/bin/python3"));
  Values names;
  for (const auto& [name, make] : py.native_modules()) {
    names.push_back(py.str(name));
  }
  py.set(sys, "builtin_module_names", py.tuple(std::move(names)));
  py.modules->table.set(py.intern("sys"), py.sys);
  set_streams(py, unbuffered);
}

}  // namespace drydock::userland::python
