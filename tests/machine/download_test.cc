// download_test.cc — a build and an import from a URL: what a web server in a
// container holds, fetched by the docker client.

#include <catch2/catch.hpp>

#include "tests/machine/host.h"

namespace drydock::machine {
namespace {

/// A host whose port 8000 serves the folder /root/www.
struct WebHost {
  WebHost() {
    sh("mkdir -p www; docker run -d -p 8000:80 -v "
       "/root/www:/usr/share/nginx/html nginx; docker pull busybox; sleep 1");
  }
  Told sh(const std::string& script) { return run(machine, script); }

  Machine machine{MachineOptions{}};
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a Dockerfile is built from its URL") {
  WebHost host;
  host.sh("printf 'FROM busybox\\nCMD echo far\\n' > www/Dockerfile");
  const Told built =
      host.sh("docker build -t far http://localhost:8000/Dockerfile");
  INFO(built.out << built.err);
  CHECK(built.status == 0);
  CHECK(
      built.out.starts_with("Downloading build context from remote url: "
                            "http://localhost:8000/Dockerfile [" +
                            std::string(50, '=') + ">]     26 B/26 B\n"));
  CHECK(host.sh("docker run --rm far").out == "far\n");
}

TEST_CASE("an archive behind a URL is a context, packed or not") {
  WebHost host;
  host.sh(
      "mkdir c; echo here > c/note; printf 'FROM busybox\\nCOPY note "
      "/note\\n' > c/Other; tar cf www/c.tar -C c .; tar czf www/c.tgz -C c "
      ".");
  for (const std::string name : {"c.tar", "c.tgz"}) {
    INFO(name);
    const Told built = host.sh(
        "docker build -t far -f Other "
        "http://localhost:8000/" +
        name);
    INFO(built.out << built.err);
    CHECK(built.status == 0);
    CHECK(host.sh("docker run --rm far cat /note").out == "here\n");
  }
}

TEST_CASE("what cannot be fetched is told, and nothing is built") {
  WebHost host;
  const Told missing = host.sh("docker build http://localhost:8000/none");
  CHECK(missing.status == 1);
  CHECK(missing.err ==
        "unable to prepare context: unable to download remote context "
        "http://localhost:8000/none: Got HTTP status code >= 400: 404 Not "
        "Found\n");
  CHECK(host.sh("docker build http://localhost:8001/").err ==
        "unable to prepare context: unable to download remote context "
        "http://localhost:8001/: Get http://localhost:8001/: dial tcp "
        "127.0.0.1:8001: connection refused\n");
  CHECK(
      host.sh("docker build http://nowhere.invalid/").err ==
      "unable to prepare context: unable to download remote context "
      "http://nowhere.invalid/: Get http://nowhere.invalid/: dial tcp: lookup "
      "nowhere.invalid: no such host\n");
}

TEST_CASE("a git repository is no context here, and that is said") {
  Machine machine(MachineOptions{});
  for (const std::string url :
       {"git://example.com/x", "github.com/amouat/x", "git@example.com:x.git",
        "https://github.com/amouat/x.git#master:folder"}) {
    INFO(url);
    const Told told = run(machine, "docker build '" + url + "'");
    CHECK(told.status == 1);
    CHECK(told.err ==
          "drydock: 'docker build' from a git repository is not modelled\n");
  }
}

TEST_CASE("ADD fetches a URL and never unpacks it") {
  WebHost host;
  host.sh(
      "echo x > www/f.txt; tar cf www/a.tar -C www f.txt; mkdir c; touch -d "
      "2015-01-02T03:04:05Z www/f.txt");
  const auto build = [&](const std::string& line) {
    return host.sh("printf 'FROM busybox\\n" + line +
                   "\\n' > c/Dockerfile; docker build -t far c");
  };
  const Told built = build("ADD http://localhost:8000/f.txt /etc/");
  INFO(built.out << built.err);
  CHECK(built.status == 0);
  CHECK(host.sh("docker run --rm far stat -c '%a %u %Y' /etc/f.txt").out ==
        "600 0 1420167845\n");
  CHECK(host.sh("docker run --rm far cat /etc/f.txt").out == "x\n");
  // The same content again is in the cache.
  CHECK(has(build("ADD http://localhost:8000/f.txt /etc/").out,
            " ---> Using cache\n"));
  CHECK(build("ADD http://localhost:8000/a.tar /packed").status == 0);
  CHECK(host.sh("docker run --rm far tar tf /packed").out == "f.txt\n");
  const Told nameless = build("ADD http://localhost:8000/ /etc/");
  CHECK(nameless.status == 1);
  CHECK(has(nameless.err,
            "cannot determine filename from url: http://localhost:8000/\n"));
  const Told missing = build("ADD http://localhost:8000/no /etc/");
  CHECK(missing.status == 1);
  CHECK(has(missing.err, "Got HTTP status code >= 400: 404 Not Found\n"));
  CHECK(has(build("COPY http://localhost:8000/f.txt /etc/").err,
            "Source can't be a URL for COPY\n"));
}

TEST_CASE("an image is imported from a URL") {
  WebHost host;
  host.sh("docker export $(docker create busybox true) > www/fs.tar");
  const Told told =
      host.sh("docker import http://localhost:8000/fs.tar flat:one");
  INFO(told.out << told.err);
  CHECK(told.status == 0);
  CHECK(
      told.out.starts_with("Downloading from http://localhost:8000/fs.tar\n"));
  CHECK(host.sh("docker run --rm flat:one echo works").out == "works\n");
  CHECK(has(host.sh("docker history flat:one").out,
            "Imported from http://localhost:8000/fs.tar"));
  const Told missing = host.sh("docker import http://localhost:8000/no.tar");
  CHECK(missing.status == 1);
  CHECK(has(missing.err, "Got HTTP status code >= 400: 404 Not Found"));
}

}  // namespace drydock::machine
