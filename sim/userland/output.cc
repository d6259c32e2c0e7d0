// output.cc — buffered standard output, complaints and the quoting of names.

#include "sim/userland/output.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/vfs/walk.h"

namespace drydock::userland {

namespace {

std::string name_of_program(const kernel::Process& self) {
  if (self.argv().empty()) return "";
  const std::string& zero = self.argv().front();
  if (self.flavour() != "busybox") return zero;
  return vfs::base_name(zero);
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x7f;
}

// What quotearg's shell style sees as in need of quotes.
bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  if (text.find_first_of(" !\"$&'()*;<=>[\\^`|?") != text.npos) return true;
  if (text.front() == '#' || text.front() == '~') return true;
  return std::ranges::any_of(text, is_control);
}

std::string escape_of(char c) {
  constexpr std::string_view kNamed = "\a\b\t\n\v\f\r";
  constexpr std::string_view kLetters = "abtnvfr";
  const std::size_t at = kNamed.find(c);
  if (at != kNamed.npos) return {'\\', kLetters[at]};
  return fmt::format("\\{:03o}", static_cast<unsigned char>(c));
}

// 'a'$'\n''b': control bytes leave the quotes.
std::string with_escapes(std::string_view text) {
  std::string out = "'";
  bool escaping = false;
  for (const char c : text) {
    if (is_control(c)) {
      if (!escaping) out += "'$'";
      escaping = true;
      out += escape_of(c);
      continue;
    }
    if (escaping) out += "''";
    escaping = false;
    out += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return out + "'";
}

}  // namespace

std::string quoted(std::string_view text) {
  const bool apostrophe = text.find('\'') != text.npos;
  if (apostrophe && text.find_first_of("\"$`\\!") == text.npos &&
      std::ranges::none_of(text, is_control)) {
    return fmt::format("\"{}\"", text);
  }
  return with_escapes(text);
}

std::string quoted_if_needed(std::string_view text) {
  return needs_quotes(text) ? quoted(text) : std::string(text);
}

std::string quoted(const Output& out, std::string_view text) {
  if (out.busybox()) return fmt::format("'{}'", text);
  return quoted(text);
}

std::string cannot(const Output& out, std::string_view deed,
                   std::string_view path) {
  return fmt::format("{} {} {}", out.busybox() ? "can't" : "cannot", deed,
                     quoted(out, path));
}

Task<bool> ask(Output& out, std::string question) {
  out.complain_plain(out.name() + ": " + question);
  co_await out.flush();
  const std::optional<std::string> answer = co_await read_line(out.self(), 0);
  co_return answer && (answer->starts_with('y') || answer->starts_with('Y'));
}

Output::Output(kernel::Process& self)
    : self_(self),
      name_(name_of_program(self)),
      busybox_(self.flavour() == "busybox") {}

void Output::append(kernel::Fd fd, std::string_view text) {
  if (text.empty()) return;
  if (pieces_.empty() || pieces_.back().first != fd) {
    pieces_.emplace_back(fd, std::string());
  }
  pieces_.back().second += text;
  pending_ += text.size();
}

void Output::say(std::string_view text) { append(kernel::kStdout, text); }

void Output::complain(std::string_view text) {
  complain_plain(fmt::format("{}: {}\n", name_, text));
}

void Output::complain(std::string_view text, Errno error) {
  complain(fmt::format("{}: {}", text, text_of(error)));
}

void Output::complain_plain(std::string_view text) {
  complained_ = true;
  append(kernel::kStderr, text);
}

Task<bool> Output::flush() {
  const auto pieces = std::exchange(pieces_, {});
  pending_ = 0;
  for (const auto& piece : pieces) {
    const bool failed_before = write_error_ != Errno{};
    if (piece.first == kernel::kStdout && failed_before) continue;
    const auto written = co_await self_.write(piece.first, piece.second);
    if (!written && piece.first == kernel::kStdout) {
      write_error_ = written.error();
    }
  }
  co_return write_error_ == Errno{};
}

Task<int> Output::finish(int status, int failure) {
  const bool written = co_await flush();
  if (written) co_return status;
  complain("write error", write_error_);
  co_await flush();
  co_return failure;
}

}  // namespace drydock::userland
