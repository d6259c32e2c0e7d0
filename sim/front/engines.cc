// engines.cc — asking, and what of an answer counts.

#include "sim/front/engines.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <regex>

#include <fmt/format.h>

#include "sim/machine/script.h"
#include "sim/scenario/pipes.h"

namespace drydock::front {

namespace {

constexpr int kPatienceMilliseconds = 60'000;
constexpr std::size_t kShort = 12;

struct Mask {
  std::regex pattern;
  const char* instead;
};

const std::vector<Mask>& masks() {
  static const std::vector<Mask> all = [] {
    std::vector<Mask> list;
    const auto add = [&list](const char* pattern, const char* instead) {
      list.push_back({std::regex(pattern), instead});
    };
    add(R"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?(Z|[+-]\d\d:?\d\d))?)",
        "<time>");
    add(R"((About an? (minute|hour)|Less than a second|\d+ (second|minute|hour|day|week|month|year)s?)( ago)?)",
        "<span>");
    add(R"(\b172\.\d+\.\d+\.\d+)", "<ip>");
    add(R"(\b[a-z]{3,}_[a-z]{3,}\d?\b)", "<name>");
    add(R"([ \t]+\n)", "\n");
    return list;
  }();
  return all;
}

/// Reads both ends until both are closed; false: out of patience.
bool drain(int out, int err, Reply& reply) {
  std::array<pollfd, 2> ends = {pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  int left = 2;
  while (left > 0) {
    if (::poll(ends.data(), ends.size(), kPatienceMilliseconds) <= 0) {
      return false;
    }
    for (pollfd& end : ends) {
      if (end.fd < 0 || !(end.revents & (POLLIN | POLLHUP | POLLERR))) continue;
      std::array<char, 65536> buffer;
      const ssize_t count = ::read(end.fd, buffer.data(), buffer.size());
      if (count <= 0) {
        end.fd = -1;
        --left;
        continue;
      }
      (end.fd == out ? reply.out : reply.err)
          .append(buffer.data(), static_cast<std::size_t>(count));
    }
  }
  return true;
}

[[noreturn]] void become(const std::string& line, int out, int err) {
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
  ::_exit(127);
}

}  // namespace

ModelEngine::ModelEngine(const CommonOptions& common)
    : machine_(std::make_unique<machine::Machine>(machine_options(common))) {}

Reply ModelEngine::ask(const List& words) {
  List argv = {"docker"};
  argv.insert(argv.end(), words.begin(), words.end());
  Reply reply;
  machine::ScriptStreams streams;
  streams.out = [&reply](std::string_view bytes) { reply.out += bytes; };
  streams.err = [&reply](std::string_view bytes) { reply.err += bytes; };
  static_cast<void>(machine_->scheduler().run_for(kSecond));
  const machine::ScriptResult result =
      machine::run_script(*machine_, argv, "/root", streams);
  reply.status = result.status;
  return reply;
}

Result<Reply> OtherEngine::ask(const List& words) const {
  std::string line = "exec " + command_;
  for (const std::string& word : words) {
    line += " " + scenario::quoted_word(word);
  }
  std::array<int, 2> out{}, err{};
  if (::pipe2(out.data(), O_CLOEXEC) != 0 ||
      ::pipe2(err.data(), O_CLOEXEC) != 0) {
    return Error{"no pipe can be had"};
  }
  const pid_t child = ::fork();
  if (child < 0) return Error{"no process can be had"};
  if (child == 0) become(line, out[1], err[1]);
  ::close(out[1]);
  ::close(err[1]);
  Reply reply;
  const bool in_time = drain(out[0], err[0], reply);
  ::close(out[0]);
  ::close(err[0]);
  if (!in_time) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  reply.status = !in_time            ? 124
                 : WIFEXITED(status) ? WEXITSTATUS(status)
                                     : 128 + WTERMSIG(status);
  return reply;
}

std::string Plain::text(std::string_view bytes) {
  static const std::regex id("(sha256:)?\\b([0-9a-f]{64}|[0-9a-f]{12})\\b");
  std::string renamed;
  const std::string all(bytes);
  auto from = all.cbegin();
  for (std::sregex_iterator at(all.begin(), all.end(), id), end; at != end;
       ++at) {
    const std::string digits = (*at)[2].str();
    const std::string key = digits.substr(0, kShort);
    renamed.append(from, all.cbegin() + at->position());
    from = all.cbegin() + at->position() + at->length();
    // Twelve digits without a letter are a number.
    if (key.find_first_of("abcdef") == std::string::npos) {
      renamed += digits;
      continue;
    }
    const auto name =
        ids_.try_emplace(key, fmt::format("<id{}>", ids_.size() + 1)).first;
    renamed += name->second + (digits.size() > kShort ? "+" : "");
  }
  renamed.append(from, all.cend());
  for (const Mask& mask : masks()) {
    renamed = std::regex_replace(renamed, mask.pattern, mask.instead);
  }
  return renamed;
}

}  // namespace drydock::front
