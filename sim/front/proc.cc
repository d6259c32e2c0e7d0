// proc.cc — /proc read, and arguments of system calls in others' memory.

#include "sim/front/proc.h"

#include <linux/major.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace drydock::front {

namespace {

/// More descriptors than this nobody polls whose input is a person's.
constexpr std::size_t kWatchedMax = 1024;

/// `size` bytes at an address of another process.
bool peek(pid_t pid, std::uint64_t address, void* into, std::size_t size) {
  iovec ours = {into, size};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): it is the other's pointer.
  iovec theirs = {reinterpret_cast<void*>(address), size};
  const ssize_t count = ::process_vm_readv(pid, &ours, 1, &theirs, 1, 0);
  return count == static_cast<ssize_t>(size);
}

std::vector<int> polled(pid_t pid, const Asleep& sleep) {
  std::vector<pollfd> table(
      std::min<std::uint64_t>(sleep.arguments[1], kWatchedMax));
  const std::size_t size = table.size() * sizeof(pollfd);
  std::vector<int> fds;
  if (!peek(pid, sleep.arguments[0], table.data(), size)) return fds;
  for (const pollfd& entry : table) {
    if ((entry.events & POLLIN) != 0) fds.push_back(entry.fd);
  }
  return fds;
}

std::vector<int> selected(pid_t pid, const Asleep& sleep) {
  const auto count = std::min<std::uint64_t>(sleep.arguments[0], kWatchedMax);
  fd_set set;
  FD_ZERO(&set);
  std::vector<int> fds;
  // The kernel's own set is in words of 64 bits.
  const std::size_t size = (count + 63) / 64 * 8;
  if (!peek(pid, sleep.arguments[1], &set, size)) return fds;
  for (std::size_t fd = 0; fd < count; ++fd) {
    if (FD_ISSET(fd, &set)) fds.push_back(static_cast<int>(fd));
  }
  return fds;
}

std::vector<int> in_epoll(pid_t pid, const Asleep& sleep) {
  std::istringstream lines(
      file_content(fmt::format("/proc/{}/fdinfo/{}", pid, sleep.arguments[0])));
  std::vector<int> fds;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string label;
    int fd = -1;
    if (words >> label >> fd && label == "tfd:") fds.push_back(fd);
  }
  return fds;
}

/// Descriptors that can end this sleep by having something to be read.
std::vector<int> awaited(pid_t pid, const Asleep& sleep) {
  switch (sleep.call) {
    case SYS_read:
    case SYS_readv:
    case SYS_splice:
      return {static_cast<int>(sleep.arguments[0])};
    case SYS_sendfile:
      return {static_cast<int>(sleep.arguments[1])};
#ifdef SYS_poll
    case SYS_poll:
#endif
    case SYS_ppoll:
      return polled(pid, sleep);
#ifdef SYS_select
    case SYS_select:
#endif
    case SYS_pselect6:
      return selected(pid, sleep);
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
#endif
    case SYS_epoll_pwait:
    case SYS_epoll_pwait2:
      return in_epoll(pid, sleep);
    default:
      return {};
  }
}

/// /dev/tty: whichever terminal the process belongs to.
bool is_own_terminal(pid_t pid, int fd) {
  struct stat status = {};
  const std::string path = fmt::format("/proc/{}/fd/{}", pid, fd);
  return ::stat(path.c_str(), &status) == 0 && S_ISCHR(status.st_mode) &&
         status.st_rdev == makedev(TTYAUX_MAJOR, 0);
}

}  // namespace

std::string file_content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::optional<ProcessStat> stat_of(pid_t pid) {
  const std::string text = file_content(fmt::format("/proc/{}/stat", pid));
  // A program may have blanks and brackets in its name.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  const List fields = split_blanks(text.substr(name_end + 1));
  if (fields.size() < 20) return std::nullopt;
  const auto number = [&](std::size_t at) {
    return parse_int(fields[at]).value_or(-1);
  };
  return ProcessStat{.state = fields[0].front(),
                     .parent = static_cast<pid_t>(number(1)),
                     .group = static_cast<pid_t>(number(2)),
                     .in_front = static_cast<pid_t>(number(5)),
                     .started_at = number(19),
                     .worked = number(11) + number(12)};
}

List words_of(pid_t pid) {
  List words = split(file_content(fmt::format("/proc/{}/cmdline", pid)), '\0');
  if (!words.empty() && words.back().empty()) words.pop_back();
  return words;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::istringstream text(
      file_content(fmt::format("/proc/{}/task/{}/children", pid, pid)));
  std::vector<pid_t> children;
  for (pid_t child = 0; text >> child;) children.push_back(child);
  return children;
}

std::vector<pid_t> family_of(pid_t pid) {
  std::vector<pid_t> family = {pid};
  for (std::size_t at = 0; at < family.size(); ++at) {
    const std::vector<pid_t> children = children_of(family[at]);
    family.insert(family.end(), children.begin(), children.end());
  }
  return family;
}

std::int64_t switches_of(pid_t pid) {
  std::istringstream lines(file_content(fmt::format("/proc/{}/status", pid)));
  std::int64_t sum = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find("_ctxt_switches:");
    if (at == std::string::npos) continue;
    const std::string_view rest = std::string_view(line).substr(at + 15);
    sum += parse_int(trim(rest)).value_or(0);
  }
  return sum;
}

std::optional<Asleep> asleep(pid_t pid) {
  Asleep sleep;
  sleep.switches = switches_of(pid);
  // "running", or the number, six arguments and two registers.
  std::istringstream text(file_content(fmt::format("/proc/{}/syscall", pid)));
  if (!(text >> sleep.call) || sleep.call < 0) return std::nullopt;
  text >> std::hex;
  for (std::uint64_t& argument : sleep.arguments) {
    std::string word;
    if (!(text >> word)) return std::nullopt;
    argument = std::stoull(word, nullptr, 16);
  }
  return sleep;
}

std::optional<Thing> thing_behind(pid_t pid, int fd) {
  struct stat status = {};
  const std::string path = fmt::format("/proc/{}/fd/{}", pid, fd);
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return Thing{status.st_dev, status.st_ino};
}

bool sleeps_for(pid_t pid, const Asleep& sleep, const Thing& thing) {
  const std::vector<int> fds = awaited(pid, sleep);
  return std::ranges::any_of(fds, [&](int fd) {
    return thing_behind(pid, fd) == thing || is_own_terminal(pid, fd);
  });
}

}  // namespace drydock::front
