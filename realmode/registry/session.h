// session.h — a request to a registry: the right place, the right credentials,
// redirects followed without them.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "realmode/registry/authentication.h"
#include "realmode/registry/settings.h"
#include "realmode/registry/transport.h"
#include "sim/engine/registry_words.h"

namespace drydock::realmode {

/// What is asked of a registry.
struct Ask {
  std::string host, repository;  // "docker.io", "library/redis"
  std::string method = "GET";
  std::string path;  // "/v2/library/redis/manifests/latest"
  List headers;
  Bytes body;
  List scopes;  // Of the token, if one is wanted.
  engine::RegistryAuth auth;
  bool may_mirror = false;  // A mirror's answer is as good.
  /// Nothing here changes anything, so a redirect may be followed.
  bool reads() const { return method == "GET" || method == "HEAD"; }
};

/// An answer whose body has not been read.
struct Reply {
  std::unique_ptr<Exchange> exchange;
  HttpHead head;
  Url url;  // Who answered in the end.
  Endpoint endpoint;
};

/// An answer, whole.
struct WholeReply {
  HttpHead head;
  Bytes body;
  Url url;
};

class Session {
 public:
  Session(Loop& loop, RegistrySettings settings)
      : transport_(loop),
        settings_(std::move(settings)),
        authentication_(transport_) {}

  /// The answer, whatever its status; a fault when there was none.
  Task<engine::RegistryResult<Reply>> ask(Ask ask);
  Task<engine::RegistryResult<WholeReply>> ask_all(Ask ask, std::size_t limit);
  /// A request whose body streams, to where an upload is; the caller sends.
  Task<engine::RegistryResult<std::unique_ptr<Exchange>>> begin_upload(
      Url url, Endpoint endpoint, Ask ask);
  /// The same to one place only: of an upload that has begun.
  Task<engine::RegistryResult<Reply>> ask_there(Url url, Endpoint endpoint,
                                                Ask ask);

  Transport& transport() { return transport_; }
  const RegistrySettings& settings() const { return settings_; }

 private:
  Task<engine::RegistryResult<Reply>> follow(Reply reply, Ask ask);
  std::vector<Endpoint> places_for(const Ask& ask) const;
  Task<engine::RegistryResult<HttpRequest>> request_for(Url url,
                                                        Endpoint endpoint,
                                                        Ask ask);

  Transport transport_;
  RegistrySettings settings_;
  Authentication authentication_;
  std::map<std::string, std::string> good_bases_;  // By host and repository.
};

/// "repository:library/redis:pull"
std::string scope_of(const std::string& repository, std::string_view actions);

}  // namespace drydock::realmode
