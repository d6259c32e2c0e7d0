// envsubst.cc — GNU gettext's envsubst: variables of the environment put in
// where a text names them.

#include <fmt/format.h>

#include <set>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{.usage = "[OPTION] [SHELL-FORMAT]",
                       .gnu = "v variables, V version, h help"};

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool goes_on(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

/// A variable in a text: "$NAME" or "${NAME}", and nothing cleverer.
struct Found {
  std::size_t begin = 0, end = 0;
  std::string name;
};

std::optional<Found> find_variable(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find('$', from); at != text.npos;
       at = text.find('$', at + 1)) {
    const bool braced = at + 1 < text.size() && text[at + 1] == '{';
    const std::size_t begin = at + 1 + braced;
    if (begin >= text.size() || !begins_name(text[begin])) continue;
    std::size_t end = begin;
    while (end < text.size() && goes_on(text[end])) ++end;
    const std::string name(text.substr(begin, end - begin));
    if (!braced) return Found{at, end, name};
    if (end < text.size() && text[end] == '}') return Found{at, end + 1, name};
  }
  return std::nullopt;
}

List variables_of(std::string_view text) {
  List names;
  std::size_t from = 0;
  while (const auto found = find_variable(text, from)) {
    names.push_back(found->name);
    from = found->end;
  }
  return names;
}

}  // namespace

Task<int> envsubst_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() > 1) {
    out.complain("too many arguments");
    co_return co_await out.finish(1);
  }
  const bool limited = !line.operands.empty();
  const List named = limited ? variables_of(line.operands[0]) : List();
  if (line.has("v")) {
    if (!limited) {
      out.complain("missing arguments");
      co_return co_await out.finish(1);
    }
    for (const std::string& name : named) out.say(name + "\n");
    co_return co_await out.finish(0);
  }
  const std::set<std::string> allowed(named.begin(), named.end());
  const SysResult<Bytes> text =
      co_await kernel::read_to_end(self, kernel::kStdin);
  if (!text) {
    out.complain("error while reading \"standard input\"", text.error());
    co_return co_await out.finish(1);
  }
  std::size_t from = 0;
  while (const auto found = find_variable(*text, from)) {
    out.say(std::string_view(*text).substr(from, found->begin - from));
    const std::string as_it_is =
        text->substr(found->begin, found->end - found->begin);
    const bool wanted = !limited || allowed.contains(found->name);
    out.say(wanted ? self.getenv(found->name).value_or("") : as_it_is);
    from = found->end;
  }
  out.say(std::string_view(*text).substr(from));
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
