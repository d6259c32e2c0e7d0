// archives_test.cc — `docker save` and `docker load`: what is in the tar, and
// what is refused, in sentences.

#include <cstdio>
#include <fstream>

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "sim/base/scheduler.h"
#include "sim/base/sha256.h"
#include "sim/image/archive_check.h"
#include "sim/image/archives.h"
#include "sim/vfs/tar.h"

namespace drydock::image {

namespace {

template <typename T>
T finish(Task<T> task) {
  struct Keeper {
    static Task<void> keep(Task<T> from, std::optional<T>* to) {
      T value = co_await std::move(from);
      to->emplace(std::move(value));
    }
  };
  Scheduler scheduler;
  std::optional<T> kept;
  scheduler.spawn(Keeper::keep(std::move(task), &kept));
  (void)scheduler.run_ready();
  REQUIRE(kept);
  return std::move(*kept);
}

/// A tar of the members given; a name that ends in '/' is a directory.
Bytes tar_of(const std::map<std::string, Bytes>& members) {
  vfs::TarWriter writer;
  for (const auto& [name, content] : members) {
    vfs::TarEntry entry;
    entry.name = name;
    if (name.ends_with('/')) entry.type = vfs::FileType::directory;
    entry.size = static_cast<std::int64_t>(content.size());
    entry.content = content;
    writer.add(entry);
  }
  writer.end();
  return writer.take();
}

const std::string kBase(64, 'b'), kTop(64, 'a');
const Bytes kLayer = tar_of({{"etc/", ""}, {"etc/motd", "hello\n"}});

Task<Outcome> layer_tar(std::string layer, ByteSink& to) {
  if (layer == "gone") co_return Error{"no such layer"};
  co_return co_await to.write(kLayer);
}

std::vector<SavedImage> two_layers() {
  SavedImage image;
  image.tags = {"app:1", "app:2", "other:1"};
  image.layers = {
      {kBase, "{\"id\":\"" + kBase + "\"}", "x", Time{}},
      {kTop, "{\"id\":\"" + kTop + "\",\"parent\":\"" + kBase + "\"}", "y",
       Time{}}};
  image.config_name = "c.json";
  image.config = "{}";
  return {image};
}

Bytes saved(bool manifest) {
  StringSink sink;
  const Outcome written =
      finish(write_archive(two_layers(), manifest, layer_tar, sink));
  REQUIRE(written);
  return sink.take();
}

Result<ReadArchive> read(const Bytes& bytes) {
  StringSource source(bytes);
  return finish(read_archive(source));
}

/// The v1 layout as members, to be spoilt.
std::map<std::string, Bytes> v1_members() {
  return {{kBase + "/json", "{\"id\":\"" + kBase + "\"}"},
          {kBase + "/layer.tar", kLayer},
          {kTop + "/json",
           "{\"id\":\"" + kTop + "\",\"parent\":\"" + kBase + "\"}"},
          {kTop + "/layer.tar", kLayer},
          {"repositories", "{\"app\":{\"1\":\"" + kTop + "\"}}"}};
}

std::string chains_say(const std::map<std::string, Bytes>& members) {
  const Result<ReadArchive> archive = read(tar_of(members));
  if (!archive) return archive.error().text;
  KnowsImage nobody = [](const std::string&) { return false; };
  const ArchiveCheck check =
      finish(check_chains(*archive, Grammar::docker_1_8, std::move(nobody)));
  if (check) return "whole";
  if (!check.error().lacks.empty()) return "lacks " + check.error().lacks;
  return (check.error().is_tar ? "tar: " : "") + check.error().text;
}

std::map<std::string, Bytes> manifest_members() {
  const std::string diff_id = "sha256:" + sha256_hex(kLayer);
  return {{"c.json",
           R"({"rootfs":{"type":"layers","diff_ids":[")" + diff_id + R"("]}})"},
          {"l/layer.tar", kLayer},
          {"manifest.json", R"([{"Config":"c.json","RepoTags":["app:1"],)"
                            R"("Layers":["l/layer.tar"]}])"}};
}

std::string manifest_says(const std::map<std::string, Bytes>& members) {
  const Result<ReadArchive> archive = read(tar_of(members));
  if (!archive) return archive.error().text;
  const ArchiveCheck check =
      finish(check_manifest(*archive, Grammar::docker_20_10));
  if (check) return "whole";
  if (!check.error().lacks.empty()) return "lacks " + check.error().lacks;
  return (check.error().is_tar ? "tar: " : "") + check.error().text;
}

}  // namespace

TEST_CASE("the v1 layout has a folder for each layer, and names for the top") {
  const Result<ReadArchive> archive = read(saved(false));
  REQUIRE(archive);
  List names;
  for (const auto& [name, content] : archive->files) names.push_back(name);
  CHECK(names == List{kTop, kTop + "/VERSION", kTop + "/json",
                      kTop + "/layer.tar", kBase, kBase + "/VERSION",
                      kBase + "/json", kBase + "/layer.tar", "repositories"});
  CHECK(archive->files.at(kTop + "/VERSION") == "1.0");
  CHECK(archive->files.at(kTop + "/layer.tar") == kLayer);
  CHECK(
      archive->files.at("repositories") ==
      fmt::format(R"({{"app":{{"1":"{0}","2":"{0}"}},"other":{{"1":"{0}"}}}})",
                  kTop) +
          "\n");
  CHECK(archive->manifest.empty());
}

TEST_CASE("the newer layout adds a config and manifest.json") {
  const Result<ReadArchive> archive = read(saved(true));
  REQUIRE(archive);
  REQUIRE(archive->manifest.size() == 1);
  CHECK(archive->manifest[0].config == "c.json");
  CHECK(archive->manifest[0].tags ==
        std::vector<std::string>{"app:1", "app:2", "other:1"});
  CHECK(archive->manifest[0].layers ==
        std::vector<std::string>{kBase + "/layer.tar", kTop + "/layer.tar"});
}

TEST_CASE("saved twice, the bytes are the same, and GNU tar can read them") {
  const Bytes bytes = saved(true);
  CHECK((bytes == saved(true)));
  const std::string path =
      std::string(DRYDOCK_BINARY_DIR) + "/archive_test.tar";
  std::ofstream(path, std::ios::binary) << bytes;
  const std::string command = "tar -tf " + path + " | wc -l > " + path + ".n";
  REQUIRE(std::system(command.c_str()) == 0);
  int members = 0;
  std::ifstream(path + ".n") >> members;
  CHECK(members == 11);
}

TEST_CASE("an archive whose layer cannot be had is not begun to be believed") {
  std::vector<SavedImage> images = two_layers();
  images[0].layers[1].layer = "gone";
  StringSink sink;
  CHECK_FALSE(finish(write_archive(images, false, layer_tar, sink)));
}

TEST_CASE("a layer that changes while it is saved is told, not written wrong") {
  int asked = 0;
  LayerTar growing = [&asked](const std::string&, ByteSink& to) {
    return to.write(Bytes(static_cast<std::size_t>(512 * ++asked), 'x'));
  };
  StringSink sink;
  const Outcome written =
      finish(write_archive(two_layers(), false, std::move(growing), sink));
  REQUIRE_FALSE(written);
  CHECK(written.error().text == "layer y was 512 bytes long, and then 1024");
}

TEST_CASE("an archive that is whole may be loaded") {
  CHECK(chains_say(v1_members()) == "whole");
  CHECK(manifest_says(manifest_members()) == "whole");
}

TEST_CASE("a v1 archive that is not whole is refused with what it lacks") {
  auto members = v1_members();
  members.erase(kBase + "/json");
  members.erase(kBase + "/layer.tar");
  CHECK(chains_say(members) == "lacks " + kBase + "/json");
  members = v1_members();
  members.erase(kTop + "/layer.tar");
  CHECK(chains_say(members) == "lacks " + kTop + "/layer.tar");
  members = v1_members();
  members[kTop + "/layer.tar"] = kLayer.substr(0, 700);
  CHECK(chains_say(members).starts_with("tar: "));
  members = v1_members();
  members[kTop + "/json"] = "{";
  CHECK(chains_say(members) != "whole");
  members = v1_members();
  members["repositories"] = R"({"app":{"1":"nobody"}})";
  CHECK(chains_say(members) == "could not find image: no such id: nobody");
  members["repositories"] = R"({"APP":{"1":")" + kTop + R"("}})";
  CHECK(chains_say(members) != "whole");
  members["repositories"] = "[]";
  CHECK(chains_say(members) == "invalid repositories");
}

TEST_CASE("a v1 archive cannot forge ids or go round in circles") {
  auto members = v1_members();
  members[kBase + "/json"] =
      "{\"id\":\"" + kBase + "\",\"parent\":\"" + kTop + "\"}";
  CHECK(chains_say(members) == "the images have no end");
  members = v1_members();
  members[kTop + "/json"] = "{\"id\":\"" + kBase + "\"}";
  CHECK(chains_say(members) ==
        fmt::format("image ID '{}' is that of another", kBase));
  members = v1_members();
  members["etc/json"] = "{}";
  members["etc/layer.tar"] = kLayer;
  CHECK(chains_say(members) == "image ID 'etc' is invalid");
  members = v1_members();
  members[kTop + "/layer.tar"] = tar_of({{"../../etc/passwd", "root"}});
  CHECK(chains_say(members) ==
        "invalid tar: \"../../etc/passwd\" leaves the image");
}

TEST_CASE("a manifest that does not fit what is there is refused") {
  auto members = manifest_members();
  members.erase("c.json");
  CHECK(manifest_says(members) == "lacks c.json");
  members = manifest_members();
  members.erase("l/layer.tar");
  CHECK(manifest_says(members) == "lacks l/layer.tar");
  members = manifest_members();
  members["l/layer.tar"] = tar_of({{"other", ""}});
  CHECK(manifest_says(members).starts_with(
      "invalid diffID for layer 0: expected \"sha256:"));
  members = manifest_members();
  members["manifest.json"] =
      R"([{"Config":"c.json","RepoTags":["app:1"],"Layers":[]}])";
  CHECK(manifest_says(members) ==
        "invalid manifest, layers length mismatch: expected 1, got 0");
  members["manifest.json"] = "{}";
  CHECK(manifest_says(members) == "invalid manifest.json");
  members = manifest_members();
  members["manifest.json"] =
      R"([{"Config":"c.json","RepoTags":["A:1"],"Layers":["l/layer.tar"]}])";
  CHECK(manifest_says(members) != "whole");
}

TEST_CASE("a layer that is a link to another's is read as that one") {
  vfs::TarWriter writer;
  for (const auto& [name, content] : manifest_members()) {
    vfs::TarEntry entry;
    entry.name = name == "l/layer.tar" ? "real/layer.tar" : name;
    entry.size = static_cast<std::int64_t>(content.size());
    entry.content = content;
    writer.add(entry);
  }
  vfs::TarEntry link;
  link.name = "l/layer.tar";
  link.type = vfs::FileType::symlink;
  link.link = "../real/layer.tar";
  writer.add(link);
  writer.end();
  const Result<ReadArchive> archive = read(writer.take());
  REQUIRE(archive);
  CHECK(finish(check_manifest(*archive, Grammar::docker_20_10)));
}

}  // namespace drydock::image
