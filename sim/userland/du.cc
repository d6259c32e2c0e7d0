// du.cc — estimate the space that files use.

#include <fmt/format.h>

#include <set>

#include "sim/userland/files.h"
#include "sim/userland/format.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

using vfs::FileType;

constexpr About kAbout{
    .usage = "[OPTION]... [FILE]...",
    .gnu =
        "a all, apparent-size, B block-size=, b bytes, c total, D, "
        "d max-depth=, h human-readable, H, k, L dereference, l count-links, "
        "m, P no-dereference, S separate-dirs, s summarize, si, "
        "x one-file-system, 0 null",
    .busybox = "a, b, c, d max-depth=, h, H, k, L, l, m, s, x"};

constexpr int kDepthMax = 500;

struct Wish {
  bool all = false, apparent = false, total = false, follow = false;
  bool count_links = false, separate = false, same_device = false;
  std::int64_t depth_max = INT32_MAX;
  std::int64_t unit = 1024;  // Bytes in one of the numbers shown.
  std::int64_t human = 0;    // 1024 or 1000.
  std::string_view end{"\n"};
};

class Counter {
 public:
  Counter(Output& out, const Wish& wish) : out_(out), wish_(wish) {}

  void count(const std::string& path) {
    kernel::Process& self = out_.self();
    if (const auto place = self.resolve(path, vfs::Last::follow)) {
      mount_ = place->mount;
    }
    if (const auto bytes = walk(path, 0)) total_ += *bytes;
  }

  void say(std::int64_t bytes, const std::string& name) {
    out_.say(shown(bytes) + "\t" + name);
    out_.say(wish_.end);
  }

  std::int64_t total() const { return total_; }

 private:
  std::string shown(std::int64_t bytes) const {
    if (wish_.human && out_.busybox()) return busybox_human_size(bytes);
    if (wish_.human) return human_size(bytes, wish_.human);
    return std::to_string((bytes + wish_.unit - 1) / wish_.unit);
  }

  void fail(std::string_view deed, const std::string& path, Errno error) {
    out_.complain(out_.busybox() ? path : std::string(deed) + quoted(path),
                  error);
  }

  // The bytes of this file and all below; nothing when it is counted already.
  std::optional<std::int64_t> walk(const std::string& path, int depth) {
    kernel::Process& self = out_.self();
    const auto file = wish_.follow ? self.stat(path) : self.lstat(path);
    if (!file) {
      fail("cannot access ", path, file.error());
      return std::nullopt;
    }
    const bool directory = file->type == FileType::directory;
    const auto place =
        self.resolve(path, wish_.follow ? vfs::Last::follow : vfs::Last::keep);
    if (!place) return std::nullopt;
    if (wish_.same_device && place->mount != mount_) return std::nullopt;
    const bool shared = file->links > 1 || directory;
    if (shared && !wish_.count_links &&
        !seen_.insert(place->inode.get()).second) {
      return std::nullopt;
    }
    std::int64_t bytes = wish_.apparent ? file->size : disk_usage(*file);
    if (!directory) {
      if ((wish_.all && depth <= wish_.depth_max) || depth == 0) {
        say(bytes, path);
      }
      return bytes;
    }
    const std::int64_t own = bytes + below(path, depth);
    if (depth <= wish_.depth_max) {
      say(wish_.separate ? bytes + files_ : own, path);
    }
    return own;
  }

  std::int64_t below(const std::string& path, int depth) {
    const auto entries = out_.self().readdir(path);
    if (!entries) {
      fail("cannot read directory ", path, entries.error());
      return 0;
    }
    std::int64_t sum = 0, files = 0;
    for (const vfs::DirectoryEntry& entry : *entries) {
      if (depth > kDepthMax) break;
      const auto bytes = walk(concat(path, entry.name), depth + 1);
      sum += bytes.value_or(0);
      if (entry.type != FileType::directory) files += bytes.value_or(0);
    }
    files_ = files;
    return sum;
  }

  Output& out_;
  const Wish& wish_;
  std::set<const vfs::Inode*> seen_;  // Looked up, never walked.
  vfs::MountRef mount_;
  std::int64_t total_ = 0;
  std::int64_t files_ = 0;  // Directly in the directory just left.
};

void apply(Wish& wish, const Option& option) {
  const std::string& key = option.key;
  if (key == "a") wish.all = true;
  if (key == "apparent-size" || key == "b") wish.apparent = true;
  if (key == "b") wish.unit = 1;
  if (key == "k") wish.unit = 1024;
  if (key == "m") wish.unit = 1 << 20;
  if (key == "B") wish.unit = parse_size(option.value).value_or(0);
  if (key == "h") wish.human = 1024;
  if (key == "si") wish.human = 1000;
  if (key == "c") wish.total = true;
  if (key == "d") wish.depth_max = parse_int(option.value).value_or(-1);
  if (key == "s") wish.depth_max = 0;
  if (key == "L") wish.follow = true;
  if (key == "P") wish.follow = false;
  if (key == "l") wish.count_links = true;
  if (key == "S") wish.separate = true;
  if (key == "x") wish.same_device = true;
  if (key == "0") wish.end = std::string_view("\0", 1);
}

std::string complaint_about(const Output& out, const Options& options,
                            const Wish& wish) {
  if (options.has("s") && options.has("a")) {
    return "cannot both summarize and show all entries";
  }
  if (wish.depth_max < 0) {
    return "invalid maximum depth " + quoted(out, *options.value("d"));
  }
  if (wish.unit <= 0) {
    return fmt::format("invalid -B argument {}",
                       quoted(out, *options.value("B")));
  }
  return "";
}

}  // namespace

Task<int> du_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  Wish wish;
  for (const Option& option : line.given) apply(wish, option);
  const std::string complaint = complaint_about(out, line, wish);
  if (!complaint.empty()) {
    const int status = refuse(out, kAbout, complaint);
    co_return co_await out.finish(status);
  }
  List names = line.operands;
  if (names.empty()) names.push_back(".");
  Counter counter(out, wish);
  for (const std::string& name : names) counter.count(name);
  if (wish.total) counter.say(counter.total(), "total");
  const int status = out.complained() ? 1 : 0;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
