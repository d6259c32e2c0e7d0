// archives.cc — writing and reading the tar of `docker save`.

#include "sim/image/archives.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/value.h"
#include "sim/vfs/tar.h"
#include "sim/vfs/walk.h"

namespace drydock::image {

namespace {

/// All files of an archive are held in memory: a few packed bytes must not ask
/// for all that there is (CVE-2017-14992).
constexpr std::size_t kArchiveMax = std::size_t{1} << 31;

vfs::TarEntry directory(const std::string& name, Time created) {
  vfs::TarEntry entry;
  entry.name = name + "/";
  entry.type = vfs::FileType::directory;
  entry.mode = 0755;
  entry.mtime = created;
  return entry;
}

vfs::TarEntry file(const std::string& name, Bytes content, Time created) {
  vfs::TarEntry entry;
  entry.name = name;
  entry.size = static_cast<std::int64_t>(content.size());
  entry.content = std::move(content);
  entry.mtime = created;
  return entry;
}

/// {"repo":{"tag":"<id of the topmost layer>"}}
std::string repositories_json(const std::vector<SavedImage>& images) {
  std::map<std::string, std::vector<std::pair<std::string, Value>>> tags;
  for (const SavedImage& image : images) {
    if (image.layers.empty()) continue;
    for (const std::string& tag : image.tags) {
      const std::size_t colon = tag.rfind(':');
      tags[tag.substr(0, colon)].emplace_back(tag.substr(colon + 1),
                                              image.layers.back().name);
    }
  }
  if (tags.empty()) return {};
  std::vector<std::pair<std::string, Value>> repositories;
  for (auto& [repository, entries] : tags) {
    repositories.emplace_back(repository, Value::map(std::move(entries)));
  }
  return to_json(Value::map(std::move(repositories)));
}

std::string manifest_json(const std::vector<SavedImage>& images) {
  std::vector<Value> entries;
  for (const SavedImage& image : images) {
    List layers;
    for (const SavedLayer& layer : image.layers) {
      layers.push_back(layer.name + "/layer.tar");
    }
    entries.push_back(Value::structure(
        "", {{"Config", image.config_name},
             {"RepoTags", image.tags.empty() ? Value::nil_slice()
                                             : Value::strings(image.tags)},
             {"Layers", Value::strings(layers)}}));
  }
  return to_json(Value::slice(std::move(entries)));
}

/// What goes into the archive, by name; a layer's tar comes later.
struct Member {
  vfs::TarEntry entry;
  std::string layer;  // Its tar is the content, if not empty.
};

void add_layer(std::map<std::string, Member>& members,
               const SavedLayer& layer) {
  const Time created = layer.created;
  members[layer.name + "/"] = {directory(layer.name, created), ""};
  members[layer.name + "/VERSION"] = {
      file(layer.name + "/VERSION", "1.0", created), ""};
  members[layer.name + "/json"] = {
      file(layer.name + "/json", layer.json, created), ""};
  members[layer.name + "/layer.tar"] = {
      file(layer.name + "/layer.tar", "", created), layer.layer};
}

}  // namespace

namespace {

/// Passes on what comes, if to anybody, and counts it.
class CountingSink final : public ByteSink {
 public:
  explicit CountingSink(ByteSink* to = nullptr) : to_(to) {}
  Task<Outcome> write(Bytes bytes) override {
    count_ += static_cast<std::int64_t>(bytes.size());
    if (!to_) co_return done();
    co_return co_await to_->write(std::move(bytes));
  }
  std::int64_t count() const { return count_; }

 private:
  ByteSink* to_;
  std::int64_t count_ = 0;
};

Task<Outcome> write_layer(Member member, LayerTar layer_tar, ByteSink& to) {
  CountingSink measure;
  const Outcome measured = co_await layer_tar(member.layer, measure);
  if (!measured) co_return measured;
  member.entry.size = measure.count();
  vfs::TarWriter writer;
  writer.add_head(member.entry);
  const Outcome begun = co_await to.write(writer.take());
  if (!begun) co_return begun;
  CountingSink body(&to);
  const Outcome written = co_await layer_tar(member.layer, body);
  if (!written) co_return written;
  if (body.count() != measure.count()) {
    co_return Error{fmt::format("layer {} was {} bytes long, and then {}",
                                member.layer, measure.count(), body.count())};
  }
  writer.add_padding(member.entry.size);
  co_return co_await to.write(writer.take());
}

}  // namespace

Task<Outcome> write_archive(std::vector<SavedImage> images, bool manifest,
                            LayerTar layer_tar, ByteSink& to) {
  std::map<std::string, Member> members;
  for (const SavedImage& image : images) {
    for (const SavedLayer& layer : image.layers) add_layer(members, layer);
    if (!manifest) continue;
    members[image.config_name] = {
        file(image.config_name, image.config, image.created), ""};
  }
  if (manifest) {
    members["manifest.json"] = {
        file("manifest.json", manifest_json(images) + "\n", Time{}), ""};
  }
  const std::string repositories = repositories_json(images);
  if (!repositories.empty()) {
    members["repositories"] = {
        file("repositories", repositories + "\n", Time{}), ""};
  }
  for (auto& [name, member] : members) {
    if (!member.layer.empty()) {
      const Outcome written =
          co_await write_layer(std::move(member), layer_tar, to);
      if (!written) co_return written;
      continue;
    }
    vfs::TarWriter writer;
    writer.add(member.entry);
    const Outcome written = co_await to.write(writer.take());
    if (!written) co_return written;
  }
  vfs::TarWriter writer;
  writer.end();
  const Outcome ended = co_await to.write(writer.take());
  co_return ended;
}

namespace {

using Json = nlohmann::ordered_json;

List strings_of(const Json& array) {
  List list;
  if (!array.is_array()) return list;
  for (const Json& item : array) {
    if (item.is_string()) list.push_back(item.get<std::string>());
  }
  return list;
}

Outcome read_manifest(const Bytes& text, ReadArchive& archive) {
  const Json manifest = Json::parse(text, nullptr, false);
  if (!manifest.is_array()) return Error{"invalid manifest.json"};
  for (const Json& item : manifest) {
    if (!item.is_object()) return Error{"invalid manifest.json"};
    ReadArchive::ManifestEntry entry;
    if (item.contains("Config") && item["Config"].is_string()) {
      entry.config = item["Config"].get<std::string>();
    }
    if (item.contains("RepoTags")) entry.tags = strings_of(item["RepoTags"]);
    if (item.contains("Layers")) entry.layers = strings_of(item["Layers"]);
    archive.manifest.push_back(std::move(entry));
  }
  return done();
}

Outcome read_repositories(const Bytes& text, ReadArchive& archive) {
  const Json repositories = Json::parse(text, nullptr, false);
  if (!repositories.is_object()) return Error{"invalid repositories"};
  for (const auto& repository : repositories.items()) {
    if (!repository.value().is_object()) return Error{"invalid repositories"};
    for (const auto& tag : repository.value().items()) {
      if (!tag.value().is_string()) return Error{"invalid repositories"};
      archive.repositories[repository.key()][tag.key()] =
          tag.value().get<std::string>();
    }
  }
  return done();
}

std::string plain_name(std::string_view name) {
  while (name.starts_with("./")) name.remove_prefix(2);
  while (name.ends_with('/')) name.remove_suffix(1);
  return std::string(name);
}

}  // namespace

Task<Result<ReadArchive>> read_archive(ByteSource& from) {
  ReadArchive archive;
  std::map<std::string, std::string> links;
  vfs::TarReader reader(from);
  std::size_t room = kArchiveMax;
  const Error too_long{
      fmt::format("the images are longer than {} bytes", kArchiveMax)};
  for (;;) {
    Result<std::optional<vfs::TarEntry>> next = co_await reader.next();
    if (!next) co_return next.error();
    if (!*next) break;
    vfs::TarEntry& entry = **next;
    const std::string name = plain_name(entry.name);
    if (entry.type == vfs::FileType::symlink || entry.hard_link) {
      const std::size_t slash = name.rfind('/');
      const bool below = !entry.hard_link && slash != std::string::npos;
      links[name] = plain_name(vfs::clean_path(
          below ? name.substr(0, slash + 1) + entry.link : entry.link));
      continue;
    }
    if (entry.content.size() > room) co_return too_long;
    room -= entry.content.size();
    // A directory is remembered too: load names the first that lacks json.
    archive.files[name] = std::move(entry.content);
  }
  for (const auto& [name, target] : links) {
    const auto content = archive.files.find(target);
    if (content == archive.files.end()) continue;
    if (content->second.size() > room) co_return too_long;
    room -= content->second.size();
    archive.files[name] = content->second;
  }
  if (const auto text = archive.files.find("manifest.json");
      text != archive.files.end()) {
    const Outcome read = read_manifest(text->second, archive);
    if (!read) co_return read.error();
  }
  if (const auto text = archive.files.find("repositories");
      text != archive.files.end()) {
    const Outcome read = read_repositories(text->second, archive);
    if (!read) co_return read.error();
  }
  co_return archive;
}

}  // namespace drydock::image
