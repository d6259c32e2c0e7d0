// trace.h — the calls that a process has made, written as strace writes them.
//
// --explain shows them.  As a rule nobody listens, and a call costs a look at
// one pointer more.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace drydock::sys {

/// Who takes down the calls of this process; null: nobody.
inline std::vector<std::string>* listener = nullptr;

/// A call that was made and has not failed.
template <typename... Args>
void note(fmt::format_string<Args...> call, Args&&... args) {
  if (!listener) return;
  listener->push_back(fmt::format(call, std::forward<Args>(args)...));
}

}  // namespace drydock::sys
