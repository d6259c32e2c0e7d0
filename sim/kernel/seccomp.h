// seccomp.h — seccomp(2): which system calls a process may not make.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sim/base/errno.h"

namespace drydock::kernel {

/// A filter over the calls that are modelled, by their x86-64 names.
struct SeccompFilter {
  struct Rule {
    enum class Action { allow, refuse, kill };  // SCMP_ACT_ALLOW, _ERRNO, _KILL
    Action action = Action::allow;
    Errno error = Errno::eperm;
  };
  Rule otherwise;
  std::map<std::string, Rule, std::less<>> calls;

  const Rule& of(std::string_view call) const {
    const auto rule = calls.find(call);
    return rule == calls.end() ? otherwise : rule->second;
  }
};
using SeccompRef = std::shared_ptr<const SeccompFilter>;

}  // namespace drydock::kernel
