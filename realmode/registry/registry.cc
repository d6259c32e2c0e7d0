// registry.cc — the verbs that read: manifests, tags, blobs, search, login.

#include "realmode/registry/registry.h"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "realmode/registry/manifest.h"
#include "sim/base/packing.h"

namespace drydock::realmode {

using engine::BlobStep;
using engine::Manifest;
using engine::RegistryAuth;
using engine::RegistryFault;
using engine::RegistryResult;
using Json = nlohmann::json;
using Kind = RegistryFault::Kind;

namespace {

constexpr std::size_t kListMax = std::size_t{4} << 20;
constexpr std::size_t kBlobsKnownMax = 100'000;

/// A blob that is here, read from its beginning on.  Everybody else has a turn
/// between any two pieces.
class FileSource final : public ByteSource {
 public:
  FileSource(std::shared_ptr<sys::Fd> file, std::string digest,
             std::int64_t size, engine::BlobSink told, const Clock& clock)
      : file_(std::move(file)),
        digest_(std::move(digest)),
        size_(size),
        told_(std::move(told)),
        clock_(clock) {}

  Task<Result<Bytes>> read(std::size_t max) override {
    Bytes piece(std::min(max, kChunk), '\0');
    const ssize_t count =
        ::pread(file_->get(), piece.data(), piece.size(), at_);
    if (count < 0) co_return sys::refused("pread({})", file_->get());
    piece.resize(static_cast<std::size_t>(count));
    at_ += count;
    tell_some();
    co_await yield_turn();
    co_return piece;
  }

 private:
  void tell_some() {
    constexpr Nanoseconds kEvery = 100 * kMillisecond;
    const Time now = clock_.now();
    if (!told_ || now - told_at_ < kEvery) return;
    told_at_ = now;
    told_({digest_, BlobStep::Kind::extracting, at_, std::max(size_, at_)});
  }

  std::shared_ptr<sys::Fd> file_;
  std::string digest_;
  std::int64_t at_ = 0, size_;
  engine::BlobSink told_;
  const Clock& clock_;
  Time told_at_;
};

/// The layer in a blob; at its end the book learns what it has seen.
class LayerSource final : public ByteSource {
 public:
  LayerSource(std::unique_ptr<FileSource> file, BlobBook& book, KnownBlob blob)
      : file_(std::move(file)),
        plain_(*file_),
        book_(book),
        blob_(std::move(blob)) {}

  Task<Result<Bytes>> read(std::size_t max) override {
    Result<Bytes> piece = co_await plain_.read(max);
    if (!piece) co_return piece;
    sum_.add(*piece);
    if (piece->empty() && !blob_.digest.empty()) {
      blob_.diff_id = "sha256:" + sum_.hex();
      book_.learn(std::exchange(blob_, {}));
    }
    co_return piece;
  }

 private:
  std::unique_ptr<FileSource> file_;
  UnpackingSource plain_;
  BlobBook& book_;
  KnownBlob blob_;
  Sha256Sum sum_;
};

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>()
                                                   : "";
}

bool truth_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_boolean() && found->get<bool>();
}

/// "host/term" names a registry; else the Hub's index is searched.
struct SearchPlace {
  std::string host, term;
};
SearchPlace place_of(const std::string& term) {
  const std::size_t slash = term.find('/');
  const std::string first = term.substr(0, slash);
  const bool host =
      slash != std::string::npos &&
      (first.find_first_of(".:") != std::string::npos || first == "localhost");
  if (host) return {first, term.substr(slash + 1)};
  return {"index.docker.io", term};
}

}  // namespace

Registry::Registry(Loop& loop, Store& store, std::string folder,
                   RegistrySettings settings)
    : session_(loop, std::move(settings)),
      folder_(std::move(folder)),
      book_(store) {}

WantedBlob Registry::wanted(std::string host, std::string repository,
                            std::string digest, RegistryAuth auth) const {
  const auto size = sizes_.find(digest);
  return {std::move(host), std::move(repository), std::move(digest),
          size == sizes_.end() ? 0 : size->second, std::move(auth)};
}

std::unique_ptr<engine::BlobTransfers> Registry::fetch_ahead(
    std::string host, std::string repository, List digests, RegistryAuth auth,
    engine::BlobSink told) {
  std::vector<WantedBlob> all;
  for (std::string& digest : digests) {
    all.push_back(wanted(host, repository, std::move(digest), auth));
  }
  return std::make_unique<Transfers>(session_, folder_, pending_,
                                     std::move(all), std::move(told));
}

Task<RegistryResult<Manifest>> Registry::manifest(std::string host,
                                                  std::string repository,
                                                  std::string reference,
                                                  RegistryAuth auth) {
  if (sizes_.size() > kBlobsKnownMax) sizes_.clear();
  ManifestName name{std::move(host), std::move(repository),
                    std::move(reference), std::move(auth)};
  co_return co_await fetch_manifest(session_, std::move(name), &sizes_);
}

Task<RegistryResult<List>> Registry::tags(std::string host,
                                          std::string repository,
                                          RegistryAuth auth) {
  Ask ask;
  ask.host = host;
  ask.repository = repository;
  ask.path = fmt::format("/v2/{}/tags/list", repository);
  ask.scopes = {scope_of(repository, "pull")};
  ask.auth = std::move(auth);
  const RegistryResult<WholeReply> reply =
      co_await session_.ask_all(std::move(ask), kListMax);
  if (!reply) co_return reply.error();
  if (reply->head.status != 200) {
    co_return engine::refusal(reply->head.status, reply->body);
  }
  const Json json = Json::parse(reply->body, nullptr, false);
  List tags;
  if (json.is_object() && json.contains("tags") && json["tags"].is_array()) {
    for (const Json& tag : json["tags"]) {
      if (tag.is_string()) tags.push_back(tag.get<std::string>());
    }
  }
  co_return tags;
}

Task<RegistryResult<std::unique_ptr<ByteSource>>> Registry::blob(
    std::string host, std::string repository, std::string digest,
    RegistryAuth auth) {
  const std::string key = key_of(host, repository, digest);
  std::shared_ptr<sys::Fd> file;
  engine::BlobSink told;
  const auto ahead = pending_.find(key);
  if (ahead != pending_.end()) {
    const std::shared_ptr<PendingBlob> pending = ahead->second;
    co_await wait_for(pending->ended);
    if (pending->result && !*pending->result) {
      co_return pending->result->error();
    }
    if (pending->result) file = **pending->result;
    told = pending->told;
  }
  WantedBlob one = wanted(host, repository, digest, std::move(auth));
  const std::int64_t size = one.size;
  if (!file) {
    Download download(session_, folder_, std::move(one), nullptr);
    RegistryResult<sys::Fd> brought = co_await download.run();
    if (!brought) co_return brought.error();
    file = std::make_shared<sys::Fd>(*std::move(brought));
  }
  KnownBlob known{"", digest, size, {host + " " + repository}};
  auto source = std::make_unique<FileSource>(std::move(file), digest, size,
                                             std::move(told),
                                             session_.transport().loop());
  std::unique_ptr<ByteSource> layer =
      std::make_unique<LayerSource>(std::move(source), book_, std::move(known));
  co_return layer;
}

Task<RegistryResult<std::vector<engine::SearchHit>>> Registry::search(
    std::string term) {
  const SearchPlace place = place_of(term);
  Ask ask;
  ask.host = place.host;
  ask.path = "/v1/search?q=" + percent_encoded(place.term) + "&n=100";
  RegistryResult<WholeReply> reply =
      co_await session_.ask_all(std::move(ask), kListMax);
  if (!reply) {
    RegistryFault fault = reply.error();
    // As docker tells it: without how many it has asked for.
    const std::size_t end = fault.url.find("/v2/");
    fault.url = fault.url.substr(0, end) +
                "/v1/search?q=" + percent_encoded(place.term);
    co_return fault;
  }
  if (reply->head.status != 200) {
    co_return RegistryFault{
        Kind::other,
        fmt::format("Unexpected status code {}", reply->head.status), ""};
  }
  const Json json = Json::parse(reply->body, nullptr, false);
  const auto results = json.find("results");
  if (results == json.end() || !results->is_array()) {
    co_return RegistryFault{Kind::other,
                            "error decoding registry search results", ""};
  }
  std::vector<engine::SearchHit> hits;
  for (const Json& row : *results) {
    if (!row.is_object()) continue;
    engine::SearchHit hit;
    hit.name = text_at(row, "name");
    hit.description = text_at(row, "description");
    const auto stars = row.find("star_count");
    if (stars != row.end() && stars->is_number_integer()) {
      hit.stars = static_cast<int>(
          std::clamp<std::int64_t>(stars->get<std::int64_t>(), 0, 1 << 30));
    }
    hit.official = truth_at(row, "is_official");
    hit.automated = truth_at(row, "is_automated");
    hits.push_back(std::move(hit));
  }
  co_return hits;
}

Task<RegistryResult<std::string>> Registry::login(std::string host,
                                                  RegistryAuth auth) {
  Ask ask;
  ask.host = host;
  ask.path = "/v2/";
  ask.auth = std::move(auth);
  const RegistryResult<WholeReply> reply =
      co_await session_.ask_all(std::move(ask), kListMax);
  const std::string base = endpoints_of(host, session_.settings()).back().base;
  if (!reply) {
    RegistryFault fault = reply.error();
    if (fault.kind == Kind::unauthorized) fault.url = base + "/v2/";
    co_return fault;
  }
  const int status = reply->head.status;
  if (status == 200) co_return std::string("Login Succeeded");
  // What a token server has refused was told by the header; here it was the
  // registry itself.
  co_return RegistryFault{
      Kind::other,
      fmt::format("login attempt to {} failed with status: {}", reply->url.text,
                  engine::status_words(status)),
      reply->url.text};
}

}  // namespace drydock::realmode
