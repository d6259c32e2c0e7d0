// df.cc — how full the file systems are.
//
// Sizes of file systems are modelled: each is as big as the machine's disk, or
// for those in memory as its memory; what is used is not counted (0).

#include <fmt/format.h>

#include "sim/kernel/kernel.h"
#include "sim/userland/canonical.h"
#include "sim/userland/format.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{.usage = "[OPTION]... [FILE]...",
                       .gnu =
                           "a all, h human-readable, H si, k, l local, "
                           "P portability, T print-type, t type=",
                       .busybox = "a, h, k, P, T, t="};

constexpr std::int64_t kDisk = std::int64_t{20} << 30;

struct Row {
  std::string source, type, place;
  std::int64_t size = 0, used = 0;
};

/// The size=64k of a tmpfs' options, in bytes.
std::optional<std::int64_t> bound_in(std::string_view options) {
  constexpr std::string_view kSize = "size=";
  for (const std::string& option : split(options, ',')) {
    if (!option.starts_with(kSize) || !option.ends_with('k')) continue;
    const auto kilobytes = parse_int(std::string_view(option).substr(
        kSize.size(), option.size() - kSize.size() - 1));
    if (kilobytes) return *kilobytes * 1024;
  }
  return std::nullopt;
}

std::vector<Row> rows_of(kernel::Process& self, std::string_view table) {
  std::vector<Row> rows;
  const std::int64_t memory = self.kernel().identity.memory;
  for (const std::string& line : split(table, '\n')) {
    const List fields = split(line, ' ');
    if (fields.size() < 4) continue;
    Row row{fields[0], fields[2], fields[1], 0, 0};
    const std::string& type = row.type;
    const bool on_disk = type == "overlay" || type == "ext4" ||
                         type == "aufs" || row.source.starts_with("/dev/");
    if (type == "tmpfs" || type == "devtmpfs") {
      row.size = bound_in(fields[3]).value_or(memory / 2);
    }
    if (on_disk) row.size = kDisk;
    rows.push_back(row);
  }
  return rows;
}

std::string amount(const Output& out, const Options& options,
                   std::int64_t bytes) {
  if (options.has("h") && out.busybox()) return busybox_human_size(bytes);
  if (options.has("h")) return human_size(bytes);
  if (options.has("H")) return human_size(bytes, 1000);
  return std::to_string(bytes / 1024);
}

std::string table_of(const Output& out, const Options& options,
                     const std::vector<Row>& rows) {
  const bool human = options.has("h") || options.has("H");
  const bool typed = options.has("T");
  std::vector<List> lines;
  List head{"Filesystem"};
  if (typed) head.push_back("Type");
  head.push_back(human ? "Size" : "1K-blocks");
  head.push_back("Used");
  head.push_back(human && !out.busybox() ? "Avail" : "Available");
  head.push_back("Use%");
  head.push_back("Mounted on");
  lines.push_back(head);
  for (const Row& row : rows) {
    List line{row.source};
    if (typed) line.push_back(row.type);
    line.push_back(amount(out, options, row.size));
    line.push_back(amount(out, options, row.used));
    line.push_back(amount(out, options, row.size - row.used));
    line.push_back(
        row.size == 0 ? "-" : fmt::format("{}%", row.used * 100 / row.size));
    line.push_back(row.place);
    lines.push_back(line);
  }
  std::vector<std::size_t> widths(head.size());
  widths[0] = out.busybox() ? 20 : 14;
  if (out.busybox()) widths[typed ? 2 : 1] = 10;
  for (const List& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], line[i].size());
    }
  }
  std::string text;
  for (const List& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool left = i == 0 || (typed && i == 1);
      const bool last = i + 1 == line.size();
      if (last) {
        text += line[i];
      } else {
        text += left ? fmt::format("{:<{}} ", line[i], widths[i])
                     : fmt::format("{:>{}} ", line[i], widths[i]);
      }
    }
    text += '\n';
  }
  return text;
}

// The row of the mount that holds a file: the longest place above it.
const Row* row_of(kernel::Process& self, const std::vector<Row>& rows,
                  const std::string& path) {
  const auto whole = canonical_path(self, path, MustExist::all);
  if (!whole) return nullptr;
  const Row* best = nullptr;
  for (const Row& row : rows) {
    const std::string prefix = row.place == "/" ? "/" : row.place + "/";
    const bool holds = (*whole + "/").starts_with(prefix);
    if (holds && (!best || row.place.size() >= best->place.size())) {
      best = &row;
    }
  }
  return best;
}

}  // namespace

Task<int> df_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const SysResult<Bytes> table = co_await read_file(self, "/proc/mounts");
  if (!table) {
    out.complain("cannot read table of mounted file systems", table.error());
    co_return co_await out.finish(1);
  }
  const std::vector<Row> all = rows_of(self, *table);
  std::vector<Row> rows;
  for (const std::string& path : line.operands) {
    const auto file = self.stat(path);
    const Row* const row = file ? row_of(self, all, path) : nullptr;
    if (row) {
      rows.push_back(*row);
    } else {
      out.complain(quoted_if_needed(path), file ? Errno::enoent : file.error());
    }
  }
  const auto type = line.value("t");
  for (std::size_t i = 0; line.operands.empty() && i < all.size(); ++i) {
    const bool shown = line.has("a") || all[i].size > 0;
    if (shown && (!type || all[i].type == *type)) rows.push_back(all[i]);
  }
  if (rows.empty()) {
    if (!out.complained()) out.complain("no file systems processed");
    co_return co_await out.finish(1);
  }
  out.say(table_of(out, line, rows));
  const int status = out.complained() ? 1 : 0;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
