// blob_book.h — under which digests a layer is known to registries.
//
// A layer's name here is the digest of its archive, in a registry that of the
// packed archive, and packing it again may give another one.  What was once
// pulled or pushed is therefore written down (docker's v2metadata-by-diffid):
// after its bytes have been seen, never because a registry says so.

#pragma once

#include <map>
#include <set>
#include <string>

#include "realmode/store/store.h"

namespace drydock::realmode {

struct KnownBlob {
  std::string diff_id, digest;
  std::int64_t size = 0;
  std::set<std::string> places;  // "host repository"
};

class BlobBook {
 public:
  /// Reads what is written; `store` outlives it.
  explicit BlobBook(Store& store);

  /// By either digest; null: never seen.
  const KnownBlob* find(const std::string& digest) const;
  /// Another repository of this host that has it; "".
  std::string elsewhere(const std::string& digest, const std::string& host,
                        const std::string& repository) const;
  void learn(KnownBlob blob);

 private:
  Store& store_;
  std::map<std::string, KnownBlob> by_diff_id_;
  std::map<std::string, std::string> diff_ids_;  // By blob digest.
};

}  // namespace drydock::realmode
