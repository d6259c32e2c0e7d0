// download.h — a blob on its way here: into a file without a name, begun again
// where it broke off, and believed when its digest is right.

#pragma once

#include <functional>
#include <string>

#include "realmode/layers/digest.h"
#include "realmode/registry/session.h"
#include "realmode/sys/fd.h"
#include "sim/base/wait.h"
#include "sim/engine/backend.h"

namespace drydock::realmode {

struct WantedBlob {
  std::string host, repository, digest;
  std::int64_t size = 0;  // As the manifest has it; 0: nobody knows.
  engine::RegistryAuth auth;
};

class Download {
 public:
  /// `folder`: on the file system that it is to lie on.
  Download(Session& session, std::string folder, WantedBlob wanted,
           engine::BlobSink told)
      : session_(session),
        folder_(std::move(folder)),
        wanted_(std::move(wanted)),
        told_(std::move(told)) {}

  /// Brings it here, or says why it could not be.  Once.
  Task<engine::RegistryResult<sys::Fd>> run();
  void tell(engine::BlobStep::Kind kind, std::int64_t current = 0) const;

 private:
  Task<engine::RegistryResult<std::monostate>> attempt();
  Outcome open_file();
  /// Where the answer begins; an error when it is not what was asked for.
  engine::RegistryResult<std::monostate> accept(const HttpHead& head);
  void tell_some();

  Session& session_;
  std::string folder_;
  WantedBlob wanted_;
  engine::BlobSink told_;
  sys::Fd file_;
  std::int64_t here_ = 0, total_ = 0;
  Sha256Sum sum_;
  Time told_at_;
};

/// "sha256:" and 64 digits, small: nothing else becomes a part of a URL.
bool is_digest(std::string_view text);

}  // namespace drydock::realmode
