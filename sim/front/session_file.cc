// session_file.cc — a session as a page, on a disk that others may use too.

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "sim/base/base64.h"
#include "sim/base/text.h"
#include "sim/front/session.h"
#include "sim/scenario/pipes.h"

namespace drydock::front {

namespace fs = std::filesystem;

namespace {

std::string fence_of(const Setting& setting) {
  std::string fence = "```console";
  if (setting.pipes) fence += " pipes";
  if (setting.terminal != 1) {
    fence += fmt::format(" terminal={}", setting.terminal);
  }
  const Setting standard;
  const bool usual =
      setting.rows == standard.rows && setting.columns == standard.columns;
  if (!usual)
    fence += fmt::format(" size={}x{}", setting.rows, setting.columns);
  if (setting.explain) fence += " explain";
  if (setting.hints) fence += " hints";
  return fence + "\n";
}

/// A line of output as the page has it: one that would close the block is
/// left to "...".
std::string shown_line(const std::string& line) {
  return line.starts_with("```") ? "..." : line;
}

std::string shown_key(const Input& input) {
  if (!input.after) return input.text;
  return fmt::format("{} after {}ms", input.text, *input.after / kMillisecond);
}

std::string step_text(const Input& input) {
  std::string text = input.kind == Input::Kind::key ? shown_key(input)
                                                    : input.prompt + input.text;
  text += "\n";
  if (input.kind == Input::Kind::pipes) {
    for (const std::string& line : scenario::input_lines(input.bytes)) {
      text += line + "\n";
    }
  }
  for (const std::string& line : input.output) text += shown_line(line) + "\n";
  return text;
}

constexpr std::size_t kCodedWidth = 76;

/// Whether a file block can hold it as it is.
bool is_plain(std::string_view content) {
  const bool whole = content.empty() || content.ends_with('\n');
  return whole && !content.starts_with("```") &&
         content.find("\n```") == std::string_view::npos &&
         content.find('\r') == std::string_view::npos &&
         content.find('\0') == std::string_view::npos;
}

std::string file_text(const Input& file) {
  const std::string mode =
      file.mode == 0644 ? "" : fmt::format(" mode={:o}", file.mode);
  if (is_plain(file.bytes)) {
    return fmt::format("```text file={}{}\n{}```\n\n", file.text, mode,
                       file.bytes);
  }
  const std::string coded = base64(file.bytes);
  std::string lines;
  for (std::size_t at = 0; at < coded.size(); at += kCodedWidth) {
    lines += coded.substr(at, kCodedWidth) + "\n";
  }
  return fmt::format("```text file={}{} base64\n{}```\n\n", file.text, mode,
                     lines);
}

}  // namespace

std::string Session::page() const {
  std::string text =
      fmt::format("<!-- profiles: {} -->\n<!-- seed: {} -->\n\n# A session\n\n",
                  common_.profile, common_.seed);
  std::optional<Setting> open;
  const auto close = [&] {
    if (open) text += "```\n\n";
    open.reset();
  };
  for (const Input& input : inputs_) {
    if (input.kind == Input::Kind::file) {
      close();
      text += file_text(input);
      continue;
    }
    if (open != input.setting) {
      close();
      text += fence_of(input.setting);
      open = input.setting;
    }
    text += step_text(input);
  }
  close();
  return text;
}

Outcome Session::save(const std::string& path) const {
  std::error_code error;
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  const std::string fresh = fmt::format("{}.{}", path, ::getpid());
  std::ofstream out(fresh, std::ios::binary);
  out << page();
  out.close();
  if (out) fs::rename(fresh, path, error);
  if (out && !error) return done();
  fs::remove(fresh, error);
  return Error{path + ": cannot be written"};
}

std::string state_path(const std::string& name) {
  const char* const state = std::getenv("XDG_STATE_HOME");
  const char* const home = std::getenv("HOME");
  const fs::path base = state && *state
                            ? fs::path(state)
                            : fs::path(home ? home : ".") / ".local" / "state";
  return (base / "drydock" / name).string();
}

std::string default_session_path() { return state_path("session.md"); }

Result<std::unique_ptr<SessionLock>> SessionLock::take(
    const std::string& path) {
  std::error_code error;
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  const std::string lock = path + ".lock";
  const int fd = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return Error{lock + ": cannot be made"};
  while (::flock(fd, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    ::close(fd);
    return Error{lock + ": cannot be locked"};
  }
  return std::unique_ptr<SessionLock>(new SessionLock(fd));
}

SessionLock::~SessionLock() { ::close(fd_); }

}  // namespace drydock::front
