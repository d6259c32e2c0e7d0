// tables.h — the tables of built-in functions and methods, by their files.

#pragma once

#include "sim/userland/python/interpreter.h"

namespace drydock::userland::python {

void add_builtin_functions(Interpreter& py);    // builtins.cc
void add_more_functions(Interpreter& py);       // builtins_code.cc
void add_iteration_functions(Interpreter& py);  // builtins_iterate.cc
void add_object_methods(Interpreter& py);       // types_object.cc
void add_exception_methods(Interpreter& py);    // types_exception.cc
void add_number_methods(Interpreter& py);       // types_number.cc
void add_str_methods(Interpreter& py);          // types_str.cc
void add_str_tests(Interpreter& py);            // types_str_case.cc
void add_bytes_methods(Interpreter& py);        // types_bytes.cc
void add_list_methods(Interpreter& py);         // types_list.cc
void add_dict_methods(Interpreter& py);         // types_dict.cc
void add_set_methods(Interpreter& py);          // types_set.cc
void add_file_methods(Interpreter& py);         // file.cc
void add_native_modules(Interpreter& py);       // modules.cc

}  // namespace drydock::userland::python
