// registry_test.cc — registry:2 as a program, asked in HTTP, in sentences.

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/base/text.h"
#include "sim/userland/net/http.h"
#include "sim/userland/services/registry_config.h"
#include "sim/userland/services/services.h"
#include "tests/support/machine.h"

namespace drydock::test {

using namespace userland::http;

namespace {

constexpr std::string_view kConfig =
    "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /data\n"
    "http:\n  addr: :5000\n";

/// Sends its argument to port 5000 and prints what comes back until the end.
Task<int> ask_main(kernel::Process& self) {
  const auto fd =
      self.socket(kernel::SocketFamily::inet, kernel::SocketType::stream);
  kernel::SocketAddress address;
  address.ip = kernel::kLoopback;
  address.port = 5000;
  const SysOutcome connected = co_await self.connect(*fd, address);
  if (!connected) co_return 7;
  FdWire wire(self, *fd);
  const std::string request = self.argv().at(1);
  const SysOutcome sent = co_await wire.write(request);
  if (!sent) co_return 55;
  const SysResult<Bytes> answer = co_await kernel::read_to_end(self, *fd);
  if (!answer) co_return 56;
  const auto printed = co_await kernel::print(self, *answer);
  co_return printed ? 0 : 1;
}

struct Answer {
  int status = 0;
  Headers headers;
  Bytes body;
};

/// A machine on which a registry listens.
struct Depot {
  TestMachine machine;
  Running server;

  explicit Depot(std::string_view config = kConfig) {
    machine.install("registry", userland::registry_main);
    machine.install("ask", ask_main);
    machine.write("/etc/registry.yml", config);
    server = *machine.start({"registry", "/etc/registry.yml"});
    (void)machine.scheduler.run_for(kSecond);
  }

  Answer ask(const std::string& line, const std::string& body = "",
             const std::string& headers = "") {
    const std::string text = fmt::format(
        "{} HTTP/1.1\r\nHost: depot:5000\r\nConnection: close\r\n{}"
        "Content-Length: {}\r\n\r\n{}",
        line, headers, body.size(), body);
    const Ran ran = machine.run({"ask", text});
    REQUIRE(ran.status == 0);
    Answer answer;
    const std::size_t end = ran.out.find("\r\n\r\n");
    REQUIRE(end != std::string::npos);
    const auto head = parse_response_head(ran.out.substr(0, end + 4));
    REQUIRE(head);
    answer.status = head->status;
    answer.headers = head->headers;
    answer.body = ran.out.substr(end + 4);
    return answer;
  }

  /// A blob, by way of an upload; its digest.
  std::string put_blob(const std::string& repository, const Bytes& bytes) {
    const Answer begun =
        ask(fmt::format("POST /v2/{}/blobs/uploads/", repository));
    REQUIRE(begun.status == 202);
    const std::string place = target_of(begun);
    const Answer filled = ask("PATCH " + place, bytes);
    REQUIRE(filled.status == 202);
    const std::string digest = "sha256:" + sha256_hex(bytes);
    const Answer ended =
        ask(fmt::format("PUT {}&digest={}", target_of(filled), digest));
    REQUIRE(ended.status == 201);
    return digest;
  }

  static std::string target_of(const Answer& answer) {
    const std::string url = answer.headers.get("Location").value_or("");
    REQUIRE(url.starts_with("http://depot:5000/"));
    return url.substr(std::string("http://depot:5000").size());
  }

  /// A schema 2 manifest of one layer.
  static std::string manifest(const std::string& config,
                              const std::string& layer) {
    return fmt::format(
        R"({{"schemaVersion":2,"mediaType":)"
        R"("application/vnd.docker.distribution.manifest.v2+json",)"
        R"("config":{{"digest":"{}","size":2}},)"
        R"("layers":[{{"digest":"{}","size":5}}]}})",
        config, layer);
  }
};

}  // namespace

TEST_CASE("a fresh registry says what it speaks and has nothing") {
  Depot depot;
  const Answer base = depot.ask("GET /v2/");
  CHECK(base.status == 200);
  CHECK(base.body == "{}");
  CHECK(base.headers.get("Docker-Distribution-Api-Version") == "registry/2.0");
  CHECK(base.headers.get("Content-Type") == "application/json; charset=utf-8");
  CHECK(depot.ask("GET /v2/_catalog").body == "{\"repositories\":[]}\n");
  const Answer unknown = depot.ask("GET /v2/app/tags/list");
  CHECK(unknown.status == 404);
  CHECK(unknown.body ==
        "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"repository name "
        "not known to registry\",\"detail\":{\"name\":\"app\"}}]}\n");
  CHECK(depot.ask("GET /v2/app/manifests/nosuch").body ==
        "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest "
        "unknown\",\"detail\":{\"Tag\":\"nosuch\"}}]}\n");
  CHECK(depot.ask("GET /elsewhere").body == "404 page not found\n");
  CHECK(depot.ask("POST /v2/").status == 405);
}

TEST_CASE("a blob goes up in pieces and comes down whole or in part") {
  Depot depot;
  const std::string digest = depot.put_blob("me/app", "hello");
  const std::string path = "/v2/me/app/blobs/" + digest;
  const Answer whole = depot.ask("GET " + path);
  CHECK(whole.status == 200);
  CHECK(whole.body == "hello");
  CHECK(whole.headers.get("Docker-Content-Digest") == digest);
  const Answer head = depot.ask("HEAD " + path);
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  CHECK(head.headers.get("Content-Length") == "5");
  const Answer part = depot.ask("GET " + path, "", "Range: bytes=1-3\r\n");
  CHECK(part.status == 206);
  CHECK(part.body == "ell");
  CHECK(part.headers.get("Content-Range") == "bytes 1-3/5");
  CHECK(depot.ask("GET " + path, "", "Range: bytes=9-\r\n").status == 416);
  // Another repository has to ask for it.
  CHECK(depot.ask("HEAD /v2/other/blobs/" + digest).status == 404);
  const Answer mounted = depot.ask(fmt::format(
      "POST /v2/other/blobs/uploads/?mount={}&from=me/app", digest));
  CHECK(mounted.status == 201);
  CHECK(depot.ask("HEAD /v2/other/blobs/" + digest).status == 200);
  CHECK(depot.machine.read("/data/docker/registry/v2/blobs/sha256/" +
                           digest.substr(7, 2) + "/" + digest.substr(7) +
                           "/data") == "hello");
}

TEST_CASE("an upload tells how far it is, and refuses what does not fit") {
  Depot depot;
  const Answer begun = depot.ask("POST /v2/app/blobs/uploads/");
  CHECK(begun.headers.get("Range") == "0-0");
  const std::string place = Depot::target_of(begun);
  const Answer filled = depot.ask("PATCH " + place, "abc");
  CHECK(filled.headers.get("Range") == "0-2");
  // The former place is no longer good: its state has been used.
  CHECK(depot.ask("PATCH " + place, "abc").status == 404);
  const std::string next = Depot::target_of(filled);
  CHECK(depot.ask("PATCH " + next, "x", "Content-Range: 9-9\r\n").status ==
        416);
  CHECK(depot.ask("GET " + next).status == 204);
  const std::string wrong = "sha256:" + std::string(64, '0');
  const Answer refused =
      depot.ask(fmt::format("PUT {}&digest={}", next, wrong));
  CHECK(refused.status == 400);
  CHECK(refused.body.find("DIGEST_INVALID") != std::string::npos);
  CHECK(depot.ask("PUT " + next).status == 400);
  CHECK(depot.ask("DELETE " + next).status == 204);
  CHECK(depot.ask("GET " + next).status == 404);
}

TEST_CASE("a manifest is taken when all that it names is there") {
  Depot depot;
  const std::string config = depot.put_blob("app", "{}");
  const std::string absent = "sha256:" + std::string(64, 'a');
  const std::string type =
      "Content-Type: application/vnd.docker.distribution.manifest.v2+json\r\n";
  const Answer lacking = depot.ask("PUT /v2/app/manifests/v1",
                                   Depot::manifest(config, absent), type);
  CHECK(lacking.status == 400);
  CHECK(lacking.body.find("MANIFEST_BLOB_UNKNOWN") != std::string::npos);

  const std::string layer = depot.put_blob("app", "layer");
  const std::string json = Depot::manifest(config, layer);
  const std::string digest = "sha256:" + sha256_hex(json);
  const Answer put = depot.ask("PUT /v2/app/manifests/v1", json, type);
  CHECK(put.status == 201);
  CHECK(put.headers.get("Docker-Content-Digest") == digest);
  CHECK(depot.ask("GET /v2/app/tags/list").body ==
        "{\"name\":\"app\",\"tags\":[\"v1\"]}\n");
  for (const std::string& reference : {std::string("v1"), digest}) {
    const Answer got = depot.ask("GET /v2/app/manifests/" + reference);
    CHECK(got.status == 200);
    CHECK(got.body == json);
    CHECK(got.headers.get("Etag") == "\"" + digest + "\"");
  }
  CHECK(depot.ask("PUT /v2/app/manifests/v1", "no json", type).status == 400);
  CHECK(depot.ask("DELETE /v2/app/manifests/" + digest).status == 405);
  CHECK(depot.machine.read("/data/docker/registry/v2/repositories/app/"
                           "_manifests/tags/v1/current/link") == digest);
}

TEST_CASE("where deleting is allowed, a manifest takes its tags along") {
  Depot depot(std::string(kConfig) +
              "storage:\n  delete:\n    enabled: true\n"
              "  filesystem:\n    rootdirectory: /data\n");
  const std::string config = depot.put_blob("app", "{}");
  const std::string layer = depot.put_blob("app", "layer");
  const std::string json = Depot::manifest(config, layer);
  REQUIRE(depot.ask("PUT /v2/app/manifests/v1", json).status == 201);
  const std::string digest = "sha256:" + sha256_hex(json);
  CHECK(depot.ask("DELETE /v2/app/manifests/" + digest).status == 202);
  CHECK(depot.ask("GET /v2/app/manifests/v1").status == 404);
  CHECK(depot.ask("GET /v2/app/tags/list").body ==
        "{\"name\":\"app\",\"tags\":null}\n");
  CHECK(depot.ask("DELETE /v2/app/blobs/" + layer).status == 202);
  CHECK(depot.ask("HEAD /v2/app/blobs/" + layer).status == 404);
}

TEST_CASE("no name leads out of the registry's folder") {
  Depot depot;
  for (const std::string target :
       {"/v2/../../etc/blobs/uploads/", "/v2/%2e%2e/%2e%2e/etc/blobs/uploads/",
        "/v2/a/../../b/blobs/uploads/", "/v2/App/blobs/uploads/"}) {
    CHECK(depot.ask("POST " + target).status == 404);
  }
  CHECK(depot.ask("GET /v2/app/blobs/sha256:../../../../etc/passwd").status ==
        404);
  CHECK(depot.ask("GET /v2/app/blobs/sha256:zz").status == 400);
  CHECK(depot.ask("HEAD /v2/app/manifests/sha256:0").status == 400);
}

TEST_CASE("a client that dawdles holds up nobody") {
  Depot depot;
  const auto slow = depot.machine.start(
      {"ask", "GET /v2/ HTTP/1.1\r\nHost: depot:5000\r\nContent-Le"});
  REQUIRE(slow);
  (void)depot.machine.scheduler.run_for(kSecond);
  CHECK(depot.ask("GET /v2/").status == 200);
  CHECK_FALSE(slow->process->ended.happened());
  const Ran noise = depot.machine.run({"ask", "\x16\x03\x01 hello\r\n\r\n"});
  CHECK(noise.out == "HTTP/1.1 400 Bad Request\r\n\r\n");
}

TEST_CASE("settings come from config.yml, and from variables over it") {
  const auto read = [](std::string_view yaml, List environ) {
    return userland::read_registry_config(yaml, environ);
  };
  const auto plain = read(kConfig, {});
  REQUIRE(plain);
  CHECK(plain->root == "/data");
  CHECK_FALSE(plain->may_delete);
  const auto over =
      read(kConfig,
           {"REGISTRY_STORAGE_DELETE_ENABLED=true", "REGISTRY_HTTP_ADDR=:80",
            "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=/srv", "HOME=/"});
  REQUIRE(over);
  CHECK(over->may_delete);
  CHECK(over->address == ":80");
  CHECK(over->root == "/srv");
  CHECK(read("version 0.1", {}).error().text ==
        "error parsing: yaml: line 1: could not find expected ':'");
  CHECK(read(kConfig, {"REGISTRY_AUTH=htpasswd"}).error().text ==
        "drydock: access control of registry:2 is not modelled (auth)");
  const auto lists = read(
      "version: 0.1 # so far\nhttp:\n  headers:\n    X-A: [nosniff]\n"
      "    X-B:\n      - one\n      - 'two'\n",
      {});
  REQUIRE(lists);
  CHECK(lists->headers.at("X-A") == "nosniff");
  CHECK(lists->headers.at("X-B") == "one, two");
}

TEST_CASE("a registry that cannot begin says why") {
  Depot depot;
  const Ran taken = depot.machine.run({"registry", "/etc/registry.yml"});
  CHECK(taken.status == 1);
  CHECK(taken.err.find("listen tcp :5000: bind: address already in use") !=
        std::string::npos);
  const Ran absent = depot.machine.run({"registry", "/nosuch"});
  CHECK(absent.err ==
        "configuration error: open /nosuch: no such file or directory\n");
  CHECK(depot.machine.run({"registry", "--version"}).out ==
        "registry github.com/docker/distribution v2.1.1\n");
}

}  // namespace drydock::test
