// python.cc — python3: its command line, its prompt, its end.

#include <fmt/format.h>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/file.h"
#include "sim/userland/python/modules.h"
#include "sim/userland/python/programs.h"
#include "sim/userland/python/running.h"

namespace drydock::userland::python {

namespace {

constexpr std::string_view kUsage =
    "usage: {0} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
    "Try `python -h' for more information.\n";

struct CommandLine {
  std::string command, module, file;
  bool has_command = false, has_module = false;
  bool unbuffered = false, interactive = false, version = false;
  Strings rest;  // sys.argv
  std::optional<std::string> refused;
};

CommandLine read_command_line(const Strings& argv) {
  CommandLine line;
  std::size_t at = 1;
  for (; at < argv.size(); ++at) {
    const std::string& word = argv[at];
    if (word == "-" || !word.starts_with('-')) break;
    if (word == "--version" || word == "-V") {
      line.version = true;
      return line;
    }
    for (std::size_t i = 1; i < word.size(); ++i) {
      const char letter = word[i];
      if (letter == 'u') {
        line.unbuffered = true;
      } else if (letter == 'i') {
        line.interactive = true;
      } else if (letter == 'B' || letter == 'E' || letter == 's' ||
                 letter == 'S' || letter == 'I' || letter == 'q') {
        continue;  // Nothing that is modelled depends on these.
      } else if (letter == 'c' || letter == 'm') {
        const bool attached = i + 1 < word.size();
        if (!attached && at + 1 >= argv.size()) {
          line.refused =
              fmt::format("Argument expected for the -{} option", letter);
          return line;
        }
        const std::string value = attached ? word.substr(i + 1) : argv[at + 1];
        at += attached ? 1 : 2;
        (letter == 'c' ? line.has_command : line.has_module) = true;
        (letter == 'c' ? line.command : line.module) = value;
        line.rest = {letter == 'c' ? "-c" : "-m"};
        line.rest.insert(line.rest.end(),
                         argv.begin() + static_cast<std::ptrdiff_t>(at),
                         argv.end());
        return line;
      } else {
        line.refused = letter == 'O' || letter == 'W' || letter == 'X' ||
                               letter == 'v' || letter == 'd' || letter == 'b'
                           ? fmt::format(
                                 "drydock: python: '-{}' is not "
                                 "modelled",
                                 letter)
                           : fmt::format("Unknown option: -{}", letter);
        return line;
      }
    }
  }
  line.rest.assign(argv.begin() + static_cast<std::ptrdiff_t>(at), argv.end());
  if (line.rest.empty()) line.rest.push_back("");
  line.file = line.rest[0] == "-" ? "" : line.rest[0];
  return line;
}

Ref<Module> main_module(Interpreter& py) {
  const Ref<Module> module = py.module("__main__");
  py.set(*module, "__builtins__", py.builtins);
  py.set(*module, "__package__", py.none);
  py.modules->table.set(py.intern("__main__"), module);
  return module;
}

Task<void> run_text(Interpreter& py, Ref<Module> module, std::string text,
                    std::string file) {
  const std::shared_ptr<Code> code = compile(py, text, file, ParseMode::file);
  if (!code) co_return;
  const Value done = co_await py.run_code(code, module->fields, module->fields);
  (void)done;
}

Task<bool> run_file(Interpreter& py, std::string path) {
  kernel::Process& self = py.process();
  const SysResult<Bytes> text = co_await kernel::read_file(self, path);
  if (!text) {
    const std::string name = self.argv().empty() ? "python" : self.argv()[0];
    co_await kernel::complain(
        self, fmt::format("{}: can't open file '{}': [Errno {}] {}\n", name,
                          path, static_cast<int>(text.error()),
                          drydock::text_of(text.error())));
    co_return false;
  }
  const Ref<Module> module = main_module(py);
  py.set(*module, "__file__", py.str(path));
  co_await run_text(py, module, *text, path);
  co_return true;
}

/// -m: the module's file runs as __main__.
Task<int> run_module(Interpreter& py, std::string name) {
  std::string path = replace_all(name, ".", "/");
  const Value search = py.sys_attribute("path");
  for (const Value& each : *sequence_items(search)) {
    const Str* const directory = as<Str>(each);
    if (!directory) continue;
    const std::string base =
        directory->text.empty() ? path : directory->text + "/" + path;
    for (const std::string& file : {base + "/__main__.py", base + ".py"}) {
      if (!py.process().stat(file)) continue;
      const Value argv = py.sys_attribute("argv");
      as<drydock::userland::python::List>(argv)->items[0] = py.str(file);
      const Ref<Module> module = main_module(py);
      py.set(*module, "__file__", py.str(file));
      py.set(*module, "__package__",
             py.str(name.substr(
                 0, name.rfind('.') == name.npos ? 0 : name.rfind('.'))));
      const SysResult<Bytes> text =
          co_await kernel::read_file(py.process(), file);
      if (text) co_await run_text(py, module, *text, file);
      co_return co_await finish_program(py);
    }
  }
  co_await kernel::complain(
      py.process(),
      fmt::format("{}: No module named {}\n", "/usr/local/bin/python3", name));
  co_return 1;
}

// --- The prompt ------------------------------------------------------------

constexpr std::string_view kBanner =
    "Python 3.4.3 (default, Sep 15 2015, 17:41:04) \n"
    "[GCC 4.9.2] on linux\n"
    "Type \"help\", \"copyright\", \"credits\" or \"license\" for more "
    "information.\n";

/// Shows what an expression gave, unless it is None.
Task<bool> show(Interpreter& py, Value value) {
  if (value == py.none) co_return true;
  const auto text = py.repr(value);
  if (!text) co_return false;
  py.builtins->table.set(py.intern("_"), value);
  co_return co_await write_stream(py, "stdout", *text + "\n");
}

/// Whether more lines belong to it: an open bracket, or a block that no empty
/// line has ended.
bool wants_more(Interpreter& py, const std::string& text) {
  const auto code = parse(py, text, "<stdin>", ParseMode::single);
  if (!code) return code.error().unfinished;
  const bool one_line = std::ranges::count(text, '\n') <= 1;
  if ((*code)->body.empty()) return false;
  const StmtKind kind = (*code)->body.back()->kind;
  const bool block = kind == StmtKind::when || kind == StmtKind::loop_while ||
                     kind == StmtKind::loop_for || kind == StmtKind::guard ||
                     kind == StmtKind::with || kind == StmtKind::function ||
                     kind == StmtKind::type;
  return block && (one_line || !text.ends_with("\n\n"));
}

/// Runs one statement of the prompt.
Task<void> run_single(Interpreter& py, Ref<Module> module, std::string text) {
  const std::shared_ptr<Code> code =
      compile(py, text, "<stdin>", ParseMode::single);
  if (!code) co_return;
  Frame frame;
  frame.code = code.get();
  frame.globals = frame.names = module->fields;
  frame.back = std::exchange(py.frame, &frame);
  Flow flow = Flow::next;
  for (const StmtRef& stmt : code->body) {
    frame.line = stmt->line;
    if (stmt->kind != StmtKind::expression) {
      Block one;
      flow = co_await execute_block(py, frame, code->body);
      break;
    }
    const Value value = co_await eval(py, frame, *stmt->a);
    if (!value) flow = Flow::raised;
    if (flow == Flow::raised) break;
    const bool shown = co_await show(py, value);
    if (!shown) break;
  }
  py.frame = frame.back;
  if (flow == Flow::raised) py.note(frame);
  // Functions keep their bodies; the code of the line lives as long.
  py.keep(code);
}

/// A line of standard input after a prompt; null: the end, or raised.
Task<Value> prompted_line(Interpreter& py, std::string prompt) {
  const bool written = co_await write_stream(py, "stdout", prompt);
  if (!written) co_return nullptr;
  const bool flushed = co_await flush_streams(py);
  if (!flushed) co_return nullptr;
  const Value in = py.sys_attribute("__stdin__");
  const Value line = co_await read_line_of(py, Ref<File>(as<File>(in)));
  if (!line || as<Str>(line)->text.empty()) co_return nullptr;
  co_return line;
}

Task<int> run_prompt(Interpreter& py, Ref<Module> module) {
  co_await kernel::complain(py.process(), std::string(kBanner));
  for (;;) {
    std::string text;
    bool interrupted = false, ended = false;
    do {
      const std::string prompt = text.empty() ? ">>> " : "... ";
      const Value line = co_await prompted_line(py, prompt);
      interrupted = !line && py.raised_is("KeyboardInterrupt");
      ended = !line && !interrupted;
      if (!line) break;
      text += as<Str>(line)->text;
    } while (wants_more(py, text));
    if (interrupted) {
      py.raised = nullptr;
      co_await write_stream(py, "stdout", "\nKeyboardInterrupt\n");
      continue;
    }
    if (ended && text.empty()) {
      co_await write_stream(py, "stdout", "\n");
      co_return co_await finish_program(py);
    }
    co_await run_single(py, module, text);
    if (!py.raised) continue;
    if (py.raised_is("SystemExit")) co_return co_await finish_program(py);
    const Ref<Exception> what = std::exchange(py.raised, nullptr);
    const bool flushed = co_await flush_streams(py);
    (void)flushed;
    const std::string shown = co_await format_traceback(py, what);
    co_await kernel::complain(py.process(), shown);
  }
}

Task<int> run_stdin(Interpreter& py) {
  const Ref<Module> module = main_module(py);
  if (py.process().isatty(kernel::kStdin)) {
    co_return co_await run_prompt(py, module);
  }
  const SysResult<Bytes> text =
      co_await kernel::read_to_end(py.process(), kernel::kStdin);
  if (text) co_await run_text(py, module, *text, "<stdin>");
  co_return co_await finish_program(py);
}

std::string directory_of(kernel::Process& self, const std::string& file) {
  const SysResult<std::string> real = self.realpath(file);
  const std::string path = real ? *real : file;
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? ""
                            : path.substr(0, std::max<std::size_t>(1, slash));
}

Strings search_path(kernel::Process& self, const CommandLine& line) {
  Strings path;
  const bool script =
      !line.has_command && !line.has_module && !line.file.empty();
  path.push_back(script ? directory_of(self, line.file) : "");
  for (const std::string& each :
       split(self.getenv("PYTHONPATH").value_or(""), ':')) {
    if (!each.empty()) path.push_back(each);
  }
  for (const char* const each :
       {"/usr/local/lib/python3.4", "/usr/local/lib/python3.4/site-packages"}) {
    path.emplace_back(each);
  }
  return path;
}

}  // namespace

void begin(Interpreter& py, const Strings& arguments, const Strings& path,
           bool unbuffered) {
  kernel::Process& self = py.process();
  (void)self.sigaction(kernel::kSigPipe, kernel::Disposition::ignore);
  if (self.disposition(kernel::kSigInt) != kernel::Disposition::ignore) {
    (void)self.sigaction(kernel::kSigInt, kernel::Disposition::caught);
  }
  make_sys_module(py, arguments, path, unbuffered);
}

Task<int> finish_program(Interpreter& py) {
  if (py.exit_status) co_return *py.exit_status;  // os._exit: nothing more.
  const Ref<Exception> what = std::exchange(py.raised, nullptr);
  int status = 0;
  std::string last;
  if (what && what->type->is_subtype_of(py.exception_type("SystemExit"))) {
    const Value code = what->arguments.empty() ? py.none : what->arguments[0];
    if (const Int* const number = as<Int>(code)) {
      status = static_cast<int>(number->number & 0xff);
    } else if (!(code == py.none)) {
      last = py.str_of(code).value_or("") + "\n";
      status = 1;
    }
  } else if (what) {
    last = co_await format_traceback(py, what);
    status = 1;
  }
  const bool flushed = co_await flush_streams(py);
  if (!flushed && status == 0) status = 1;
  if (!last.empty()) co_await kernel::complain(py.process(), last);
  if (what &&
      what->type->is_subtype_of(py.exception_type("KeyboardInterrupt"))) {
    // As the shell wants to see it: ended by the signal itself.
    (void)py.process().sigaction(kernel::kSigInt,
                                 kernel::Disposition::standard);
    (void)co_await py.process().kill(py.process().getpid(), kernel::kSigInt);
    co_return 1;
  }
  co_return status;
}

Task<int> python_main(kernel::Process& self) {
  const CommandLine line = read_command_line(self.argv());
  if (line.version) {
    const std::string text = fmt::format("Python {}\n", kVersion);
    co_await kernel::print(self, text);
    co_return 0;
  }
  const std::string name = self.argv().empty() ? "python" : self.argv()[0];
  if (line.refused) {
    const std::string text =
        *line.refused + "\n" + fmt::format(fmt::runtime(kUsage), name);
    co_await kernel::complain(self, text);
    co_return 2;
  }
  Interpreter py(self);
  const bool unbuffered =
      line.unbuffered || !self.getenv("PYTHONUNBUFFERED").value_or("").empty();
  begin(py, line.rest, search_path(self, line), unbuffered);
  if (line.has_module) co_return co_await run_module(py, line.module);
  if (line.has_command) {
    const Ref<Module> module = main_module(py);
    co_await run_text(py, module, line.command, "<string>");
    co_return co_await finish_program(py);
  }
  if (line.file.empty()) co_return co_await run_stdin(py);
  const bool found = co_await run_file(py, line.file);
  if (!found) co_return 2;
  co_return co_await finish_program(py);
}

}  // namespace drydock::userland::python
