// prompt.cc — bash(1), "PROMPTING".

#include "sim/userland/sh/prompt.h"

#include <fmt/format.h>

#include "sim/userland/sh/expansion.h"

namespace drydock::userland::sh {

namespace {

constexpr std::string_view kVersion = "5.2", kRelease = "5.2.15";

std::string directory(Shell& shell, bool whole) {
  const std::string path = shell.variables.get_or("PWD", "/");
  const std::string home = shell.variables.get_or("HOME", "");
  std::string shown = path;
  if (!home.empty() && home != "/" &&
      (path == home || path.starts_with(home + "/"))) {
    shown = "~" + path.substr(home.size());
  }
  if (whole || shown == "/" || shown == "~") return shown;
  return vfs::base_name(shown);
}

std::string user_name(Shell& shell) {
  const std::uint32_t uid = shell.process().credentials().uid;
  const std::string known = shell.variables.get_or("\x01user", "");
  if (!known.empty()) return known;
  return uid == 0 ? "root" : "I have no name!";
}

/// What one escape stands for; nullopt when it is none.
std::optional<std::string> escape_text(Shell& shell, char letter) {
  const Time now = shell.process().now();
  const std::string host = shell.process().gethostname();
  switch (letter) {
    case 'a':
      return "\a";
    case 'd':
      return format_time(now, "%a %b %d");
    case 'e':
      return "\033";
    case 'h':
      return host.substr(0, host.find('.'));
    case 'H':
      return host;
    case 'j':
      return std::to_string(shell.jobs.all().size());
    case 'l':
      return "0";
    case 'n':
      return "\n";
    case 'r':
      return "\r";
    case 's':
      return vfs::base_name(shell.name);
    case 't':
      return format_time(now, "%H:%M:%S");
    case 'T':
      return format_time(now, "%I:%M:%S");
    case '@':
      return format_time(now, "%I:%M %p");
    case 'A':
      return format_time(now, "%H:%M");
    case 'u':
      return user_name(shell);
    case 'v':
      return std::string(kVersion);
    case 'V':
      return std::string(kRelease);
    case 'w':
      return directory(shell, true);
    case 'W':
      return directory(shell, false);
    case '!':
    case '#':
      return std::to_string(shell.history.size() + 1);
    case '$':
      return shell.process().credentials().uid == 0 ? "#" : "$";
    case '[':
    case ']':
      return "";
    case '\\':
      return "\\";
    default:
      return std::nullopt;
  }
}

std::string decode(Shell& shell, std::string_view text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      shown += text[i];
      continue;
    }
    const char letter = text[++i];
    if ('0' <= letter && letter <= '7') {
      int code = 0;
      std::size_t digits = 0;
      while (digits < 3 && i < text.size() && '0' <= text[i] &&
             text[i] <= '7') {
        code = code * 8 + (text[i++] - '0');
        ++digits;
      }
      --i;
      shown += static_cast<char>(code & 0xff);
      continue;
    }
    const std::optional<std::string> meaning = escape_text(shell, letter);
    if (meaning) {
      // A '$' from \$ must not begin an expansion.
      if (letter == '$' && *meaning == "$") shown += '\\';
      shown += *meaning;
    } else {
      shown += '\\';
      shown += letter;
    }
  }
  return shown;
}

}  // namespace

Task<std::string> prompt_text(Shell& shell, std::string variable) {
  std::string text = shell.variables.get_or(variable, "");
  if (!shell.dash()) text = decode(shell, text);
  if (text.find_first_of("$`\\") == std::string::npos) co_return text;
  ParserOptions options;
  options.dialect = shell.dialect();
  Parser parser(options, std::make_shared<const std::string>(text));
  const WordRef word = parser.parse_quoted_text();
  if (!word) co_return text;
  Expander expander(shell);
  const int status = shell.status;
  std::string shown;
  const bool done =
      co_await expander.expand_text(*word, Purpose::document, &shown);
  shell.status = status;
  if (!done) shell.flow = Flow::none;
  co_return done ? shown : text;
}

}  // namespace drydock::userland::sh
