// hub_images_test.cc — the Hub's images are facts of the world: the same for
// whoever pulls them, whenever, and after whatever else.

#include <catch2/catch.hpp>

#include "sim/base/scheduler.h"
#include "sim/base/sha256.h"
#include "sim/machine/hub_images.h"
#include "tests/machine/host.h"

namespace drydock::machine {

namespace {

std::string digest_line(const std::string& pulled) {
  const std::size_t at = pulled.find("Digest: ");
  return pulled.substr(at, pulled.find('\n', at) - at);
}

std::string pull_after(const std::string& script,
                       const MachineOptions& options = {}) {
  Machine machine(options);
  (void)run(machine, script);
  return digest_line(run(machine, "docker pull redis").out);
}

vfs::LayerRef top_layer(Machine& machine, const std::string& name) {
  const auto image = machine.engine().find_image(name);
  REQUIRE(image);
  return machine.backend().layers().find((*image)->layer);
}

Task<void> read_whole(HubStep step, Bytes& into) {
  LayerSource source(step.layer, step.digest);
  const std::size_t limit = 1 << 30;
  const Result<Bytes> tar = co_await read_all(source, limit);
  if (tar) into = *tar;
}

Bytes archive_of(const HubStep& step) {
  Bytes tar;
  Scheduler scheduler;
  scheduler.spawn(read_whole(step, tar));
  (void)scheduler.run();
  return tar;
}

}  // namespace

TEST_CASE("an image is the same whenever it is pulled and after what") {
  const std::string digest = pull_after("true");
  REQUIRE(digest.starts_with("Digest: sha256:"));
  CHECK(pull_after("sleep 5000") == digest);
  CHECK(pull_after("docker pull nginx; docker run debian true") == digest);
  MachineOptions other;
  other.seed = 7;
  CHECK(pull_after("true", other) == digest);
}

TEST_CASE("whoever comes first to the Hub sees what all others see") {
  const std::string session =
      "docker run -d --name r redis; docker run --name d debian stat "
      "/etc/passwd;"
      "docker history --no-trunc redis; docker inspect r d redis; docker ps -a;"
      "docker exec r ls -lai /etc /data; docker save debian | sha256sum";
  std::string first, hash;
  for (int round = 0; round < 3; ++round) {
    Machine machine({});
    const Told told = run(machine, session);
    CHECK(told.err.find("drydock:") == std::string::npos);
    if (round == 0) first = told.out, hash = machine.engine().state_hash();
    CHECK(told.out == first);
    CHECK(machine.engine().state_hash() == hash);
  }
}

TEST_CASE("pulling takes neither the host's time nor its process numbers") {
  Machine machine({});
  const std::string sight = "date +%s.%N; sh -c 'echo $$'";
  const Told before = run(machine, sight);
  REQUIRE(run(machine, "docker pull redis").status == 0);
  const Told after = run(machine, sight);
  CHECK(before.out.substr(0, before.out.find('\n')) ==
        after.out.substr(0, after.out.find('\n')));
  const auto pid = [](const Told& told) {
    return parse_int(trim(told.out.substr(told.out.find('\n')))).value_or(0);
  };
  // Each line has a shell, date and another shell; between them was one more
  // shell, with its client.
  CHECK(pid(after) - pid(before) == pid(before) + 1);
}

TEST_CASE("two machines share the layers of what they pull") {
  Machine one({}), other({});
  REQUIRE(run(one, "docker pull debian && docker pull redis").status == 0);
  REQUIRE(run(other, "docker pull redis").status == 0);
  REQUIRE(top_layer(one, "redis"));
  CHECK(top_layer(one, "redis") == top_layer(other, "redis"));
}

TEST_CASE("what one machine does to a shared image, the others do not see") {
  Machine one({}), other({});
  REQUIRE(run(one, "docker pull busybox").status == 0);
  REQUIRE(run(other, "docker pull busybox").status == 0);
  REQUIRE(run(one,
              "docker run --name box busybox sh -c 'rm /etc/passwd; "
              "echo mine > /etc/group' && docker commit box busybox")
              .status == 0);
  const std::string look = "docker run --rm busybox cat /etc/passwd /etc/group";
  CHECK(run(one, look).out.starts_with("mine\n"));
  CHECK(run(other, look).out.starts_with("root:"));
}

TEST_CASE("a layer's archive is that of its digest") {
  for (const char* const folder : {"busybox/1.24", "redis/3.0"}) {
    const Result<HubImageRef> image = hub_image(folder);
    REQUIRE(image);
    CHECK(*image == *hub_image(folder));
    for (const HubStep& step : **image) {
      const Bytes tar = archive_of(step);
      CHECK("sha256:" + sha256_hex(tar) == step.digest);
      CHECK(static_cast<std::int64_t>(tar.size()) == step.size);
    }
  }
}

}  // namespace drydock::machine
