// registry_test.cc — pull, push, login and search against registries that
// behave.

#include <unistd.h>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "realmode/registry/authentication.h"
#include "realmode/registry/settings.h"
#include "sim/base/base64.h"
#include "tests/realmode/fake_registry.h"

using namespace drydock;
using namespace drydock::realmode;

namespace {

/// Debian's docker-registry, on localhost:5000 of the test's own network.
class RealRegistry {
 public:
  explicit RealRegistry(NetWorld& world, const std::string& http = "")
      : world_(world) {
    const std::string dir = world.scratch().path();
    const Run run = world.sh(fmt::format(
        "printf 'version: 0.1\\nlog: {{level: error}}\\nstorage: {{filesystem: "
        "{{rootdirectory: {0}/registry}}}}\\nhttp: {{addr: "
        "\"127.0.0.1:5000\"{1}"
        "}}\\n' > {0}/registry.yml\n"
        "docker-registry serve {0}/registry.yml > {0}/registry.log 2>&1 & "
        "echo $! > {0}/registry.pid\n"
        "for i in $(seq 200); do grep -q ':1388 .* 0A ' /proc/net/tcp && exit; "
        "sleep 0.05; done; exit 1",
        dir, http));
    INFO(run.err);
    REQUIRE(run.status == 0);
  }
  ~RealRegistry() {
    (void)world_.sh("kill $(cat " + world_.scratch().path() + "/registry.pid)");
  }

 private:
  NetWorld& world_;
};

bool no_registry() {
  const bool missing = ::access("/usr/bin/docker-registry", X_OK) != 0;
  if (missing) WARN("skipped: no docker-registry here (Debian has it)");
  return missing;
}

}  // namespace

TEST_CASE("what is pushed comes back byte for byte", "[registry]") {
  if (skipped() || no_registry()) return;
  NetWorld world;
  const RealRegistry registry(world);
  const Run pushed = world.sh(
      "docker run --name cc --net none busybox sh -c "
      "'head -c 3000000 /dev/urandom > /big; rm /bin/ls; mkdir /d; ln /big "
      "/d/l'\ndocker commit cc localhost:5000/mine:1 && docker rm cc\n"
      "docker save localhost:5000/mine:1 | sha256sum\n"
      "docker push localhost:5000/mine:1");
  INFO(pushed.out << pushed.err);
  CHECK(pushed.status == 0);
  CHECK(pushed.out.find(": Preparing\n") != std::string::npos);
  CHECK(pushed.out.find(": Pushed\n") != std::string::npos);
  const Run again = world.sh("docker push localhost:5000/mine:1");
  CHECK(again.out.find("Layer already exists") != std::string::npos);
  const Run other = world.sh(
      "docker tag localhost:5000/mine:1 localhost:5000/other; docker push "
      "localhost:5000/other; docker rmi localhost:5000/other");
  INFO(other.out << other.err);
  CHECK(other.out.find("Mounted from mine") != std::string::npos);
  const Run id = world.sh("docker images -q --no-trunc localhost:5000/mine");
  const Run pulled = world.sh(
      "docker rmi localhost:5000/mine:1 busybox; docker image prune -af; "
      "docker pull localhost:5000/mine:1");
  INFO(pulled.out << pulled.err);
  CHECK(pulled.out.find("1: Pulling from mine\n") != std::string::npos);
  CHECK(pulled.out.find(": Verifying Checksum\n") != std::string::npos);
  CHECK(pulled.out.find("Status: Downloaded newer image for "
                        "localhost:5000/mine:1\n") != std::string::npos);
  CHECK(world.sh("docker images -q --no-trunc localhost:5000/mine").out ==
        id.out);
  const Run seen = world.sh(
      "docker save localhost:5000/mine:1 | sha256sum; docker run --rm --net "
      "none localhost:5000/mine:1 sh -c 'wc -c < /big; cmp /big /d/l; "
      "test -e /bin/ls || echo gone'");
  CHECK(pushed.out.find(split(seen.out, '\n')[0]) != std::string::npos);
  CHECK(seen.out.find("3000000\ngone\n") != std::string::npos);
  CHECK(world.garbage().empty());
}

TEST_CASE("the words of a registry that has it not are docker's",
          "[registry]") {
  if (skipped() || no_registry()) return;
  NetWorld world;
  const RealRegistry registry(world);
  Run run = world.sh("docker pull localhost:5000/nosuch:v1");
  CHECK(run.status == 1);
  CHECK(run.err ==
        "Error response from daemon: manifest for localhost:5000/nosuch:v1 not "
        "found: manifest unknown: manifest unknown\n");
  run = world.sh("docker push localhost:5000/nosuch");
  CHECK(
      run.err ==
      "An image does not exist locally with the tag: localhost:5000/nosuch\n");
  run = world.sh("docker pull localhost:5999/none");
  CHECK(run.err ==
        "Error response from daemon: Get \"http://localhost:5999/v2/\": dial "
        "tcp 127.0.0.1:5999: connect: connection refused\n");
}

TEST_CASE("a registry with a certificate is believed by its ca.crt",
          "[registry]") {
  if (skipped() || no_registry()) return;
  if (::access("/usr/bin/openssl", X_OK) != 0) {
    WARN("skipped: no openssl to make a certificate with");
    return;
  }
  NetWorld world;
  const std::string dir = world.scratch().path();
  // Not on a loop-back address, which would be insecure enough.
  const Run made = world.sh(fmt::format(
      "ip link add dummy0 type bridge; ip addr add 10.9.8.7/24 dev dummy0; "
      "ip link set dummy0 up; "
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=r "
      "-addext subjectAltName=IP:10.9.8.7 -keyout {0}/key -out {0}/crt",
      dir));
  REQUIRE(made.status == 0);
  const std::string http =
      fmt::format(", tls: {{certificate: {0}/crt, key: {0}/key}}", dir);
  (void)world.sh("true");
  const std::string yml = dir + "/tls.yml";
  const Run begun = world.sh(fmt::format(
      "printf 'version: 0.1\\nlog: {{level: error}}\\nstorage: {{filesystem: "
      "{{rootdirectory: {0}/tls}}}}\\nhttp: {{addr: \"10.9.8.7:443\"{1}}}\\n' "
      "> "
      "{2}\ndocker-registry serve {2} > {0}/tls.log 2>&1 & echo $! > "
      "{0}/tls.pid"
      "\nfor i in $(seq 100); do grep -q ':01BB .* 0A ' /proc/net/tcp && exit; "
      "sleep "
      "0.05; "
      "done; exit 1",
      dir, http, yml));
  INFO(begun.err);
  REQUIRE(begun.status == 0);
  Run run =
      world.sh("docker tag busybox 10.9.8.7/box; docker push 10.9.8.7/box");
  CHECK(run.status == 1);
  CHECK(run.err.find("x509: certificate signed by unknown authority") !=
        std::string::npos);
  run = world.sh(fmt::format(
      "mkdir -p $DRYDOCK_ROOT/certs.d/10.9.8.7; cp {0}/crt "
      "$DRYDOCK_ROOT/certs.d/10.9.8.7/ca.crt; docker push 10.9.8.7/box && "
      "docker rmi busybox 10.9.8.7/box >/dev/null && docker run --rm --net "
      "none "
      "10.9.8.7/box echo ran; kill $(cat {0}/tls.pid); ip link del dummy0",
      dir));
  INFO(run.out << run.err);
  CHECK(run.out.find("ran\n") != std::string::npos);
  CHECK(world.garbage().empty());
}

TEST_CASE("an image of another's making keeps its bytes", "[registry]") {
  if (skipped()) return;
  NetWorld world;
  const FakeRegistry image;
  Server server(2, [&](const Asked& asked) { return image.answer(asked); });
  const Run run = world.sh(fmt::format(
      "docker pull -q {0}/evil; docker images -q --no-trunc {0}/evil; "
      "docker cp $(docker create {0}/evil):/hello -",
      server.host()));
  INFO(run.out << run.err);
  // Also what nobody here understands: "strange".
  CHECK(run.out.find("\n" + digest_of(image.config) + "\n") !=
        std::string::npos);
  CHECK(run.out.find("hello from afar\n") != std::string::npos);
}

TEST_CASE("lists and images of OCI lead to this machine's image",
          "[registry]") {
  if (skipped()) return;
  NetWorld world;
  FakeRegistry image;
  image.type = "application/vnd.oci.image.manifest.v1+json";
  image.assemble();
  const std::string type = "application/vnd.oci.image.index.v1+json";
  const std::string list = fmt::format(
      R"({{"schemaVersion":2,"manifests":[{{"digest":"sha256:{1}",)"
      R"("platform":{{"os":"linux","architecture":"s390x"}}}},{{"digest":"{0}",)"
      R"("platform":{{"os":"linux","architecture":"amd64"}}}},{{"digest":"{0}",)"
      R"("platform":{{"os":"linux","architecture":"arm64"}}}}]}})",
      digest_of(image.manifest), std::string(64, '0'));
  Server server(2, [&](const Asked& asked) -> Answered {
    if (asked.target.ends_with("/manifests/latest") ||
        asked.target.ends_with(digest_of(list))) {
      return {200, {"Content-Type: " + type}, list};
    }
    return image.answer(asked);
  });
  const Run run = world.sh(fmt::format("docker pull {}/evil", server.host()));
  INFO(run.err);
  CHECK(run.status == 0);
  CHECK(run.out.find("Digest: " + digest_of(list)) != std::string::npos);
}

TEST_CASE("a password opens what asks for it, and only with login",
          "[registry]") {
  if (skipped()) return;
  NetWorld world;
  const FakeRegistry image;
  const std::string right = "Basic " + base64("ann:secret");
  Server server(2, [&](const Asked& asked) -> Answered {
    if (asked.header("authorization") == right) return image.answer(asked);
    return {401, {"WWW-Authenticate: Basic realm=\"here\""}, ""};
  });
  const std::string host = server.host();
  CHECK(world.sh("docker pull " + host + "/evil").status == 1);
  Run run = world.sh("docker login -u ann -p wrong " + host);
  CHECK(run.status == 1);
  CHECK(
      run.err.ends_with("Error response from daemon: login attempt to http://" +
                        host + "/v2/ failed with status: 401 Unauthorized\n"));
  run = world.sh("docker login -u ann -p secret " + host);
  INFO(run.err);
  CHECK(run.out == "Login Succeeded\n");
  CHECK(world.sh("docker pull " + host + "/evil").status == 0);
  run = world.sh("docker rmi " + host + "/evil; docker logout " + host +
                 "; docker pull " + host + "/evil");
  CHECK(run.status == 1);
  CHECK(trim(world.sh("stat -c %a $HOME/.docker/config.json").out) == "600");
}

TEST_CASE("a token is fetched where the registry says, and used",
          "[registry]") {
  if (skipped()) return;
  NetWorld world;
  const FakeRegistry image;
  Server tokens(3, [&](const Asked& asked) -> Answered {
    if (asked.header("authorization") != "Basic " + base64("ann:secret")) {
      return status(401);
    }
    return {200, {}, R"({"token":"abc.def","expires_in":300})"};
  });
  Server server(2, [&](const Asked& asked) -> Answered {
    if (asked.header("authorization") == "Bearer abc.def") {
      return image.answer(asked);
    }
    return {401,
            {fmt::format("WWW-Authenticate: Bearer realm=\"http://{}/token\","
                         "service=\"reg\"",
                         tokens.host())},
            ""};
  });
  const std::string host = server.host();
  const Run run = world.sh("docker login -u ann -p secret " + host +
                           " && docker pull " + host + "/evil");
  INFO(run.out << run.err);
  CHECK(run.status == 0);
  bool scoped = false;
  for (const Asked& asked : tokens.asked()) {
    scoped = scoped || asked.target ==
                           "/token?account=ann&scope=repository%3Aevil%3Apull&"
                           "service=reg";
  }
  CHECK(scoped);
  // The token was enough: the password never went to the registry itself.
  for (const Asked& asked : server.asked()) {
    CHECK(!asked.header("authorization").starts_with("Basic"));
  }
}

TEST_CASE("a blob that breaks off is gone on with", "[registry]") {
  if (skipped()) return;
  NetWorld world;
  FakeRegistry image;
  const std::string whole = digest_of(image.layer);
  const std::size_t cut = image.layer.size() / 2;
  int answers = 0;
  Server server(2, [&](const Asked& asked) -> Answered {
    if (!asked.target.ends_with(whole)) return image.answer(asked);
    const auto size = static_cast<std::int64_t>(image.layer.size());
    if (++answers == 1) return {200, {}, image.layer.substr(0, cut), size};
    const std::int64_t from =
        parse_int(split(asked.header("range").substr(6), '-')[0]).value_or(-1);
    CHECK(from == static_cast<std::int64_t>(cut));
    return {206,
            {fmt::format("Content-Range: bytes {}-{}/{}", cut, size - 1, size)},
            image.layer.substr(cut)};
  });
  const Run run = world.sh("docker pull " + server.host() + "/evil");
  INFO(run.out << run.err);
  CHECK(run.status == 0);
  CHECK(run.out.find("Retrying in 1 second\n") != std::string::npos);
  CHECK(answers == 2);
}

namespace {

/// A registry's side of one upload after another, with a line that breaks.
struct Uploads {
  std::string there;  // Of the upload under way.
  std::set<std::string> blobs;
  std::size_t layer_size = 0;
  int begun = 0, breaks = 0;
  bool forgets = false;  // What came before a break.

  Answered answer(const Asked& asked) {
    const List place = {"Location: /v2/mine/blobs/uploads/1"};
    if (asked.target == "/v2/") return status(200, "{}");
    if (asked.method == "HEAD") {
      const bool known =
          blobs.contains(asked.target.substr(asked.target.rfind('/') + 1));
      return status(known ? 200 : 404);
    }
    if (asked.target.find("/manifests/") != std::string::npos) {
      return status(201);
    }
    if (asked.method == "POST") {
      ++begun;
      there.clear();
      return {202, place, ""};
    }
    if (asked.method == "GET") {
      if (forgets) return status(404);
      return {
          204, {place[0], fmt::format("Range: 0-{}", there.size() - 1)}, ""};
    }
    if (asked.method == "PATCH") return take(asked, place);
    layer_size = std::max(layer_size, there.size());
    const std::string digest = digest_of(there + asked.body);
    const bool right =
        asked.target.ends_with("digest=" + replace_all(digest, ":", "%3A"));
    if (right) blobs.insert(digest);
    return status(right ? 201 : 400);
  }

  Answered take(const Asked& asked, const List& place) {
    const std::string range = asked.header("content-range");
    const std::string from = range.substr(0, range.find('-'));
    if (!range.empty() && from != std::to_string(there.size())) {
      return status(416);
    }
    there += asked.body;
    Answered answer{202, place, ""};
    answer.silent = breaks > 0;
    breaks -= answer.silent ? 1 : 0;
    return answer;
  }
};

}  // namespace

TEST_CASE("a push whose line breaks goes on, with what the registry has not",
          "[registry]") {
  if (skipped()) return;
  NetWorld world;
  Uploads uploads;
  uploads.forgets = GENERATE(false, true);
  uploads.breaks = 1;
  Server server(2, [&](const Asked& asked) { return uploads.answer(asked); });
  const Run made = world.sh(
      "docker run --name cc --net none busybox sh -c 'head -c 3000000 "
      "/dev/urandom > /big'; docker commit cc big; docker rm cc; docker export "
      "$(docker create --net none --name ee big true) | docker import - " +
      server.host() + "/mine; docker rm ee");
  INFO(made.err);
  REQUIRE(made.status == 0);
  server.cut_next_at(1'000'000);
  const Run run = world.sh("docker push " + server.host() + "/mine");
  INFO(run.out << run.err);
  CHECK(run.status == 0);
  CHECK(uploads.breaks == 0);
  CHECK(uploads.blobs.size() == 2);  // The layer and the config.
  CHECK(uploads.begun == (uploads.forgets ? 3 : 2));
  std::size_t sent = 0;
  for (const Asked& asked : server.asked()) {
    if (asked.method == "PATCH") sent += asked.body.size();
  }
  CHECK((sent > uploads.layer_size) == uploads.forgets);
  CHECK(sent >= uploads.layer_size);
  CHECK(world.garbage().empty());
}

TEST_CASE("a registry that will not have a layer is not asked again",
          "[registry]") {
  if (skipped()) return;
  NetWorld world;
  int begun = 0;
  Server server(2, [&](const Asked& asked) -> Answered {
    if (asked.method == "HEAD" || asked.method == "GET") return status(404);
    begun += asked.method == "POST" ? 1 : 0;
    if (asked.method == "POST") {
      return {202, {"Location: /v2/mine/blobs/uploads/1"}, ""};
    }
    return status(400, R"({"errors":[{"code":"SIZE_INVALID","message":"x"}]})");
  });
  const Run run = world.sh("docker tag busybox " + server.host() +
                           "/mine; docker push " + server.host() + "/mine");
  INFO(run.out << run.err);
  CHECK(run.status == 1);
  CHECK(run.err.find("size invalid: x") != std::string::npos);
  CHECK(begun == 1);
  CHECK(world.garbage().empty());
}

TEST_CASE("a mirror is asked before the Hub, without any password",
          "[registry]") {
  if (skipped()) return;
  NetWorld world;
  const FakeRegistry image;
  Server mirror(2, [&](const Asked& asked) -> Answered {
    if (asked.target.find("/missing/") != std::string::npos) return status(404);
    return image.answer(asked);
  });
  REQUIRE(sys::write_file(
      world.root() + "/daemon.json",
      "{\"registry-mirrors\": [\"http://" + mirror.host() + "\"]}"));
  world.end_daemon(SIGTERM);
  Run run = world.sh(
      "mkdir -p $HOME/.docker; echo "
      "'{\"auths\":{\"https://index.docker.io/v1/\":"
      "{\"auth\":\"YW5uOnNlY3JldA==\"}}}' > $HOME/.docker/config.json; "
      "docker pull evil");
  INFO(run.err);
  CHECK(run.status == 0);
  CHECK(run.out.find("latest: Pulling from library/evil\n") !=
        std::string::npos);
  for (const Asked& asked : mirror.asked()) {
    CHECK(asked.header("authorization").empty());
  }
  // What it has not, the Hub may have, who is not there.
  run = world.sh("docker pull missing");
  CHECK(run.err.find("Get \"https://registry-1.docker.io/v2/\": dial tcp: "
                     "lookup registry-1.docker.io") != std::string::npos);
  CHECK(world.garbage().empty());
}

TEST_CASE("a registry's index can be searched", "[registry]") {
  if (skipped()) return;
  NetWorld world;
  Server server(2, [](const Asked& asked) -> Answered {
    if (!asked.target.starts_with("/v1/search?q=red&n=")) return status(404);
    return {200,
            {},
            R"({"num_results":2,"query":"red","results":[)"
            R"({"name":"redis","description":"a store","star_count":7,)"
            R"("is_official":true,"is_automated":false},)"
            R"({"name":"red","description":"a colour","star_count":9}]})"};
  });
  const Run run = world.sh("docker search " + server.host() + "/red");
  INFO(run.out << run.err);
  CHECK(run.status == 0);
  const List lines = split(run.out, '\n');
  REQUIRE(lines.size() > 2);
  CHECK(lines[1].starts_with("red  "));
  CHECK(lines[2].starts_with("redis"));
  CHECK(lines[2].find("[OK]") != std::string::npos);
}

TEST_CASE("a URL may stand where a file may", "[registry]") {
  if (skipped()) return;
  NetWorld world;
  const FakeRegistry image;
  Server server(2, [&](const Asked& asked) -> Answered {
    if (asked.target == "/moved") return {302, {"Location: /layer.tgz"}, ""};
    if (asked.target == "/layer.tgz") return status(200, image.layer);
    if (asked.target == "/file") return status(200, "some text\n");
    return status(404);
  });
  const std::string url = "http://" + server.host();
  Run run = world.sh("docker import " + url +
                     "/moved got; docker cp $(docker "
                     "create got true):/hello - | tail -c +513 | head -1");
  INFO(run.err);
  CHECK(run.out.find("hello from afar\n") != std::string::npos);
  run = world.sh("printf 'FROM busybox\\nADD " + url +
                 "/file /f\\n' | docker build -q -t added - && docker run --rm "
                 "--net none added cat /f");
  INFO(run.err);
  CHECK(run.out.find("some text\n") != std::string::npos);
  run = world.sh("docker import " + url + "/nothing");
  CHECK(run.status != 0);
  CHECK(run.err.find("404") != std::string::npos);
}

TEST_CASE("challenges are read as RFC 7235 has them", "[registry]") {
  const auto all = parse_challenges(
      "Basic realm=\"a \\\"b\\\"\", Bearer realm=\"https://x/y?z\" , "
      "service = q,scope=\"r:s:pull,push\"");
  REQUIRE(all.size() == 2);
  CHECK(all[0].scheme == "basic");
  CHECK(all[0].value("realm") == "a \"b\"");
  CHECK(all[1].value("realm") == "https://x/y?z");
  CHECK(all[1].value("service") == "q");
  CHECK(all[1].value("scope") == "r:s:pull,push");
  CHECK(parse_challenges("").empty());
  CHECK(parse_challenges("=,=\"").empty());
}

TEST_CASE("who may speak plain HTTP is told by address", "[registry]") {
  RegistrySettings settings;
  settings.insecure = {"old:5000", "10.1.0.0/16"};
  CHECK(is_insecure("localhost:5000", settings));
  CHECK(is_insecure("127.8.9.1", settings));
  CHECK(is_insecure("old:5000", settings));
  CHECK(is_insecure("10.1.2.3:80", settings));
  CHECK_FALSE(is_insecure("old:5001", settings));
  CHECK_FALSE(is_insecure("10.2.2.3", settings));
  CHECK_FALSE(is_insecure("localhost.example.com", settings));
  CHECK(endpoints_of("old:5000", settings).size() == 2);
  CHECK(endpoints_of("new:5000", settings).size() == 1);
  CHECK(endpoints_of("docker.io", settings).front().base ==
        "https://registry-1.docker.io");
}
