// fault.h — doors to the kernel that can be made to fail, one by one.
//
// Every call that changes the world stands behind a Door.  As a rule a door is
// open and costs a look at one number.  DRYDOCK_FAULT="ROLE:N:WHAT" counts the
// doors of one kind of process (client, daemon, shim, child) and lets something
// happen at the N-th:
//
//     kill        SIGKILL before the call
//     kill-after  SIGKILL after it
//     ENOSPC, EIO, ENOMEM   the call is not made; it fails so
//     trace=FILE  nothing; FILE gets a line for each door
//
// A test that walks N from 1 to the count has tried every one.

#pragma once

#include <string_view>

namespace drydock::sys {

/// Which kind of process this is; a shim's child becomes "child" after clone.
/// Reads DRYDOCK_FAULT: call it once, before any door.
void take_role(std::string_view role);
/// The same, for a process that has no environment: the value comes otherwise.
void take_role(std::string_view role, std::string_view fault);
/// What DRYDOCK_FAULT says, to be handed on; "" as a rule.
std::string_view fault_spec();

/// One pass through a door, for the length of a call.
class Door {
 public:
  /// `call`: for the trace.
  explicit Door(const char* call);
  Door(const Door&) = delete;
  ~Door();

  /// False: the call is not to be made; errno says why.
  explicit operator bool() const { return open_; }

 private:
  bool open_ = true;
  int killed_ = 0;  // This process, when the call is done.
};

}  // namespace drydock::sys
