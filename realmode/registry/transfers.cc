// transfers.cc — a fiber for each blob; all of them end with the pull.

#include "realmode/registry/transfers.h"

#include <set>

namespace drydock::realmode {

using engine::BlobStep;
using engine::RegistryResult;

std::string key_of(const std::string& host, const std::string& repository,
                   const std::string& digest) {
  return host + " " + repository + " " + digest;
}

Transfers::Transfers(Session& session, std::string folder,
                     PendingBlobs& pending, std::vector<WantedBlob> wanted,
                     engine::BlobSink told)
    : pending_(pending), fibers_(session.transport().loop()) {
  const auto slots = std::make_shared<Slots>();
  std::set<std::string> begun;  // A layer may be in an image twice.
  for (WantedBlob& one : wanted) {
    if (!begun.insert(one.digest).second) continue;
    auto blob = std::make_shared<PendingBlob>();
    blob->told = told;
    blob->size = one.size;
    own_.push_back(
        pending_.emplace(key_of(one.host, one.repository, one.digest), blob));
    fibers_.spawn(bring(std::make_shared<Work>(
        Work{session, folder, std::move(one), std::move(blob), slots})));
  }
}

/// Whoever waits for one of them has to look elsewhere.
Transfers::~Transfers() {
  for (const PendingBlobs::iterator& place : own_) {
    const std::shared_ptr<PendingBlob> blob = place->second;
    pending_.erase(place);
    blob->told = nullptr;
    blob->ended.set();
  }
}

Task<void> Transfers::bring(std::shared_ptr<Work> work) {
  if (work->slots->free == 0) {
    if (work->blob->told) {
      work->blob->told({work->wanted.digest, BlobStep::Kind::waiting, 0, 0});
    }
    while (work->slots->free == 0) {
      co_await work->slots->freed.wait();
    }
  }
  const Slot slot(work->slots);
  Download download(work->session, work->folder, work->wanted,
                    work->blob->told);
  RegistryResult<sys::Fd> file = co_await download.run();
  if (file) {
    work->blob->result = std::make_shared<sys::Fd>(*std::move(file));
  } else {
    work->blob->result = file.error();
  }
  work->blob->ended.set();
}

}  // namespace drydock::realmode
