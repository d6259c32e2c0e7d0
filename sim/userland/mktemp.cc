// mktemp.cc — make a file or directory with a name nobody has.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [TEMPLATE]",
    .gnu = "d directory, u dry-run, q quiet, suffix=, p tmpdir=, tmpdir?, t",
    .busybox = "d, q, t, p=, u"};

struct Template {
  std::string before, after;
  std::size_t count = 0;  // Of X's.
};

std::optional<Template> parse_template(const std::string& text,
                                       const std::optional<std::string>& tail) {
  const std::size_t end = text.rfind('X');
  if (end == text.npos) return std::nullopt;
  std::size_t start = end;
  while (start > 0 && text[start - 1] == 'X') --start;
  Template parts{text.substr(0, start), text.substr(end + 1), end - start + 1};
  if (tail) parts.after += *tail;
  if (parts.count < 3) return std::nullopt;
  return parts;
}

std::string draw_letters(kernel::Process& self, std::size_t count) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::string text;
  while (text.size() < count) {
    text += kLetters[self.random() % kLetters.size()];
  }
  return text;
}

Task<SysOutcome> make(kernel::Process& self, std::string path, bool directory,
                      bool dry) {
  using namespace kernel;
  if (dry) {
    if (self.lstat(path)) co_return Errno::eexist;
    co_return ok();
  }
  if (directory) co_return self.mkdir(path, 0700);
  const auto fd =
      co_await self.open(path, kReadWrite | kCreate | kExclusive, 0600);
  if (!fd) co_return fd.error();
  shut(self, *fd);
  co_return ok();
}

// Where it is made: -p, $TMPDIR or /tmp when the template asks for it.
std::string directory_of(kernel::Process& self, const Options& options) {
  const bool has_template = !options.operands.empty();
  const bool in_tmp = !has_template || options.has("t") || options.has("p") ||
                      options.has("tmpdir");
  if (!in_tmp) return "";
  const auto given = options.value("p");
  const auto tmpdir = options.value("tmpdir");
  const std::string from_environment = self.getenv("TMPDIR").value_or("");
  if (options.has("t") && !from_environment.empty()) return from_environment;
  if (given && !given->empty()) return *given;
  if (tmpdir && !tmpdir->empty()) return *tmpdir;
  return from_environment.empty() ? "/tmp" : from_environment;
}

}  // namespace

Task<int> mktemp_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() > 1) {
    const int status = refuse(out, kAbout, "too many templates");
    co_return co_await out.finish(status);
  }
  const std::string usual = out.busybox() ? "tmp.XXXXXX" : "tmp.XXXXXXXXXX";
  const std::string text = line.operands.empty() ? usual : line.operands[0];
  const auto parts = parse_template(text, line.value("suffix"));
  if (!parts) {
    out.complain(out.busybox() ? "(null): Invalid argument"
                               : "too few X's in template " + quoted(text));
    co_return co_await out.finish(1);
  }
  const std::string directory = directory_of(self, line);
  constexpr int kTries = 100;
  Errno error = Errno::eexist;
  for (int i = 0; i < kTries && error == Errno::eexist; ++i) {
    const std::string name =
        parts->before + draw_letters(self, parts->count) + parts->after;
    const std::string path = directory.empty() ? name : concat(directory, name);
    const SysOutcome made =
        co_await make(self, path, line.has("d"), line.has("u"));
    if (made) {
      out.say(path + "\n");
      co_return co_await out.finish(0);
    }
    error = made.error();
  }
  const std::string shown = directory.empty() ? text : concat(directory, text);
  if (!line.has("q")) {
    out.complain(
        out.busybox()
            ? shown
            : fmt::format("failed to create {} via template {}",
                          line.has("d") ? "directory" : "file", quoted(shown)),
        error);
  }
  co_return co_await out.finish(1);
}

}  // namespace drydock::userland
