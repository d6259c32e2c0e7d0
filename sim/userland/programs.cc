// programs.cc — looks a program up in the tables of its authors.

#include "sim/userland/programs.h"

#include <algorithm>
#include <array>

namespace drydock::userland {

namespace {

std::array<std::span<const ProgramRow>, 6> tables() {
  return {system_programs(), text_programs(),    shell_programs(),
          net_programs(),    service_programs(), python_programs()};
}

class Programs final : public kernel::ProgramTable {
 public:
  kernel::Program find(std::string_view id) const override {
    for (const std::span<const ProgramRow> table : tables()) {
      const auto row = std::ranges::lower_bound(table, id, {}, &ProgramRow::id);
      if (row != table.end() && row->id == id) return row->main;
    }
    return nullptr;
  }
};

}  // namespace

const kernel::ProgramTable& programs() {
  static const Programs table;
  return table;
}

std::vector<std::string_view> program_ids(std::string_view family) {
  std::vector<std::string_view> ids;
  for (const std::span<const ProgramRow> table : tables()) {
    for (const ProgramRow& row : table) {
      const std::string_view of = row.id.substr(0, row.id.find('/'));
      if (family.empty() || of == family) ids.push_back(row.id);
    }
  }
  std::ranges::stable_sort(ids);
  return ids;
}

}  // namespace drydock::userland
