// logs.cc — reading json-file's log back, and following it.

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <deque>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "realmode/backend/real_backend.h"
#include "realmode/sys/files.h"

namespace drydock::realmode {

using engine::ContainerId;
using engine::LogEntry;
using engine::Stream;

namespace {

/// How often the file of a container that runs is looked at.
constexpr Nanoseconds kPause = 20 * kMillisecond;

std::optional<LogEntry> entry_in(const std::string& line) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  LogEntry entry;
  entry.bytes = json.value("log", std::string());
  entry.stream = json.value("stream", std::string()) == "stderr" ? Stream::err
                                                                 : Stream::out;
  const auto time = parse_rfc3339(json.value("time", std::string()));
  if (!time) return std::nullopt;
  entry.time = *time;
  return entry;
}

class RealLogReader final : public engine::LogReader {
 public:
  RealLogReader(Loop& loop, ShimProcess& process, const std::string& path,
                engine::LogSpec spec)
      : loop_(loop), process_(process), path_(path), spec_(spec) {
    open_oldest();
    if (spec_.tail) skip_to_tail(*spec_.tail);
  }

  Task<Result<std::optional<LogEntry>>> next() override {
    for (;;) {
      // Asked first: what was printed before the end is there after it.
      const bool running = process_.is_running();
      const std::optional<std::string> line = take_line();
      if (line) {
        const std::optional<LogEntry> entry = entry_in(*line);
        if (!entry || (spec_.since && entry->time < *spec_.since)) continue;
        if (spec_.until && entry->time > *spec_.until) continue;
        co_return entry;
      }
      if (!spec_.follow || !running || !file_) {
        co_return std::optional<LogEntry>();
      }
      const Time due = loop_.now() + kPause;
      co_await process_.changed().wait_until(due);
    }
  }

 private:
  std::optional<std::string> take_line() {
    for (;;) {
      const std::size_t newline = buffer_.find('\n', at_);
      if (newline != std::string::npos) {
        std::string line = buffer_.substr(at_, newline - at_);
        at_ = newline + 1;
        return line;
      }
      buffer_.erase(0, at_);
      at_ = 0;
      std::array<char, 65536> piece;
      const ssize_t count =
          file_ ? ::read(file_.get(), piece.data(), piece.size()) : 0;
      if (count <= 0 && replaced_ && open_next()) continue;
      // Its last lines may have come between the reading and the renaming.
      if (count <= 0 && !replaced_ && is_replaced()) {
        replaced_ = true;
        continue;
      }
      if (count <= 0) return std::nullopt;
      buffer_.append(piece.data(), static_cast<std::size_t>(count));
    }
  }

  /// PATH, or PATH.1, ...: higher numbers are older.
  std::string name_of(int number) const {
    return number == 0 ? path_ : fmt::format("{}.{}", path_, number);
  }

  /// Nobody writes any more to the file that is open.
  bool is_replaced() const {
    if (!file_) return false;
    const auto mine = sys::fstat(file_.get());
    const auto last = sys::fstatat(AT_FDCWD, path_);
    return mine && last && mine->st_ino != last->st_ino;
  }

  bool open_file(int number) {
    auto file = sys::open(name_of(number), O_RDONLY);
    replaced_ = false;
    if (file) file_ = std::move(*file);
    return bool(file);
  }

  void open_oldest() {
    int number = 0;
    while (::access(name_of(number + 1).c_str(), F_OK) == 0) ++number;
    while (number >= 0 && !open_file(number)) --number;
  }

  /// The file that came after the one that is open and has been read; false
  /// if that is the last one.
  bool open_next() {
    const auto mine = sys::fstat(file_.get());
    if (!mine) return false;
    for (int number = 0;; ++number) {
      const auto other = sys::fstatat(AT_FDCWD, name_of(number));
      if (!other) break;
      if (other->st_ino != mine->st_ino) continue;
      return number > 0 && open_file(number - 1);
    }
    // It is gone, and so may be others that followed it.
    open_oldest();
    return true;
  }

  /// Reads all there is and keeps where the last lines begin.
  void skip_to_tail(std::int64_t lines) {
    std::deque<std::string> last;
    while (auto line = take_line()) {
      last.push_back(std::move(*line));
      if (std::ssize(last) > lines) last.pop_front();
    }
    std::string kept;
    for (const std::string& line : last) kept += line + "\n";
    buffer_ = kept + buffer_;
  }

  Loop& loop_;
  ShimProcess& process_;
  std::string path_;
  engine::LogSpec spec_;
  sys::Fd file_;
  bool replaced_ = false;  // There is a newer one.
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace

std::unique_ptr<engine::LogReader> RealBackend::logs(ContainerId id,
                                                     engine::LogSpec spec) {
  const std::string path =
      fmt::format("{}/{}-json.log", shelf_.container(id), id);
  return std::make_unique<RealLogReader>(loop_, container(id).main, path, spec);
}

}  // namespace drydock::realmode
