// programs.cc — the table of the Python world's programs, by id.

#include "sim/userland/python/programs.h"

#include "sim/userland/programs.h"

namespace drydock::userland {

std::span<const ProgramRow> python_programs() {
  static constexpr ProgramRow kRows[] = {
      {"pip/pip", python::pip_main},
      {"python/python3", python::python_main},
      {"uwsgi/uwsgi", uwsgi_main},
  };
  return kRows;
}

}  // namespace drydock::userland
