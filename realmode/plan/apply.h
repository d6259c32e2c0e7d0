// apply.h — carrying out a plan, in the process that becomes the container.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "realmode/plan/step.h"
#include "realmode/sys/capabilities.h"
#include "realmode/sys/fd.h"

namespace drydock::realmode {

using Faulty = Result<std::monostate, engine::StartFault>;

/// What the steps so far have found, for those that follow.
struct Stage {
  int daemon = -1;  // The shim's end: for "wait" and the terminal's master.
  /// pidfds of who is joined: their numbers mean nothing here.
  const std::map<std::int64_t, sys::Fd>* peers = nullptr;
  std::map<std::string, sys::Fd> sources;  // By slot.
  sys::Fd root;                            // The overlay, until it is entered.
  sys::Fd nothing;  // An empty, read-only folder that hides others.
  bool has_terminal = false;
  bool has_init = false;

  // Who it will be.
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  std::string home = "/";
  List environment;
  std::string working_directory = "/";
  sys::CapabilitySet capabilities = 0;
};

/// Applies the step; the last one, `execute`, does not return when it works.
Faulty apply(Stage& stage, const Step& step);

/// Who USER is, looked up in /etc/passwd and /etc/group of the present root;
/// fills uid, gid, groups and home.
Outcome look_up_user(Stage& stage, const std::string& user, const List& groups);

}  // namespace drydock::realmode
