// registry_test.cc — pushing to and pulling from registries, the Hub and one
// of our own, as a user of the simulated host sees it.

#include <catch2/catch.hpp>

#include "sim/kernel/program.h"
#include "sim/machine/container_files.h"
#include "sim/machine/script.h"
#include "sim/vfs/walk.h"

namespace drydock::machine {

namespace {

struct Outputs {
  std::string out, err;
  int status = 0;
};

/// A host with docker of this profile, and what is typed there.
class Site {
 public:
  explicit Site(std::string_view profile, bool online = true) {
    MachineOptions options;
    options.profile = cli::find_profile(profile);
    options.online = online;
    machine_ = std::make_unique<Machine>(options);
  }

  Outputs run(const std::string& command) {
    (void)machine_->scheduler().run_for(kSecond);
    Outputs outputs;
    ScriptStreams streams;
    streams.out = [&outputs](std::string_view bytes) { outputs.out += bytes; };
    streams.err = [&outputs](std::string_view bytes) { outputs.err += bytes; };
    const ScriptResult result =
        run_script(*machine_, {"bash", "-c", command}, "/root", streams);
    outputs.status = result.status;
    outputs.err += result.trouble;
    return outputs;
  }
  std::string out(const std::string& command) { return run(command).out; }
  std::string err(const std::string& command) { return run(command).err; }

  /// A registry as a process of the host, on port 5000.
  void open_registry() {
    REQUIRE(machine_->write_file("/registry.yml",
                                 "version: 0.1\nhttp:\n  addr: :5000\n", 0644));
    REQUIRE(machine_->write_file(
        "/usr/bin/registry",
        kernel::executable_content("distribution/registry"), 0755));
    HostCommand server;
    server.argv = {"/usr/bin/registry", "/registry.yml"};
    server.fds = {null_file(), null_file(), null_file()};
    REQUIRE(machine_->spawn(std::move(server)));
  }

  Machine& machine() { return *machine_; }

 private:
  std::unique_ptr<Machine> machine_;
};

std::string last_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

constexpr std::string_view kBoth[] = {"docker-1.8", "docker-20.10"};

}  // namespace

TEST_CASE("an image pushed to a registry of one's own comes back the same") {
  for (const std::string_view profile : kBoth) {
    Site site(profile);
    site.open_registry();
    site.run(
        "printf 'FROM busybox\\nRUN echo hi > /greeting\\nENV A=b\\n"
        "CMD [\"cat\",\"/greeting\"]\\n' | docker build -t mine -; "
        "docker tag mine localhost:5000/me/mine:v1");
    const std::string before =
        site.out("docker inspect -f '{{json .Config}}' mine");
    const Outputs pushed = site.run("docker push localhost:5000/me/mine:v1");
    INFO(pushed.out << pushed.err);
    REQUIRE(pushed.status == 0);
    CHECK(last_line(pushed.out).starts_with("v1: digest: sha256:"));
    site.run("docker rmi localhost:5000/me/mine:v1 mine busybox");
    CHECK(site.out("docker images -q").empty());
    const Outputs pulled = site.run("docker pull localhost:5000/me/mine:v1");
    INFO(pulled.out << pulled.err);
    REQUIRE(pulled.status == 0);
    CHECK(has(pulled.out, "v1: Pulling from me/mine\n"));
    CHECK(site.out("docker run --rm localhost:5000/me/mine:v1") == "hi\n");
    CHECK(site.out("docker inspect -f '{{json .Config}}' "
                   "localhost:5000/me/mine:v1") == before);
    const std::string digest = [&] {
      const std::size_t at = pulled.out.find("sha256:");
      return pulled.out.substr(at, 71);
    }();
    CHECK(has(pushed.out, digest));
    CHECK(site.run("docker pull localhost:5000/me/mine@" + digest).status == 0);
  }
}

TEST_CASE("what the registry has is not sent again") {
  Site old("docker-1.8");
  old.open_registry();
  old.run("docker pull busybox; docker tag busybox localhost:5000/bb");
  CHECK(has(old.out("docker push localhost:5000/bb"),
            ": Image successfully pushed\n"));
  const std::string again = old.out("docker push localhost:5000/bb");
  CHECK(has(again, ": Image already exists\n"));
  CHECK_FALSE(has(again, "successfully"));

  Site recent("docker-20.10");
  recent.open_registry();
  recent.run(
      "docker pull busybox; docker tag busybox localhost:5000/bb;"
      "docker tag busybox localhost:5000/other");
  CHECK(has(recent.out("docker push localhost:5000/bb"), ": Pushed\n"));
  CHECK(has(recent.out("docker push localhost:5000/bb"),
            ": Layer already exists\n"));
  CHECK(has(recent.out("docker push localhost:5000/other"),
            ": Mounted from bb\n"));
}

TEST_CASE("all tags of a repository are pushed and pulled together") {
  for (const std::string_view profile : kBoth) {
    Site site(profile);
    site.open_registry();
    site.run(
        "docker pull busybox; for t in a b; do "
        "docker tag busybox localhost:5000/bb:$t; done");
    const bool old = profile == "docker-1.8";
    const Outputs pushed = site.run(old ? "docker push localhost:5000/bb"
                                        : "docker push -a localhost:5000/bb");
    CHECK(has(pushed.out, "a: digest: "));
    CHECK(has(pushed.out, "b: digest: "));
    CHECK(has(pushed.out, "(len: 2)") == old);
    site.run("docker rmi localhost:5000/bb:a localhost:5000/bb:b");
    const Outputs pulled = site.run("docker pull -a localhost:5000/bb");
    CHECK(pulled.status == 0);
    CHECK(has(pulled.out, "a: Pulling from bb\n"));
    CHECK(has(pulled.out, "b: Pulling from bb\n"));
  }
}

TEST_CASE("a registry that is not there is told in the daemon's words") {
  Site old("docker-1.8"), recent("docker-20.10");
  for (Site* const site : {&old, &recent}) {
    site->run(
        "docker pull busybox; docker tag busybox localhost:5999/x; "
        "docker tag busybox myregistry.com:5000/x");
  }
  const Outputs pull = old.run("docker pull localhost:5999/x");
  CHECK(pull.out ==
        "Using default tag: latest\nPulling repository localhost:5999/x\n");
  CHECK(pull.err ==
        "Error while pulling image: Get http://localhost:5999/v1/repositories/"
        "x/images: dial tcp 127.0.0.1:5999: connection refused\n");
  CHECK(old.err("docker push myregistry.com:5000/x") ==
        "unable to ping registry endpoint https://myregistry.com:5000/v0/\n"
        "v2 ping attempt failed with error: Get "
        "https://myregistry.com:5000/v2/: dial tcp: lookup myregistry.com: no "
        "such host\n"
        " v1 ping attempt failed with error: Get "
        "https://myregistry.com:5000/v1/_ping: dial tcp: lookup "
        "myregistry.com: no such host\n");
  CHECK(recent.err("docker pull localhost:5999/x") ==
        "Error response from daemon: Get \"http://localhost:5999/v2/\": dial "
        "tcp 127.0.0.1:5999: connect: connection refused\n");
  CHECK(recent.err("docker push myregistry.com:5000/x") ==
        "Get \"https://myregistry.com:5000/v2/\": dial tcp: lookup "
        "myregistry.com on 10.0.2.3:53: no such host\n");
}

TEST_CASE("a name in the host's own file is a registry, too") {
  Site site("docker-20.10");
  site.open_registry();
  site.run(
      "echo '127.0.0.1 depot.test' >> /etc/hosts; docker pull busybox; "
      "docker tag busybox depot.test:5000/bb");
  CHECK(site.run("docker push depot.test:5000/bb").status == 0);
  CHECK(site.run("docker pull depot.test:5000/bb").status == 0);
  CHECK(site.err("docker pull depot.test:5000/bb:nosuch") ==
        "Error response from daemon: manifest for depot.test:5000/bb:nosuch "
        "not found: manifest unknown: manifest unknown\n");
}

TEST_CASE("plain HTTP is for the machine itself only") {
  Site old("docker-1.8"), recent("docker-20.10");
  old.open_registry();
  recent.open_registry();
  old.run("docker pull busybox; docker tag busybox 172.17.42.1:5000/bb");
  CHECK(has(old.err("docker push 172.17.42.1:5000/bb"),
            "v2 ping attempt failed with error: Get "
            "https://172.17.42.1:5000/v2/: tls: oversized record received with "
            "length 20527\n"));
  CHECK(has(old.err("docker login -u a -p b -e c@d 172.17.42.1:5000"),
            "please add `--insecure-registry 172.17.42.1:5000` to the daemon's "
            "arguments"));
  recent.run("docker pull busybox; docker tag busybox 172.17.0.1:5000/bb");
  CHECK(recent.err("docker push 172.17.0.1:5000/bb") ==
        "Get \"https://172.17.0.1:5000/v2/\": http: server gave HTTP response "
        "to HTTPS client\n");
  CHECK(recent.run("docker login -u a -p b localhost:5000").out ==
        "Login Succeeded\n");
}

TEST_CASE("a registry in a container is reached by its published port") {
  for (const std::string_view profile : kBoth) {
    Site site(profile);
    site.run(
        "docker pull busybox; docker run -d -p 5000:5000 --name registry "
        "registry:2; docker tag busybox localhost:5000/bb");
    CHECK(site.run("docker push localhost:5000/bb").status == 0);
    CHECK(site.out("curl -s localhost:5000/v2/_catalog") ==
          "{\"repositories\":[\"bb\"]}\n");
    CHECK(site.out("docker run --rm --link registry:depot busybox wget -q -O - "
                   "http://depot:5000/v2/bb/tags/list") ==
          "{\"name\":\"bb\",\"tags\":[\"latest\"]}\n");
    CHECK(has(site.out("docker logs registry"), "\"PUT /v2/bb/manifests/"));
    // What it keeps is on its volume, for the next container to serve.
    site.run(
        "docker stop registry; docker run -d -p 5000:5000 --volumes-from "
        "registry --name second registry:2");
    CHECK(site.run("docker pull localhost:5000/bb").status == 0);
  }
}

TEST_CASE("a blob that was changed behind the registry's back is refused") {
  for (const std::string_view profile : kBoth) {
    Site site(profile);
    site.open_registry();
    site.run(
        "docker pull busybox; docker tag busybox localhost:5000/bb; "
        "docker push localhost:5000/bb; "
        "docker rmi busybox localhost:5000/bb");
    site.run(
        "for f in $(find /var/lib/registry -name data -size +4k); do "
        "echo x >> $f; done");
    const Outputs pulled = site.run("docker pull localhost:5000/bb");
    CHECK(pulled.status == 1);
    CHECK(has(pulled.err, "filesystem layer verification failed for digest"));
    CHECK(site.out("docker images -aq").empty());
  }
}

TEST_CASE("1.8: whoever is not logged in is asked to before a push") {
  Site site("docker-1.8");
  site.run("docker pull busybox; docker tag busybox amouat/bb");
  const Outputs asked = site.run("docker push amouat/bb < /dev/null");
  CHECK(has(asked.out, "\nPlease login prior to push:\nUsername: "));
  CHECK(asked.status == 1);
  CHECK(site.err("docker push busybox") ==
        "You cannot push a \"root\" repository. Please rename your repository "
        "to <user>/<repo> (ex: <user>/busybox)\n");
  CHECK(site.err("docker login -u amouat -p wrong -e a@b.c") ==
        "Error response from daemon: Wrong login/password, please try again\n");
  CHECK(site.out("docker login -u amouat -p using-docker -e a@b.c") ==
        "WARNING: login credentials saved in /root/.docker/config.json\n"
        "Login Succeeded\n");
  CHECK(site.run("docker push amouat/bb").status == 0);
  site.run("docker tag busybox gordon/bb");
  CHECK(site.err("docker push gordon/bb") ==
        "unauthorized: access to the requested resource is not authorized\n");
  site.run("docker rmi amouat/bb");
  CHECK(site.run("docker pull amouat/bb").status == 0);
  CHECK(has(site.out("docker search amouat/bb"), "amouat/bb"));
  CHECK(site.out("docker logout") ==
        "Remove login credentials for https://index.docker.io/v1/\n");
  CHECK(site.out("docker logout") ==
        "Not logged in to https://index.docker.io/v1/\n");
}

TEST_CASE("1.8: an unknown name with an address is made an account") {
  Site site("docker-1.8");
  CHECK(has(site.out("docker login -u newcomer -p secret -e n@e.w"),
            "Account created. Please use the confirmation link we sent to "
            "your e-mail to activate it.\n"));
  CHECK(site.run("docker login -u newcomer -p other -e n@e.w").status == 1);
  // What was refused is forgotten.
  CHECK_FALSE(has(site.out("cat .docker/config.json"), "auth\""));
}

TEST_CASE("20.10: login warns, and takes the password from a pipe") {
  Site site("docker-20.10");
  const Outputs piped =
      site.run("echo using-docker | docker login -u amouat --password-stdin");
  CHECK(piped.out == "Login Succeeded\n");
  CHECK(piped.err ==
        "WARNING! Your password will be stored unencrypted in "
        "/root/.docker/config.json.\n"
        "Configure a credential helper to remove this warning. See\n"
        "https://docs.docker.com/engine/reference/commandline/login/"
        "#credentials-store\n\n");
  CHECK(site.out("cat .docker/config.json") ==
        "{\n\t\"auths\": {\n\t\t\"https://index.docker.io/v1/\": {\n"
        "\t\t\t\"auth\": \"YW1vdWF0OnVzaW5nLWRvY2tlcg==\"\n\t\t}\n\t}\n}");
  CHECK(site.out("docker login")
            .starts_with("Authenticating with existing credentials...\n"));
  CHECK(site.out("docker logout") ==
        "Removing login credentials for https://index.docker.io/v1/\n");
  CHECK(site.err("docker login < /dev/null") ==
        "Error: Cannot perform an interactive login from a non TTY device\n");
  CHECK(site.err("echo x | docker login --password-stdin") ==
        "Must provide --username with --password-stdin\n");
  CHECK(site.err("echo wrong | docker login -u amouat --password-stdin") ==
        "Error response from daemon: Get "
        "\"https://registry-1.docker.io/v2/\": unauthorized: incorrect "
        "username or password\n");
  CHECK(has(site.err("docker login -u amouat -p using-docker"),
            "WARNING! Using --password via the CLI is insecure. Use "
            "--password-stdin.\n"));
  site.run("docker logout; docker pull busybox; docker tag busybox amouat/bb");
  CHECK(site.err("docker push amouat/bb") ==
        "denied: requested access to the resource is denied\n");
}

TEST_CASE("a private repository is seen by its owner only") {
  for (const std::string_view profile : kBoth) {
    Site site(profile);
    CHECK(site.run("docker pull amouat/drafts").status == 1);
    CHECK_FALSE(has(site.out("docker search drafts"), "drafts "));
    const std::string email =
        profile == "docker-1.8" ? " -e me@example.com" : "";
    site.run("docker login -u gordon -p whale" + email);
    CHECK(site.run("docker pull amouat/drafts").status == 1);
    site.run("docker login -u amouat -p using-docker" + email);
    CHECK(site.run("docker pull amouat/drafts").status == 0);
  }
}

TEST_CASE("the old .dockercfg is read where there is no config.json") {
  Site site("docker-1.8");
  site.run(
      "docker pull busybox; docker tag busybox amouat/bb; "
      "echo '{\"https://index.docker.io/v1/\":{\"auth\":"
      "\"YW1vdWF0OnVzaW5nLWRvY2tlcg==\",\"email\":\"a@b.c\"}}' "
      "> .dockercfg");
  CHECK(site.run("docker push amouat/bb").status == 0);
  site.run(
      "printf 'auth = YW1vdWF0OnVzaW5nLWRvY2tlcg==\\nemail = a@b.c\\n' "
      "> .dockercfg");
  CHECK(site.run("docker push amouat/bb").status == 0);
  site.run("mkdir .docker; echo '{\"auths\":{}}' > .docker/config.json");
  CHECK(site.run("docker push amouat/bb < /dev/null").status == 1);
}

TEST_CASE("other keys of config.json outlive a login") {
  Site site("docker-1.8");
  site.run(
      "mkdir .docker; echo '{\"HttpHeaders\":{\"X\":\"y\"}}' "
      "> .docker/config.json; docker login -u amouat -p using-docker "
      "-e a@b.c");
  const std::string text = site.out("cat .docker/config.json");
  CHECK(has(text, "\"X\": \"y\""));
  CHECK(has(text, "\"email\": \"a@b.c\""));
}

TEST_CASE("a search shows 25 repositories at most, by stars") {
  Site site("docker-1.8");
  const std::string all = site.out("docker search a");
  CHECK(std::ranges::count(all, '\n') == 26);
  CHECK(all.starts_with("NAME"));
  const std::string redis = site.out("docker search --automated -s 20 redis");
  CHECK(has(redis, "torusware/speedus-redis"));
  CHECK(has(redis, "..."));
  CHECK_FALSE(has(redis, "google/redis"));
  CHECK(has(site.out("docker search --automated --no-trunc -s 20 redis"),
            "at least as the authors tell it."));
  CHECK(has(site.err("docker pull mysql"),
            "drydock: 'mysql' is on the Hub, but its image is not modelled"));
}

}  // namespace drydock::machine
