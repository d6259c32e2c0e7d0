// program.h — from libseccomp's rules to bytes that seccomp(2) takes.

#pragma once

#include <seccomp.h>

#include <memory>
#include <string>

#include "sim/base/result.h"

namespace drydock::realmode {

struct ReleaseFilter {
  void operator()(void* filter) const { ::seccomp_release(filter); }
};
using SeccompRules = std::unique_ptr<void, ReleaseFilter>;

Result<std::string> export_program(const SeccompRules& rules);

}  // namespace drydock::realmode
