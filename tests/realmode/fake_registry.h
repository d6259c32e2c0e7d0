// fake_registry.h — a registry with one image, of which anything can be wrong.

#pragma once

#include <map>
#include <string>

#include "tests/realmode/server.h"
#include "tests/realmode/world.h"

namespace drydock::realmode {

std::string digest_of(const std::string& bytes);

/// The image "evil:latest": one layer with the file /hello.
struct FakeRegistry {
  FakeRegistry();

  /// Its parts as they are now; call it again after a change of one of them.
  void assemble();
  /// The answer of a registry that hides nothing and asks for nothing.
  Answered answer(const Asked& asked) const;

  std::string plain;  // The layer's archive.
  std::string layer, config, manifest;
  std::string type = "application/vnd.docker.distribution.manifest.v2+json";
  std::string extra;  // Of the layer's descriptor: ",\"urls\":[...]".
  std::map<std::string, std::string> blobs;  // By digest.
};

Answered status(int code, const std::string& body = "");

/// A world whose loop-back is up, and a home of its own.
class NetWorld : public World {
 public:
  NetWorld();
  Run sh(const std::string& script);
};

}  // namespace drydock::realmode
