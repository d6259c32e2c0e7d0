// upload.h — a blob on its way to a registry.

#pragma once

#include <string>

#include "realmode/registry/gzip_source.h"
#include "realmode/registry/session.h"

namespace drydock::realmode {

struct UploadTarget {
  std::string host, repository;
  engine::RegistryAuth auth;
};

/// In chunks, packed as it goes: POST, PATCH, and PUT with the digest that has
/// come out meanwhile.  What was sent is told by `packed`.
Task<engine::RegistryResult<std::monostate>> upload_stream(Session& session,
                                                           UploadTarget target,
                                                           GzipSource& packed,
                                                           std::string* digest);

/// At once: POST, and PUT with all of it.
Task<engine::RegistryResult<std::monostate>> upload_whole(Session& session,
                                                          UploadTarget target,
                                                          std::string digest,
                                                          Bytes blob);

/// Has the registry link what another repository of its own has.  False: an
/// upload was begun instead, and has been called off.
Task<engine::RegistryResult<bool>> mount(Session& session, UploadTarget target,
                                         std::string from, std::string digest);

}  // namespace drydock::realmode
