// basename.cc — strip the directory, and perhaps a suffix, from a path.

#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{.usage = "NAME [SUFFIX]",
                       .gnu = "a multiple, s suffix=, z zero",
                       .busybox = "a, s=",
                       .order = Order::stop_at_operand};

std::string last_name(const std::string& path, const std::string& suffix) {
  const std::string bare = strip_slashes(path);
  if (bare == "/" || bare.empty()) return bare;
  std::string name = bare.substr(bare.rfind('/') + 1);
  if (name.size() > suffix.size() && name.ends_with(suffix)) {
    name.resize(name.size() - suffix.size());
  }
  return name;
}

}  // namespace

Task<int> basename_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  List names = line.operands;
  const bool many = line.has("a") || line.has("s");
  std::string complaint;
  if (names.empty()) complaint = "missing operand";
  if (!many && names.size() > 2) {
    complaint = "extra operand " + quoted(out, names[2]);
  }
  if (!complaint.empty()) {
    const int status = refuse(out, kAbout, complaint);
    co_return co_await out.finish(status);
  }
  std::string suffix = line.value("s").value_or("");
  if (!many && names.size() == 2) {
    suffix = names[1];
    names.pop_back();
  }
  for (const std::string& name : names) {
    out.say(last_name(name, suffix));
    out.say(std::string_view(line.has("z") ? "\0" : "\n", 1));
  }
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
