// far_lab.h — this machine as the recording's host was: /lab, /images, a
// docker 20.10 that is ours, and nothing to break (realmode/front/apart.h).

#pragma once

#include <string>

#include "realmode/sys/fd.h"
#include "tests/conformance/compare.h"

namespace drydock::realmode {

class FarLab {
 public:
  FarLab();
  FarLab(const FarLab&) = delete;
  ~FarLab();

  /// Empty, or why there is no such lab on this machine.
  const std::string& trouble() const { return trouble_; }
  /// `bash -c COMMAND` in /lab, with nothing on standard input.  One that
  /// takes longer than a minute is killed, and says so.
  conformance::Outputs run(const std::string& command);
  /// Debian's docker-registry at localhost:5000, with what the recording's had
  /// been sent before.  False where this machine has none.
  bool open_registry();
  /// What is left when all containers and the daemon have gone.
  std::string clean_up();

 private:
  /// Becomes the process that keeps the lab while others come and go.
  [[noreturn]] void hold(int ready);
  [[noreturn]] void become(const std::string& command, int out, int err);

  sys::Fd holder_;  // A pidfd.
  pid_t pid_ = 0;
  std::string trouble_;
};

}  // namespace drydock::realmode
