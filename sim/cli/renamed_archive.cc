// renamed_archive.cc — long members pass piece by piece.

#include "sim/cli/renamed_archive.h"

#include <utility>

namespace drydock::cli {

namespace {

/// Longer ones are not held in memory.
constexpr std::int64_t kAtOnce = std::int64_t{1} << 20;

}  // namespace

RenamedArchive::RenamedArchive(ByteSource& from, std::string old_base,
                               std::string new_base)
    : reader_(from),
      old_base_(old_base == "/" ? "" : std::move(old_base)),
      new_base_(std::move(new_base)) {
  reader_.set_at_once(kAtOnce);
}

std::string RenamedArchive::renamed(const std::string& name) const {
  const std::size_t at = name.find(old_base_);
  if (at == std::string::npos) return name;
  return name.substr(0, at) + new_base_ + name.substr(at + old_base_.size());
}

Task<Outcome> RenamedArchive::take_member() {
  Result<std::optional<vfs::TarEntry>> entry = co_await reader_.next();
  if (!entry) co_return entry.error();
  if (!*entry) {
    ended_ = true;
    writer_.end();
    ready_ = writer_.take();
    co_return done();
  }
  vfs::TarEntry member = **std::move(entry);
  member.name = renamed(member.name);
  if (member.hard_link) member.link = renamed(member.link);
  body_size_ = reader_.body_left();
  if (body_size_ > 0) {
    writer_.add_head(member);
  } else {
    writer_.add(member);
  }
  ready_ = writer_.take();
  co_return done();
}

Task<Outcome> RenamedArchive::take_body() {
  Result<Bytes> piece = co_await reader_.body();
  if (!piece) co_return piece.error();
  ready_ = *std::move(piece);
  if (reader_.body_left() > 0) co_return done();
  writer_.add_padding(body_size_);
  ready_ += writer_.take();
  co_return done();
}

Task<Result<Bytes>> RenamedArchive::read(std::size_t max) {
  while (taken_ == ready_.size() && !ended_) {
    taken_ = 0;
    const bool in_body = reader_.body_left() > 0;
    Task<Outcome> work = in_body ? take_body() : take_member();
    const Outcome taken = co_await std::move(work);
    if (!taken) co_return taken.error();
  }
  if (taken_ == 0 && ready_.size() <= max) co_return std::exchange(ready_, {});
  Bytes piece = ready_.substr(taken_, max);
  taken_ += piece.size();
  co_return piece;
}

}  // namespace drydock::cli
