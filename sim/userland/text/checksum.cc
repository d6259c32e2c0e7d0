// checksum.cc — md5sum, sha1sum, sha256sum, ...: sums of files, and their
// checks.

#include <array>

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/userland/text/hashes.h"
#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [FILE]...",
    .gnu = "b binary, c check, t text, quiet, status, strict, tag, w warn",
    .busybox = "c, s, w"};

struct Sum {
  std::string_view title;
  std::size_t digits;
  std::string (*of)(std::string_view);
};

constexpr Sum kMd5{"MD5", 32, md5_hex};
constexpr Sum kSha1{"SHA1", 40, sha1_hex};
constexpr Sum kSha256{"SHA256", 64, sha256_hex};
constexpr Sum kSha384{"SHA384", 96, sha384_hex};
constexpr Sum kSha512{"SHA512", 128, sha512_hex};

struct Checked {
  int failed = 0, unreadable = 0, malformed = 0, lines = 0;
};

/// "SUM  name" or "SUM *name".
std::optional<std::pair<std::string, std::string>> parse_line(
    std::string_view line, const Sum& sum) {
  if (line.size() < sum.digits + 3 || line[sum.digits] != ' ') {
    return std::nullopt;
  }
  const std::string digits = lower(line.substr(0, sum.digits));
  if (digits.find_first_not_of("0123456789abcdef") != digits.npos) {
    return std::nullopt;
  }
  return std::pair(digits, std::string(line.substr(sum.digits + 2)));
}

Task<Checked> check_lines(Output& out, const Sum& sum, std::string text,
                          bool quiet, bool silent) {
  Checked checked;
  for (const std::string& line : split(text, '\n')) {
    if (line.empty() || line[0] == '#') continue;
    const auto entry = parse_line(line, sum);
    if (!entry) {
      ++checked.malformed;
      continue;
    }
    ++checked.lines;
    const std::string name = entry->second;
    const SysResult<Bytes> content = co_await read_operand(out.self(), name);
    if (!content) {
      ++checked.unreadable;
      complain_about(out, name, content.error(), true);
      if (!silent) out.say(name + ": FAILED open or read\n");
      continue;
    }
    const bool same = sum.of(*content) == entry->first;
    if (!same) ++checked.failed;
    if (!silent && (!same || !quiet)) {
      out.say(fmt::format("{}: {}\n", name, same ? "OK" : "FAILED"));
    }
  }
  co_return checked;
}

void warn(Output& out, int count, std::string_view one, std::string_view many) {
  if (count == 0) return;
  out.complain(fmt::format("WARNING: {} {}", count, count == 1 ? one : many));
}

Task<int> check_file(Output& out, const Sum& sum, std::string name,
                     const CommandLine& line) {
  const SysResult<Bytes> text = co_await read_operand(out.self(), name);
  if (!text) {
    complain_about(out, name, text.error(), true);
    co_return 1;
  }
  const bool silent = line.has("status") || line.has("s");
  const Checked checked =
      co_await check_lines(out, sum, *text, line.has("quiet"), silent);
  if (checked.lines == 0) {
    out.complain(fmt::format(
        "{}: no properly formatted {} checksum lines found", name, sum.title));
    co_return 1;
  }
  if (!silent) {
    warn(out, checked.malformed, "line is improperly formatted",
         "lines are improperly formatted");
    warn(out, checked.unreadable, "listed file could not be read",
         "listed files could not be read");
    warn(out, checked.failed, "computed checksum did NOT match",
         "computed checksums did NOT match");
  }
  co_return checked.failed > 0 || checked.unreadable > 0;
}

Task<int> sum_main(Process& self, Sum sum) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  List names = line.operands;
  if (names.empty()) names.push_back("-");
  int status = 0;
  for (const std::string& name : names) {
    if (line.has("c")) {
      const int checked = co_await check_file(out, sum, name, line);
      status = status != 0 ? status : checked;
      continue;
    }
    const SysResult<Bytes> content = co_await read_operand(self, name);
    if (!content) {
      complain_about(out, name, content.error(), true);
      status = 1;
      continue;
    }
    const std::string digits = sum.of(*content);
    if (line.has("tag")) {
      out.say(fmt::format("{} ({}) = {}\n", sum.title, name, digits));
    } else {
      out.say(
          fmt::format("{} {}{}\n", digits, line.has("b") ? '*' : ' ', name));
    }
  }
  co_return co_await out.finish(status);
}

}  // namespace

Task<int> md5sum_main(Process& self) { return sum_main(self, kMd5); }
Task<int> sha1sum_main(Process& self) { return sum_main(self, kSha1); }
Task<int> sha256sum_main(Process& self) { return sum_main(self, kSha256); }
Task<int> sha384sum_main(Process& self) { return sum_main(self, kSha384); }
Task<int> sha512sum_main(Process& self) { return sum_main(self, kSha512); }

}  // namespace drydock::userland
