// package_tools.h — the mains of the package tools and of what they bring.

#pragma once

#include "sim/kernel/process.h"

namespace drydock::userland {

// clang-format off
Task<int> apk_main(kernel::Process& self);
Task<int> apt_main(kernel::Process& self);
Task<int> apt_cache_main(kernel::Process& self);
Task<int> apt_get_main(kernel::Process& self);
Task<int> apt_key_main(kernel::Process& self);
Task<int> cowsay_main(kernel::Process& self);
Task<int> dpkg_main(kernel::Process& self);
Task<int> dpkg_query_main(kernel::Process& self);
Task<int> fortune_main(kernel::Process& self);
// clang-format on

}  // namespace drydock::userland
