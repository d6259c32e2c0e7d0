// cowsay.cc — a cow that says what it is told; cowthink only thinks it.

#include <array>

#include <fmt/format.h>

#include "sim/userland/options.h"
#include "sim/userland/packages/cowsay_text.h"
#include "sim/userland/packages/package_tools.h"
#include "sim/vfs/walk.h"

namespace drydock::userland {

using namespace kernel;

namespace {

struct Mood {
  std::string_view key, eyes, tongue;
};

// clang-format off
constexpr std::array kMoods = {
    Mood{"b", "==", ""}, Mood{"d", "xx", "U "}, Mood{"g", "$$", ""},
    Mood{"p", "@@", ""}, Mood{"s", "**", "U "}, Mood{"t", "--", ""},
    Mood{"w", "OO", ""}, Mood{"y", "..", ""},
};
// clang-format on

CowFace face_of(const Options& line, bool thinks) {
  CowFace face;
  if (thinks) face.thoughts = "o";
  if (const auto eyes = line.value("e")) face.eyes = eyes->substr(0, 2);
  if (const auto tongue = line.value("T")) face.tongue = tongue->substr(0, 2);
  for (const Mood& mood : kMoods) {
    if (!line.has(mood.key)) continue;
    face.eyes = mood.eyes;
    if (!mood.tongue.empty()) face.tongue = mood.tongue;
  }
  return face;
}

/// Without -n tabs and line ends are blanks; with it lines stay as they are.
List message_lines(const Options& line, std::string_view text) {
  List lines = split(text, '\n');
  if (lines.size() > 1 && lines.back().empty()) lines.pop_back();
  if (line.has("n")) return lines;
  const auto columns = parse_int(line.value("W").value_or("40")).value_or(40);
  return wrap_paragraphs(
      lines, static_cast<std::size_t>(std::max<std::int64_t>(columns, 2)));
}

std::string cow_directory(Process& self) {
  return self.getenv("COWPATH").value_or("/usr/share/cowsay/cows");
}

std::string cow_path(Process& self, const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const std::string file = name.ends_with(".cow") ? name : name + ".cow";
  return cow_directory(self) + "/" + file;
}

int list_cows(Output& out) {
  const std::string directory = cow_directory(out.self());
  out.say(fmt::format("Cow files in {}:\n", directory));
  List names;
  const auto entries = out.self().readdir(directory);
  if (entries) {
    for (const vfs::DirectoryEntry& entry : *entries) {
      if (!entry.name.ends_with(".cow")) continue;
      names.push_back(entry.name.substr(0, entry.name.size() - 4));
    }
  }
  out.say(join(names, " ") + "\n");
  return 0;
}

}  // namespace

Task<int> cowsay_main(Process& self) {
  Output out(self);
  const std::string name = vfs::base_name(out.name());
  const List words(self.argv().begin() + 1, self.argv().end());
  const Options line = parse_options(
      words, "b, d, e=, f=, g, h, l, L=, n, p, s, t, T=, w, W=, y",
      Order::stop_at_operand);
  if (line.error || line.has("h")) {
    out.say(fmt::format(
        "cow{{say,think}} version 3.03, (c) 1999 Tony Monroe\n"
        "Usage: {} [-bdgpstwy] [-h] [-e eyes] [-f cowfile] \n"
        "          [-l] [-n] [-T tongue] [-W wrapcolumn] [message]\n",
        name));
    const int status = line.error ? 1 : 0;
    co_return co_await out.finish(status);
  }
  if (line.has("l")) co_return co_await out.finish(list_cows(out));
  std::string text = join(line.operands, " ");
  if (line.operands.empty()) {
    const SysResult<Bytes> input = co_await read_to_end(self, kStdin);
    if (input) text = *input;
  }
  const std::string cow = line.value("f").value_or("default");
  const SysResult<Bytes> file = co_await read_file(self, cow_path(self, cow));
  if (!file) {
    out.complain_plain(
        fmt::format("{}: Could not find {} cowfile!\n", name, cow));
    co_return co_await out.finish(2);
  }
  const bool thinks = name.find("think") != std::string::npos;
  out.say(balloon(message_lines(line, text), thinks));
  out.say(draw_cow(*file, face_of(line, thinks)));
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
