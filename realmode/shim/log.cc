// log.cc — lines to JSON.

#include "realmode/shim/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>

#include "realmode/sys/files.h"
#include "sim/base/time.h"
#include "sim/base/value.h"

namespace drydock::realmode {

namespace {

/// What a JSON text has as it is, also when Go writes it.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain = {};
  for (std::size_t byte = 0x20; byte < 0x7f; ++byte) plain[byte] = true;
  for (const char byte : {'"', '\\', '<', '>', '&'}) {
    plain[static_cast<unsigned char>(byte)] = false;
  }
  return plain;
}();

/// Nearly all lines are plain, and then they are copied as a whole.
void append_json(std::string& to, std::string_view line) {
  std::string_view body = line;
  if (body.ends_with('\n')) body.remove_suffix(1);
  const bool plain = std::ranges::all_of(
      body, [](char c) { return kPlain[static_cast<unsigned char>(c)]; });
  if (!plain) {
    to += json_string(line, true);
    return;
  }
  to += '"';
  to += body;
  to += body.size() < line.size() ? "\\n\"" : "\"";
}

}  // namespace

Log::Log(const std::string& path, std::int64_t max_size, std::int64_t max_file)
    : path_(path), max_size_(max_size), max_file_(max_file) {
  if (!path.empty()) open();
}

void Log::open() {
  auto file = sys::open(path_, O_WRONLY | O_CREAT | O_APPEND, 0640);
  if (!file) return;
  file_ = std::move(*file);
  const auto status = sys::fstat(file_.get());
  size_ = status ? status->st_size : 0;
}

/// Names move up by one; who still reads a file goes on reading it.
void Log::rotate() {
  for (std::int64_t number = max_file_ - 1; number > 0; --number) {
    const std::string older =
        number == 1 ? path_ : fmt::format("{}.{}", path_, number - 1);
    (void)sys::rename(older, fmt::format("{}.{}", path_, number));
  }
  if (max_file_ <= 1) (void)::unlink(path_.c_str());
  open();
}

void Log::add(bool is_err, std::string_view bytes) {
  if (!file_) return;
  timespec now = {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  time_ = rfc3339(Time{now.tv_sec * kSecond + now.tv_nsec});
  std::string& partial = is_err ? partial_err_ : partial_out_;
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::size_t room = kEntryMax - partial.size();
    const std::size_t wanted =
        newline == std::string_view::npos ? bytes.size() : newline + 1;
    const std::size_t taken = std::min(wanted, room);
    const std::string_view piece = bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    const bool whole = piece.ends_with('\n') || taken == room;
    if (whole && partial.empty()) {
      append(is_err, piece);
      continue;
    }
    partial += piece;
    if (!whole) continue;
    append(is_err, partial);
    partial.clear();
  }
  write();
}

void Log::flush() {
  if (!partial_out_.empty()) append(false, partial_out_);
  if (!partial_err_.empty()) append(true, partial_err_);
  partial_out_.clear();
  partial_err_.clear();
  write();
}

void Log::append(bool is_err, std::string_view line) {
  ready_ += "{\"log\":";
  append_json(ready_, line);
  ready_ += is_err ? ",\"stream\":\"stderr\",\"time\":\""
                   : ",\"stream\":\"stdout\",\"time\":\"";
  ready_ += time_;
  ready_ += "\"}\n";
  if (max_size_ > 0 && size_ + std::ssize(ready_) >= max_size_) write();
}

void Log::write() {
  if (ready_.empty()) return;
  (void)sys::write_all(file_.get(), ready_);
  size_ += std::ssize(ready_);
  ready_.clear();
  if (max_size_ > 0 && size_ >= max_size_) rotate();
}

}  // namespace drydock::realmode
