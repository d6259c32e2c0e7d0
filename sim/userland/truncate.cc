// truncate.cc — shrink or extend files to a size.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/format.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{.usage = "OPTION... FILE...",
                       .gnu = "c no-create, o io-blocks, r reference=, s size=",
                       .busybox = "c, s="};

/// "+10", "-1K", "<5", ">5", "/8", "%8" or a plain size.
struct SizeChange {
  char deed = '=';
  std::int64_t amount = 0;

  std::int64_t apply(std::int64_t size) const {
    switch (deed) {
      case '+':
        return size + amount;
      case '-':
        return std::max<std::int64_t>(size - amount, 0);
      case '<':
        return std::min(size, amount);
      case '>':
        return std::max(size, amount);
      case '/':
        return size / amount * amount;
      case '%':
        return (size + amount - 1) / amount * amount;
      default:
        return amount;
    }
  }
};

std::optional<SizeChange> parse_change(std::string_view text) {
  SizeChange change;
  if (!text.empty() &&
      std::string_view("+-<>/%").find(text[0]) != std::string_view::npos) {
    change.deed = text[0];
    text.remove_prefix(1);
  }
  const auto amount = parse_size(text);
  if (!amount) return std::nullopt;
  change.amount = *amount;
  const bool divides = change.deed == '/' || change.deed == '%';
  if (divides && change.amount == 0) return std::nullopt;
  return change;
}

Task<bool> truncate_one(Output& out, SizeChange change, std::string path,
                        bool create) {
  using namespace kernel;
  Process& self = out.self();
  const unsigned flags = kWriteOnly | kNonBlock | (create ? kCreate : 0u);
  const auto fd = co_await self.open(path, flags);
  if (!fd) {
    if (!create && fd.error() == Errno::enoent) co_return true;
    out.complain(out.busybox()
                     ? path + ": open"
                     : fmt::format("cannot open {} for writing", quoted(path)),
                 fd.error());
    co_return false;
  }
  const auto file = self.fstat(*fd);
  const SysOutcome set =
      self.ftruncate(*fd, change.apply(file ? file->size : 0));
  shut(self, *fd);
  if (set) co_return true;
  out.complain(fmt::format("failed to truncate {} at {} bytes", quoted(path),
                           change.apply(file ? file->size : 0)),
               set.error());
  co_return false;
}

}  // namespace

Task<int> truncate_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const auto text = line.value("s");
  const auto reference = line.value("r");
  std::string complaint;
  if (!text && !reference) {
    complaint = "you must specify either '--size' or '--reference'";
  } else if (line.operands.empty()) {
    complaint = "missing file operand";
  }
  if (!complaint.empty()) {
    const int status = refuse(out, kAbout, complaint);
    co_return co_await out.finish(status);
  }
  SizeChange change;
  if (text) {
    const auto parsed = parse_change(*text);
    if (!parsed) {
      out.complain(fmt::format(
          "{} {}", out.busybox() ? "invalid number" : "Invalid number:",
          quoted(out, *text)));
      co_return co_await out.finish(1);
    }
    change = *parsed;
    if (line.has("o")) change.amount *= 4096;
  }
  if (reference) {
    const auto file = self.stat(*reference);
    if (!file) {
      out.complain("cannot stat " + quoted(*reference), file.error());
      co_return co_await out.finish(1);
    }
    const bool relative = text && change.deed != '=';
    change = relative ? SizeChange{'=', change.apply(file->size)}
                      : SizeChange{'=', file->size};
  }
  bool well = true;
  for (const std::string& path : line.operands) {
    const bool cut = co_await truncate_one(out, change, path, !line.has("c"));
    well = well && cut;
  }
  const int status = well ? 0 : 1;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
