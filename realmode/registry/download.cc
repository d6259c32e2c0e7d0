// download.cc — attempts, each going on where the last one ended.

#include "realmode/registry/download.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "realmode/sys/fault.h"
#include "realmode/sys/files.h"

namespace drydock::realmode {

using engine::BlobStep;
using engine::RegistryFault;
using engine::RegistryResult;
using Kind = RegistryFault::Kind;

namespace {

constexpr int kAttempts = 5;  // As docker.
constexpr std::int64_t kPauseSeconds = 5;
constexpr Nanoseconds kTellEvery = 100 * kMillisecond;
constexpr std::size_t kRefusalMax = 64 * 1024;

/// "bytes 100-199/200": the first number and the last, if that is what it is.
struct Range {
  std::int64_t from = -1, total = 0;
};
Range range_in(const std::string& header) {
  Range range;
  if (!header.starts_with("bytes ")) return range;
  const std::size_t dash = header.find('-'), slash = header.find('/');
  if (dash == std::string::npos || slash == std::string::npos) return range;
  range.from = parse_int(header.substr(6, dash - 6)).value_or(-1);
  range.total = parse_int(header.substr(slash + 1)).value_or(0);
  return range;
}

/// Worth another attempt: the line broke, or the server was out of sorts.
bool may_pass(const RegistryFault& fault) {
  return fault.kind == Kind::unreachable;
}

RegistryFault other(std::string text) {
  return {Kind::other, std::move(text), ""};
}

}  // namespace

bool is_digest(std::string_view text) {
  constexpr std::string_view kAlgorithm = "sha256:";
  return text.starts_with(kAlgorithm) &&
         text.size() == kAlgorithm.size() + 64 &&
         text.find_first_not_of("0123456789abcdef", kAlgorithm.size()) ==
             std::string_view::npos;
}

void Download::tell(BlobStep::Kind kind, std::int64_t current) const {
  if (told_) told_({wanted_.digest, kind, current, current > 0 ? total_ : 0});
}

void Download::tell_some() {
  const Time now = session_.transport().loop().now();
  if (now - told_at_ < kTellEvery) return;
  told_at_ = now;
  tell(BlobStep::Kind::downloading, here_);
}

/// It has no name, so that nothing is left of it whatever happens to us.
Outcome Download::open_file() {
  const sys::Door door("download");
  if (!door) return sys::refused("open(\"{}\", O_TMPFILE)", folder_);
  auto file = sys::open(folder_, O_TMPFILE | O_RDWR, 0600);
  if (!file) return file.error();
  file_ = std::move(*file);
  return done();
}

RegistryResult<std::monostate> Download::accept(const HttpHead& head) {
  if (head.status == 206) {
    const Range range = range_in(head.header("content-range"));
    if (range.from != here_) return other("the registry sent another range");
    total_ = range.total;
    return std::monostate{};
  }
  // All of it, once more from the beginning.
  if (here_ > 0) {
    here_ = 0;
    sum_ = Sha256Sum();
    if (::ftruncate(file_.get(), 0) != 0 || ::lseek(file_.get(), 0, SEEK_SET)) {
      return other(sys::refused("ftruncate({}, 0)", file_.get()).text);
    }
  }
  total_ = parse_int(head.header("content-length")).value_or(wanted_.size);
  if (wanted_.size > 0 && total_ > wanted_.size) {
    return other(fmt::format("blob {} is {} bytes, not the {} of its manifest",
                             wanted_.digest, total_, wanted_.size));
  }
  return std::monostate{};
}

Task<RegistryResult<std::monostate>> Download::attempt() {
  Ask ask;
  ask.host = wanted_.host;
  ask.repository = wanted_.repository;
  ask.path = fmt::format("/v2/{}/blobs/{}", wanted_.repository, wanted_.digest);
  ask.scopes = {scope_of(wanted_.repository, "pull")};
  ask.auth = wanted_.auth;
  ask.may_mirror = true;
  if (here_ > 0) ask.headers.push_back(fmt::format("Range: bytes={}-", here_));
  RegistryResult<Reply> reply = co_await session_.ask(std::move(ask));
  if (!reply) co_return reply.error();
  const int status = reply->head.status;
  if (status != 200 && status != 206) {
    const HttpResult<Bytes> words =
        co_await reply->exchange->read_all(kRefusalMax);
    RegistryFault fault = engine::refusal(status, words ? *words : "");
    if (status >= 500 || status == 429) fault.kind = Kind::unreachable;
    co_return fault;
  }
  const RegistryResult<std::monostate> accepted = accept(reply->head);
  if (!accepted) co_return accepted.error();
  for (;;) {
    const HttpResult<Bytes> piece = co_await reply->exchange->read();
    if (!piece) {
      co_return RegistryFault{Kind::unreachable, piece.error().text,
                              reply->url.text};
    }
    if (piece->empty()) co_return std::monostate{};
    here_ += static_cast<std::int64_t>(piece->size());
    if (wanted_.size > 0 && here_ > wanted_.size) {
      co_return other(
          fmt::format("blob {} is longer than the {} bytes of its "
                      "manifest",
                      wanted_.digest, wanted_.size));
    }
    const sys::Door door("write");
    const Outcome written =
        door ? sys::write_all(file_.get(), *piece)
             : Outcome(sys::refused("write({})", file_.get()));
    if (!written) co_return other(written.error().text);
    sum_.add(*piece);
    tell_some();
  }
}

Task<RegistryResult<sys::Fd>> Download::run() {
  const Outcome opened = open_file();
  if (!opened) co_return other(opened.error().text);
  for (int attempts = 1;; ++attempts) {
    const std::int64_t before = here_;
    const RegistryResult<std::monostate> came = co_await attempt();
    if (came) break;
    if (!may_pass(came.error()) || attempts == kAttempts) {
      co_return came.error();
    }
    // Who got on goes on at once, nearly.
    std::int64_t pause = here_ > before ? 1 : attempts * kPauseSeconds;
    for (; pause > 0; --pause) {
      if (told_) {
        told_({wanted_.digest, BlobStep::Kind::retrying, pause, 0});
      }
      Loop& loop = session_.transport().loop();
      const Time later = loop.now() + kSecond;
      co_await sleep_until(loop, later);
    }
  }
  tell(BlobStep::Kind::verifying);
  if ("sha256:" + sum_.hex() != wanted_.digest) {
    co_return engine::wrong_layer(wanted_.digest);
  }
  tell(BlobStep::Kind::complete);
  co_return std::move(file_);
}

}  // namespace drydock::realmode
