// canonical.h — canonicalize_file_name(3) with its three degrees of trust.

#pragma once

#include <string>

#include "sim/kernel/process.h"

namespace drydock::userland {

enum class MustExist { all, all_but_last, nothing };  // -e, -f, -m

/// The path without symlinks, "." and "..".
SysResult<std::string> canonical_path(kernel::Process& self,
                                      const std::string& path,
                                      MustExist must_exist);

}  // namespace drydock::userland
