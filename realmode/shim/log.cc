// log.cc — lines to JSON.

#include "realmode/shim/log.h"

#include <fcntl.h>

#include <algorithm>
#include <ctime>

#include "realmode/sys/files.h"
#include "sim/base/time.h"
#include "sim/base/value.h"

namespace drydock::realmode {

Log::Log(const std::string& path) {
  if (path.empty()) return;
  auto file = sys::open(path, O_WRONLY | O_CREAT | O_APPEND, 0640);
  if (file) file_ = std::move(*file);
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
    partial += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (!partial.ends_with('\n') && partial.size() < kEntryMax) continue;
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
  ready_ += json_string(line, true);
  ready_ += is_err ? ",\"stream\":\"stderr\",\"time\":\""
                   : ",\"stream\":\"stdout\",\"time\":\"";
  ready_ += time_;
  ready_ += "\"}\n";
}

void Log::write() {
  if (ready_.empty()) return;
  (void)sys::write_all(file_.get(), ready_);
  ready_.clear();
}

}  // namespace drydock::realmode
