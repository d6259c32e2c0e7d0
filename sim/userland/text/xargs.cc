// xargs.cc — words of standard input as arguments.

#include <fmt/format.h>

#include "sim/userland/launch.h"
#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... COMMAND [INITIAL-ARGS]...",
    .gnu =
        "0 null, a arg-file=, d delimiter=, E=, I=, L max-lines=, "
        "n max-args=, p interactive, P max-procs=, r no-run-if-empty, "
        "s max-chars=, t verbose, x exit",
    .busybox = "0, r, t, n=, s=, I=, E=, P=, x, L=, p",
    .order = Order::stop_at_operand};

constexpr std::size_t kBytesMax = 128 * 1024;

/// The words of the input, and for each how many lines were begun.
struct Words {
  List words;
  std::vector<std::size_t> lines;
};

/// Blanks part words; quotes and backslashes keep them together.
Result<Words> split_words(std::string_view text) {
  Words out;
  std::string word;
  bool in_word = false;
  std::size_t line = 0;
  const auto finish = [&] {
    if (in_word) {
      out.words.push_back(std::exchange(word, ""));
      out.lines.push_back(line);
    }
    in_word = false;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == ' ' || c == '\t' || c == '\n') {
      finish();
      line += c == '\n';
    } else if (c == '\'' || c == '"') {
      const std::size_t end = text.find(c, at + 1);
      if (end == text.npos ||
          text.substr(at, end - at).find('\n') != text.npos) {
        return Error{fmt::format(
            "unmatched {} quote; by default quotes are special to xargs unless "
            "you use the -0 option",
            c == '"' ? "double" : "single")};
      }
      word += text.substr(at + 1, end - at - 1);
      in_word = true;
      at = end;
    } else if (c == '\\' && at + 1 < text.size()) {
      word += text[++at];
      in_word = true;
    } else {
      word += c;
      in_word = true;
    }
  }
  finish();
  return out;
}

Words split_at(std::string_view text, char delimiter) {
  Words out;
  while (!text.empty()) {
    const std::size_t end = text.find(delimiter);
    out.words.emplace_back(text.substr(0, end));
    out.lines.push_back(out.lines.size());
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return out;
}

/// Whole lines without blanks in front: what -I takes.
Words input_lines(std::string_view text) {
  Words out;
  for (const std::string& line : split(text, '\n')) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == line.npos) continue;
    out.words.push_back(line.substr(begin));
    out.lines.push_back(out.lines.size());
  }
  return out;
}

std::size_t number(const CommandLine& line, std::string_view key,
                   std::size_t otherwise) {
  const auto value = parse_int(line.value(key).value_or(""));
  return value && *value > 0 ? static_cast<std::size_t>(*value) : otherwise;
}

/// The command lines to run, in order.
std::vector<List> command_lines(const CommandLine& line, const Words& input) {
  List command = line.operands;
  if (command.empty()) command.push_back("echo");
  std::vector<List> all;
  if (const auto mark = line.value("I")) {
    for (const std::string& word : input.words) {
      List one;
      for (const std::string& part : command) {
        one.push_back(replace_all(part, *mark, word));
      }
      all.push_back(one);
    }
    return all;
  }
  const std::size_t most = number(line, "n", std::string::npos);
  const std::size_t lines = number(line, "L", std::string::npos);
  const std::size_t bytes = number(line, "s", kBytesMax);
  for (std::size_t at = 0; at < input.words.size();) {
    List one = command;
    std::size_t size = 0;
    for (const std::string& part : command) size += part.size() + 1;
    const std::size_t begin = at;
    while (at < input.words.size() && at - begin < most) {
      const bool same_lines = lines == std::string::npos ||
                              input.lines[at] < input.lines[begin] + lines;
      const std::size_t more = input.words[at].size() + 1;
      if (!same_lines || (size + more > bytes && at > begin)) break;
      size += more;
      one.push_back(input.words[at++]);
    }
    all.push_back(one);
  }
  if (all.empty() && !line.has("r")) all.push_back(command);
  return all;
}

/// What xargs ends with after a command's status; 0: go on.
int status_after(const WaitStatus& ended, bool* stop) {
  *stop = true;
  if (ended.kind == WaitStatus::Kind::signaled) return 125;
  if (ended.code == 255) return 124;
  if (ended.code == 126 || ended.code == 127) return ended.code;
  *stop = false;
  return ended.code == 0 ? 0 : 123;
}

}  // namespace

Task<int> xargs_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const std::string source = line.value("a").value_or("-");
  const SysResult<Bytes> text = co_await read_operand(self, source);
  if (!text) {
    out.complain(fmt::format("Cannot open input file '{}'", source),
                 text.error());
    co_return co_await out.finish(1);
  }
  Result<Words> input = Words();
  if (line.has("0")) {
    input = split_at(*text, '\0');
  } else if (const auto delimiter = line.value("d")) {
    const bool newline = *delimiter == "\\n";
    const char c = newline ? '\n' : delimiter->empty() ? '\0' : (*delimiter)[0];
    input = split_at(*text, c);
  } else if (line.has("I")) {
    input = input_lines(*text);
  } else {
    input = split_words(*text);
  }
  if (!input) {
    out.complain(input.error().text);
    co_return co_await out.finish(1);
  }
  int status = 0;
  const std::vector<List> commands = command_lines(line, *input);
  for (const List& command : commands) {
    if (line.has("t")) out.complain_plain(join(command, " ") + "\n");
    co_await out.flush();
    const std::string name = out.name() + ": ";
    const List environ = self.environ();
    const SysResult<Pid> child = start(self, command, environ, name);
    if (!child) {
      out.complain("cannot fork", child.error());
      co_return co_await out.finish(1);
    }
    const SysResult<WaitStatus> ended = co_await self.wait4(*child);
    bool stop = !ended;
    const int code = ended ? status_after(*ended, &stop) : 1;
    if (code != 0) status = code;
    if (stop) break;
  }
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
