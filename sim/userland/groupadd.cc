// groupadd.cc — groupadd and groupdel of the shadow suite.

#include <fmt/format.h>

#include "sim/userland/account_files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kGroupadd{
    .usage = "[options] GROUP",
    .gnu = "f force, g gid=, K key=, o non-unique, p password=, r system",
    .refusal = 2};
constexpr About kGroupdel{
    .usage = "[options] GROUP", .gnu = "f force", .refusal = 2};

// The complaint and its status; an empty text when the group was added.
std::pair<int, std::string> add(AccountFiles& files, const Options& options) {
  const std::string& name = options.operands[0];
  const Accounts accounts = files.accounts();
  if (!is_account_name(name)) {
    return {3, fmt::format("'{}' is not a valid group name", name)};
  }
  if (accounts.group(name)) {
    if (options.has("f")) return {0, ""};
    return {9, fmt::format("group '{}' already exists", name)};
  }
  const bool system = options.has("r");
  std::optional<std::uint32_t> gid = free_id(
      used_gids(accounts), system ? 101 : 1000, system ? 999 : 60000, system);
  if (const auto text = options.value("g")) {
    const auto wanted = parse_id(*text);
    if (!wanted) return {3, fmt::format("invalid group ID '{}'", *text)};
    if (!accounts.group(*wanted) || options.has("o")) {
      gid = wanted;
    } else if (!options.has("f")) {
      return {4, fmt::format("GID '{}' already exists", *wanted)};
    }
  }
  if (!gid) return {4, "can't get unique GID (no more available GIDs)"};
  files.add_group({name, "x", *gid, {}});
  return {0, ""};
}

std::pair<int, std::string> remove(AccountFiles& files,
                                   const std::string& name) {
  const Accounts accounts = files.accounts();
  const Group* const group = accounts.group(name);
  if (!group) return {6, fmt::format("group '{}' does not exist", name)};
  for (const User& user : accounts.users) {
    if (user.gid != group->gid) continue;
    return {8, fmt::format("cannot remove the primary group of user '{}'",
                           user.name)};
  }
  files.remove_group(name);
  return {0, ""};
}

Task<int> change(kernel::Process& self, const About* about, bool adding) {
  Output out(self);
  const CommandLine line = read_command_line(out, *about);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() != 1) {
    out.complain_plain(fmt::format("Usage: {} {}\n", out.name(), about->usage));
    co_return co_await out.finish(2);
  }
  AccountFiles files = co_await AccountFiles::read(self);
  const auto [status, complaint] =
      adding ? add(files, line) : remove(files, line.operands[0]);
  if (!complaint.empty()) {
    out.complain(complaint);
    co_return co_await out.finish(status);
  }
  const bool root = self.credentials().uid == 0;
  SysOutcome saved = Errno::eacces;
  if (root) saved = co_await files.save(self);
  if (!saved) {
    out.complain("Permission denied.");
    out.complain("cannot lock /etc/group; try again later.");
    co_return co_await out.finish(10);
  }
  co_return co_await out.finish(0);
}

}  // namespace

Task<int> groupadd_main(kernel::Process& self) {
  co_return co_await change(self, &kGroupadd, true);
}

Task<int> groupdel_main(kernel::Process& self) {
  co_return co_await change(self, &kGroupdel, false);
}

}  // namespace drydock::userland
