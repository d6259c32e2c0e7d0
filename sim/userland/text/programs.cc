// text/programs.cc — the table of the text tools and package tools, by id.

#include "sim/userland/programs.h"

#include "sim/userland/packages/package_tools.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

std::span<const ProgramRow> text_programs() {
  // clang-format off
  static constexpr ProgramRow kRows[] = {
      {"apt/apt",          apt_main},
      {"apt/apt-cache",    apt_cache_main},
      {"apt/apt-get",      apt_get_main},
      {"apt/apt-key",      apt_key_main},
      {"busybox/egrep",    grep_main},
      {"busybox/fgrep",    grep_main},
      {"busybox/grep",     grep_main},
      {"busybox/sed",      sed_main},
      {"dpkg/dpkg",        dpkg_main},
      {"dpkg/dpkg-query",  dpkg_query_main},
      {"games/cowsay",     cowsay_main},
      {"games/cowthink",   cowsay_main},
      {"games/fortune",    fortune_main},
      {"gnu/egrep",        grep_main},
      {"gnu/fgrep",        grep_main},
      {"gnu/grep",         grep_main},
      {"gnu/sed",          sed_main},
  };
  // clang-format on
  return kRows;
}

}  // namespace drydock::userland
