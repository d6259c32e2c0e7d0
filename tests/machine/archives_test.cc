// archives_test.cc — images as files on the simulated host: save, load, export
// and import between two machines, in sentences.

#include <catch2/catch.hpp>

#include "sim/machine/script.h"
#include "sim/vfs/walk.h"

namespace drydock::machine {

namespace {

class Desk {
 public:
  explicit Desk(std::string_view profile) {
    MachineOptions options;
    options.profile = cli::find_profile(profile);
    machine_ = std::make_unique<Machine>(options);
  }
  std::string run(const std::string& command) {
    (void)machine_->scheduler().run_for(kSecond);
    std::string all;
    ScriptStreams streams;
    streams.out = [&all](std::string_view bytes) { all += bytes; };
    streams.err = streams.out;
    const ScriptResult result =
        run_script(*machine_, {"bash", "-c", command}, "/root", streams);
    status = result.status;
    return all;
  }
  /// The bytes of a file of the host.
  Bytes file(const std::string& path) { return run("cat " + path); }
  void write(const std::string& path, const Bytes& bytes) {
    REQUIRE(machine_->write_file(path, bytes, 0644));
  }
  int status = 0;

 private:
  std::unique_ptr<Machine> machine_;
};

constexpr std::string_view kBoth[] = {"docker-1.8", "docker-20.10"};

constexpr std::string_view kBuild =
    "printf 'FROM busybox\\nRUN mkdir /d && echo hi > /d/f && chown 7:8 /d/f "
    "&& chmod 4750 /d/f && ln -s f /d/l\\nRUN rm /bin/yes\\nENV A=b\\n"
    "CMD [\"cat\",\"/d/f\"]\\n' | docker build -t mine:1 - > /dev/null; "
    "docker tag mine:1 mine:2";

/// Mode, owner, time, size and name of what the image has in /d, and whether
/// /bin/yes is gone.
constexpr std::string_view kLook =
    "docker run --rm mine:1 sh -c 'stat -c \"%a %u:%g %Y %s %N\" /d /d/f /d/l; "
    "ls /bin/yes'";

}  // namespace

TEST_CASE("an image that was saved is the same on another machine") {
  for (const std::string_view profile : kBoth) {
    Desk here(profile), there(profile);
    here.run(std::string(kBuild));
    here.run("docker save -o a.tar mine; docker save mine > b.tar");
    CHECK(here.status == 0);
    const Bytes tar = here.file("a.tar");
    CHECK((tar == here.file("b.tar")));
    there.write("a.tar", tar);
    const std::string said = there.run("docker load -i a.tar");
    CHECK(said == (profile == "docker-1.8"
                       ? ""
                       : "Loaded image: mine:1\nLoaded image: mine:2\n"));
    CHECK(there.run("docker images -q --no-trunc mine") ==
          here.run("docker images -q --no-trunc mine"));
    constexpr std::string_view kInspect =
        "docker inspect -f '{{json .Config}} {{.Created}} {{.Comment}} "
        "{{.VirtualSize}}' mine:2";
    CHECK(there.run(std::string(kInspect)) == here.run(std::string(kInspect)));
    CHECK(there.run(std::string(kLook)) == here.run(std::string(kLook)));
    // And what is saved there is what came.
    CHECK((there.run("docker save mine") == tar));
  }
}

TEST_CASE("save knows a tag, an id and a repository, and several of them") {
  Desk desk("docker-1.8");
  desk.run(std::string(kBuild));
  const auto names = [&](const std::string& what) {
    return desk.run("docker save " + what + " | tar xO repositories 2>&1");
  };
  CHECK(names("mine:1").find("\"2\"") == std::string::npos);
  CHECK(names("mine").find("\"2\"") != std::string::npos);
  CHECK(names("mine:2 busybox").find("busybox") != std::string::npos);
  CHECK(names("$(docker images -q mine | head -1)")
            .find("Not found in archive") != std::string::npos);
  CHECK(desk.run("docker save nosuch | wc -c").find("no such id: nosuch") !=
        std::string::npos);
}

TEST_CASE("load takes archives packed by gzip") {
  for (const std::string_view profile : kBoth) {
    Desk desk(profile);
    desk.run(
        "docker pull busybox; docker save busybox | gzip > a.tgz; "
        "docker rmi busybox");
    CHECK(desk.run("docker images -q").empty());
    desk.run("docker load < a.tgz");
    CHECK(desk.status == 0);
    CHECK(desk.run("docker run --rm busybox echo back") == "back\n");
  }
}

TEST_CASE("an archive that is cut anywhere changes nothing") {
  for (const std::string_view profile : kBoth) {
    Desk desk(profile);
    desk.run(
        "docker pull busybox; docker save busybox > a.tar; "
        "docker rmi busybox");
    const Bytes tar = desk.file("a.tar");
    for (const std::size_t part : {1, 3, 5, 7}) {
      desk.write("cut.tar", tar.substr(0, tar.size() * part / 8));
      desk.run("docker load -i cut.tar");
      CHECK(desk.status == 1);
      CHECK(desk.run("docker images -aq").empty());
    }
    desk.run("docker load -i a.tar");
    CHECK(desk.status == 0);
  }
}

TEST_CASE("an older image of that name loses it to the one that is loaded") {
  Desk desk("docker-1.8");
  desk.run(std::string(kBuild));
  desk.run(
      "docker save mine:1 > a.tar; docker rmi mine:1 mine:2; "
      "docker tag busybox mine:1");
  const std::string said = desk.run("docker load -i a.tar");
  CHECK(
      said.starts_with("The image mine:1 already exists, renaming the old "
                       "one with ID "));
  CHECK(said.ends_with(" to empty string\n"));
  CHECK(desk.run("docker run --rm mine:1") == "hi\n");
}

TEST_CASE("what another program packed is given back as it came") {
  // A tar with its members in another order than ours would be.
  Desk desk("docker-20.10");
  desk.run(
      "mkdir -p t/z t/a; echo 1 > t/z/f; echo 2 > t/a/f; cd t; "
      "tar cf ../foreign.tar z a");
  desk.run("docker import foreign.tar foreign:1");
  desk.run("docker save foreign:1 > a.tar; docker rmi foreign:1");
  desk.run("docker load -i a.tar");
  CHECK(desk.status == 0);
  CHECK(desk.run("tar xf a.tar; cmp $(ls -d */ | grep -v '^t/' | head -1)"
                 "layer.tar foreign.tar && echo same") == "same\n");
}

TEST_CASE("export and import flatten an image and keep every file") {
  for (const std::string_view profile : kBoth) {
    Desk desk(profile);
    desk.run(std::string(kBuild));
    desk.run(
        "docker create --name box mine:1; "
        "docker export box | docker import - flat:1");
    CHECK(desk.status == 0);
    CHECK(desk.run("docker history -q flat:1 | wc -l") == "1\n");
    CHECK(desk.run("docker inspect -f '{{.Config.Cmd}}' flat:1").find("cat") ==
          std::string::npos);
    desk.run(
        "docker tag -f mine:1 old:1 2>/dev/null || docker tag mine:1 old:1");
    const std::string before = desk.run(std::string(kLook));
    desk.run("docker rmi mine:1; docker tag flat:1 mine:1");
    CHECK(desk.run(std::string(kLook)) == before);
    desk.run("docker export box | gzip > c.tgz; docker import c.tgz packed:1");
    CHECK(desk.run("docker run --rm packed:1 cat /d/f") == "hi\n");
  }
}

TEST_CASE("a file that begins with a hole is copied into images whole") {
  for (const std::string_view profile : kBoth) {
    Desk desk(profile);
    desk.run(
        "mkdir d && cd d && truncate -s 1M f && echo end >> f && "
        "printf 'FROM busybox\nCOPY f /\n' > Dockerfile && "
        "docker build -q -t holed .");
    CHECK(desk.status == 0);
    CHECK(desk.run("docker run --rm holed tail -c 4 /f") == "end\n");
    desk.run(
        "cd d && truncate -s 1M f && echo new >> f && "
        "docker build -q -t holed .");
    CHECK(desk.run("docker run --rm holed tail -c 4 /f") == "new\n");
  }
}

}  // namespace drydock::machine
