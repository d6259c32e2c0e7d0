// upload.h — a blob on its way to a registry.

#pragma once

#include <optional>
#include <string>

#include "realmode/registry/gzip_source.h"
#include "realmode/registry/session.h"
#include "realmode/registry/spool.h"

namespace drydock::realmode {

struct UploadTarget {
  std::string host, repository;
  engine::RegistryAuth auth;
};

/// Where an upload goes on.
struct UploadPlace {
  Url url;
  Endpoint endpoint;
};

/// A layer, packed as it goes: POST, PATCH, and PUT with the digest that has
/// come out meanwhile.  When the line breaks, the registry is asked how much it
/// has and gets the rest; one that knows nothing any more gets all of it again.
class Upload {
 public:
  /// `folder`: for what may have to be sent again.
  Upload(Session& session, UploadTarget target, GzipSource& packed,
         std::string folder)
      : session_(session),
        target_(std::move(target)),
        packed_(packed),
        spool_(packed, std::move(folder)) {}

  /// The blob's digest.
  Task<engine::RegistryResult<std::string>> run();

 private:
  using Step = engine::RegistryResult<std::monostate>;

  Task<Step> attempt();
  Task<Step> ask_how_far();
  Task<Step> send_again();
  Task<Step> send_fresh();
  Task<engine::RegistryResult<bool>> is_there();
  Step go_on_at(const HttpHead& head);

  Session& session_;
  UploadTarget target_;
  GzipSource& packed_;
  Spool spool_;
  std::optional<UploadPlace> place_;
  bool begun_ = false;      // Somebody has answered once.
  std::int64_t there_ = 0;  // Bytes that the registry has.
  std::string digest_;      // Once all is packed.
};

/// A blob at once: POST, and PUT with all of it.
Task<engine::RegistryResult<std::monostate>> upload_whole(Session& session,
                                                          UploadTarget target,
                                                          std::string digest,
                                                          Bytes blob);

/// Has the registry link what another repository of its own has.  False: an
/// upload was begun instead, and has been called off.
Task<engine::RegistryResult<bool>> mount(Session& session, UploadTarget target,
                                         std::string from, std::string digest);

}  // namespace drydock::realmode
