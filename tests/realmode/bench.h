// bench.h — a folder of its own for each test, and why a test is skipped.

#pragma once

#include <cstdlib>
#include <string>

#include <catch2/catch.hpp>

#include "realmode/probe/probe.h"
#include "realmode/sys/files.h"

namespace drydock::realmode {

/// A folder that goes with its owner.
class Scratch {
 public:
  Scratch() {
    std::string name = "/tmp/drydock-test-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  Scratch(const Scratch&) = delete;
  ~Scratch() { (void)sys::remove_tree(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// True, with the reason on the report, when this machine cannot run
/// containers.
inline bool skipped() {
  static const std::string why = obstacle(probe());
  if (!why.empty()) WARN("skipped: " << why);
  return !why.empty();
}

}  // namespace drydock::realmode
