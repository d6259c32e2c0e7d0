// log.cc — writing JSON lines, rotating files, reading them back.

#include "sim/machine/log.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include <fmt/format.h>

#include "sim/base/time.h"
#include "sim/base/value.h"

namespace drydock::machine {

using engine::LogEntry;
using engine::Stream;

namespace {

/// The old encoder of json-file knows no \t: it writes \u0009.
std::string log_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t tab = std::min(text.find('\t'), text.size());
    const std::string piece = json_string(text.substr(0, tab), true);
    out += std::string_view(piece).substr(1, piece.size() - 2);
    if (tab < text.size()) out += "\\u0009";
    text.remove_prefix(std::min(tab + 1, text.size()));
  }
  return out + "\"";
}

std::string json_line(Time time, Stream stream, std::string_view bytes) {
  return fmt::format(
      "{{\"log\":{},\"stream\":\"{}\",\"time\":\"{}\"}}\n", log_string(bytes),
      stream == Stream::err ? "stderr" : "stdout", rfc3339(time));
}

/// A line that is no entry (somebody wrote into the file) is passed over.
std::optional<LogEntry> entry_of(const std::string& line) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("log")) return std::nullopt;
  if (!json["log"].is_string()) return std::nullopt;
  LogEntry entry;
  entry.bytes = json["log"].get<std::string>();
  if (json.value("stream", "stdout") == "stderr") entry.stream = Stream::err;
  const auto time = parse_rfc3339(json.value("time", ""));
  if (time) entry.time = *time;
  return entry;
}

}  // namespace

Log::Log(const Clock& clock, LogPlace place)
    : clock_(clock), place_(std::move(place)) {
  if (place_.bounds.max_size <= 0) place_.bounds = {kBytesMax, 2};
}

void Log::add(Stream stream, std::string_view bytes) {
  Bytes& partial = stream == Stream::err ? partial_err_ : partial_out_;
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::size_t room = kEntryMax - partial.size();
    const std::size_t wanted =
        newline == std::string_view::npos ? bytes.size() : newline + 1;
    const std::size_t taken = std::min(wanted, room);
    partial += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (partial.ends_with('\n') || partial.size() == kEntryMax) {
      append(stream, partial);
      partial.clear();
    }
  }
}

void Log::flush() {
  if (!partial_out_.empty()) append(Stream::out, partial_out_);
  if (!partial_err_.empty()) append(Stream::err, partial_err_);
  partial_out_.clear();
  partial_err_.clear();
}

bool Log::open_file() {
  if (!segments_.empty()) return true;
  vfs::NewFile file;
  file.mode = 0640;
  const auto made = place_.folder->create(place_.name, file);
  if (!made) return false;
  segments_.push_back({*made, written_});
  return true;
}

void Log::rotate() {
  const std::int64_t files = std::max<std::int64_t>(place_.bounds.max_file, 1);
  const auto numbered = [this](std::int64_t number) {
    return number == 0 ? place_.name
                       : fmt::format("{}.{}", place_.name, number);
  };
  vfs::Inode& folder = *place_.folder;
  (void)folder.unlink(numbered(files - 1));
  for (std::int64_t number = files - 1; number > 0; --number) {
    (void)folder.rename(numbered(number - 1), folder, numbered(number));
  }
  vfs::NewFile file;
  file.mode = 0640;
  const auto made = folder.create(place_.name, file);
  if (!made) return;
  segments_.push_back({*made, written_});
  while (static_cast<std::int64_t>(segments_.size()) > files) {
    segments_.erase(segments_.begin());
  }
}

void Log::append(Stream stream, std::string_view line) {
  if (!open_file()) return;
  const bool full =
      segments_.back().file->attributes().size >= place_.bounds.max_size;
  if (full) rotate();
  const std::string text = json_line(clock_.now(), stream, line);
  Segment& last = segments_.back();
  const auto written = last.file->write(last.file->attributes().size, text);
  if (!written) return;  // No space left on device: Docker drops it too.
  written_ += *written;
  last.end = written_;
  grown_.notify_all();
}

std::int64_t Log::begin() const {
  return segments_.empty() ? written_ : segments_.front().start();
}

std::string Log::line_at(std::int64_t position) const {
  const auto holder = std::ranges::find_if(
      segments_, [&](const Segment& one) { return position < one.end; });
  if (holder == segments_.end()) return "";
  const std::int64_t start = holder->start();
  std::int64_t offset = std::max<std::int64_t>(position - start, 0);
  std::string line;
  for (std::size_t piece_size = 256;; piece_size *= 4) {
    const auto piece = holder->file->read(offset, piece_size);
    if (!piece || piece->empty()) return line;
    const std::size_t newline = piece->find('\n');
    if (newline != Bytes::npos) return line + piece->substr(0, newline + 1);
    line += *piece;
    offset += static_cast<std::int64_t>(piece->size());
  }
}

std::optional<LogEntry> Log::read(std::int64_t& position) const {
  for (;;) {
    position = std::max(position, begin());
    for (const Segment& one : segments_) {
      if (position < one.end) {
        position = std::max(position, one.start());
        break;
      }
    }
    if (position >= written_) return std::nullopt;
    const std::string line = line_at(position);
    if (line.empty()) return std::nullopt;
    position += static_cast<std::int64_t>(line.size());
    std::optional<LogEntry> entry = entry_of(line);
    if (entry) return entry;
  }
}

std::int64_t Log::tail(std::int64_t lines) const {
  if (lines <= 0) return written_;
  std::deque<std::int64_t> starts;
  std::int64_t position = begin();
  for (;;) {
    const std::int64_t start = position;
    if (!read(position)) break;
    starts.push_back(start);
    if (static_cast<std::int64_t>(starts.size()) > lines) starts.pop_front();
  }
  return starts.empty() ? written_ : starts.front();
}

}  // namespace drydock::machine
