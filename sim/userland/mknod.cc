// mknod.cc — mknod and mkfifo: make devices and named pipes.

#include <fmt/format.h>

#include "sim/userland/mode.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kMknod{.usage = "[OPTION]... NAME TYPE [MAJOR MINOR]",
                       .gnu = "m mode=",
                       .busybox = "m="};
constexpr About kMkfifo{
    .usage = "[OPTION]... NAME...", .gnu = "m mode=", .busybox = "m="};

// -m, without the umask; nullopt after a complaint.
std::optional<vfs::Mode> wanted_mode(Output& out, const Options& options) {
  const auto text = options.value("m");
  if (!text) return 0666;
  const auto change = ModeChange::parse(*text);
  if (change) return change->apply(0666, false, out.self().umask());
  out.complain("invalid mode");
  return std::nullopt;
}

bool make(Output& out, const Options& options, const std::string& path,
          const vfs::NewFile& node, std::string_view deed) {
  kernel::Process& self = out.self();
  const SysOutcome made = self.mknod(path, node);
  if (!made) {
    const bool plain = deed.empty() || out.busybox();
    out.complain(plain ? quoted_if_needed(path)
                       : fmt::format("cannot create {} {}", deed, quoted(path)),
                 made.error());
    return false;
  }
  if (options.has("m")) static_cast<void>(self.chmod(path, node.mode));
  return true;
}

std::string complaint_about(const Output& out, const List& words) {
  const bool fifo = words.size() > 1 && words[1] == "p";
  const std::size_t wanted = fifo ? 2 : 4;
  if (words.empty()) return "missing operand";
  if (words.size() < wanted) {
    return "missing operand after " + quoted(out, words.back());
  }
  if (words.size() > wanted) {
    const std::string text = "extra operand " + quoted(out, words[wanted]);
    if (!fifo || words.size() != 4) return text;
    return text + "\nFifos do not have major and minor device numbers.";
  }
  const char type = words[1].empty() ? '\0' : words[1][0];
  if (std::string_view("bcup").find(type) == std::string_view::npos) {
    return "invalid device type " + quoted(out, words[1]);
  }
  return "";
}

}  // namespace

Task<int> mknod_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kMknod);
  if (line.status) co_return co_await out.finish(*line.status);
  const std::string complaint = complaint_about(out, line.operands);
  if (!complaint.empty()) {
    const int status = refuse(out, kMknod, complaint);
    co_return co_await out.finish(status);
  }
  const auto mode = wanted_mode(out, line);
  if (!mode) co_return co_await out.finish(1);
  vfs::NewFile node;
  node.mode = *mode;
  const char type = line.operands[1][0];
  if (type == 'p') {
    node.type = vfs::FileType::fifo;
  } else {
    node.type =
        type == 'b' ? vfs::FileType::block_device : vfs::FileType::char_device;
    const auto major = parse_int(line.operands[2]);
    const auto minor = parse_int(line.operands[3]);
    if (!major || *major < 0 || !minor || *minor < 0) {
      const bool first = !major || *major < 0;
      out.complain(fmt::format("invalid {} device number {}",
                               first ? "major" : "minor",
                               quoted(out, line.operands[first ? 2 : 3])));
      co_return co_await out.finish(1);
    }
    node.rdev = {static_cast<std::uint32_t>(*major),
                 static_cast<std::uint32_t>(*minor)};
  }
  const bool made = make(out, line, line.operands[0], node, "");
  const int status = made ? 0 : 1;
  co_return co_await out.finish(status);
}

Task<int> mkfifo_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kMkfifo);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.empty()) {
    const int status = refuse(out, kMkfifo, "missing operand");
    co_return co_await out.finish(status);
  }
  const auto mode = wanted_mode(out, line);
  if (!mode) co_return co_await out.finish(1);
  vfs::NewFile node;
  node.type = vfs::FileType::fifo;
  node.mode = *mode;
  bool well = true;
  for (const std::string& path : line.operands) {
    well = make(out, line, path, node, "fifo") && well;
  }
  const int status = well ? 0 : 1;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
