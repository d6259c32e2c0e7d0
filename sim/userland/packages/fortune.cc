// fortune.cc — one saying out of the files of sayings.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/packages/package_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

const std::string kDirectory = "/usr/share/games/fortunes";

struct Saying {
  std::string file, text;
};

/// Files are known by their index beside them: "drydock" by "drydock.dat".
List fortune_files(Process& self, const List& operands) {
  List files;
  for (const std::string& operand : operands) {
    if (operand.find('%') != std::string::npos || operand == "all") continue;
    const bool path = operand.find('/') != std::string::npos;
    files.push_back(path ? operand : kDirectory + "/" + operand);
  }
  if (!files.empty()) return files;
  const auto entries = self.readdir(kDirectory);
  if (!entries) return files;
  for (const vfs::DirectoryEntry& entry : *entries) {
    const std::string path = kDirectory + "/" + entry.name;
    if (self.stat(path + ".dat")) files.push_back(path);
  }
  return files;
}

void add_sayings(std::string_view path, std::string_view text,
                 std::vector<Saying>* sayings) {
  std::string saying;
  const std::string name(path.substr(path.rfind('/') + 1));
  for (const std::string& line : split(text, '\n')) {
    if (line == "%") {
      if (!saying.empty()) sayings->push_back({name, saying});
      saying.clear();
    } else {
      saying += line + "\n";
    }
  }
  if (saying.ends_with("\n\n")) saying.pop_back();
  if (saying.size() > 1) sayings->push_back({name, saying});
}

void keep_length(const Options& line, std::vector<Saying>* sayings) {
  const auto limit = static_cast<std::size_t>(
      parse_int(line.value("n").value_or("160")).value_or(160));
  if (line.has("s")) {
    std::erase_if(*sayings, [limit](const Saying& saying) {
      return saying.text.size() > limit;
    });
  } else if (line.has("l")) {
    std::erase_if(*sayings, [limit](const Saying& saying) {
      return saying.text.size() <= limit;
    });
  }
}

}  // namespace

Task<int> fortune_main(Process& self) {
  Output out(self);
  const List words(self.argv().begin() + 1, self.argv().end());
  const Options line = parse_options(
      words, "a, c, e, f, i, l, m=, n=, o, s, u, w, v", Order::permute);
  if (line.error) {
    out.complain_plain(
        "fortune [-afilosuw] [-n length] [-m pattern] file ...\n");
    co_return co_await out.finish(1);
  }
  std::vector<Saying> sayings;
  List listed;
  for (const std::string& path : fortune_files(self, line.operands)) {
    const SysResult<Bytes> text = co_await read_file(self, path);
    if (!text) {
      out.complain_plain(fmt::format("{}: {}\n", path, text_of(text.error())));
      co_return co_await out.finish(1);
    }
    add_sayings(path, *text, &sayings);
    listed.push_back(path.substr(path.rfind('/') + 1));
  }
  if (line.has("f")) {
    out.complain_plain(fmt::format("100.00% {}\n", kDirectory));
    for (const std::string& name : listed) {
      out.complain_plain(fmt::format("    {:5.2f}% {}\n",
                                     100.0 / static_cast<double>(listed.size()),
                                     name));
    }
    co_return co_await out.finish(0);
  }
  keep_length(line, &sayings);
  if (sayings.empty()) {
    out.complain_plain("No fortunes found\n");
    co_return co_await out.finish(1);
  }
  const Saying& saying = sayings[self.random() % sayings.size()];
  if (line.has("c")) out.say(fmt::format("({})\n%\n", saying.file));
  out.say(saying.text);
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
