// catalog_test.cc — the sources of the images, before anybody builds them.

#include "sim/catalog/catalog.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "sim/userland/programs.h"

using namespace drydock;
using namespace drydock::catalog;

namespace {

std::set<std::string> folders() {
  std::set<std::string> all;
  for (const Repository& repository : repositories()) {
    for (const Repository::Tag& tag : repository.tags) all.insert(tag.folder);
  }
  return all;
}

}  // namespace

TEST_CASE("tags of one image lead to one folder") {
  const auto jessie = folder_of("debian", "latest");
  REQUIRE(jessie);
  for (const char* tag : {"jessie", "8", "8.2"}) {
    CHECK(folder_of("debian", tag) == jessie);
  }
  CHECK(folder_of("debian", "7.9") == folder_of("debian", "wheezy"));
  CHECK(folder_of("ubuntu", "14.04") == folder_of("ubuntu", "latest"));
  CHECK_FALSE(folder_of("debian", "sid"));
  CHECK_FALSE(folder_of("nobody", "latest"));
}

TEST_CASE("every repository has stars, a mark and a description of its own") {
  for (const Repository& repository : repositories()) {
    INFO(repository.name);
    CHECK((repository.stars > 0 || repository.is_private));
    CHECK_FALSE(repository.description.empty());
    const bool official = repository.name.find('/') == std::string::npos;
    CHECK(repository.official == official);
  }
}

TEST_CASE("a search finds more than can be pulled, and accounts have owners") {
  const Repository* const mysql = find_repository("mysql");
  REQUIRE(mysql);
  CHECK(mysql->tags.empty());
  CHECK_FALSE(find_repository("no/such"));
  const std::map<std::string, std::string> people = accounts();
  for (const Repository& repository : repositories()) {
    if (!repository.is_private) continue;
    const std::string& name = repository.name;
    CHECK(people.contains(name.substr(0, name.find('/'))));
  }
}

TEST_CASE("every folder is a context with a Dockerfile") {
  for (const std::string& folder : folders()) {
    INFO(folder);
    const Result<ImageSource> source = image_source(folder);
    INFO(std::string(source ? "" : source.error().text));
    REQUIRE(source);
    CHECK(source->context_tar.find("\nFROM ") != std::string::npos);
    CHECK(source->created < kEpochOfDrydock);
  }
  CHECK(image_source("no/such").error().text ==
        "no/such: not in the catalogue");
}

TEST_CASE("a context of 125 MB takes less than four") {
  const Result<ImageSource> source = image_source("debian/jessie");
  REQUIRE(source);
  CHECK(source->context_tar.size() < 4'000'000);
}

TEST_CASE("every program of an image is modelled, or known not to be") {
  const kernel::ProgramTable& modelled = userland::programs();
  std::set<std::string> all = folders();
  all.insert("host");
  std::set<std::string> strangers;
  for (const std::string& folder : all) {
    const Result<List> programs = programs_of(folder);
    REQUIRE(programs);
    for (const std::string& id : *programs) {
      if (id == "busybox/*" || id == "docker/docker") continue;
      if (!modelled.find(id) && !known_as_not_modelled(id)) {
        strangers.insert(id);
      }
    }
  }
  INFO(join(List(strangers.begin(), strangers.end()), "\n"));
  CHECK(strangers.empty());
}

TEST_CASE("the host has a docker client and somebody's home") {
  const Result<Bytes> tar = host_rootfs();
  REQUIRE(tar);
  CHECK(tar->find("usr/bin/docker") != std::string::npos);
  CHECK(tar->find("drydock:docker/docker") != std::string::npos);
}
