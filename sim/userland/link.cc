// link.cc — link and unlink: the two system calls as programs.

#include <fmt/format.h>

#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kLink{.usage = "FILE1 FILE2", .gnu = ""};
constexpr About kUnlink{.usage = "FILE", .gnu = ""};

std::string complaint_about(const Output& out, const List& words,
                            std::size_t wanted) {
  if (words.empty()) return "missing operand";
  if (words.size() < wanted) {
    return "missing operand after " + quoted(out, words.back());
  }
  if (words.size() > wanted) {
    return "extra operand " + quoted(out, words[wanted]);
  }
  return "";
}

}  // namespace

Task<int> link_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kLink);
  if (line.status) co_return co_await out.finish(*line.status);
  const std::string complaint = complaint_about(out, line.operands, 2);
  if (!complaint.empty()) {
    const int status = refuse(out, kLink, complaint);
    co_return co_await out.finish(status);
  }
  const SysOutcome made = self.link(line.operands[0], line.operands[1]);
  if (made) co_return 0;
  out.complain(
      fmt::format("{} to {}", cannot(out, "create link", line.operands[1]),
                  quoted(out, line.operands[0])),
      made.error());
  co_return co_await out.finish(1);
}

Task<int> unlink_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kUnlink);
  if (line.status) co_return co_await out.finish(*line.status);
  const std::string complaint = complaint_about(out, line.operands, 1);
  if (!complaint.empty()) {
    const int status = refuse(out, kUnlink, complaint);
    co_return co_await out.finish(status);
  }
  const SysOutcome gone = self.unlink(line.operands[0]);
  if (gone) co_return 0;
  out.complain(cannot(out, "unlink", line.operands[0]), gone.error());
  co_return co_await out.finish(1);
}

}  // namespace drydock::userland
