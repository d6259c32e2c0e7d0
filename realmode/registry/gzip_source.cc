// gzip_source.cc — zlib's deflate(), fed piece by piece.

#include "realmode/registry/gzip_source.h"

namespace drydock::realmode {

GzipSource::GzipSource(ByteSource& from) : from_(from) {
  constexpr int kGzip = 15 + 16, kMemory = 8;
  sound_ = deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip,
                        kMemory, Z_DEFAULT_STRATEGY) == Z_OK;
}

GzipSource::~GzipSource() {
  if (sound_) deflateEnd(&stream_);
}

Task<Result<Bytes>> GzipSource::read(std::size_t) {
  if (!sound_) co_return Error{"zlib: out of memory"};
  Bytes packed;
  while (packed.empty() && !ended_) {
    Result<Bytes> piece = co_await from_.read(kChunk);
    if (!piece) co_return piece.error();
    plain_.add(*piece);
    const bool last = piece->empty();
    stream_.next_in = reinterpret_cast<Bytef*>(piece->data());
    stream_.avail_in = static_cast<uInt>(piece->size());
    for (;;) {
      Bytes room(kChunk, '\0');
      stream_.next_out = reinterpret_cast<Bytef*>(room.data());
      stream_.avail_out = static_cast<uInt>(room.size());
      const int code = deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
      packed.append(room, 0, room.size() - stream_.avail_out);
      ended_ = code == Z_STREAM_END;
      if (stream_.avail_out > 0 || ended_) break;
    }
  }
  packed_.add(packed);
  packed_size_ += static_cast<std::int64_t>(packed.size());
  co_return packed;
}

}  // namespace drydock::realmode
