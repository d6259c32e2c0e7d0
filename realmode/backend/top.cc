// top.cc — ps(1) of the host, the container's processes only.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "realmode/backend/real_backend.h"
#include "realmode/sys/files.h"

namespace drydock::realmode {

namespace {

Outcome start_ps(const List& options, int out) {
  List words = {"ps"};
  words.insert(words.end(), options.begin(), options.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t pid = ::vfork();
  if (pid == 0) {
    (void)::dup2(out, 1);
    (void)::dup2(out, 2);
    ::execvp("ps", argv.data());
    ::_exit(127);
  }
  if (pid < 0) return sys::refused("vfork()");
  return done();
}

/// Runs ps and waits for all that it says, errors included.
Task<Result<std::string>> run_ps(Loop& loop, List options) {
  auto ends = sys::pipe();
  if (!ends) co_return ends.error();
  const Outcome started = start_ps(options, ends->write.get());
  if (!started) co_return started.error();
  ends->write.close();
  Watched watched(loop, ends->read.get());
  std::string all;
  for (;;) {
    co_await watched.readable();
    std::array<char, 4096> piece;
    const ssize_t count = ::read(ends->read.get(), piece.data(), piece.size());
    if (count <= 0) break;
    all.append(piece.data(), static_cast<std::size_t>(count));
  }
  co_return all;
}

}  // namespace

Task<Result<List>> RealBackend::top(engine::ContainerId id, List ps_options) {
  RealContainer& own = container(id);
  if (!own.cgroup) co_return Error{"container is not running"};
  const std::vector<std::int64_t> pids = own.cgroup->pids();
  const Result<std::string> text = co_await run_ps(loop_, ps_options);
  if (!text) co_return text.error();
  List lines = split(*text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  if (lines.empty()) co_return Error{"ps: there is no ps(1) on this machine"};
  const List titles = split_blanks(lines.front());
  const auto pid = std::ranges::find(titles, "PID");
  if (lines.front().starts_with("error:")) co_return Error{*text};
  List rows = {lines.front()};
  if (pid == titles.end()) co_return rows;
  const auto column = static_cast<std::size_t>(pid - titles.begin());
  for (auto line = lines.begin() + 1; line != lines.end(); ++line) {
    const List words = split_blanks(*line);
    if (words.size() <= column) continue;
    const auto number = parse_int(words[column]);
    const bool ours = number && std::ranges::find(pids, *number) != pids.end();
    if (ours) rows.push_back(*line);
  }
  co_return rows;
}

}  // namespace drydock::realmode
