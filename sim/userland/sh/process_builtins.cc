// process_builtins.cc — umask, ulimit, times.

#include <array>

#include <fmt/format.h>

#include "sim/userland/sh/builtin_list.h"
#include "sim/userland/sh/builtins.h"

namespace drydock::userland::sh {

namespace {

/// u=rwx,g=rx,o=rx
std::string symbolic(vfs::Mode mask) {
  const auto part = [mask](int shift) {
    std::string text;
    const vfs::Mode allowed = (~mask >> shift) & 7;
    if ((allowed & 4) != 0) text += 'r';
    if ((allowed & 2) != 0) text += 'w';
    if ((allowed & 1) != 0) text += 'x';
    return text;
  };
  return fmt::format("u={},g={},o={}", part(6), part(3), part(0));
}

/// Applies one clause, as chmod(1) has them, to what the mask allows.
bool apply_clause(std::string_view clause, vfs::Mode& allowed) {
  vfs::Mode who = 0;
  std::size_t at = 0;
  for (; at < clause.size() &&
         std::string_view("ugoa").find(clause[at]) != std::string_view::npos;
       ++at) {
    if (clause[at] == 'u' || clause[at] == 'a') who |= 0700;
    if (clause[at] == 'g' || clause[at] == 'a') who |= 0070;
    if (clause[at] == 'o' || clause[at] == 'a') who |= 0007;
  }
  if (who == 0) who = 0777;
  if (at == clause.size()) return false;
  while (at < clause.size()) {
    const char op = clause[at++];
    if (op != '+' && op != '-' && op != '=') return false;
    vfs::Mode bits = 0;
    for (; at < clause.size(); ++at) {
      if (clause[at] == 'r')
        bits |= 0444;
      else if (clause[at] == 'w')
        bits |= 0222;
      else if (clause[at] == 'x' || clause[at] == 'X')
        bits |= 0111;
      else if (clause[at] == 'u')
        bits |= ((allowed >> 6) & 7) * 0111;
      else if (clause[at] == 'g')
        bits |= ((allowed >> 3) & 7) * 0111;
      else if (clause[at] == 'o')
        bits |= (allowed & 7) * 0111;
      else
        break;
    }
    if (op == '=') allowed &= ~who;
    if (op == '-') {
      allowed &= ~(bits & who);
    } else {
      allowed |= bits & who;
    }
  }
  return true;
}

struct LimitRow {
  char letter;
  kernel::Resource resource;
  std::int64_t unit;
  std::string_view dash_title, bash_title;
};

using kernel::Resource;

// clang-format off
constexpr std::array kLimits = {
    LimitRow{'t', Resource::cpu,     1,    "time(seconds)",         "cpu time                    (seconds, -t)"},
    LimitRow{'f', Resource::fsize,   512,  "file(blocks)",          "file size                    (blocks, -f)"},
    LimitRow{'d', Resource::data,    1024, "data(kbytes)",          "data seg size               (kbytes, -d)"},
    LimitRow{'s', Resource::stack,   1024, "stack(kbytes)",         "stack size                  (kbytes, -s)"},
    LimitRow{'c', Resource::core,    512,  "coredump(blocks)",      "core file size              (blocks, -c)"},
    LimitRow{'m', Resource::rss,     1024, "memory(kbytes)",        "max memory size             (kbytes, -m)"},
    LimitRow{'l', Resource::memlock, 1024, "locked memory(kbytes)", "max locked memory           (kbytes, -l)"},
    LimitRow{'p', Resource::nproc,   1,    "process",               "max user processes                  (-u)"},
    LimitRow{'n', Resource::nofile,  1,    "nofiles",               "open files                          (-n)"},
    LimitRow{'v', Resource::as,      1024, "vmemory(kbytes)",       "virtual memory              (kbytes, -v)"},
    LimitRow{'w', Resource::locks,   1,    "locks",                 "file locks                          (-x)"},
    LimitRow{'r', Resource::rtprio,  1,    "rtprio",                "real-time priority                  (-r)"},
};
// clang-format on

/// dash calls the bound on processes -p; bash and busybox -u.
char nproc_letter(const Shell& shell, char typed) {
  if (shell.dash()) return typed;
  return typed == 'u' ? 'p' : typed == 'p' ? '?' : typed;
}

/// No resource has this letter; `typed` is what stood there.
int refuse_limit(Shell& shell, char typed, char which) {
  if (shell.ash()) {
    shell.complain_plain(
        fmt::format("ulimit: invalid option -- '{}'\n", typed));
    return 1;
  }
  if (shell.bash()) {
    shell.complain(fmt::format("-{}: invalid option", which));
    shell.complain_plain(
        "ulimit: usage: ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]\n");
    return 2;
  }
  shell.abort(fmt::format("Illegal option -{}", which), 2);
  return 2;
}

std::string limit_text(std::int64_t value, std::int64_t unit) {
  if (value == kernel::kUnlimited) return "unlimited";
  return std::to_string(value / unit);
}

}  // namespace

int umask_builtin(Shell& shell, const Words& words) {
  const Letters letters = read_letters(shell, words, shell.bash() ? "Sp" : "S");
  if (letters.bad) return 2;
  const auto first = static_cast<std::size_t>(letters.first);
  kernel::Process& process = shell.process();
  if (words.size() <= first) {
    const vfs::Mode mask = process.umask();
    const std::string number = fmt::format("{:04o}", mask);
    shell.say((letters.has('S')   ? symbolic(mask)
               : letters.has('p') ? "umask " + number
                                  : number) +
              "\n");
    return 0;
  }
  const std::string& word = words[first];
  if ('0' <= word[0] && word[0] <= '9') {
    vfs::Mode mask = 0;
    for (const char c : word) {
      if (c < '0' || c > '7') {
        if (shell.bash()) {
          shell.complain(fmt::format("{}: octal number out of range", word));
          return 1;
        }
        shell.abort(fmt::format("Illegal number: {}", word), 2);
        return 2;
      }
      mask = mask * 8 + static_cast<vfs::Mode>(c - '0');
    }
    process.umask(mask & 0777);
    return 0;
  }
  vfs::Mode allowed = ~process.umask() & 0777;
  for (const std::string& clause : split(word, ',')) {
    if (apply_clause(clause, allowed)) continue;
    if (shell.bash()) {
      shell.complain(fmt::format("`{}': invalid symbolic mode operator",
                                 clause.substr(0, 1)));
      return 1;
    }
    shell.abort(fmt::format("Illegal mode: {}", word), 2);
    return 2;
  }
  process.umask(~allowed & 0777);
  return 0;
}

int ulimit_builtin(Shell& shell, const Words& words) {
  bool hard = false, soft = false, all = false;
  char which = 'f';
  std::size_t at = 1;
  for (; at < words.size() && words[at].size() > 1 && words[at][0] == '-';
       ++at) {
    for (const char c : words[at].substr(1)) {
      if (c == 'H')
        hard = true;
      else if (c == 'S')
        soft = true;
      else if (c == 'a')
        all = true;
      else
        which = nproc_letter(shell, c);
    }
  }
  kernel::Process& process = shell.process();
  for (const LimitRow& row : kLimits) {
    if (!all && row.letter != which) continue;
    kernel::ResourceLimit limit = process.getrlimit(row.resource);
    if (!all && at < words.size()) {
      const std::string& word = words[at];
      std::int64_t value = kernel::kUnlimited;
      if (word != "unlimited") {
        const std::optional<std::int64_t> number = parse_int(word);
        if (!number || *number < 0) {
          if (shell.bash()) {
            shell.complain(fmt::format("{}: invalid number", word));
            return 1;
          }
          shell.abort("bad number", 2);
          return 2;
        }
        value = *number * row.unit;
      }
      if (hard || !soft) limit.hard = value;
      if (soft || !hard) limit.soft = value;
      const SysOutcome set = process.setrlimit(row.resource, limit);
      if (set) return 0;
      if (shell.bash()) {
        shell.complain(fmt::format("{}: cannot modify limit: {}",
                                   trim(row.bash_title.substr(0, 28)),
                                   text_of(set.error())));
        return 1;
      }
      shell.abort(fmt::format("error setting limit: {}", text_of(set.error())),
                  2);
      return 2;
    }
    const std::string value =
        limit_text(hard ? limit.hard : limit.soft, row.unit);
    if (!all) {
      shell.say(value + "\n");
      return 0;
    }
    shell.say(shell.bash() ? fmt::format("{} {}\n", row.bash_title, value)
                           : fmt::format("{:<20} {}\n", row.dash_title, value));
  }
  if (all) return 0;
  return refuse_limit(shell, words[1].back(), which);
}

/// Programs take no time on this machine.
int times_builtin(Shell& shell, const Words& words) {
  (void)words;
  const std::string_view zero =
      shell.bash() ? "0m0.000s 0m0.000s\n" : "0m0.000000s 0m0.000000s\n";
  shell.say(zero);
  shell.say(zero);
  return 0;
}

}  // namespace drydock::userland::sh
