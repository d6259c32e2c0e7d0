// blob_book.cc — rows "blobs" of the store.

#include "realmode/registry/blob_book.h"

#include <nlohmann/json.hpp>

namespace drydock::realmode {

namespace {

constexpr char kTable[] = "blobs";
/// Of a layer that has been pushed everywhere the last places are enough.
constexpr std::size_t kPlacesMax = 50;

}  // namespace

BlobBook::BlobBook(Store& store) : store_(store) {
  const auto records = store_.load();
  if (!records) return;  // Who cannot read them says so soon enough.
  for (const engine::Record& record : *records) {
    if (record.table != kTable || !record.json) continue;
    const auto row = nlohmann::json::parse(*record.json, nullptr, false);
    if (!row.is_object()) continue;
    KnownBlob blob;
    blob.diff_id = record.key;
    blob.digest = row.value("digest", "");
    blob.size = row.value("size", std::int64_t{0});
    blob.places = row.value("places", std::set<std::string>());
    diff_ids_[blob.digest] = blob.diff_id;
    by_diff_id_[blob.diff_id] = std::move(blob);
  }
}

const KnownBlob* BlobBook::find(const std::string& digest) const {
  const auto own = diff_ids_.find(digest);
  const auto found =
      by_diff_id_.find(own == diff_ids_.end() ? digest : own->second);
  return found == by_diff_id_.end() ? nullptr : &found->second;
}

std::string BlobBook::elsewhere(const std::string& digest,
                                const std::string& host,
                                const std::string& repository) const {
  const KnownBlob* const blob = find(digest);
  if (!blob) return "";
  for (const std::string& place : blob->places) {
    const std::size_t blank = place.find(' ');
    const std::string there = place.substr(blank + 1);
    if (place.substr(0, blank) == host && there != repository) return there;
  }
  return "";
}

void BlobBook::learn(KnownBlob blob) {
  const auto before = by_diff_id_.find(blob.diff_id);
  if (before != by_diff_id_.end() && before->second.digest == blob.digest) {
    blob.places.insert(before->second.places.begin(),
                       before->second.places.end());
    while (blob.places.size() > kPlacesMax) {
      blob.places.erase(blob.places.begin());
    }
    if (blob.places == before->second.places) return;  // No news.
  }
  const nlohmann::json row = {
      {"digest", blob.digest}, {"size", blob.size}, {"places", blob.places}};
  // Only a shortcut: what cannot be written down is sent again one day.
  (void)store_.put({{kTable, blob.diff_id, row.dump()}});
  diff_ids_[blob.digest] = blob.diff_id;
  by_diff_id_[blob.diff_id] = std::move(blob);
}

}  // namespace drydock::realmode
