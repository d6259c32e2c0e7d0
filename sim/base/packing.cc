// packing.cc — one door to gzip, bzip2 and xz.

#include "sim/base/packing.h"

#include <utility>

#include "sim/base/bzip2.h"
#include "sim/base/deflate.h"
#include "sim/base/gunzip_source.h"
#include "sim/base/inflate.h"
#include "sim/base/xz.h"

namespace drydock {

Packing packing_of(std::string_view bytes) {
  if (is_gzip(bytes)) return Packing::gzip;
  if (is_bzip2(bytes)) return Packing::bzip2;
  if (is_xz(bytes)) return Packing::xz;
  return Packing::none;
}

Result<Bytes> unpacked(std::string_view bytes, std::size_t limit) {
  return unpacked(bytes, packing_of(bytes), limit);
}

Result<Bytes> unpacked(std::string_view bytes, Packing how, std::size_t limit) {
  switch (how) {
    case Packing::gzip:
      return gunzip(bytes, limit);
    case Packing::bzip2:
      return bunzip2(bytes, limit);
    case Packing::xz:
      return unxz(bytes, limit);
    case Packing::none:
      break;
  }
  return Bytes(bytes);
}

Bytes packed(std::string_view bytes, Packing how) {
  const GzipHeader nameless;
  switch (how) {
    case Packing::gzip:
      return gzip(bytes, nameless);
    case Packing::bzip2:
      return bzip2(bytes);
    case Packing::xz:
      return xz(bytes);
    case Packing::none:
      break;
  }
  return Bytes(bytes);
}

Task<Outcome> UnpackingSource::begin() {
  constexpr std::size_t kMagicMax = 6;
  begun_ = true;
  while (head_.size() < kMagicMax) {
    const Result<Bytes> piece = co_await from_.read(kChunk);
    if (!piece) co_return piece.error();
    if (piece->empty()) break;
    head_ += *piece;
  }
  const Packing packing = packing_of(head_);
  if (packing == Packing::none) co_return done();
  if (packing == Packing::gzip) {
    plain_ = std::make_unique<GunzipSource>(from_, std::exchange(head_, {}));
    co_return done();
  }
  const Result<Bytes> rest = co_await read_all(from_, kPlainMax);
  if (!rest) co_return rest.error();
  head_ += *rest;
  Result<Bytes> plain = unpacked(head_, kPlainMax);
  if (!plain) co_return plain.error();
  head_.clear();
  plain_ = std::make_unique<StringSource>(*std::move(plain));
  co_return done();
}

Task<Result<Bytes>> UnpackingSource::read(std::size_t max) {
  if (!begun_) {
    const Outcome ready = co_await begin();
    if (!ready) co_return ready.error();
  }
  if (plain_) co_return co_await plain_->read(max);
  if (!head_.empty()) {
    Bytes piece = head_.substr(0, max);
    head_.erase(0, piece.size());
    co_return piece;
  }
  co_return co_await from_.read(max);
}

}  // namespace drydock
