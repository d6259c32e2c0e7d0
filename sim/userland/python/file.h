// file.h — file objects: open(), sys.stdout and its kin.

#pragma once

#include <string>

#include "sim/userland/python/interpreter.h"

namespace drydock::userland::python {

/// Text or binary over one descriptor, buffered on both sides.
struct File final : Object {
  File(Type* of, kernel::Fd number) : Object(of), fd(number) {}
  kernel::Fd fd;
  std::string name, mode = "r";
  bool binary = false, readable = true, writable = false;
  bool line_buffered = false, unbuffered = false, closed = false;
  bool owns = true;  // Whether closing it closes the descriptor.
  std::string out;   // Not written yet.
  std::string in;    // Read and not asked for yet.
  std::size_t at = 0;
  bool end = false;
};
template <>
inline constexpr Layout kLayoutOf<File> = Layout::file;

Ref<File> make_file(Interpreter& py, kernel::Fd fd, std::string name,
                    std::string mode);

/// False: raised.
Task<bool> write_file(Interpreter& py, Ref<File> file, std::string bytes);
Task<bool> flush_file(Interpreter& py, Ref<File> file);
/// A str or bytes with its newline; empty at the end.
Task<Value> read_line_of(Interpreter& py, Ref<File> file);
Task<Value> open_file(Interpreter& py, std::string path, std::string mode);

}  // namespace drydock::userland::python
