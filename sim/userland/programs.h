// programs.h — which programs this build models, by id.
//
// An id is FAMILY/NAME: "gnu/ls", "busybox/ls", "procps/ps".  The family is the
// flavour in which a program speaks; one coroutine may serve several.  Each
// author keeps a table of rows, sorted by id, one row a line.

#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "sim/kernel/process.h"
#include "sim/kernel/program.h"

namespace drydock::userland {

/// One program: its id and its main().
struct ProgramRow {
  std::string_view id;
  Task<int> (*main)(kernel::Process&);
};

std::span<const ProgramRow> system_programs();   // system_programs.cc
std::span<const ProgramRow> text_programs();     // text/programs.cc
std::span<const ProgramRow> shell_programs();    // sh/programs.cc
std::span<const ProgramRow> net_programs();      // net/programs.cc
std::span<const ProgramRow> service_programs();  // services/programs.cc
std::span<const ProgramRow> python_programs();   // python/programs.cc

/// The table that the kernel asks.
const kernel::ProgramTable& programs();

/// Every id of a family, sorted; of all families when it is empty.
std::vector<std::string_view> program_ids(std::string_view family = "");

}  // namespace drydock::userland
