// shell.cc — messages, special parameters, and becoming a subshell.

#include "sim/userland/sh/shell.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/sh/signals.h"

namespace drydock::userland::sh {

Shell::Shell(kernel::Process& process, Dialect dialect)
    : process_(&process), dialect_(dialect) {
  shell_pid = process.getpid();
  started = process.now();
  random_seed = static_cast<std::int64_t>(process.random() & 0x7fffffff);
}

void Shell::append(Fd fd, std::string_view text) {
  if (text.empty()) return;
  if (said_.empty() || said_.back().first != fd) said_.emplace_back(fd, "");
  said_.back().second += text;
}

Task<int> Shell::flush() {
  int failure = 0;
  while (!said_.empty()) {
    std::pair<Fd, std::string> piece = std::move(said_.front());
    said_.erase(said_.begin());
    const Fd fd = piece.first;
    const SysResult<std::int64_t> written =
        co_await process_->write(fd, std::move(piece.second));
    if (!written && fd == kernel::kStdout) {
      failure = static_cast<int>(written.error());
    }
  }
  co_return failure;
}

std::string Shell::prefix(std::string_view builtin) const {
  if (dialect_ == Dialect::dash) {
    std::string text =
        fmt::format("{}: {}: ", label, error_line > 0 ? error_line : line);
    if (!builtin.empty()) text += fmt::format("{}: ", builtin);
    return text;
  }
  const int at = error_line > 0 ? error_line : line;
  if (dialect_ == Dialect::ash) {
    std::string text = label + ": ";
    if (!builtin.empty()) text += fmt::format("{}: ", builtin);
    const bool numbered = script_file || !builtin.empty();
    if (numbered && !options.interactive) text += fmt::format("line {}: ", at);
    return text;
  }
  std::string text = label + ": ";
  if (!options.interactive) text += fmt::format("line {}: ", at);
  if (!builtin.empty()) text += fmt::format("{}: ", builtin);
  return text;
}

void Shell::complain(std::string_view text) {
  complain_plain(fmt::format("{}{}\n", prefix(running_builtin), text));
}

void Shell::complain(std::string_view builtin, std::string_view text) {
  complain_plain(fmt::format("{}{}\n", prefix(builtin), text));
}

void Shell::complain_as_applet(std::string_view text) {
  if (!ash()) return complain(text);
  const std::string applet = vfs::base_name(process().argv().front());
  const bool login = applet.starts_with('-');
  complain_plain(
      fmt::format("{}: {}\n", login ? applet.substr(1) : applet, text));
}

void Shell::abort(std::string_view text, int code) {
  if (flow == Flow::abort) return;
  complain(text);
  abort_silently(code);
}

void Shell::abort_silently(int code) {
  status = code;
  flow = Flow::abort;
  line_only = false;
}

void Shell::discard(std::string_view text, int code) {
  if (flow == Flow::abort) return;
  abort(text, code);
  line_only = bash() && !options.posix;
}

bool Shell::set_error(std::string_view which, SetError error) {
  switch (error) {
    case SetError::none:
      return true;
    case SetError::read_only:
      if (bash()) {
        discard(fmt::format("{}: readonly variable", which), 1);
      } else {
        abort(fmt::format("{}: is read only", which), 2);
      }
      return false;
    case SetError::too_big:
      abort("Out of space", 2);
      return false;
  }
  return false;
}

std::string_view cannot_fork(const Shell& shell) {
  if (shell.bash()) return "fork: retry: Resource temporarily unavailable";
  return shell.ash() ? "can't fork: Resource temporarily unavailable"
                     : "Cannot fork";
}

/// Small change is not counted: it is part of every process.
bool Shell::declare_memory() {
  constexpr std::int64_t kStep = 64 << 10;
  const std::int64_t held = variables.bytes() / kStep * kStep;
  if (held == declared_memory) return true;
  declared_memory = held;
  const SysOutcome had = process_->set_memory(held);
  if (!had) abort_silently(128 + kernel::kSigKill);
  return static_cast<bool>(had);
}

bool Shell::assign(std::string_view which, std::string value) {
  if (which == "OPTIND") {
    const std::optional<std::int64_t> index = parse_int(value);
    if (!bash() && (!index || *index < 0)) {
      abort(fmt::format("Illegal number: {}", value), 2);
      return false;
    }
    getopts_index =
        static_cast<std::size_t>(std::max<std::int64_t>(index.value_or(1), 1));
    getopts_offset = 0;
  } else if (which == "PATH") {
    hashed.clear();
  } else if (bash() && which == "RANDOM") {
    random_seed = parse_int(value).value_or(0);
    return true;
  } else if (bash() && which == "SECONDS") {
    started = process_->now() + -parse_int(value).value_or(0) * kSecond;
    return true;
  }
  const SetError error = variables.set(which, std::move(value));
  if (error != SetError::none) return set_error(which, error);
  if (!declare_memory()) return false;
  if (options.allexport) variables.touch(which).exported = true;
  return true;
}

std::optional<std::string> Shell::special(std::string_view which) {
  switch (which.front()) {
    case '?':
      return std::to_string(status);
    case '$':
      return std::to_string(shell_pid);
    case '#':
      return std::to_string(positional.size());
    case '-':
      return option_letters(options, dialect_, from_command);
    case '!':
      if (!last_background) return std::nullopt;
      return std::to_string(*last_background);
    case '@':
    case '*': {
      if (positional.empty()) return std::nullopt;
      return join(positional, " ");
    }
    case '0':
      if (which.size() == 1) return name;
      break;
    default:
      break;
  }
  const std::optional<std::int64_t> index = parse_int(which);
  if (!index || *index < 1 ||
      *index > static_cast<std::int64_t>(positional.size())) {
    return index && *index == 0 ? std::optional(name) : std::nullopt;
  }
  return positional[static_cast<std::size_t>(*index) - 1];
}

std::optional<std::string> Shell::lookup(std::string_view which) {
  const char c = which.front();
  const bool letter = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
  if (!letter && (c != '_' || which == "_")) {
    if (c == '_' && !dash()) return last_argument;
    return special(which);
  }
  if (std::string_view("LRSBFEPD").find(c) != std::string_view::npos) {
    std::optional<std::string> value = dynamic(which);
    if (value) return value;
  }
  return variables.get(which);
}

/// Variables that are worked out when somebody looks.
std::optional<std::string> Shell::dynamic(std::string_view which) {
  // Debian builds dash without LINENO.
  if (dialect_ == Dialect::dash) return std::nullopt;
  if (which == "LINENO") return std::to_string(line);
  if (which == "RANDOM") {
    random_seed = (random_seed * 1103515245 + 12345) & 0x7fffffff;
    return std::to_string((random_seed >> 8) & 0x7fff);
  }
  if (!bash()) return std::nullopt;
  if (which == "SECONDS") {
    return std::to_string((process_->now() - started) / kSecond);
  }
  if (which == "EPOCHSECONDS") {
    return std::to_string(process_->now().since_epoch / kSecond);
  }
  if (which == "BASHPID") return std::to_string(process_->getpid());
  if (which == "BASH_SUBSHELL") return std::to_string(subshell_level);
  if (which == "PIPESTATUS" || which == "FUNCNAME" || which == "BASH_LINENO" ||
      which == "DIRSTACK" || which == "BASH_SOURCE") {
    refresh(which);
  }
  return std::nullopt;
}

void Shell::refresh(std::string_view which) {
  if (!bash()) return;
  List elements;
  if (which == "PIPESTATUS") {
    for (const int one : pipe_status) elements.push_back(std::to_string(one));
  } else if (which == "FUNCNAME") {
    elements.assign(call_names.rbegin(), call_names.rend());
    if (!elements.empty() && script_file) elements.emplace_back("main");
  } else if (which == "BASH_LINENO") {
    for (auto at = call_lines.rbegin(); at != call_lines.rend(); ++at) {
      elements.push_back(std::to_string(*at));
    }
  } else if (which == "BASH_SOURCE") {
    if (script_file) elements.assign(call_names.size() + 1, name);
  } else if (which == "DIRSTACK") {
    elements = directories;
    elements.insert(elements.begin(), variables.get_or("PWD", ""));
  } else {
    return;
  }
  Variable& array = variables.touch(which);
  array.kind = Variable::Kind::indexed;
  array.indexed.clear();
  for (std::size_t i = 0; i < elements.size(); ++i) {
    array.indexed[static_cast<std::int64_t>(i)] = std::move(elements[i]);
  }
}

void Shell::become_subshell(kernel::Process& process) {
  process_ = &process;
  said_.clear();
  subshell = true;
  ++subshell_level;
  jobs.clear();
  flow = Flow::none;
  reset_signals(*this);
  options.interactive = false;
  options.monitor = false;
  terminal_owner = false;
  // In dash `break` and `continue` there still mean the loop outside.
  if (!dash()) loop_depth = 0;
  trap_depth = 0;
  if (bash()) trap_status.reset();
  process_fds.clear();
}

}  // namespace drydock::userland::sh
