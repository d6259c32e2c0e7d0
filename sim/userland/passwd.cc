// passwd.cc — passwd and chpasswd of the shadow suite and of busybox.

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/userland/account_files.h"
#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/password.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kPasswd{.usage = "[options] [LOGIN]",
                        .gnu =
                            "a all, d delete, e expire, l lock, q quiet, "
                            "S status, u unlock",
                        .busybox = "a=, d, l, u",
                        .refusal = 2};
constexpr About kChpasswd{.usage = "[options]",
                          .gnu = "c crypt-method=, e encrypted, m md5",
                          .busybox = "e encrypted, m md5, c crypt-method=",
                          .refusal = 2};

Task<std::optional<std::string>> ask_once(Output* out, std::string prompt) {
  Process& self = out->self();
  out->complain_plain(prompt);
  co_await out->flush();
  const SysResult<Termios> before = self.tcgetattr(kStdin);
  if (before) {
    Termios quiet = *before;
    quiet.echo = false;
    static_cast<void>(self.tcsetattr(kStdin, quiet));
  }
  const std::optional<std::string> line = co_await read_line(self, kStdin);
  if (before) {
    static_cast<void>(self.tcsetattr(kStdin, *before));
    out->complain_plain("\n");
  }
  co_return line;
}

// -S: "root L 10/12/2015 0 99999 7 -1".
std::string status_line(const Process& self, const std::string& user,
                        const std::string& field) {
  const char state = field.empty()                        ? 'N'
                     : field[0] == '!' || field[0] == '*' ? 'L'
                                                          : 'P';
  return fmt::format("{} {} {} 0 99999 7 -1\n", user, state,
                     format_time(self.now(), "%m/%d/%Y"));
}

// -l, -u, -d: the field as it is afterwards.
std::string changed_field(const Options& options, std::string field) {
  if (options.has("d")) return "";
  if (options.has("l") && !field.starts_with('!')) return "!" + field;
  if (options.has("u") && field.size() > 1 && field[0] == '!') {
    return field.substr(1);
  }
  return field;
}

Task<int> save(Output* out, AccountFiles* files, std::string said) {
  const SysOutcome saved = co_await files->save(out->self());
  if (!saved) {
    out->complain("Authentication token manipulation error");
    out->complain("password unchanged");
    co_return co_await out->finish(10);
  }
  if (!said.empty()) out->complain(said);
  co_return co_await out->finish(0);
}

/// No new password came: in the words of the family.
Task<int> unchanged(Output* out) {
  if (out->busybox()) {
    out->complain("password for root is unchanged");
    co_return co_await out->finish(1);
  }
  out->complain("Authentication token manipulation error");
  out->complain("password unchanged");
  co_return co_await out->finish(10);
}

}  // namespace

std::string modelled_hash(std::string_view user, std::string_view password) {
  return "$drydock$" +
         sha256_hex(std::string(user) + ":" + std::string(password));
}

Task<std::optional<std::string>> ask_password(Output* out) {
  const bool busybox = out->busybox();
  const std::string question =
      busybox ? "New password: " : "Enter new UNIX password: ";
  const std::string repeated =
      busybox ? "Retype password: " : "Retype new UNIX password: ";
  const auto first = co_await ask_once(out, question);
  if (!first) co_return std::nullopt;
  const auto second = co_await ask_once(out, repeated);
  if (!second) co_return std::nullopt;
  if (*first != *second) {
    out->complain_plain(busybox ? "Passwords don't match\n"
                                : "Sorry, passwords do not match\n");
    co_return std::nullopt;
  }
  if (first->empty()) {
    out->complain_plain("No password supplied\n");
    co_return std::nullopt;
  }
  co_return first;
}

Task<int> passwd_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kPasswd);
  if (line.status) co_return co_await out.finish(*line.status);
  AccountFiles files = co_await AccountFiles::read(self);
  const Accounts accounts = files.accounts();
  const std::string user = line.operands.empty()
                               ? accounts.user_name(self.getuid())
                               : line.operands[0];
  if (!accounts.user(user)) {
    out.complain(out.busybox() ? fmt::format("unknown user {}", user)
                               : fmt::format("user '{}' does not exist", user));
    co_return co_await out.finish(1);
  }
  const bool own = accounts.find_uid(user) == self.getuid();
  if (self.getuid() != 0 && !own) {
    out.complain(fmt::format(
        "You may not view or modify password information for {}.", user));
    co_return co_await out.finish(1);
  }
  const std::string field = files.password(user).value_or("*");
  if (line.has("S")) {
    out.say(status_line(self, user, field));
    co_return co_await out.finish(0);
  }
  if (line.has("l") || line.has("u") || line.has("d")) {
    files.set_password(user, changed_field(line, field));
    co_return co_await save(&out, &files,
                            "password expiry information changed.");
  }
  if (out.busybox()) out.say("Changing password for " + user + "\n");
  const std::optional<std::string> password = co_await ask_password(&out);
  if (!password) co_return co_await unchanged(&out);
  files.set_password(user, modelled_hash(user, *password));
  const std::string said =
      out.busybox() ? fmt::format("password for {} changed by {}", user,
                                  accounts.user_name(self.getuid()))
                    : "password updated successfully";
  co_return co_await save(&out, &files, said);
}

Task<int> chpasswd_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kChpasswd);
  if (line.status) co_return co_await out.finish(*line.status);
  const SysResult<Bytes> input = co_await read_to_end(self, kStdin);
  if (!input) co_return co_await out.finish(1);
  AccountFiles files = co_await AccountFiles::read(self);
  const Accounts accounts = files.accounts();
  int number = 0, errors = 0;
  List rows = split(*input, '\n');
  if (!rows.empty() && rows.back().empty()) rows.pop_back();
  for (const std::string& row : rows) {
    ++number;
    const std::size_t at = row.find(':');
    if (at == row.npos) {
      out.complain(out.busybox()
                       ? std::string("missing new password")
                       : fmt::format("line {}: missing new password", number));
      ++errors;
      continue;
    }
    const std::string user = row.substr(0, at);
    if (!accounts.user(user)) {
      out.complain(
          out.busybox()
              ? fmt::format("unknown user {}", user)
              : fmt::format("line {}: user '{}' does not exist", number, user));
      ++errors;
      continue;
    }
    const std::string secret = row.substr(at + 1);
    files.set_password(user,
                       line.has("e") ? secret : modelled_hash(user, secret));
    if (out.busybox()) {
      out.complain(fmt::format("password for '{}' changed", user));
    }
  }
  if (errors > 0) {
    if (!out.busybox()) out.complain("error detected, changes ignored");
    co_return co_await out.finish(1);
  }
  co_return co_await save(&out, &files, "");
}

}  // namespace drydock::userland
