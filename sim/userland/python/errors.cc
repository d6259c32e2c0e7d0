// errors.cc — exceptions: raising them, and what is shown when nobody catches
// one.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/running.h"

namespace drydock::userland::python {

/// The class of OSError that errno(3) stands for: PEP 3151.
std::string_view os_error_class(Errno error) {
  switch (error) {
    case Errno::enoent:
      return "FileNotFoundError";
    case Errno::eexist:
      return "FileExistsError";
    case Errno::eacces:
    case Errno::eperm:
      return "PermissionError";
    case Errno::eisdir:
      return "IsADirectoryError";
    case Errno::enotdir:
      return "NotADirectoryError";
    case Errno::econnrefused:
      return "ConnectionRefusedError";
    case Errno::econnreset:
      return "ConnectionResetError";
    case Errno::econnaborted:
      return "ConnectionAbortedError";
    case Errno::epipe:
      return "BrokenPipeError";
    case Errno::eagain:
      return "BlockingIOError";
    case Errno::echild:
      return "ChildProcessError";
    case Errno::esrch:
      return "ProcessLookupError";
    case Errno::etimedout:
      return "TimeoutError";
    case Errno::eintr:
      return "InterruptedError";
    default:
      return "OSError";
  }
}

Ref<Exception> Interpreter::make_exception(Type& type, Values arguments) {
  const Ref<Exception> exception = heap.make<Exception>(&type);
  exception->arguments = std::move(arguments);
  return exception;
}

Type* Interpreter::exception_type(std::string_view name) const {
  const auto found = exceptions_.find(name);
  return found == exceptions_.end() ? types.exception.get()
                                    : found->second.get();
}

void Interpreter::define_exception(std::string_view name, Ref<Type> type) {
  exceptions_[std::string(name)] = std::move(type);
}

std::nullptr_t Interpreter::raise(std::string_view type,
                                  std::string_view message) {
  Values arguments;
  if (!message.empty()) arguments.push_back(str(message));
  return raise(make_exception(*exception_type(type), std::move(arguments)));
}

std::nullptr_t Interpreter::raise(Ref<Exception> exception) {
  for (const Frame* each = frame; each; each = each->back) {
    if (!each->handling) continue;
    // What was being handled is told first; never in a circle.
    bool circle = false;
    for (const Exception* link = each->handling.get(); link;
         link = as<Exception>(link->context)) {
      circle = circle || link == exception.get();
    }
    if (!circle && !exception->context) exception->context = each->handling;
    break;
  }
  raised = std::move(exception);
  return nullptr;
}

std::nullptr_t Interpreter::raise_os(Errno error, std::string_view file) {
  const Value number = integer(static_cast<std::int64_t>(error));
  const Value text = str(text_of(error));
  const Ref<Exception> exception =
      make_exception(*exception_type(os_error_class(error)), {number, text});
  set(*exception, "errno", number);
  set(*exception, "strerror", text);
  set(*exception, "filename", file.empty() ? none : str(file));
  return raise(exception);
}

std::nullptr_t Interpreter::refuse(std::string_view what) {
  return raise("NotImplementedError",
               fmt::format("drydock: python: {} is not modelled", what));
}

std::nullptr_t Interpreter::out_of_memory() { return raise("MemoryError", ""); }

bool Interpreter::raised_is(std::string_view type) const {
  return raised && raised->type->is_subtype_of(exception_type(type));
}

void Interpreter::note(const Frame& where) const {
  if (!raised || raised->noted_in == &where) return;
  // Python's own limit of what is shown is the depth of recursion.
  if (raised->trace.size() < 2000) {
    raised->trace.push_back({where.code->file, where.code->name, where.line});
  }
  raised->noted_in = &where;
}

// --- What is shown ---------------------------------------------------------

namespace {

/// linecache: the lines of the files that tracebacks name.
class Sources {
 public:
  explicit Sources(Interpreter& py) : py_(py) {}

  Task<std::string> line(std::string file, int number) {
    if (!files_.contains(file)) {
      Strings lines;
      if (!file.starts_with('<')) {
        const SysResult<Bytes> text =
            co_await kernel::read_file(py_.process(), file);
        if (text) lines = split(*text, '\n');
      }
      files_[file] = std::move(lines);
    }
    const Strings& lines = files_[file];
    if (number < 1 || number > static_cast<int>(lines.size())) co_return "";
    co_return std::string(trim(lines[static_cast<std::size_t>(number - 1)]));
  }

 private:
  Interpreter& py_;
  std::map<std::string, Strings> files_;
};

std::string last_line(Interpreter& py, const Ref<Exception>& exception) {
  std::string name = exception->type->name;
  const Value* const module =
      exception->type->fields && !exception->type->built_in
          ? exception->type->fields->table.find(py.intern("__module__").get())
          : nullptr;
  const Str* const where = module ? as<Str>(*module) : nullptr;
  if (where && where->text != "builtins") name = where->text + "." + name;
  const auto text = py.str_of(exception);
  if (!text) {
    py.raised = nullptr;
    return name + ": <exception str() failed>\n";
  }
  return text->empty() ? name + "\n" : fmt::format("{}: {}\n", name, *text);
}

/// "  File ..., line N" and the caret of a SyntaxError.
std::string syntax_lines(Interpreter& py, const Exception& exception) {
  const auto field = [&](std::string_view name) -> Value {
    if (!exception.fields) return nullptr;
    const Value* const found =
        exception.fields->table.find(py.intern(name).get());
    return found ? *found : Value();
  };
  const Str* const file = as<Str>(field("filename"));
  const Int* const line = as<Int>(field("lineno"));
  if (!file || !line) return "";
  std::string out =
      fmt::format("  File \"{}\", line {}\n", file->text, line->number);
  const Str* const text = as<Str>(field("text"));
  if (!text || text->text.empty()) return out;
  const std::string_view stripped = trim(text->text);
  out += fmt::format("    {}\n", stripped);
  const Int* const offset = as<Int>(field("offset"));
  if (!offset) return out;
  const auto lead = static_cast<std::int64_t>(text->text.find(stripped));
  const std::int64_t at = std::max<std::int64_t>(0, offset->number - 1 - lead);
  out += "    " + std::string(static_cast<std::size_t>(at), ' ') + "^\n";
  return out;
}

Task<std::string> one_traceback(Interpreter& py, Sources& sources,
                                Ref<Exception> exception) {
  std::string out;
  if (!exception->trace.empty()) out += "Traceback (most recent call last):\n";
  for (std::size_t i = exception->trace.size(); i-- > 0;) {
    const TraceEntry& entry = exception->trace[i];
    out += fmt::format("  File \"{}\", line {}, in {}\n", entry.file,
                       entry.line, entry.function);
    const std::string source = co_await sources.line(entry.file, entry.line);
    if (!source.empty()) out += fmt::format("    {}\n", source);
  }
  if (exception->type->is_subtype_of(py.exception_type("SyntaxError"))) {
    out += syntax_lines(py, *exception);
  }
  out += last_line(py, exception);
  co_return out;
}

}  // namespace

Task<std::string> format_traceback(Interpreter& py, Ref<Exception> exception) {
  constexpr std::string_view kCause =
      "\nThe above exception was the direct cause of the following "
      "exception:\n\n";
  constexpr std::string_view kContext =
      "\nDuring handling of the above exception, another exception "
      "occurred:\n\n";
  Sources sources(py);
  std::vector<std::pair<Ref<Exception>, std::string_view>> chain;
  for (Ref<Exception> each = exception; each && chain.size() < 50;) {
    Exception* before = as<Exception>(each->cause);
    std::string_view words = kCause;
    if (!before && !each->suppress_context) {
      before = as<Exception>(each->context);
      words = kContext;
    }
    chain.emplace_back(each, before ? words : std::string_view());
    each = before ? Ref<Exception>(before) : nullptr;
  }
  std::string out;
  for (std::size_t i = chain.size(); i-- > 0;) {
    if (i + 1 < chain.size()) out += chain[i].second;
    const std::string part =
        co_await one_traceback(py, sources, chain[i].first);
    out += part;
  }
  co_return out;
}

}  // namespace drydock::userland::python
