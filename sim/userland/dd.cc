// dd.cc — copy a file block by block, converting on the way.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/files.h"
#include "sim/userland/format.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{.usage = "[OPERAND]...", .gnu = ""};
constexpr std::int64_t kBlockMax = std::int64_t{1} << 28;

struct Wish {
  std::string in, out;
  std::int64_t in_size = 512, out_size = 512;
  std::optional<std::int64_t> count;
  std::int64_t skip = 0, seek = 0;
  bool notrunc = false, noerror = false, sync = false, lower_case = false;
  bool upper_case = false, swap = false, exclusive = false, nocreat = false;
  bool append = false, full_blocks = false, bytes_counted = false;
  std::string status;
};

struct Tally {
  std::int64_t full_in = 0, partial_in = 0, full_out = 0, partial_out = 0;
  std::int64_t bytes = 0;
};

bool apply_flag(Wish& wish, const std::string& kind, const std::string& word) {
  if (kind == "conv") {
    if (word == "notrunc") return wish.notrunc = true;
    if (word == "noerror") return wish.noerror = true;
    if (word == "sync") return wish.sync = true;
    if (word == "lcase") return wish.lower_case = true;
    if (word == "ucase") return wish.upper_case = true;
    if (word == "swab") return wish.swap = true;
    if (word == "excl") return wish.exclusive = true;
    if (word == "nocreat") return wish.nocreat = true;
    return word == "fsync" || word == "fdatasync";
  }
  if (word == "append" && kind == "oflag") return wish.append = true;
  if (word == "fullblock" && kind == "iflag") return wish.full_blocks = true;
  if (word == "count_bytes" && kind == "iflag") {
    return wish.bytes_counted = true;
  }
  return word == "direct" || word == "dsync" || word == "sync" ||
         word == "nonblock" || word == "noatime" || word == "nocache";
}

// One "key=value"; the complaint, with '!' in front when usage is shown too.
std::string apply(Wish& wish, const Output& out, const std::string& word) {
  const std::size_t equals = word.find('=');
  const std::string key = word.substr(0, equals);
  if (equals == word.npos) {
    return "!unrecognized operand " + quoted(out, word);
  }
  const std::string value = word.substr(equals + 1);
  if (key == "if") return wish.in = value, "";
  if (key == "of") return wish.out = value, "";
  if (key == "status") return wish.status = value, "";
  if (key == "conv" || key == "iflag" || key == "oflag") {
    for (const std::string& flag : split(value, ',')) {
      if (apply_flag(wish, key, flag)) continue;
      if (out.busybox()) {
        return fmt::format("invalid argument '{}' to '{}'", flag, key);
      }
      const std::string_view what = key == "conv"    ? "conversion"
                                    : key == "iflag" ? "input flag"
                                                     : "output flag";
      return fmt::format("!invalid {}: {}", what, quoted(flag));
    }
    return "";
  }
  const List numeric = split("bs ibs obs cbs count skip seek iseek oseek", ' ');
  if (std::ranges::find(numeric, key) == numeric.end()) {
    return "!unrecognized operand " + quoted(out, word);
  }
  const auto number = parse_size(value);
  const bool block = key.ends_with("bs");
  if (!number || *number < 0 || (block && *number == 0) ||
      (block && *number > kBlockMax)) {
    return out.busybox() ? "invalid number '" + value + "'"
                         : "invalid number: " + quoted(value);
  }
  if (key == "bs") wish.in_size = wish.out_size = *number;
  if (key == "ibs") wish.in_size = *number;
  if (key == "obs") wish.out_size = *number;
  if (key == "count") wish.count = *number;
  if (key == "skip" || key == "iseek") wish.skip = *number;
  if (key == "seek" || key == "oseek") wish.seek = *number;
  return "";
}

std::string report(const Output& out, const Wish& wish, const Tally& tally,
                   Nanoseconds span) {
  if (wish.status == "none") return "";
  std::string text =
      fmt::format("{}+{} records in\n{}+{} records out\n", tally.full_in,
                  tally.partial_in, tally.full_out, tally.partial_out);
  if (wish.status == "noxfer") return text;
  // Copying takes no virtual time; the least that real ones show stands here.
  const double seconds =
      std::max<double>(static_cast<double>(span) / kSecond,
                       0.000001 * static_cast<double>(1 + tally.full_out));
  const auto speed =
      static_cast<std::int64_t>(static_cast<double>(tally.bytes) / seconds);
  const auto amount = [](std::int64_t bytes, std::string_view space) {
    constexpr std::string_view kUnits = "kMGT";
    std::int64_t unit = 1000;
    std::size_t letter = 0;
    while (letter + 1 < kUnits.size() && bytes / unit >= 1000) {
      unit *= 1000;
      ++letter;
    }
    const std::int64_t tenths = (bytes * 10 + unit / 2) / unit;
    if (tenths < 100) {
      return fmt::format("{}.{}{}{}B", tenths / 10, tenths % 10, space,
                         kUnits[letter]);
    }
    return fmt::format("{}{}{}B", (tenths + 5) / 10, space, kUnits[letter]);
  };
  if (out.busybox()) {
    return text + fmt::format("{} bytes ({}) copied, {:.6f} seconds, {}/s\n",
                              tally.bytes,
                              busybox_human_size(tally.bytes) + "B", seconds,
                              busybox_human_size(speed) + "B");
  }
  const std::string human =
      tally.bytes < 1000 ? "" : fmt::format(" ({})", amount(tally.bytes, " "));
  return text + fmt::format("{} byte{}{} copied, {:.6g} s, {}/s\n", tally.bytes,
                            tally.bytes == 1 ? "" : "s", human, seconds,
                            amount(speed, " "));
}

void convert(const Wish& wish, Bytes& block) {
  for (char& c : block) {
    if (wish.lower_case && 'A' <= c && c <= 'Z') c = static_cast<char>(c + 32);
    if (wish.upper_case && 'a' <= c && c <= 'z') c = static_cast<char>(c - 32);
  }
  for (std::size_t i = 0; wish.swap && i + 1 < block.size(); i += 2) {
    std::swap(block[i], block[i + 1]);
  }
}

/// The copy itself.
class Copy {
 public:
  Copy(Output& out, const Wish& wish, Tally& tally)
      : out_(out), wish_(wish), tally_(tally) {}

  Task<bool> run(Fd in, Fd to) {
    Process& self = out_.self();
    std::int64_t left = wish_.count.value_or(INT64_MAX);
    while (left > 0) {
      std::int64_t want = wish_.in_size;
      if (wish_.bytes_counted) want = std::min(want, left);
      const SysResult<Bytes> read = co_await read_block(in, want);
      if (!read) {
        out_.complain("error reading " + quoted(out_, name_of(wish_.in)),
                      read.error());
        co_return false;
      }
      if (read->empty()) break;
      Bytes block = *read;
      const auto size = static_cast<std::int64_t>(block.size());
      left -= wish_.bytes_counted ? size : 1;
      size == wish_.in_size ? ++tally_.full_in : ++tally_.partial_in;
      if (wish_.sync) {
        block.resize(static_cast<std::size_t>(wish_.in_size), '\0');
      }
      convert(wish_, block);
      pending_ += block;
      const bool direct = wish_.in_size == wish_.out_size;
      const bool written = co_await drain(&self, to, direct);
      if (!written) co_return false;
    }
    co_return co_await drain(&self, to, true);
  }

  static std::string name_of(const std::string& path) {
    return path.empty() ? "standard input" : path;
  }

 private:
  Task<SysResult<Bytes>> read_block(Fd in, std::int64_t want) {
    Bytes block;
    for (;;) {
      const auto missing = static_cast<std::size_t>(want) - block.size();
      const SysResult<Bytes> piece = co_await out_.self().read(in, missing);
      if (!piece && piece.error() == Errno::eintr) continue;
      if (!piece) co_return piece.error();
      block += *piece;
      const bool whole = block.size() == static_cast<std::size_t>(want);
      if (piece->empty() || whole || !wish_.full_blocks) co_return block;
    }
  }

  // Writes whole output blocks; all that is left when `everything`.
  Task<bool> drain(Process* self, Fd to, bool everything) {
    const auto size = static_cast<std::size_t>(wish_.out_size);
    while (pending_.size() >= size || (everything && !pending_.empty())) {
      const Bytes block = pending_.substr(0, size);
      pending_.erase(0, block.size());
      const auto written = co_await self->write(to, block);
      if (!written) {
        const std::string name =
            wish_.out.empty() ? "standard output" : wish_.out;
        out_.complain("error writing " + quoted(out_, name), written.error());
        co_return false;
      }
      tally_.bytes += static_cast<std::int64_t>(block.size());
      block.size() == size ? ++tally_.full_out : ++tally_.partial_out;
    }
    co_return true;
  }

  Output& out_;
  const Wish& wish_;
  Tally& tally_;
  Bytes pending_;
};

Task<SysResult<Fd>> open_output(Process& self, const Wish* wish) {
  if (wish->out.empty()) co_return kStdout;
  unsigned flags = kWriteOnly;
  if (!wish->nocreat) flags |= kCreate;
  if (wish->exclusive) flags |= kExclusive;
  if (wish->append) flags |= kAppend;
  const bool cut = !wish->notrunc && wish->seek == 0 && !wish->append;
  if (cut) flags |= kTruncate;
  const SysResult<Fd> fd = co_await self.open(wish->out, flags);
  if (!fd) co_return fd;
  const std::int64_t offset = wish->seek * wish->out_size;
  if (offset > 0) {
    const auto file = self.fstat(*fd);
    const bool regular = file && file->type == vfs::FileType::regular;
    if (regular && !wish->notrunc) {
      static_cast<void>(self.ftruncate(*fd, offset));
    }
    static_cast<void>(self.lseek(*fd, offset, Whence::set));
  }
  co_return fd;
}

// skip=: by seeking where that can be, else by reading.
Task<void> skip_input(Process& self, const Wish* wish, Fd in) {
  const std::int64_t offset = wish->skip * wish->in_size;
  if (offset == 0 || self.lseek(in, offset, Whence::current)) co_return;
  std::int64_t left = offset;
  while (left > 0) {
    const auto count = std::min<std::int64_t>(left, std::int64_t{kChunk});
    const auto piece = co_await self.read(in, static_cast<std::size_t>(count));
    if (!piece || piece->empty()) co_return;
    left -= static_cast<std::int64_t>(piece->size());
  }
}

}  // namespace

Task<int> dd_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  Wish wish;
  for (const std::string& word : line.operands) {
    std::string complaint = apply(wish, out, word);
    if (complaint.empty()) continue;
    const bool advised = complaint.starts_with('!');
    if (advised) {
      refuse(out, kAbout, complaint.substr(1));
    } else {
      out.complain(complaint);
    }
    co_return co_await out.finish(1);
  }
  SysResult<Fd> in = kStdin;
  if (!wish.in.empty()) in = co_await self.open(wish.in, kReadOnly);
  if (!in) {
    out.complain(out.busybox() ? "can't open '" + wish.in + "'"
                               : "failed to open " + quoted(wish.in),
                 in.error());
    co_return co_await out.finish(1);
  }
  const SysResult<Fd> to = co_await open_output(self, &wish);
  if (!to) {
    out.complain(out.busybox() ? "can't open '" + wish.out + "'"
                               : "failed to open " + quoted(wish.out),
                 to.error());
    co_return co_await out.finish(1);
  }
  const Time begin = self.now();
  co_await skip_input(self, &wish, *in);
  Tally tally;
  Copy copy(out, wish, tally);
  const bool copied = co_await copy.run(*in, *to);
  out.complain_plain(report(out, wish, tally, self.now() - begin));
  const int status = copied ? 0 : 1;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
