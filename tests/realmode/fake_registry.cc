// fake_registry.cc — an image made by hand.

#include "tests/realmode/fake_registry.h"

#include <fmt/format.h>

#include "sim/base/deflate.h"
#include "sim/base/sha256.h"
#include "sim/vfs/tar.h"

namespace drydock::realmode {

std::string digest_of(const std::string& bytes) {
  return "sha256:" + sha256_hex(bytes);
}

FakeRegistry::FakeRegistry() {
  vfs::TarEntry file;
  file.name = "hello";
  file.content = "hello from afar\n";
  file.size = static_cast<std::int64_t>(file.content.size());
  vfs::TarWriter writer;
  writer.add(file);
  writer.end();
  plain = writer.take();
  layer = gzip(plain, {});
  config =
      fmt::format(R"({{"architecture":"amd64","os":"linux","strange":[1,2],)"
                  R"("config":{{"Cmd":["true"]}},"rootfs":{{"type":"layers",)"
                  R"("diff_ids":["{}"]}},"history":[{{"created_by":"x"}}]}})",
                  digest_of(plain));
  assemble();
}

void FakeRegistry::assemble() {
  blobs = {{digest_of(layer), layer}, {digest_of(config), config}};
  manifest = fmt::format(
      R"({{"schemaVersion":2,"mediaType":"{}","config":{{"mediaType":)"
      R"("application/vnd.docker.container.image.v1+json","size":{},)"
      R"("digest":"{}"}},"layers":[{{"mediaType":)"
      R"("application/vnd.docker.image.rootfs.diff.tar.gzip","size":{},)"
      R"("digest":"{}"{}}}]}})",
      type, config.size(), digest_of(config), layer.size(), digest_of(layer),
      extra);
}

Answered FakeRegistry::answer(const Asked& asked) const {
  const std::size_t slash = asked.target.rfind('/');
  const std::string last = asked.target.substr(slash + 1);
  if (asked.target == "/v2/") return status(200, "{}");
  if (asked.target.find("/manifests/") != std::string::npos) {
    const bool there = last == "latest" || last == digest_of(manifest);
    if (!there) return status(404);
    return {200, {"Content-Type: " + type}, manifest};
  }
  const auto blob = blobs.find(last);
  return blob == blobs.end() ? status(404) : status(200, blob->second);
}

Answered status(int code, const std::string& body) { return {code, {}, body}; }

NetWorld::NetWorld() { (void)World::sh("ip link set lo up"); }

Run NetWorld::sh(const std::string& script) {
  return World::sh("export HOME=" + scratch().path() + "\n" + script);
}

}  // namespace drydock::realmode
