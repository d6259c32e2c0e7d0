// unpack.cc — choosing the decoder by the first bytes.

#include "sim/base/unpack.h"

#include <utility>

#include "sim/base/bunzip2.h"
#include "sim/base/inflate.h"
#include "sim/base/unxz.h"

namespace drydock {

namespace {

constexpr std::size_t kMagicMax = 6;

/// What was read to look at it, then the rest.
class HeadedSource final : public ByteSource {
 public:
  HeadedSource(Bytes head, ByteSource& rest)
      : head_(std::move(head)), rest_(rest) {}
  Task<Result<Bytes>> read(std::size_t max) override {
    if (head_.empty()) return rest_.read(max);
    return read_head(max);
  }

 private:
  Task<Result<Bytes>> read_head(std::size_t max) {
    Bytes piece = head_.substr(0, max);
    head_.erase(0, piece.size());
    co_return piece;
  }

  Bytes head_;
  ByteSource& rest_;
};

}  // namespace

bool is_packed(std::string_view bytes) {
  return is_gzip(bytes) || is_bzip2(bytes) || is_xz(bytes);
}

Result<Bytes> unpack(std::string_view packed, std::size_t limit) {
  if (is_bzip2(packed)) return bunzip2(packed, limit);
  if (is_xz(packed)) return unxz(packed, limit);
  return gunzip(packed, limit);
}

Task<Result<std::unique_ptr<ByteSource>>> unpacked(ByteSource& from,
                                                   std::size_t limit) {
  Bytes head;
  while (head.size() < kMagicMax) {
    const Result<Bytes> piece = co_await from.read(kChunk);
    if (!piece) co_return piece.error();
    if (piece->empty()) break;
    head += *piece;
  }
  const bool packed = is_packed(head);
  std::unique_ptr<ByteSource> whole =
      std::make_unique<HeadedSource>(std::move(head), from);
  if (!packed) co_return whole;
  const Result<Bytes> bytes = co_await read_all(*whole, limit);
  if (!bytes) co_return bytes.error();
  Result<Bytes> plain = unpack(*bytes, limit);
  if (!plain) co_return plain.error();
  std::unique_ptr<ByteSource> source =
      std::make_unique<StringSource>(std::move(*plain));
  co_return source;
}

}  // namespace drydock
