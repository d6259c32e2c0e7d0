// dump.cc — bytes made visible: od, hexdump -C, xxd and strings.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kOd{.usage = "[OPTION]... [FILE]...",
                    .gnu =
                        "A address-radix=, j skip-bytes=, N read-bytes=, "
                        "t format=, v output-duplicates, w width?, a, b, c, d, "
                        "o, x",
                    .busybox = "A=, j=, N=, t=, v, w?, a, b, c, d, o, x"};
constexpr About kHexdump{.usage = "[options] file...",
                         .gnu =
                             "C canonical, n length=, s skip=, "
                             "v no-squeezing",
                         .busybox = "C, n=, s=, v"};
constexpr About kXxd{.usage = "[options] [infile [outfile]]",
                     .gnu =
                         "p ps, postscript, plain, r revert, c cols=, "
                         "g groupsize=, l len=, s seek=, u"};
constexpr About kStrings{.usage = "[option(s)] [file(s)]",
                         .gnu = "a all, n bytes=, t radix=, f print-file-name",
                         .busybox = "a, n=, f, o"};

unsigned char byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at])
                           : static_cast<unsigned char>(0);
}

/// One of od's -t: its letter and how many bytes make one number.
struct Kind {
  char letter = 'o';
  std::size_t size = 2;
  bool with_text = false;  // A trailing 'z'.
};

// clang-format off
constexpr std::string_view kNames[] = {
    "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "ht", "nl",
    "vt", "ff", "cr", "so", "si", "dle", "dc1", "dc2", "dc3", "dc4", "nak",
    "syn", "etb", "can", "em", "sub", "esc", "fs", "gs", "rs", "us", "sp"};
// clang-format on

std::string character(unsigned char c) {
  constexpr std::string_view kFrom("\0\a\b\t\n\v\f\r", 8);
  constexpr std::string_view kTo = "0abtnvfr";
  const std::size_t at = kFrom.find(static_cast<char>(c));
  if (at != kFrom.npos) return {'\\', kTo[at]};
  if (c >= 0x20 && c < 0x7f) return std::string(1, static_cast<char>(c));
  return fmt::format("{:03o}", c);
}

std::size_t width_of(const Kind& kind) {
  constexpr std::size_t kOctal[] = {0, 3, 6, 0, 11, 0, 0, 0, 22};
  constexpr std::size_t kUnsigned[] = {0, 3, 5, 0, 10, 0, 0, 0, 20};
  constexpr std::size_t kSigned[] = {0, 4, 6, 0, 11, 0, 0, 0, 20};
  if (kind.letter == 'x') return kind.size * 2;
  if (kind.letter == 'u') return kUnsigned[kind.size];
  if (kind.letter == 'd') return kSigned[kind.size];
  return kind.letter == 'o' ? kOctal[kind.size] : 3;
}

std::string cell(const Kind& kind, std::string_view block, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = kind.size; i-- > 0;) {
    value = value << 8 | byte_at(block, at + i);
  }
  const std::size_t width = width_of(kind);
  switch (kind.letter) {
    case 'x':
      return fmt::format("{:0{}x}", value, width);
    case 'o':
      return fmt::format("{:0{}o}", value, width);
    case 'u':
      return fmt::format("{:>{}}", value, width);
    case 'd': {
      const int shift = static_cast<int>(64 - 8 * kind.size);
      const auto number = static_cast<std::int64_t>(value << shift) >> shift;
      return fmt::format("{:>{}}", number, width);
    }
    case 'a': {
      const std::uint64_t c = value & 0x7f;
      if (c < std::size(kNames)) return fmt::format("{:>3}", kNames[c]);
      if (c == 0x7f) return "del";
      return fmt::format("{:>3}", static_cast<char>(c));
    }
    default:
      return fmt::format("{:>3}", character(static_cast<unsigned char>(value)));
  }
}

/// "x1z", "d4", "c": false when it is no type.
bool add_kinds(std::string_view text, std::vector<Kind>* kinds) {
  while (!text.empty()) {
    Kind kind{text[0], 4, false};
    text.remove_prefix(1);
    const bool named = kind.letter == 'a' || kind.letter == 'c';
    if (named) kind.size = 1;
    if (!named &&
        std::string_view("xoud").find(kind.letter) == std::string_view::npos) {
      return false;
    }
    if (!named && !text.empty()) {
      constexpr std::string_view kSizes = "1248CSIL";
      const std::size_t at = kSizes.find(text[0]);
      if (at != kSizes.npos) {
        kind.size = std::size_t{1} << (at % 4);
        text.remove_prefix(1);
      }
    }
    if (!text.empty() && text[0] == 'z') {
      kind.with_text = true;
      text.remove_prefix(1);
    }
    kinds->push_back(kind);
  }
  return true;
}

bool kinds_of(const Options& options, std::vector<Kind>* kinds) {
  for (const Option& option : options.given) {
    bool good = true;
    if (option.key == "t") good = add_kinds(option.value, kinds);
    if (option.key == "a" || option.key == "c") {
      good = add_kinds(option.key, kinds);
    }
    if (option.key == "b") good = add_kinds("o1", kinds);
    if (option.key == "d") good = add_kinds("u2", kinds);
    if (option.key == "o") good = add_kinds("o2", kinds);
    if (option.key == "x") good = add_kinds("x2", kinds);
    if (!good) return false;
  }
  if (kinds->empty()) kinds->push_back({});
  return true;
}

std::string address(char radix, std::size_t at) {
  if (radix == 'n') return "";
  if (radix == 'x') return fmt::format("{:06x}", at);
  if (radix == 'd') return fmt::format("{:07}", at);
  return fmt::format("{:07o}", at);
}

std::string printable(std::string_view block) {
  std::string text;
  for (const char c : block) text += c >= 0x20 && c < 0x7f ? c : '.';
  return text;
}

std::string od_line(const std::vector<Kind>& kinds, std::string_view block,
                    std::size_t width, const std::string& place) {
  // Numbers of different widths are set so that the columns line up.
  std::size_t per_byte = 0, unit = 1;
  for (const Kind& kind : kinds) unit = std::max(unit, kind.size);
  for (const Kind& kind : kinds) {
    per_byte = std::max(per_byte, (width_of(kind) + 1) * (unit / kind.size));
  }
  std::string text;
  for (const Kind& kind : kinds) {
    text += text.empty() ? place : std::string(place.size(), ' ');
    const std::size_t cells = unit / kind.size;
    std::size_t used = 0;
    for (std::size_t at = 0; at < width; at += kind.size) {
      const std::size_t index = at / kind.size % cells + 1;
      const std::size_t pad = per_byte * index / cells -
                              per_byte * (index - 1) / cells - width_of(kind);
      if (at < block.size()) {
        text += std::string(pad, ' ') + cell(kind, block, at);
      } else if (kind.with_text) {
        used += pad + width_of(kind);
      }
    }
    if (kind.with_text) {
      text += std::string(used, ' ') + "  >" + printable(block) + "<";
    }
    text += '\n';
  }
  return text;
}

/// The bytes of all operands, one after another.
Task<int> read_operands(Output* out, const List* operands, Bytes* bytes) {
  const List standard{"-"};
  const List& names = operands->empty() ? standard : *operands;
  int status = 0;
  for (const std::string& name : names) {
    const SysResult<Bytes> content = co_await read_operand(out->self(), name);
    if (content) {
      *bytes += *content;
      continue;
    }
    complain_about(*out, name, content.error(), true);
    status = 1;
  }
  co_return status;
}

std::size_t count_of(const Options& options, std::string_view key,
                     std::size_t otherwise) {
  const auto text = options.value(key);
  if (!text) return otherwise;
  if (text->starts_with("0x")) {
    std::size_t value = 0;
    for (const char c : std::string_view(*text).substr(2)) {
      const std::size_t digit = std::string_view("0123456789abcdef").find(c);
      if (digit == std::string_view::npos) return value;
      value = value * 16 + digit;
    }
    return value;
  }
  const auto count = parse_count(*text);
  return count && *count >= 0 ? static_cast<std::size_t>(*count) : otherwise;
}

std::string_view cut(std::string_view bytes, std::size_t skip,
                     std::size_t most) {
  return bytes.substr(std::min(skip, bytes.size()), most);
}

std::string canonical_line(std::string_view block, std::size_t at) {
  std::string text = fmt::format("{:08x} ", at);
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 8) text += ' ';
    text += i < block.size() ? fmt::format(" {:02x}", byte_at(block, i))
                             : std::string("   ");
  }
  return text + "  |" + printable(block) + "|\n";
}

std::string words_line(std::string_view block, std::size_t at) {
  std::string text = fmt::format("{:07x}", at);
  for (std::size_t i = 0; i < 16; i += 2) {
    text += i < block.size()
                ? fmt::format(" {:02x}{:02x}", byte_at(block, i + 1),
                              byte_at(block, i))
                : std::string("     ");
  }
  return text + "\n";
}

/// Lines of `width` bytes; equal ones after the first are one "*".
template <typename Line>
std::string squeezed(std::string_view bytes, std::size_t width, bool all,
                     Line line) {
  std::string text;
  std::string_view last;
  bool starred = false;
  for (std::size_t at = 0; at < bytes.size(); at += width) {
    const std::string_view block = bytes.substr(at, width);
    if (!all && at > 0 && block == last && block.size() == width) {
      if (!starred) text += "*\n";
      starred = true;
      continue;
    }
    starred = false;
    last = block;
    text += line(block, at);
  }
  return text;
}

}  // namespace

Task<int> od_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kOd);
  if (line.status) co_return co_await out.finish(*line.status);
  std::vector<Kind> kinds;
  if (!kinds_of(line, &kinds)) {
    out.complain("invalid type string " + quoted(line.value("t").value_or("")));
    co_return co_await out.finish(1);
  }
  Bytes all;
  const int status = co_await read_operands(&out, &line.operands, &all);
  const std::size_t skip = count_of(line, "j", 0);
  if (skip > all.size()) {
    out.complain("cannot skip past end of combined input");
    co_return co_await out.finish(1);
  }
  const std::string_view bytes = cut(all, skip, count_of(line, "N", all.npos));
  const char radix = line.value("A").value_or("o")[0];
  std::size_t width = 16;
  if (line.has("w")) width = count_of(line, "w", 32);
  if (width == 0) width = 16;
  out.say(squeezed(
      bytes, width, line.has("v"), [&](std::string_view block, std::size_t at) {
        return od_line(kinds, block, width, address(radix, at + skip));
      }));
  const bool unread = status != 0 && all.empty();
  if (radix != 'n' && !unread) {
    out.say(address(radix, skip + bytes.size()) + "\n");
  }
  co_return co_await out.finish(status);
}

Task<int> hexdump_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kHexdump);
  if (line.status) co_return co_await out.finish(*line.status);
  Bytes all;
  const int status = co_await read_operands(&out, &line.operands, &all);
  const std::size_t skip = count_of(line, "s", 0);
  const std::string_view bytes = cut(all, skip, count_of(line, "n", all.npos));
  const bool canonical =
      line.has("C") || vfs::base_name(self.argv().front()) == "hd";
  out.say(squeezed(bytes, 16, line.has("v"),
                   [&](std::string_view block, std::size_t at) {
                     return canonical ? canonical_line(block, at + skip)
                                      : words_line(block, at + skip);
                   }));
  if (!bytes.empty()) {
    out.say(fmt::format("{:0{}x}\n", skip + bytes.size(), canonical ? 8 : 7));
  }
  co_return co_await out.finish(status);
}

Task<int> xxd_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kXxd);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.has("r") || line.operands.size() > 1) {
    out.complain_plain("drydock: xxd -r is not modelled\n");
    co_return co_await out.finish(1);
  }
  Bytes all;
  const int status = co_await read_operands(&out, &line.operands, &all);
  const std::size_t skip = count_of(line, "s", 0);
  const std::string_view bytes = cut(all, skip, count_of(line, "l", all.npos));
  const bool plain = line.has("p") || line.has("ps") || line.has("plain");
  std::size_t width = count_of(line, "c", plain ? 30 : 16);
  if (width == 0) width = 16;
  const std::size_t group = count_of(line, "g", 2);
  for (std::size_t at = 0; at < bytes.size(); at += width) {
    const std::string_view block = bytes.substr(at, width);
    std::string text = plain ? "" : fmt::format("{:08x}: ", at + skip);
    for (std::size_t i = 0; i < (plain ? block.size() : width); ++i) {
      text += i < block.size() ? fmt::format("{:02x}", byte_at(block, i))
                               : std::string("  ");
      if (!plain && group > 0 && (i + 1) % group == 0) text += ' ';
    }
    if (!plain && (group == 0 || width % group != 0)) text += ' ';
    if (!plain) text += " " + printable(block);
    out.say(text + "\n");
  }
  co_return co_await out.finish(status);
}

Task<int> strings_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kStrings);
  if (line.status) co_return co_await out.finish(*line.status);
  const std::size_t least = std::max<std::size_t>(count_of(line, "n", 4), 1);
  const char radix = line.value("t").value_or("-")[0];
  Bytes bytes;
  const int status = co_await read_operands(&out, &line.operands, &bytes);
  std::size_t from = 0;
  for (std::size_t at = 0; at <= bytes.size(); ++at) {
    const char c = at < bytes.size() ? bytes[at] : '\0';
    if ((c >= 0x20 && c < 0x7f) || c == '\t') continue;
    if (at - from >= least) {
      if (radix == 'x') out.say(fmt::format("{:7x} ", from));
      if (radix == 'd') out.say(fmt::format("{:7} ", from));
      if (radix == 'o') out.say(fmt::format("{:7o} ", from));
      out.say(bytes.substr(from, at - from) + "\n");
    }
    from = at + 1;
  }
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
