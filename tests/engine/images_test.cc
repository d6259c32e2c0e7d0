// images_test.cc — images: what rmi may take, commit, history, tags, archives,
// registries.

#include <catch2/catch.hpp>

#include <string>

#include "sim/base/sha256.h"
#include "sim/engine/config_change.h"
#include "tests/engine/dock.h"

namespace drydock::engine {

namespace {

std::string rmi(Dock& dock, const std::string& what, bool force = false,
                bool no_prune = false) {
  const RmiRequest request{force, no_prune};
  const auto deletions = dock.run(dock.engine.rmi(what, request));
  if (!deletions) return deletions.error().text;
  std::string text;
  for (const Deletion& deletion : *deletions) {
    text += deletion.untagged.empty()
                ? "D:" + deletion.deleted.substr(0, 19) + " "
                : "U:" + deletion.untagged + " ";
  }
  return text;
}

std::string short_of(const std::string& id) { return id.substr(0, 12); }

/// As rmi prints it here: "D:" and as much of the id as fits.
std::string gone(const Dock& dock, const std::string& id) {
  return "D:" + dock.engine.shown_id(id).substr(0, 19) + " ";
}

}  // namespace

TEST_CASE("1.8: the last tag takes the image and its nameless parents along") {
  Dock dock(rules_1_8());
  const std::string a = dock.image("", "a", dock.base);
  const std::string b = dock.image("app:1", "b", a);
  CHECK(rmi(dock, "app:1") == "U:app:1 " + gone(dock, b) + gone(dock, a));
  CHECK(dock.engine.find_image("base"));
  CHECK(dock.backend.layers.size() == 2);  // "" and base's.
}

TEST_CASE("1.8: a tag of many only goes") {
  Dock dock(rules_1_8());
  REQUIRE(dock.run(dock.engine.tag("base", "other", false)));
  CHECK(rmi(dock, "other") == "U:other:latest ");
  CHECK(rmi(dock, "nosuch") == "No such image: nosuch");
  CHECK(rmi(dock, "base:2") == "No such image: base:2");
  CHECK(rmi(dock, "") == "Image name can not be blank");
}

TEST_CASE("1.8: by id, an image of two repositories wants force") {
  Dock dock(rules_1_8());
  REQUIRE(dock.run(dock.engine.tag("base", "other", false)));
  const std::string id = short_of(dock.base);
  CHECK(rmi(dock, id) ==
        "Conflict, cannot delete image " + id +
            " because it is tagged in multiple repositories, use -f to force");
  CHECK(rmi(dock, id, true) ==
        "U:base:latest U:other:latest " + gone(dock, dock.base));
}

TEST_CASE("1.8: containers hold their image, running ones against force too") {
  Dock dock(rules_1_8());
  REQUIRE(dock.up("web", {"sleep"}) == "");
  const std::string image = short_of(dock.base);
  const std::string user = short_of(dock.container("web").id);
  CHECK(rmi(dock, "base") == "Conflict, cannot delete " + image +
                                 " because the running container " + user +
                                 " is using it, stop it and use -f to force");
  CHECK(rmi(dock, "base", true) == "Conflict, cannot force delete " + image +
                                       " because the running container " +
                                       user +
                                       " is using it, stop it and retry");
  REQUIRE(dock.run(dock.engine.kill("web", "")));
  CHECK(rmi(dock, "base") == "Conflict, cannot delete " + image +
                                 " because the container " + user +
                                 " is using it, use -f to force");
  CHECK(rmi(dock, "base", true) == "U:base:latest " + gone(dock, dock.base));
}

TEST_CASE("1.8: an image with children loses its name only") {
  Dock dock(rules_1_8());
  dock.image("child:1", "c", dock.base);
  CHECK(rmi(dock, "base") == "U:base:latest ");
  CHECK(rmi(dock, short_of(dock.base)) ==
        "Conflict, " + short_of(dock.base) + " wasn't deleted");
}

TEST_CASE("1.8: a parent in use spoils the whole answer") {
  Dock dock(rules_1_8());
  const std::string child = dock.image("child:1", "c", dock.base);
  REQUIRE(dock.create("web", {"true"}));
  REQUIRE(dock.run(dock.engine.tag("base", "x", false)));
  CHECK(rmi(dock, "base") == "U:base:latest ");
  CHECK(rmi(dock, "x") == "Conflict, cannot delete " + short_of(dock.base) +
                              " because the container " +
                              short_of(dock.container("web").id) +
                              " is using it, use -f to force");
}

TEST_CASE("20.10: an image's id is the sha256 of its config") {
  Dock dock(rules_20_10());
  const auto image = dock.engine.find_image("base");
  REQUIRE(image);
  CHECK((*image)->id ==
        sha256_hex(image::image_json(**image, image::Grammar::docker_20_10)));
  CHECK((*image)->diff_ids ==
        List{"sha256:" + sha256_hex(Dock::tar_of("base"))});
}

TEST_CASE("20.10: a child's end takes layers and nameless parents along") {
  Dock dock(rules_20_10());
  const std::string a = dock.image("", "a", dock.base);
  const std::string b = dock.image("app:1", "b", a);
  const List diffs{"sha256:" + sha256_hex(Dock::tar_of("base")),
                   "sha256:" + sha256_hex(Dock::tar_of("a")),
                   "sha256:" + sha256_hex(Dock::tar_of("b"))};
  const std::string chain_a = image::chain_id({diffs[0], diffs[1]});
  const std::string chain_b = image::chain_id(diffs);
  CHECK(rmi(dock, "app:1") ==
        "U:app:1 " + gone(dock, b) + "D:" + chain_b.substr(0, 19) + " " +
            gone(dock, a) + "D:" + chain_a.substr(0, 19) + " ");
  CHECK(dock.backend.layers.size() == 2);
}

TEST_CASE("20.10: what is used, shared or stood upon is kept") {
  Dock dock(rules_20_10());
  const std::string id = short_of(dock.base);
  REQUIRE(dock.create("web", {"sleep"}));
  const std::string user = short_of(dock.container("web").id);
  CHECK(rmi(dock, "base") ==
        "conflict: unable to remove repository reference \"base\" (must "
        "force) - container " +
            user + " is using its referenced image " + id);
  REQUIRE(dock.run(dock.engine.start("web")));
  CHECK(rmi(dock, id, true) == "conflict: unable to delete " + id +
                                   " (cannot be forced) - image is being used "
                                   "by running container " +
                                   user);
  CHECK(rmi(dock, "base", true) == "U:base:latest ");
  REQUIRE(dock.run(dock.engine.remove("web", {true, false, false})));
  const std::string chain = "sha256:" + sha256_hex(Dock::tar_of("base"));
  CHECK(rmi(dock, id) ==
        gone(dock, dock.base) + "D:" + chain.substr(0, 19) + " ");
}

TEST_CASE("20.10: names in two repositories or children refuse an id") {
  Dock dock(rules_20_10());
  const std::string id = short_of(dock.base);
  REQUIRE(dock.run(dock.engine.tag("base", "other", false)));
  CHECK(rmi(dock, id) == "conflict: unable to delete " + id +
                             " (must be forced) - image is referenced in "
                             "multiple repositories");
  dock.image("child:1", "c", dock.base);
  CHECK(rmi(dock, id, true) == "conflict: unable to delete " + id +
                                   " (cannot be forced) - image has dependent "
                                   "child images");
  CHECK(rmi(dock, "other") == "U:other:latest ");
  CHECK(rmi(dock, "child:1", false, true).starts_with("U:child:1 D:sha256:"));
}

TEST_CASE(
    "20.10: force takes the image of a stopped container, not its layer") {
  Dock dock(rules_20_10());
  REQUIRE(dock.create("web", {"true"}));
  CHECK(rmi(dock, "base", true) == "U:base:latest " + gone(dock, dock.base));
  CHECK(dock.run(dock.engine.start("web")));
  dock.pass(kMillisecond);
  CHECK(dock.backend.layers.size() == 2);
  REQUIRE(dock.run(dock.engine.remove("web", {})));
  CHECK(dock.backend.layers.size() == 1);
}

TEST_CASE("commit freezes what runs and makes an image of it") {
  Dock dock(rules_20_10());
  REQUIRE(dock.up("cm", {"sleep"}) == "");
  dock.backend.roots[dock.container("cm").id].written = "news";
  CommitRequest request;
  request.reference = "cm:1";
  request.comment = "my message";
  request.changes = {"ENV B=2", "CMD [\"echo\",\"hi\"]", "EXPOSE 80",
                     "LABEL l=1", "WORKDIR /x"};
  const auto id = dock.run(dock.engine.commit("cm", request));
  REQUIRE(id);
  CHECK(dock.history() == "create start pause unpause commit");
  const auto image = dock.engine.find_image("cm:1");
  REQUIRE(image);
  CHECK((*image)->config.env == List{"B=2"});
  CHECK((*image)->config.cmd == List{"echo", "hi"});
  CHECK((*image)->config.exposed_ports == StringSet{"80/tcp"});
  CHECK((*image)->parent == dock.base);
  CHECK((*image)->diff_ids.size() == 2);
  const auto rows = dock.engine.history("cm:1");
  CHECK(rows->front().comment == "my message");
  CHECK(rows->front().created_by == "sleep");
  request.changes = {"RUN true"};
  CHECK(Dock::text_of(dock.run(dock.engine.commit("cm", request))) ==
        "run is not a valid change command");
  request.changes = {""};
  CHECK(Dock::text_of(dock.run(dock.engine.commit("cm", request))) ==
        "file with no instructions");
  request.changes = {"STOPSIGNAL INT"};
  CHECK(Dock::text_of(dock.run(dock.engine.commit("cm", request))) ==
        "stopsignal is not a valid change command");
}

TEST_CASE("a commit of nothing adds no layer in 20.10 and one in 1.8") {
  for (const Rules& rules : {rules_1_8(), rules_20_10()}) {
    Dock dock(rules);
    REQUIRE(dock.create("c1", {"true"}));
    const auto id = dock.run(dock.engine.commit("c1", {}));
    REQUIRE(id);
    const auto image = dock.engine.find_image(*id);
    CHECK((*image)->history.back().empty_layer == rules.content_ids);
    CHECK(((*image)->layer ==
           dock.engine.find_image("base").operator*()->layer) ==
          rules.content_ids);
  }
}

TEST_CASE("1.8 puts new variables of commit first") {
  Dock dock(rules_1_8());
  CreateRequest wanted = dock.request("c1", {"true"});
  wanted.config.env = List{"A=1"};
  REQUIRE(dock.run(dock.engine.create(wanted)));
  CommitRequest request;
  request.changes = {"ENV B=2"};
  const auto id = dock.run(dock.engine.commit("c1", request));
  CHECK((*dock.engine.find_image(*id))->config.env == List{"B=2", "A=1"});
}

TEST_CASE("1.8 moves a tag with force only, 20.10 always") {
  Dock old(rules_1_8());
  const std::string other = old.image("other", "o", "");
  CHECK(Dock::text_of(old.run(old.engine.tag("other", "base", false))) ==
        "Conflict: Tag latest is already set to image " + old.base +
            ", if you want to replace it, please use -f option.");
  CHECK(old.run(old.engine.tag("other", "base", true)));
  CHECK((*old.engine.find_image("base"))->id == other);
  Dock recent(rules_20_10());
  recent.image("other", "o", "");
  CHECK(recent.run(recent.engine.tag("other", "base", false)));
  CHECK(Dock::text_of(recent.run(recent.engine.tag("nosuch", "x", false))) ==
        "No such image: nosuch:latest");
}

TEST_CASE("an image that is not there is asked for by its full name") {
  Dock dock(rules_20_10());
  CreateRequest request = dock.request("x1", {"true"});
  request.config.image = "nosuch";
  const auto created = dock.run(dock.engine.create(request));
  REQUIRE(!created);
  CHECK(created.error().text == "No such image: nosuch:latest");
  CHECK(created.error().kind == Fault::Kind::not_found);
  CHECK(created.error().object == Object::image);
}

TEST_CASE("images shows names, dangling ones and steps as asked") {
  Dock dock(rules_20_10());
  const std::string step = dock.image("", "s", dock.base);
  dock.image("app:1", "t", step);
  dock.image("", "lone", "");
  const auto count = [&](ImagesRequest request) {
    const auto rows = dock.engine.images(request);
    return rows ? std::to_string(rows->size()) : rows.error().text;
  };
  CHECK(count({}) == "3");
  ImagesRequest all;
  all.all = true;
  CHECK(count(all) == "4");
  ImagesRequest dangling;
  dangling.filters["dangling"] = {"true"};
  CHECK(count(dangling) == "1");
  dangling.filters["dangling"] = {"maybe"};
  CHECK(count(dangling) == "Invalid filter 'dangling=[maybe]'");
  ImagesRequest pattern;
  pattern.pattern = "a*";
  CHECK(count(pattern) == "1");
  pattern.pattern = "app:2";
  CHECK(count(pattern) == "0");
}

TEST_CASE("what is saved is loaded again, with the same ids and bytes") {
  for (const Rules& rules : {rules_1_8(), rules_20_10()}) {
    Dock dock(rules);
    const std::string id = dock.image("app:1", "a", dock.base);
    StringSink tar, again;
    REQUIRE(dock.run(dock.engine.save({"app:1"}, tar)));
    REQUIRE(dock.run(dock.engine.save({"app:1"}, again)));
    CHECK(tar.bytes() == again.bytes());
    Dock other(rules);
    StringSource source(tar.bytes());
    const auto loaded = other.run(other.engine.load(source));
    REQUIRE(loaded);
    CHECK(loaded->tags == List{"app:1"});
    CHECK((*other.engine.find_image("app:1"))->id == id);
  }
}

TEST_CASE("a tar that is none is refused in the profile's words") {
  Dock dock(rules_20_10());
  StringSource garbage("garbage\n");
  CHECK(Dock::text_of(dock.run(dock.engine.import({}, garbage))) ==
        "Error processing tar file(exit status 1): unexpected EOF");
}

TEST_CASE("what is pushed can be pulled elsewhere") {
  for (const Rules& rules : {rules_1_8(), rules_20_10()}) {
    Dock dock(rules);
    const std::string id = dock.image("me/app:1", "a", dock.base);
    List shown;
    const ProgressSink sink = [&](const Progress& step) {
      shown.push_back(step.text);
    };
    PushRequest push;
    push.reference = "me/app:1";
    REQUIRE(dock.run(dock.engine.push(push, sink)));
    CHECK(shown.front().starts_with("The push refers to"));

    Dock other(rules);
    other.backend.hub.manifests = dock.backend.hub.manifests;
    other.backend.hub.blobs = dock.backend.hub.blobs;
    PullRequest pull;
    pull.reference = "me/app:1";
    shown.clear();
    REQUIRE(other.run(other.engine.pull(pull, sink)));
    CHECK(shown.back() == "Downloaded newer image for me/app:1");
    CHECK((*other.engine.find_image("me/app:1"))->id == id);
    REQUIRE(other.run(other.engine.pull(pull, sink)));
    CHECK(shown.back() == "Image is up to date for me/app:1");
  }
}

TEST_CASE("five layers are pushed at a time, each but once, in their order") {
  for (const Rules& rules : {rules_1_8(), rules_20_10()}) {
    Dock dock(rules);
    std::string top = dock.base;
    for (const char* const content : {"a", "b", "c", "d", "e", "f", "a"}) {
      top = dock.image("", content, top);
    }
    const std::string id = dock.image("me/app:1", "g", top);
    FakeRegistry& hub = dock.backend.hub;
    hub.slowness = kSecond;
    hub.executor = &dock.backend.executor();
    PushRequest push;
    push.reference = "me/app:1";
    const Time before = dock.backend.executor().now();
    REQUIRE(dock.run(dock.engine.push(push, {})));
    CHECK(hub.under_way_max == 5);
    CHECK(dock.backend.executor().now() - before == 2 * kSecond);
    Dock other(rules);
    other.backend.hub.manifests = hub.manifests;
    other.backend.hub.blobs = hub.blobs;
    PullRequest pull;
    pull.reference = "me/app:1";
    REQUIRE(other.run(other.engine.pull(pull, {})));
    CHECK((*other.engine.find_image("me/app:1"))->id == id);
  }
}

TEST_CASE("a layer that is refused calls off the push") {
  Dock dock(rules_20_10());
  dock.image("me/app:1", "a", dock.image("", "b", dock.base));
  dock.backend.hub.slowness = kSecond;
  dock.backend.hub.executor = &dock.backend.executor();
  dock.backend.hub.broken =
      RegistryFault{RegistryFault::Kind::denied, "no", ""};
  PushRequest push;
  push.reference = "me/app:1";
  CHECK(Dock::text_of(dock.run(dock.engine.push(push, {}))) ==
        "denied: requested access to the resource is denied");
  CHECK(dock.backend.hub.manifests.empty());
}

TEST_CASE("a pull of what no registry has says so") {
  Dock old(rules_1_8());
  PullRequest pull;
  pull.reference = "asdf";
  CHECK(Dock::text_of(old.run(old.engine.pull(pull, {}))) ==
        "Error: image library/asdf:latest not found");
  Dock recent(rules_20_10());
  CHECK(Dock::text_of(recent.run(recent.engine.pull(pull, {}))) ==
        "pull access denied for asdf, repository does not exist or may require "
        "'docker login': denied: requested access to the resource is denied");
  pull.reference = "localhost:5000/busybox";
  CHECK(Dock::text_of(recent.run(recent.engine.pull(pull, {}))) ==
        "manifest for localhost:5000/busybox:latest not found: manifest "
        "unknown: manifest unknown");
}

TEST_CASE("inspect of 20.10 writes what the real one wrote") {
  Dock dock(rules_20_10());
  REQUIRE(dock.up("ii", {"sleep"}) == "");
  const auto value = dock.run(dock.engine.inspect_container("ii", false));
  REQUIRE(value);
  const std::string json = to_json(*value);
  CHECK(json.find("\"State\":{\"Status\":\"running\",\"Running\":true,"
                  "\"Paused\":false,\"Restarting\":false,\"OOMKilled\":false,"
                  "\"Dead\":false,\"Pid\":100,\"ExitCode\":0,\"Error\":\"\"") !=
        std::string::npos);
  CHECK(json.find("\"ExecIDs\":null,\"HostConfig\":{\"Binds\":null,") !=
        std::string::npos);
  CHECK(value->find_go("ID") == value->find("Id"));
  CHECK(value->raw().find("State")->kind() == Value::Kind::map);
}

}  // namespace drydock::engine
