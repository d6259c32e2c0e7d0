// transfers.h — the blobs of one pull, three at a time.

#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "realmode/registry/download.h"

namespace drydock::realmode {

/// A blob that has been asked for.
struct PendingBlob {
  engine::BlobSink told;
  std::int64_t size = 0;
  Event ended;
  /// How that went; nothing: it was given up.
  std::optional<engine::RegistryResult<std::shared_ptr<sys::Fd>>> result;
};

/// Those that are under way, by host, repository and digest; of several pulls
/// of the same each has its own.
using PendingBlobs = std::multimap<std::string, std::shared_ptr<PendingBlob>>;
std::string key_of(const std::string& host, const std::string& repository,
                   const std::string& digest);

class Transfers final : public engine::BlobTransfers {
 public:
  /// Begins.  `pending` outlives it.
  Transfers(Session& session, std::string folder, PendingBlobs& pending,
            std::vector<WantedBlob> wanted, engine::BlobSink told);
  ~Transfers() override;

 private:
  static constexpr int kAtOnce = 3;  // docker's max-concurrent-downloads.

  struct Slots {
    int free = kAtOnce;
    WaitQueue freed;
  };
  /// One of the three, for as long as it lives.
  class Slot {
   public:
    explicit Slot(std::shared_ptr<Slots> slots) : slots_(std::move(slots)) {
      --slots_->free;
    }
    Slot(const Slot&) = delete;
    ~Slot() {
      ++slots_->free;
      slots_->freed.notify_one();
    }

   private:
    std::shared_ptr<Slots> slots_;
  };
  struct Work {
    Session& session;
    std::string folder;
    WantedBlob wanted;
    std::shared_ptr<PendingBlob> blob;
    std::shared_ptr<Slots> slots;
  };
  static Task<void> bring(std::shared_ptr<Work> work);

  PendingBlobs& pending_;
  std::vector<PendingBlobs::iterator> own_;
  FiberScope fibers_;
};

}  // namespace drydock::realmode
