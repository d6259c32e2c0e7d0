// modules.h — the modules that are written in C++, and what they share.

#pragma once

#include <string>

#include "sim/userland/python/interpreter.h"

namespace drydock::userland::python {

Value make_time_module(Interpreter& py);    // module_time.cc
Value make_math_module(Interpreter& py);    // module_math.cc
Value make_posix_module(Interpreter& py);   // module_posix.cc
Value make_signal_module(Interpreter& py);  // module_signal.cc
Value make_hash_module(Interpreter& py);    // module_hash.cc
Value make_random_module(Interpreter& py);  // module_random.cc
Value make_re_module(Interpreter& py);      // module_re.cc
Value make_socket_module(Interpreter& py);  // module_socket.cc

/// The sys module, with its streams, before anything else runs.
void make_sys_module(Interpreter& py, const Strings& arguments,
                     const Strings& path, bool unbuffered);

/// A module of these functions.
Ref<Module> module_of(Interpreter& py, std::string_view name,
                      std::span<const NativeRow> rows);

/// The i-th argument as a text, an int, a number; false or null: raised.
const std::string* text_of(NativeCall& call, std::size_t i);
std::optional<double> number_of(NativeCall& call, std::size_t i);

/// "3.4.3 (default, ...)": what -V and sys.version say.
inline constexpr std::string_view kVersion = "3.4.3";
inline constexpr std::string_view kVersionLine =
    "3.4.3 (default, Sep 15 2015, 17:41:04) \n[GCC 4.9.2]";

}  // namespace drydock::userland::python
