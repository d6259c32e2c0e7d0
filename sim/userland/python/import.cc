// import.cc — import: sys.modules, modules in C++, then the files of sys.path.

#include <fmt/format.h>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/running.h"

namespace drydock::userland::python {

namespace {

struct FoundFile {
  std::string path;       // Of the text.
  std::string directory;  // Of a package; empty: a plain module.
};

/// Where one part of a dotted name lies, in these directories.
std::optional<FoundFile> find_file(kernel::Process& self,
                                   const Strings& directories,
                                   const std::string& part) {
  for (const std::string& each : directories) {
    const std::string base = (each.empty() ? std::string() : each + "/") + part;
    const auto package = self.stat(base + "/__init__.py");
    if (package) return FoundFile{base + "/__init__.py", base};
    const auto module = self.stat(base + ".py");
    if (module && module->type == vfs::FileType::regular) {
      return FoundFile{base + ".py", ""};
    }
  }
  return std::nullopt;
}

Strings strings_of(const Value& list) {
  Strings out;
  const Values* const items = list ? sequence_items(list) : nullptr;
  for (std::size_t i = 0; items && i < items->size(); ++i) {
    if (const Str* const text = as<Str>((*items)[i])) out.push_back(text->text);
  }
  return out;
}

Value field(Interpreter& py, const Object& of, std::string_view name) {
  if (!of.fields) return nullptr;
  const Value* const found = of.fields->table.find(py.intern(name).get());
  return found ? *found : Value();
}

Value no_module(Interpreter& py, const std::string& name,
                std::string_view why = "") {
  const Ref<Exception> error = py.make_exception(
      *py.exception_type("ImportError"),
      {py.str(fmt::format("No module named '{}'{}", name, why))});
  py.set(*error, "name", py.str(name));
  return py.raise(error);
}

/// Runs a file as a module.
Task<Value> load(Interpreter& py, std::string name, FoundFile file) {
  const SysResult<Bytes> text =
      co_await kernel::read_file(py.process(), file.path);
  if (!text) co_return py.raise_os(text.error(), file.path);
  const Ref<Module> module = py.module(name);
  py.set(*module, "__file__", py.str(file.path));
  const std::size_t dot = name.rfind('.');
  const std::string package = !file.directory.empty() ? name
                              : dot == name.npos      ? ""
                                                      : name.substr(0, dot);
  py.set(*module, "__package__", py.str(package));
  if (!file.directory.empty()) {
    py.set(*module, "__path__", py.list({py.str(file.directory)}));
  }
  py.set(*module, "__builtins__", py.builtins);
  const std::shared_ptr<Code> code =
      compile(py, *text, file.path, ParseMode::file);
  if (!code) co_return nullptr;
  const Ref<Str> key = py.intern(name);
  py.modules->table.set(key, module);
  const Value done = co_await py.run_code(code, module->fields, module->fields);
  if (!done) {
    py.modules->table.erase(key.get());
    co_return nullptr;
  }
  // A module may put another in its place.
  const Value* const found = py.modules->table.find(key.get());
  co_return found ? *found : Value(module);
}

Task<Value> import_part(Interpreter& py, std::string name, Value parent) {
  const Value* const known = py.modules->table.find(py.intern(name).get());
  if (known) co_return *known;
  const auto native = py.native_modules().find(name);
  if (native != py.native_modules().end()) {
    const Value module = native->second(py);
    if (module) py.modules->table.set(py.intern(name), module);
    co_return module;
  }
  Strings directories = strings_of(py.sys_attribute("path"));
  if (parent) {
    const Value path = field(py, *parent, "__path__");
    if (!path) {
      const std::string outer = name.substr(0, name.rfind('.'));
      co_return no_module(py, name,
                          fmt::format("; '{}' is not a package", outer));
    }
    directories = strings_of(path);
  }
  const std::string part = name.substr(name.rfind('.') + 1);
  const std::optional<FoundFile> file =
      find_file(py.process(), directories, part);
  if (!file) co_return no_module(py, name);
  const Value module = co_await load(py, name, *file);
  if (module && parent) py.set(*parent, part, module);
  co_return module;
}

/// The whole name behind the dots of a relative import; empty: raised.
std::string absolute(Interpreter& py, const Frame& frame, const Stmt& stmt) {
  const std::string tail = stmt.module ? stmt.module->text : "";
  if (stmt.level == 0) return tail;
  const Value* const package =
      frame.globals->table.find(py.intern("__package__").get());
  const Str* const name = package ? as<Str>(*package) : nullptr;
  std::string base = name ? name->text : "";
  if (base.empty()) {
    py.raise("SystemError",
             "Parent module '' not loaded, cannot perform relative import");
    return "";
  }
  for (int i = 1; i < stmt.level; ++i) {
    const std::size_t dot = base.rfind('.');
    if (dot == base.npos) {
      py.raise("ValueError",
               "attempted relative import beyond top-level package");
      return "";
    }
    base.resize(dot);
  }
  return tail.empty() ? base : base + "." + tail;
}

bool import_star(Interpreter& py, Frame& frame, const Object& module) {
  const Value all = field(py, module, "__all__");
  const Ref<Dict>& into = frame.names ? frame.names : frame.globals;
  if (all) {
    for (const std::string& name : strings_of(all)) {
      const Value value = field(py, module, name);
      if (!value) {
        py.raise("AttributeError",
                 fmt::format("'module' object has no attribute '{}'", name));
        return false;
      }
      into->table.set(py.intern(name), value);
    }
    return true;
  }
  if (!module.fields) return true;
  const std::vector<Table::Entry> entries = module.fields->table.entries();
  for (const Table::Entry& entry : entries) {
    const Str* const name = as<Str>(entry.key);
    if (!name || name->text.starts_with('_')) continue;
    into->table.set(py.intern(name->text), entry.value);
  }
  return true;
}

Task<Flow> import_names(Interpreter& py, Frame& frame, const Stmt& stmt) {
  const std::string name = absolute(py, frame, stmt);
  if (name.empty()) co_return Flow::raised;
  const Value module = co_await py.import(name);
  if (!module) co_return Flow::raised;
  for (const Import& import : stmt.imports) {
    if (import.name->text == "*") {
      if (!import_star(py, frame, *module)) co_return Flow::raised;
      continue;
    }
    Value value = co_await py.get_attribute(module, import.name);
    if (!value && py.raised_is("AttributeError") &&
        field(py, *module, "__path__")) {
      py.raised = nullptr;
      value = co_await py.import(name + "." + import.name->text);
    }
    if (!value) {
      const bool unknown =
          py.raised_is("AttributeError") ||
          (py.raised_is("ImportError") && py.raised->trace.empty());
      if (unknown) {
        py.raised = nullptr;
        py.raise("ImportError",
                 fmt::format("cannot import name '{}'", import.name->text));
      }
      co_return Flow::raised;
    }
    store_name(py, frame, import.bound, import.place, value);
  }
  co_return Flow::next;
}

}  // namespace

Task<Value> Interpreter::import(std::string name) {
  Value module;
  for (std::size_t end = 0; end != name.npos;) {
    end = name.find('.', end + 1);
    const std::string part = name.substr(0, end);
    const Value parent = module;
    module = co_await import_part(*this, part, parent);
    if (!module) co_return nullptr;
  }
  co_return module;
}

Task<Flow> execute_import(Interpreter& py, Frame& frame, const Stmt& stmt) {
  if (stmt.kind == StmtKind::import_from) {
    co_return co_await import_names(py, frame, stmt);
  }
  for (const Import& import : stmt.imports) {
    Value module = co_await py.import(import.name->text);
    if (!module) co_return Flow::raised;
    if (!import.as && !(import.bound == import.name)) {
      module = co_await py.import(import.bound->text);
    }
    store_name(py, frame, import.bound, import.place, module);
  }
  co_return Flow::next;
}

}  // namespace drydock::userland::python
