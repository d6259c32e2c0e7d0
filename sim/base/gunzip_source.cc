// gunzip_source.cc — header, deflate and trailer of each member in turn.

#include "sim/base/gunzip_source.h"

#include <utility>

#include "sim/base/inflate.h"

namespace drydock {

namespace {

constexpr std::size_t kMagic = 3, kTrailer = 8;
/// A header may have a name and a comment; more is an attack.
constexpr std::size_t kHeaderMax = 64 * 1024;

std::uint32_t little_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

}  // namespace

Task<Outcome> GunzipSource::fill(std::size_t count) {
  while (packed_.size() < count && !all_read_) {
    const Result<Bytes> piece = co_await from_.read(kChunk);
    if (!piece) co_return piece.error();
    all_read_ = piece->empty();
    packed_ += *piece;
  }
  co_return done();
}

Task<Outcome> GunzipSource::begin_member() {
  const Outcome magic = co_await fill(kMagic);
  if (!magic) co_return magic.error();
  if (!is_gzip(packed_)) {
    ended_ = true;
    if (any_member_) co_return done();  // What follows is no concern of gzip's.
    co_return Error{"not in gzip format"};
  }
  for (std::size_t wanted = 512;; wanted *= 2) {
    const Outcome more = co_await fill(wanted);
    if (!more) co_return more.error();
    const std::size_t size = gzip_header_size(packed_);
    if (size != Bytes::npos) {
      packed_.erase(0, size);
      break;
    }
    if (all_read_ || wanted > kHeaderMax) {
      co_return Error{"unexpected end of file"};
    }
  }
  any_member_ = true;
  crc_ = length_ = 0;
  member_ = std::make_unique<Inflater>();
  member_->feed(std::exchange(packed_, {}), all_read_);
  co_return done();
}

Task<Outcome> GunzipSource::end_member() {
  packed_ = member_->rest();
  member_.reset();
  const Outcome filled = co_await fill(kTrailer);
  if (!filled) co_return filled.error();
  if (packed_.size() < kTrailer) co_return Error{"unexpected end of file"};
  if (little_endian(packed_, 0) != crc_) {
    co_return Error{"invalid compressed data--crc error"};
  }
  if (little_endian(packed_, 4) != length_) {
    co_return Error{"invalid compressed data--length error"};
  }
  packed_.erase(0, kTrailer);
  co_return done();
}

Task<Result<Bytes>> GunzipSource::read(std::size_t max) {
  while (given_ == ready_.size() && !ended_) {
    if (!member_) {
      const Outcome begun = co_await begin_member();
      if (!begun) co_return begun.error();
      continue;
    }
    Result<Bytes> piece = member_->take();
    if (!piece) co_return piece.error();
    if (!piece->empty()) {
      crc_ = crc32(*piece, crc_);
      length_ += static_cast<std::uint32_t>(piece->size());
      ready_ = *std::move(piece);
      given_ = 0;
    } else if (member_->ended()) {
      const Outcome closed = co_await end_member();
      if (!closed) co_return closed.error();
    } else {
      const Result<Bytes> more = co_await from_.read(kChunk);
      if (!more) co_return more.error();
      all_read_ = more->empty();
      member_->feed(*more, all_read_);
    }
  }
  if (given_ == 0 && ready_.size() <= max) co_return std::exchange(ready_, {});
  Bytes piece = ready_.substr(given_, max);
  given_ += piece.size();
  co_return piece;
}

}  // namespace drydock
