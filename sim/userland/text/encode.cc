// encode.cc — base64 and cksum: bytes as text, and their CRC.

#include <fmt/format.h>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kBase64{.usage = "[OPTION]... [FILE]",
                        .gnu = "d decode, i ignore-garbage, w wrap=",
                        .busybox = "d, w="};
constexpr About kCksum{.usage = "[FILE]...", .gnu = ""};

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string encoded(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const bool there = at + i < bytes.size();
      group =
          group << 8 | (there ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    }
    const std::size_t known = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= known ? kDigits[group >> (18 - 6 * i) & 63u] : '=';
    }
  }
  return text;
}

std::string wrapped(std::string_view text, std::size_t width) {
  if (width == 0) return std::string(text);
  std::string lines;
  for (; !text.empty(); text.remove_prefix(std::min(width, text.size()))) {
    lines += text.substr(0, width);
    lines += '\n';
  }
  return lines;
}

/// False at the first character that does not belong; what came before stays.
bool decode(std::string_view text, bool ignore, std::string* bytes) {
  std::uint32_t group = 0;
  int digits = 0, pads = 0;
  for (const char c : text) {
    if (c == '\n') continue;
    const std::size_t digit = kDigits.find(c);
    if (c == '=' && digits + pads >= 2 && pads < 2) {
      ++pads;
      group <<= 6;
    } else if (digit == kDigits.npos || pads > 0) {
      if (ignore && c != '=') continue;
      return false;
    } else {
      group = group << 6 | static_cast<std::uint32_t>(digit);
      ++digits;
    }
    if (digits + pads < 4) continue;
    for (int i = 0; i < 3 - pads; ++i) {
      *bytes += static_cast<char>(group >> (16 - 8 * i) & 0xff);
    }
    group = 0;
    digits = pads = 0;
  }
  return digits + pads == 0;
}

/// POSIX cksum: CRC of the bytes and then of their count.
std::uint32_t posix_crc(std::string_view bytes) {
  std::uint32_t crc = 0;
  const auto add = [&crc](std::uint32_t byte) {
    crc ^= byte << 24;
    for (int i = 0; i < 8; ++i) {
      crc = crc << 1 ^ ((crc >> 31) != 0 ? 0x04c11db7u : 0u);
    }
  };
  for (const char c : bytes) add(static_cast<unsigned char>(c));
  for (std::size_t size = bytes.size(); size != 0; size >>= 8) {
    add(static_cast<std::uint32_t>(size & 0xff));
  }
  return ~crc;
}

}  // namespace

Task<int> base64_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kBase64);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() > 1) {
    const int status =
        refuse(out, kBase64, "extra operand " + quoted(line.operands[1]));
    co_return co_await out.finish(status);
  }
  const auto width = parse_int(line.value("w").value_or("76"));
  if (!width || *width < 0) {
    out.complain("invalid wrap size: " + quoted(*line.value("w")));
    co_return co_await out.finish(1);
  }
  const std::string name = line.operands.empty() ? "-" : line.operands[0];
  const SysResult<Bytes> content = co_await read_operand(self, name);
  if (!content) {
    complain_about(out, name, content.error(), true);
    co_return co_await out.finish(1);
  }
  if (!line.has("d")) {
    out.say(wrapped(encoded(*content), static_cast<std::size_t>(*width)));
    co_return co_await out.finish(0);
  }
  std::string bytes;
  const bool good = decode(*content, line.has("i"), &bytes);
  out.say(bytes);
  if (!good) out.complain(out.busybox() ? "truncated input" : "invalid input");
  const int status = good ? 0 : 1;
  co_return co_await out.finish(status);
}

Task<int> cksum_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kCksum);
  if (line.status) co_return co_await out.finish(*line.status);
  const bool nameless = line.operands.empty();
  const List names = nameless ? List{"-"} : line.operands;
  int status = 0;
  for (const std::string& name : names) {
    const SysResult<Bytes> content = co_await read_operand(self, name);
    if (!content) {
      complain_about(out, name, content.error());
      status = 1;
      continue;
    }
    out.say(fmt::format("{} {}{}{}\n", posix_crc(*content), content->size(),
                        nameless ? "" : " ", nameless ? "" : name));
  }
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
