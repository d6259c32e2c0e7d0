// running.h — running a program: its text, its end, its tracebacks.

#pragma once

#include <string>

#include "sim/userland/python/interpreter.h"
#include "sim/userland/python/parser.h"

namespace drydock::userland::python {

/// What is printed for an exception that nobody caught.
Task<std::string> format_traceback(Interpreter& py, Ref<Exception> exception);

/// Parses; null, with a SyntaxError set, when it is no Python.
std::shared_ptr<Code> compile(Interpreter& py, const std::string& text,
                              const std::string& file, ParseMode mode);
std::nullptr_t raise_syntax(Interpreter& py, const SyntaxFault& fault,
                            const std::string& text, const std::string& file);

/// After a program has ended: SystemExit's status, or the traceback on
/// standard error; the streams are flushed.
Task<int> finish_program(Interpreter& py);

/// print() of a text to sys.stdout or sys.stderr; false: raised.
Task<bool> write_stream(Interpreter& py, std::string stream, std::string text);
Task<bool> flush_streams(Interpreter& py);

}  // namespace drydock::userland::python
