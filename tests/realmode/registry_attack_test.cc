// registry_attack_test.cc — what a hostile registry tries, and does not get.
//
// Each test names the public vulnerability that it repeats.

#include <fmt/format.h>

#include "sim/base/base64.h"
#include "sim/base/deflate.h"
#include "tests/realmode/fake_registry.h"

using namespace drydock;
using namespace drydock::realmode;

namespace {

/// A pull from a server that answers so: it fails, says why, leaves nothing.
void check_refused(NetWorld& world, const Server::Answer& answer,
                   const std::string& why, const std::string& tag = "") {
  Server server(2, answer);
  const Run run = world.sh("docker pull " + server.host() + "/evil" + tag);
  INFO(run.out << run.err);
  CHECK(run.status == 1);
  CHECK(run.err.find(why) != std::string::npos);
  CHECK(world.sh("docker images -q " + server.host() + "/evil").out.empty());
  CHECK(world.garbage().empty());
}

}  // namespace

TEST_CASE("what is not what its digest says is not believed",
          "[attack][registry]") {
  // CVE-2014-8178 and CVE-2014-8179: what came was not what had been asked for.
  if (skipped()) return;
  NetWorld world;
  FakeRegistry image;
  for (const bool of_layer : {true, false}) {
    const std::string victim = digest_of(of_layer ? image.layer : image.config);
    check_refused(
        world,
        [&](const Asked& asked) -> Answered {
          if (!asked.target.ends_with(victim)) return image.answer(asked);
          std::string other = image.blobs.at(victim);
          other[other.size() / 2] ^= 1;
          return status(200, other);
        },
        "verification failed for digest " + victim);
  }
  // The manifest that was asked for by its digest.
  check_refused(
      world,
      [&](const Asked& asked) -> Answered {
        if (asked.target.find("/manifests/") == std::string::npos) {
          return image.answer(asked);
        }
        return {200, {"Content-Type: " + image.type}, image.manifest + " "};
      },
      "manifest verification failed", "@" + digest_of(image.manifest));
  // A layer that is whole, and is not the one of the config.
  image.layer = gzip(std::string(1024, '\0'), {});
  image.assemble();
  check_refused(
      world, [&](const Asked& asked) { return image.answer(asked); },
      "layers from manifest don't match image configuration");
}

TEST_CASE("a redirect takes no password along", "[attack][registry]") {
  // CVE-2020-15157: containerd sent its credentials to wherever it was led.
  if (skipped()) return;
  NetWorld world;
  const FakeRegistry image;
  const std::string basic = "Basic " + base64("ann:secret");
  bool asks = false;
  Server thief(3, [&](const Asked& asked) -> Answered {
    // It also tries to be asked properly.
    if (asks) {
      return {401, {"WWW-Authenticate: Basic realm=\"give\""}, ""};
    }
    const auto blob =
        image.blobs.find(asked.target.substr(asked.target.rfind('/') + 1));
    return blob == image.blobs.end() ? status(404) : status(200, blob->second);
  });
  Server server(2, [&](const Asked& asked) -> Answered {
    if (asked.header("authorization") != basic) {
      return {401, {"WWW-Authenticate: Basic realm=\"here\""}, ""};
    }
    if (asked.target.find("/blobs/") == std::string::npos) {
      return image.answer(asked);
    }
    return {
        307, {"Location: http://" + thief.host() + asked.target.substr(3)}, ""};
  });
  const std::string host = server.host();
  Run run = world.sh("docker login -u ann -p secret " + host +
                     "; docker pull " + host + "/evil");
  INFO(run.out << run.err);
  CHECK(run.status == 0);
  asks = true;
  run = world.sh("docker rmi " + host + "/evil; docker pull " + host + "/evil");
  CHECK(run.status == 1);
  CHECK(thief.asked().size() > 1);
  for (const Asked& asked : thief.asked()) {
    CHECK(asked.header("authorization").empty());
  }
  CHECK(world.garbage().empty());
}

TEST_CASE("nobody is asked for a layer but the registry",
          "[attack][registry]") {
  // CVE-2020-15157 once more: a layer that brings its own address along.
  if (skipped()) return;
  NetWorld world;
  FakeRegistry image;
  Server thief(3, [](const Asked&) { return status(401); });
  image.extra = ",\"urls\":[\"http://" + thief.host() + "/layer\"]";
  image.assemble();
  const std::string gone = digest_of(image.layer);
  check_refused(
      world,
      [&](const Asked& asked) {
        return asked.target.ends_with(gone) ? status(404) : image.answer(asked);
      },
      "404");
  CHECK(thief.asked().empty());
}

TEST_CASE("a manifest is one thing only", "[attack][registry]") {
  // CVE-2021-41190: one digest, two readings; CVE-2014-9358: an id that is a
  // path.
  if (skipped()) return;
  NetWorld world;
  const FakeRegistry image;
  const auto serving = [&image](std::string type, std::string manifest) {
    return [&image, type, manifest](const Asked& asked) -> Answered {
      if (asked.target.find("/manifests/") == std::string::npos) {
        return image.answer(asked);
      }
      return {200, {"Content-Type: " + type}, manifest};
    };
  };
  const std::string both = image.manifest.substr(0, image.manifest.size() - 1) +
                           ",\"manifests\":[]}";
  check_refused(world, serving(image.type, both), "fields of a list");
  check_refused(
      world, serving("application/vnd.oci.image.index.v1+json", image.manifest),
      "mediaType in manifest should be");
  check_refused(world, serving("text/html", "<html>"), "invalid manifest");
  check_refused(world, serving("application/vnd.x.y+json", "{}"),
                "unsupported manifest format");
  std::string climbing = image.manifest;
  const std::string digest = digest_of(image.layer);
  climbing.replace(climbing.find(digest), digest.size(),
                   "sha256:../../../../etc/passwd");
  check_refused(world, serving(image.type, climbing),
                "invalid checksum digest format");
  check_refused(
      world,
      serving(image.type,
              "{\"schemaVersion\":2,\"config\":" + std::string(100'000, '[') +
                  std::string(100'000, ']') + ",\"layers\":[]}"),
      "nests too deep");
}

TEST_CASE("an answer without end is not read without end",
          "[attack][registry]") {
  // CVE-2023-25153: documents of any length, read whole.
  if (skipped()) return;
  NetWorld world;
  FakeRegistry image;
  const std::string piece(1 << 20, 'x');
  check_refused(
      world,
      [&](const Asked& asked) -> Answered {
        if (asked.target.find("/manifests/") == std::string::npos) {
          return image.answer(asked);
        }
        return {200, {"Content-Type: " + image.type}, piece, -1, true};
      },
      "the answer is longer than 4194304 bytes");
  // A blob that does not stop where its manifest says.
  const std::string layer = digest_of(image.layer);
  check_refused(
      world,
      [&](const Asked& asked) -> Answered {
        if (!asked.target.ends_with(layer)) return image.answer(asked);
        return {200, {}, piece, -1, true};
      },
      "is longer than the");
  // Headers without end.
  check_refused(
      world,
      [&](const Asked&) -> Answered {
        std::vector<std::string> headers(40, "X: " + std::string(50'000, 'y'));
        return {200, std::move(headers), ""};
      },
      "Error");
  CHECK(world.daemon_peak() < 200 * 1024);
}

TEST_CASE("a token cannot smuggle in a header", "[attack][registry]") {
  // As in CVE-2019-9740 and its like: a line end in a header's value.
  if (skipped()) return;
  NetWorld world;
  const FakeRegistry image;
  Server tokens(3, [&](const Asked&) {
    return status(200, R"({"token":"abc\r\nX-Evil: yes"})");
  });
  check_refused(
      world,
      [&](const Asked& asked) -> Answered {
        CHECK(asked.header("x-evil").empty());
        return {401,
                {fmt::format("WWW-Authenticate: Bearer realm=\"http://{}/\"",
                             tokens.host())},
                ""};
      },
      "manifest for");
}

TEST_CASE("a registry's words cannot write on the terminal",
          "[attack][registry]") {
  // As in CVE-2003-0063 and its like: escape sequences in foreign text.
  if (skipped()) return;
  NetWorld world;
  FakeRegistry image;
  const std::string layer = digest_of(image.layer);
  Server server(2, [&](const Asked& asked) -> Answered {
    if (!asked.target.ends_with(layer)) return image.answer(asked);
    return status(
        400, "{\"errors\":[{\"code\":\"X\",\"message\":\"\\u001b[2Jhi\"}]}");
  });
  const Run run = world.sh("docker pull " + server.host() + "/evil");
  CHECK(run.status == 1);
  CHECK(run.err.find("[2Jhi") != std::string::npos);
  CHECK(run.err.find('\x1b') == std::string::npos);
}

TEST_CASE("a layer cannot get out of its folder by way of a registry",
          "[attack][registry]") {
  // CVE-2014-9357 and CVE-2014-6407: archives that write to the host.
  if (skipped()) return;
  NetWorld world;
  FakeRegistry image;
  const std::string outside = world.scratch().path() + "/outside";
  REQUIRE(sys::write_file(outside, "whole"));
  const Run made = world.sh(
      "cd $HOME; mkdir in; echo broken > in/x; "
      "tar -P --transform 's,^in/x,../../../../../../../.." +
      outside + ",' -cf evil.tar in/x");
  REQUIRE(made.status == 0);
  image.plain = *sys::read_file(world.scratch().path() + "/evil.tar");
  const std::string before = digest_of(FakeRegistry().plain);
  image.layer = gzip(image.plain, {});
  image.config.replace(image.config.find(before), before.size(),
                       digest_of(image.plain));
  image.assemble();
  check_refused(
      world, [&](const Asked& asked) { return image.answer(asked); },
      "leads out of the folder");
  CHECK(*sys::read_file(outside) == "whole");
}

TEST_CASE("a pull that is given up leaves nothing behind",
          "[attack][registry]") {
  if (skipped()) return;
  NetWorld world;
  FakeRegistry image;
  const std::string layer = digest_of(image.layer);
  Server server(2, [&](const Asked& asked) -> Answered {
    if (!asked.target.ends_with(layer)) return image.answer(asked);
    return {200,
            {},
            image.layer.substr(0, 50),
            static_cast<std::int64_t>(image.layer.size())};
  });
  const Run run =
      world.sh("timeout -s INT 1 docker pull " + server.host() + "/evil");
  CHECK(run.status != 0);
  CHECK(world.garbage().empty());
  CHECK(world
            .sh("ls -l /proc/$(cat $DRYDOCK_ROOT/daemon.pid)/fd | grep -c "
                "deleted")
            .out == "0\n");
}
