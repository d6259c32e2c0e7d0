// build.h — `docker build`: a Dockerfile and a context become an image.

#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/base/stream.h"
#include "sim/base/task.h"
#include "sim/engine/engine.h"

namespace drydock::builder {

/// Where ADD gets what a URL names.
class Downloads {
 public:
  virtual ~Downloads() = default;

  struct File {
    Bytes content;
    std::optional<Time> modified;  // As the server says.
  };
  /// Errors are net/http's: "Get http://x: dial tcp ...".
  virtual Task<Result<File>> get(std::string url) = 0;
};

/// The flags of `docker build` that the engine minds.
struct BuildRequest {
  List tags;                              // -t, checked by the client.
  std::string dockerfile = "Dockerfile";  // -f, relative to the context.
  bool no_cache = false, pull = false, quiet = false;
  bool remove = true, force_remove = false;  // --rm, --force-rm
  engine::StringMap build_args;              // --build-arg (20.10)
  engine::StringMap labels;                  // --label (20.10)
  std::string target;                        // --target (20.10)
  bool squash = false;                       // --squash: experimental.
  engine::HostConfig host;  // Of RUN's containers: limits, network, hosts.
  engine::RegistryAuth auth;
  Downloads* downloads = nullptr;  // Null: nothing beyond this host.
};

/// Where the build tells of its steps: the client's standard output.  What
/// RUN writes to standard error comes between ESC[91m and ESC[0m.
class BuildOutput {
 public:
  virtual ~BuildOutput() = default;
  virtual Task<Outcome> write(std::string text) = 0;
};

struct BuildResult {
  std::string image_id;  // 64 digits.
};

/// Builds; all that succeeded stays, whatever becomes of the rest.
///
/// A fault's exit code is the client's.  When nothing was written before it,
/// the client puts "Error response from daemon: " before its text, else it
/// prints the text alone (behaviour.md §6.2).
Task<engine::Answer<BuildResult>> build(engine::Engine& engine,
                                        BuildRequest request,
                                        ByteSource& context_tar,
                                        BuildOutput& output);

}  // namespace drydock::builder
