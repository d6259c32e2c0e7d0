// chown.cc — chown and chgrp: change the owner and group of files.

#include <fmt/format.h>

#include "sim/userland/accounts.h"
#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using vfs::FileType;
using vfs::Last;

namespace {

constexpr About kChown{
    .usage = "[OPTION]... [OWNER][:[GROUP]] FILE...",
    .gnu =
        "c changes, f silent, f quiet, v verbose, h no-dereference, "
        "dereference, R recursive, H, L, P, from=, reference=, "
        "no-preserve-root, preserve-root",
    .busybox = "R, h, v, c, f, H, L, P"};
constexpr About kChgrp{.usage = "[OPTION]... GROUP FILE...",
                       .gnu = kChown.gnu,
                       .busybox = kChown.busybox};

constexpr int kDepthMax = 500;

struct Ownership {
  std::optional<vfs::UserId> uid;
  std::optional<vfs::GroupId> gid;
  std::string user, group;  // As they are told by -v.
};

// "USER", "USER:GROUP", "USER:", ":GROUP"; '.' for ':' where no user has it.
Result<Ownership> parse_owner(const Accounts& accounts, const Output& out,
                              const std::string& text) {
  std::size_t colon = text.find(':');
  if (colon == text.npos && !accounts.user(text)) colon = text.find('.');
  const std::string user = text.substr(0, colon);
  const std::string group = colon == text.npos ? "" : text.substr(colon + 1);
  Ownership ownership;
  if (!user.empty()) {
    ownership.uid = accounts.find_uid(user);
    if (!ownership.uid) {
      if (out.busybox() && colon != text.npos) {
        return Error{"unknown user/group " + text};
      }
      return Error{out.busybox() ? "unknown user " + user
                                 : "invalid user: " + quoted(text)};
    }
    ownership.user = user;
  }
  if (!group.empty()) {
    ownership.gid = accounts.find_gid(group);
    if (!ownership.gid) {
      return Error{out.busybox() ? "unknown user/group " + text
                                 : "invalid group: " + quoted(text)};
    }
    ownership.group = group;
  } else if (colon != text.npos && ownership.uid) {
    const User* const row = accounts.user(*ownership.uid);
    if (!row) return Error{"invalid spec: " + quoted(text)};
    ownership.gid = row->gid;
    ownership.group = accounts.group_name(row->gid);
  }
  return ownership;
}

Result<Ownership> parse_group(const Accounts& accounts, const Output& out,
                              const std::string& text) {
  Ownership ownership;
  ownership.gid = accounts.find_gid(text);
  ownership.group = text;
  if (ownership.gid || text.empty()) return ownership;
  return Error{out.busybox() ? "unknown group " + text
                             : "invalid group: " + quoted(text)};
}

class Changer {
 public:
  Changer(Output& out, const Options& options, const Accounts& accounts,
          const Ownership& wanted, bool group_only)
      : out_(out),
        options_(options),
        accounts_(accounts),
        wanted_(wanted),
        group_only_(group_only) {}

  void only_from(const Ownership& from) { from_ = from; }

  bool change(const std::string& path, int depth) {
    kernel::Process& self = out_.self();
    const std::string walk = options_.last_of(split("H L P", ' '));
    const bool recursive = options_.has("R");
    const bool through = depth == 0 ? walk == "H" || walk == "L" : walk == "L";
    const bool keep = options_.has("h") || (recursive && !through);
    const auto file = keep ? self.lstat(path) : self.stat(path);
    if (!file) {
      const auto link = self.lstat(path);
      return fail(link ? "cannot dereference " : "cannot access ", path,
                  file.error());
    }
    bool well = true;
    if (file->type == FileType::directory && recursive) {
      well = descend(path, depth);
    }
    const bool other = (from_.uid && *from_.uid != file->uid) ||
                       (from_.gid && *from_.gid != file->gid);
    if (other) return well;
    const SysOutcome changed = self.chown(path, wanted_.uid, wanted_.gid,
                                          keep ? Last::keep : Last::follow);
    if (!changed) {
      const bool owner = wanted_.uid.has_value();
      return fail(owner ? "changing ownership of " : "changing group of ", path,
                  changed.error());
    }
    announce(path, *file);
    return well;
  }

 private:
  bool fail(std::string_view deed, const std::string& path, Errno error) {
    if (options_.has("f")) return false;
    out_.complain(out_.busybox() ? path : std::string(deed) + quoted(path),
                  error);
    return false;
  }

  std::string told(const std::string& user, const std::string& group) const {
    if (group_only_) return group;
    return wanted_.gid ? user + ":" + group : user;
  }

  void announce(const std::string& path, const vfs::Attributes& file) {
    const bool same = (!wanted_.uid || *wanted_.uid == file.uid) &&
                      (!wanted_.gid || *wanted_.gid == file.gid);
    if (!options_.has("v") && !(options_.has("c") && !same)) return;
    const std::string_view what = group_only_ ? "group" : "ownership";
    const std::string before =
        told(accounts_.user_name(file.uid), accounts_.group_name(file.gid));
    if (same) {
      out_.say(fmt::format("{} of {} retained as {}\n", what,
                           quoted(out_, path), before));
    } else {
      out_.say(fmt::format("changed {} of {} from {} to {}\n", what,
                           quoted(out_, path), before,
                           told(wanted_.user, wanted_.group)));
    }
  }

  bool descend(const std::string& path, int depth) {
    const auto entries = out_.self().readdir(path);
    if (!entries) {
      return fail("cannot read directory ", path, entries.error());
    }
    bool well = depth < kDepthMax;
    for (std::size_t i = 0; depth < kDepthMax && i < entries->size(); ++i) {
      well = change(concat(path, (*entries)[i].name), depth + 1) && well;
    }
    return well;
  }

  Output& out_;
  const Options& options_;
  const Accounts& accounts_;
  const Ownership& wanted_;
  const bool group_only_;
  Ownership from_;
};

// What is wanted: from --reference or from the first operand.
Result<Ownership> read_wish(Output& out, const Options& options,
                            const Accounts& accounts, bool group_only,
                            List& files) {
  if (const auto reference = options.value("reference")) {
    const auto file = out.self().stat(*reference);
    if (!file) {
      return Error{fmt::format("failed to get attributes of {}: {}",
                               quoted(*reference), text_of(file.error()))};
    }
    Ownership same{file->uid, file->gid, accounts.user_name(file->uid),
                   accounts.group_name(file->gid)};
    if (group_only) same.uid.reset();
    return same;
  }
  const std::string text = files.front();
  files.erase(files.begin());
  return group_only ? parse_group(accounts, out, text)
                    : parse_owner(accounts, out, text);
}

Task<int> change_owners(kernel::Process& self, bool group_only) {
  Output out(self);
  const About& about = group_only ? kChgrp : kChown;
  const CommandLine line = read_command_line(out, about);
  if (line.status) co_return co_await out.finish(*line.status);
  const Accounts accounts = co_await read_accounts(self);
  List files = line.operands;
  const std::size_t least = line.has("reference") ? 1 : 2;
  if (files.size() < least) {
    const std::string complaint =
        files.empty() ? "missing operand"
                      : "missing operand after " + quoted(out, files.back());
    const int status = refuse(out, about, complaint);
    co_return co_await out.finish(status);
  }
  const auto wanted = read_wish(out, line, accounts, group_only, files);
  if (!wanted) {
    out.complain(wanted.error().text);
    co_return co_await out.finish(1);
  }
  Changer changer(out, line, accounts, *wanted, group_only);
  if (const auto from = line.value("from")) {
    const auto former = parse_owner(accounts, out, *from);
    if (!former) {
      out.complain(former.error().text);
      co_return co_await out.finish(1);
    }
    changer.only_from(*former);
  }
  bool well = true;
  for (const std::string& path : files) {
    well = changer.change(path, 0) && well;
  }
  const int status = well ? 0 : 1;
  co_return co_await out.finish(status);
}

}  // namespace

Task<int> chown_main(kernel::Process& self) {
  co_return co_await change_owners(self, false);
}

Task<int> chgrp_main(kernel::Process& self) {
  co_return co_await change_owners(self, true);
}

}  // namespace drydock::userland
