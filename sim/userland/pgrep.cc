// pgrep.cc — pgrep, pkill and pidof: find processes by name.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/accounts.h"
#include "sim/userland/options.h"
#include "sim/userland/processes.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kPgrep{
    .usage = "[options] <pattern>",
    .gnu =
        "a list-full, c count, d delimiter=, f full, l list-name, "
        "n newest, o oldest, P parent=, u euid=, U uid=, v inverse, "
        "x exact",
    .busybox = "a, f, l, n, o, v, x, P=",
    .refusal = 2};
constexpr About kPkill{
    .usage = "[options] <pattern>",
    .gnu =
        "e echo, f full, n newest, o oldest, P parent=, signal=, u euid=, "
        "U uid=, x exact",
    .busybox = "f, l, n, o, v, x, P=",
    .refusal = 2};
constexpr About kPidof{.usage = "[OPTION]... NAME...",
                       .gnu = "s single-shot, x, o omit-pid=",
                       .busybox = "s, o="};

// Patterns are plain text with ^ and $ here; other operators are refused.
std::optional<std::string> special_in(std::string_view pattern) {
  const std::size_t at = pattern.find_first_of("[]()|*+?{}\\.");
  if (at == pattern.npos) return std::nullopt;
  return std::string(1, pattern[at]);
}

bool text_matches(std::string_view pattern, std::string_view text, bool exact) {
  if (exact) return text == pattern;
  const bool head = pattern.starts_with('^');
  const bool tail = pattern.ends_with('$');
  if (head) pattern.remove_prefix(1);
  if (tail) pattern.remove_suffix(1);
  if (head && tail) return text == pattern;
  if (head) return text.starts_with(pattern);
  if (tail) return text.ends_with(pattern);
  return text.find(pattern) != text.npos;
}

bool chosen(const Options& options, const Accounts& accounts,
            const std::string* pattern, const ProcessInfo& process) {
  if (const auto parent = options.value("P")) {
    const List parents = split(*parent, ',');
    const std::string own = std::to_string(process.parent);
    if (std::ranges::find(parents, own) == parents.end()) return false;
  }
  const auto user = options.has("u") ? options.value("u") : options.value("U");
  if (user && accounts.find_uid(*user) != process.uid) return false;
  if (!pattern) return true;
  const std::string text =
      options.has("f") ? command_of(process) : process.name;
  return text_matches(*pattern, text, options.has("x"));
}

std::vector<ProcessInfo> select(Process& self, const Options& options,
                                const Accounts& accounts) {
  std::vector<ProcessInfo> found;
  const std::string* const pattern =
      options.operands.empty() ? nullptr : &options.operands[0];
  for (const ProcessInfo& process : self.processes()) {
    if (process.pid == self.getpid()) continue;
    const bool wanted = chosen(options, accounts, pattern, process);
    if (wanted != options.has("v")) found.push_back(process);
  }
  const bool newest = options.has("n");
  if ((newest || options.has("o")) && found.size() > 1) {
    const ProcessInfo one = newest ? found.back() : found.front();
    found = {one};
  }
  return found;
}

// The complaint about the command line; empty when all is well.
std::string complaint_about(const Options& options) {
  const bool criteria =
      options.has("P") || options.has("u") || options.has("U");
  if (options.operands.empty() && !criteria) {
    return "no matching criteria specified";
  }
  if (options.operands.size() > 1) return "only one pattern can be provided";
  return "";
}

bool refuse_pattern(Output& out, const Options& options) {
  if (options.operands.empty() || options.has("x")) return false;
  const auto special = special_in(options.operands[0]);
  if (!special) return false;
  out.complain_plain(
      fmt::format("drydock: '{}' in the pattern of {} is not modelled\n",
                  *special, out.name()));
  return true;
}

}  // namespace

Task<int> pgrep_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kPgrep);
  if (line.status) co_return co_await out.finish(*line.status);
  const std::string complaint = complaint_about(line);
  if (!complaint.empty()) {
    const int status = refuse(out, kPgrep, complaint);
    co_return co_await out.finish(status);
  }
  if (refuse_pattern(out, line)) co_return co_await out.finish(3);
  const Accounts accounts = co_await read_accounts(self);
  const std::vector<ProcessInfo> found = select(self, line, accounts);
  const std::string delimiter = line.value("d").value_or("\n");
  if (line.has("c")) {
    out.say(fmt::format("{}\n", found.size()));
    const int status = found.empty() ? 1 : 0;
    co_return co_await out.finish(status);
  }
  List words;
  for (const ProcessInfo& process : found) {
    std::string word = std::to_string(process.pid);
    if (line.has("l")) word += " " + process.name;
    if (line.has("a")) word += " " + command_of(process);
    words.push_back(word);
  }
  if (!words.empty()) out.say(join(words, delimiter) + "\n");
  const int status = found.empty() ? 1 : 0;
  co_return co_await out.finish(status);
}

Task<int> pkill_main(Process& self) {
  Output out(self);
  List words(self.argv().begin() + 1, self.argv().end());
  std::optional<int> signal = kSigTerm;
  for (auto word = words.begin(); word != words.end(); ++word) {
    const bool dashed = word->size() > 1 && (*word)[0] == '-';
    const auto given = dashed ? parse_signal(word->substr(1)) : std::nullopt;
    if (!given) continue;
    signal = given;
    words.erase(word);
    break;
  }
  const CommandLine line = read_words(out, kPkill, words);
  if (line.status) co_return co_await out.finish(*line.status);
  if (const auto name = line.value("signal")) signal = parse_signal(*name);
  const std::string complaint =
      signal ? complaint_about(line) : "unknown signal";
  if (!complaint.empty()) {
    const int status = refuse(out, kPkill, complaint);
    co_return co_await out.finish(status);
  }
  if (refuse_pattern(out, line)) co_return co_await out.finish(3);
  const Accounts accounts = co_await read_accounts(self);
  bool any = false;
  for (const ProcessInfo& process : select(self, line, accounts)) {
    const SysOutcome sent = co_await self.kill(process.pid, *signal);
    any = any || sent;
    if (sent && line.has("e")) {
      out.say(fmt::format("{} killed (pid {})\n", process.name, process.pid));
    }
    if (!sent && sent.error() != Errno::esrch) {
      out.complain(fmt::format("killing pid {} failed", process.pid),
                   sent.error());
    }
  }
  const int status = any ? 0 : 1;
  co_return co_await out.finish(status);
}

Task<int> pidof_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kPidof);
  if (line.status) co_return co_await out.finish(*line.status);
  const auto omitted = parse_int(line.value("o").value_or(""));
  List pids;
  std::vector<ProcessInfo> all = self.processes();
  std::ranges::reverse(all);  // The newest first.
  for (const std::string& name : line.operands) {
    for (const ProcessInfo& process : all) {
      const std::string program =
          process.argv.empty() ? "" : vfs::base_name(process.argv[0]);
      const bool same = process.name == name || program == name ||
                        (!process.argv.empty() && process.argv[0] == name);
      if (!same || process.pid == self.getpid()) continue;
      if (omitted && *omitted == process.pid) continue;
      pids.push_back(std::to_string(process.pid));
    }
  }
  if (line.has("s") && pids.size() > 1) pids.resize(1);
  if (!pids.empty()) out.say(join(pids, " ") + "\n");
  const int status = pids.empty() ? 1 : 0;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
