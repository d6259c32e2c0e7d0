// build_test.cc — every image of the catalogue, built by our own builder, is
// what official-images.md says of it.

#include <catch2/catch.hpp>

#include <string>

#include "sim/catalog/catalog.h"
#include "tests/builder/lab.h"

using namespace drydock;
using namespace drydock::test;

namespace {

struct Facts {
  std::string folder;
  std::size_t layers;  // Rows of `docker history`.
  std::int64_t size_min, size_max;
  std::optional<List> cmd;
  std::string root;  // ls /
};

std::string list_root(Lab& lab, const std::string& image) {
  const engine::ImageRef found = lab.image(image);
  if (!found) return "no image";
  const auto root = lab.workshop().in_layer(found->layer, "/");
  List names;
  const auto entries = (*root)->entries();
  for (const vfs::DirectoryEntry& entry : *entries) {
    names.push_back(entry.name);
  }
  return join(names, " ");
}

void check(const Facts& facts) {
  INFO(facts.folder);
  Lab lab(engine::rules_1_8());
  const Result<catalog::ImageSource> source =
      catalog::image_source(facts.folder);
  REQUIRE(source);
  StringSource context(source->context_tar);
  Screenful screen;
  builder::BuildRequest request;
  request.tags = {"made"};
  const auto built = finish(
      lab.workshop(), builder::build(lab.engine(), request, context, screen));
  INFO(screen.take());
  INFO(std::string(built ? "" : built.error().text));
  REQUIRE(built);
  CHECK(lab.history("made").size() == facts.layers);
  const engine::ImageRef image = lab.image("made");
  CHECK(image->virtual_size >= facts.size_min);
  CHECK(image->virtual_size <= facts.size_max);
  CHECK(image->config.cmd == facts.cmd);
  CHECK(image->config.entrypoint == std::nullopt);
  CHECK(list_root(lab, "made") == facts.root);
}

const List kBash{"/bin/bash"};

}  // namespace

TEST_CASE("debian:wheezy is 85 MB in two layers") {
  check({"debian/wheezy", 2, 84'900'000, 85'100'000, kBash,
         "bin boot dev etc home lib lib64 media mnt opt proc root run sbin "
         "selinux srv sys tmp usr var"});
}

TEST_CASE("debian:jessie is 125 MB in two layers") {
  check({"debian/jessie", 2, 124'500'000, 125'500'000, kBash,
         "bin boot dev etc home lib lib64 media mnt opt proc root run sbin "
         "srv sys tmp usr var"});
}

TEST_CASE("ubuntu:14.04 is 188 MB in four layers") {
  check({"ubuntu/trusty", 4, 187'500'000, 188'500'000, kBash,
         "bin boot dev etc home lib lib64 media mnt opt proc root run sbin "
         "srv sys tmp usr var"});
}

TEST_CASE("busybox is 1.109 MB in two layers") {
  check({"busybox/1.24", 2, 1'108'500, 1'109'499, List{"sh"},
         "bin dev etc home proc root sys tmp usr var"});
}

TEST_CASE("alpine is 5.249 MB in one layer and has no command") {
  check({"alpine/3.2", 1, 5'248'500, 5'249'499, std::nullopt,
         "bin dev etc home lib linuxrc media mnt proc root run sbin srv sys "
         "tmp usr var"});
}

TEST_CASE("hello-world is 960 bytes in two layers") {
  check({"hello-world/latest", 2, 960, 960, List{"/hello"}, "hello"});
}
