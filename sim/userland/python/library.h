// library.h — the modules and packages that are written in Python themselves.
//
// lib/ is the standard library, packages/NAME-VERSION/ is what pip can install;
// both are compiled in as texts, and are real files where they are installed.

#pragma once

#include <string_view>
#include <vector>

namespace drydock::userland::python {

struct LibraryFile {
  std::string_view path;  // "lib/os.py"
  std::string_view text;
};

const std::vector<LibraryFile>& library_files();

}  // namespace drydock::userland::python
