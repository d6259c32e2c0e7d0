// proc_fs.cc — the root of /proc and the directory of one process.

#include "sim/kernel/proc_fs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/magic_link.h"
#include "sim/kernel/open_file.h"

namespace drydock::kernel {

using vfs::FileType;

namespace {

using ProcessRef = std::shared_ptr<KernelProcess>;

/// Where an open file is, as /proc/PID/fd shows it to that process.
std::string path_of_file(const KernelProcess& process, OpenFile& file) {
  if (!file.title().empty()) return file.title();
  const vfs::Location& directory = file.directory();
  if (!directory.inode) return "/";
  const std::string path =
      vfs::join_path(vfs::path_of(process.view(), directory), file.name());
  const SysResult<vfs::InodeRef> still =
      file.name().empty() ? SysResult<vfs::InodeRef>(directory.inode)
                          : directory.inode->lookup(file.name());
  const bool there =
      still && file.location() && *still == file.location()->inode;
  return there || file.name().empty() ? path : path + " (deleted)";
}

/// May the one who asks look into this process?  ptrace(2), "access mode".
bool may_look(const KernelProcess& process) {
  KernelProcess* const caller = process.kernel_of().caller();
  if (!caller || caller == &process) return true;
  const vfs::UserId uid = caller->credentials().uid;
  return uid == 0 || uid == process.getuid();
}

vfs::Attributes owned_by(const KernelProcess& process, FileType type,
                         vfs::Mode mode, std::uint64_t slot) {
  const std::uint64_t ino =
      static_cast<std::uint64_t>(process.numbers().own()) * 65536 + slot;
  vfs::Attributes file = synthetic(type, mode, ino, process.started());
  file.uid = process.credentials().uid;
  file.gid = process.credentials().gid;
  return file;
}

enum class Place { cwd, root, exe };

/// /proc/PID/{cwd,root,exe}.
class PlaceLink final : public MagicLink {
 public:
  PlaceLink(ProcessRef process, Place place)
      : process_(std::move(process)), place_(place) {}
  vfs::Attributes attributes() const override {
    return owned_by(*process_, FileType::symlink, 0777, 40);
  }
  SysResult<std::string> readlink() override {
    if (!process_->alive()) return Errno::enoent;
    if (!may_look(*process_)) return Errno::eacces;
    if (place_ == Place::root) return root_path();
    if (place_ == Place::cwd) return process_->getcwd();
    if (process_->exe_path().empty()) return Errno::enoent;
    return process_->exe_path();
  }
  SysResult<MagicTarget> target() const override {
    if (!process_->alive()) return Errno::enoent;
    if (!may_look(*process_)) return Errno::eacces;
    const vfs::View view = process_->view();
    if (place_ == Place::root) return MagicTarget{nullptr, view.root};
    if (place_ == Place::cwd) return MagicTarget{nullptr, view.cwd};
    const SysResult<vfs::Location> exe =
        vfs::resolve(view, process_->exe_path());
    if (!exe) return exe.error();
    return MagicTarget{nullptr, *exe};
  }

 private:
  std::string root_path() const {
    vfs::View whole = process_->view();
    const vfs::Location root = whole.root;
    whole.root = whole.mounts->root();
    return vfs::path_of(whole, root);
  }
  ProcessRef process_;
  Place place_;
};

/// /proc/PID/fd/N.
class FdLink final : public MagicLink {
 public:
  FdLink(ProcessRef process, Fd fd) : process_(std::move(process)), fd_(fd) {}
  vfs::Attributes attributes() const override {
    const OpenFileRef file = process_->fds().get(fd_);
    vfs::Mode mode = 0100;
    if (file && file->readable()) mode |= 0400;
    if (file && file->writable()) mode |= 0200;
    return owned_by(*process_, FileType::symlink, mode,
                    1000 + static_cast<std::uint64_t>(fd_));
  }
  SysResult<std::string> readlink() override {
    const OpenFileRef file = process_->fds().get(fd_);
    if (!file) return Errno::enoent;
    if (!may_look(*process_)) return Errno::eacces;
    return path_of_file(*process_, *file);
  }
  SysResult<MagicTarget> target() const override {
    const OpenFileRef file = process_->fds().get(fd_);
    if (!file) return Errno::enoent;
    if (!may_look(*process_)) return Errno::eacces;
    return MagicTarget{file, {}};
  }

 private:
  ProcessRef process_;
  Fd fd_;
};

/// /proc/PID/fd.
class FdDirectory final : public SyntheticDirectory {
 public:
  FdDirectory(ProcessRef process, vfs::InodeRef parent)
      : SyntheticDirectory(owned_by(*process, FileType::directory, 0500, 50),
                           parent, "fd"),
        keep_(std::move(parent)),
        process_(std::move(process)) {}
  SysResult<vfs::InodeRef> lookup(std::string_view name) override {
    const std::optional<std::int64_t> fd = parse_int(name);
    if (!fd || !process_->fds().is_open(static_cast<Fd>(*fd))) {
      return Errno::enoent;
    }
    return vfs::InodeRef(
        std::make_shared<FdLink>(process_, static_cast<Fd>(*fd)));
  }
  SysResult<std::vector<vfs::DirectoryEntry>> entries() override {
    std::vector<vfs::DirectoryEntry> rows;
    for (const Fd fd : process_->fds().list()) {
      const FdLink link(process_, fd);
      rows.push_back(
          {std::to_string(fd), FileType::symlink, link.attributes().ino});
    }
    return rows;
  }

 private:
  vfs::InodeRef keep_;
  ProcessRef process_;
};

/// One file of /proc/PID.
struct ProcessFile {
  std::string_view name;
  vfs::Mode mode;
  std::string (*content)(const KernelProcess&, const PidNamespace&);
  SysOutcome (*accept)(KernelProcess&, std::string_view) = nullptr;
};

SysOutcome accept_oom_score_adj(KernelProcess& process, std::string_view text) {
  const std::optional<std::int64_t> value = parse_int(trim(text));
  if (!value || *value < -1000 || *value > 1000) return Errno::einval;
  return process.set_oom_score_adj(static_cast<int>(*value));
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += word;
    text += '\0';
  }
  return text;
}

// clang-format off
constexpr std::array kProcessFiles = {
    ProcessFile{"cgroup",    0444, [](const KernelProcess& p, const PidNamespace&) { return proc_cgroup(p); }},
    ProcessFile{"cmdline",   0444, [](const KernelProcess& p, const PidNamespace&) { return p.alive() ? joined(p.argv()) : ""; }},
    ProcessFile{"comm",      0644, [](const KernelProcess& p, const PidNamespace&) { return p.name() + "\n"; }},
    ProcessFile{"environ",   0400, [](const KernelProcess& p, const PidNamespace&) { return p.alive() ? joined(p.environ()) : ""; }},
    ProcessFile{"limits",    0444, [](const KernelProcess& p, const PidNamespace&) { return proc_limits(p); }},
    ProcessFile{"loginuid",  0644, [](const KernelProcess&, const PidNamespace&) { return std::string("4294967295"); }},
    ProcessFile{"mountinfo", 0444, [](const KernelProcess& p, const PidNamespace&) { return proc_mountinfo(p); }},
    ProcessFile{"mounts",    0444, [](const KernelProcess& p, const PidNamespace&) { return proc_mounts(p); }},
    ProcessFile{"oom_score_adj", 0644, [](const KernelProcess& p, const PidNamespace&) { return fmt::format("{}\n", p.oom_score_adj()); }, accept_oom_score_adj},
    ProcessFile{"stat",      0444, [](const KernelProcess& p, const PidNamespace& from) { return proc_stat(p, from); }},
    ProcessFile{"statm",     0444, [](const KernelProcess&, const PidNamespace&) { return std::string("1084 176 150 32 0 82 0\n"); }},
    ProcessFile{"status",    0444, [](const KernelProcess& p, const PidNamespace& from) { return proc_status(p, from); }},
};
constexpr std::array<std::string_view, 3> kPlaceLinks = {"cwd", "root", "exe"};
// clang-format on

/// /proc/PID.
class ProcessDirectory final : public SyntheticDirectory {
 public:
  ProcessDirectory(ProcessRef process, PidNamespaceRef from,
                   vfs::InodeRef parent)
      : SyntheticDirectory(owned_by(*process, FileType::directory, 0555, 1),
                           parent, std::to_string(process->pid_in(*from))),
        keep_(std::move(parent)),
        process_(std::move(process)),
        from_(std::move(from)) {}

  SysResult<vfs::InodeRef> lookup(std::string_view name) override {
    if (process_->state() == KernelProcess::State::gone) return Errno::enoent;
    for (std::size_t at = 0; at < kPlaceLinks.size(); ++at) {
      if (name != kPlaceLinks[at]) continue;
      return vfs::InodeRef(
          std::make_shared<PlaceLink>(process_, static_cast<Place>(at)));
    }
    if (name == "fd") {
      return vfs::InodeRef(
          std::make_shared<FdDirectory>(process_, shared_from_this()));
    }
    for (std::size_t at = 0; at < kProcessFiles.size(); ++at) {
      if (kProcessFiles[at].name == name) return file(at);
    }
    return Errno::enoent;
  }

  SysResult<std::vector<vfs::DirectoryEntry>> entries() override {
    std::map<std::string, FileType> names{{"fd", FileType::directory}};
    for (const std::string_view name : kPlaceLinks) {
      names[std::string(name)] = FileType::symlink;
    }
    for (const ProcessFile& each : kProcessFiles) {
      names[std::string(each.name)] = FileType::regular;
    }
    std::vector<vfs::DirectoryEntry> rows;
    for (const auto& [name, type] : names) rows.push_back({name, type, 1});
    return rows;
  }

 private:
  vfs::InodeRef file(std::size_t at) {
    const ProcessFile& row = kProcessFiles[at];
    const vfs::Attributes attributes =
        owned_by(*process_, FileType::regular, row.mode, 100 + at);
    Accept accept;
    if (row.accept) {
      accept = [process = process_, take = row.accept](std::string_view text) {
        return take(*process, text);
      };
    }
    return std::make_shared<SyntheticFile>(
        attributes,
        [process = process_, from = from_, content = row.content] {
          return content(*process, *from);
        },
        std::move(accept));
  }

  vfs::InodeRef keep_;
  ProcessRef process_;
  PidNamespaceRef from_;
};

/// /proc itself.
class ProcRoot final : public SyntheticDirectory {
 public:
  ProcRoot(Kernel& kernel, std::weak_ptr<PidNamespace> of)
      : SyntheticDirectory(
            synthetic(FileType::directory, 0555, 1, kernel.now()), nullptr, ""),
        kernel_(kernel),
        of_(std::move(of)) {}

  SysResult<vfs::InodeRef> lookup(std::string_view name) override {
    const PidNamespaceRef of = of_.lock();
    const std::optional<std::int64_t> number = parse_int(name);
    if (number && of) {
      KernelProcess* const process =
          of->find_process(static_cast<Pid>(*number));
      if (!process || std::to_string(*number) != name) return Errno::enoent;
      return make_proc_directory(*process, of, shared_from_this());
    }
    if (name == "self" || name == "thread-self") return self_link();
    return machine_files()->lookup(name);
  }

  SysResult<std::vector<vfs::DirectoryEntry>> entries() override {
    std::vector<vfs::DirectoryEntry> rows;
    if (const PidNamespaceRef of = of_.lock()) {
      for (const auto& [pid, numbers] : of->all()) {
        if (!numbers->process) continue;
        rows.push_back({std::to_string(pid), FileType::directory,
                        static_cast<std::uint64_t>(pid) * 65536 + 1});
      }
    }
    SysResult<std::vector<vfs::DirectoryEntry>> files =
        machine_files()->entries();
    rows.insert(rows.end(), files->begin(), files->end());
    rows.push_back({"self", FileType::symlink, 2});
    std::ranges::stable_sort(rows, {}, &vfs::DirectoryEntry::name);
    return rows;
  }

 private:
  SysResult<vfs::InodeRef> self_link() {
    return vfs::InodeRef(std::make_shared<SyntheticLink>(
        synthetic(FileType::symlink, 0777, 2, kernel_.now()),
        [kernel = &kernel_, of = of_]() -> std::string {
          const PidNamespaceRef space = of.lock();
          KernelProcess* const caller = kernel->caller();
          const Pid pid = space && caller ? caller->pid_in(*space) : 0;
          return pid > 0 ? std::to_string(pid) : "";
        }));
  }

  /// Made when first looked at: most containers never do.
  const std::shared_ptr<SyntheticTree>& machine_files() {
    if (!files_) {
      files_ =
          std::make_shared<SyntheticTree>(attributes(), shared_from_this(), "");
      add_machine_files(kernel_, *files_);
    }
    return files_;
  }

  Kernel& kernel_;
  std::weak_ptr<PidNamespace> of_;
  std::shared_ptr<SyntheticTree> files_;
};

class ProcFs final : public vfs::FileSystem {
 public:
  ProcFs(Kernel& kernel, const PidNamespaceRef& of)
      : root_(std::make_shared<ProcRoot>(kernel, of)) {}
  vfs::InodeRef root() override { return root_; }
  std::string type() const override { return "proc"; }

 private:
  vfs::InodeRef root_;
};

}  // namespace

vfs::InodeRef make_proc_directory(KernelProcess& process,
                                  const PidNamespaceRef& seen_from,
                                  vfs::InodeRef parent) {
  return std::make_shared<ProcessDirectory>(process.shared_from_this(),
                                            seen_from, std::move(parent));
}

vfs::FileSystemRef make_proc_fs(Kernel& kernel, const PidNamespaceRef& of) {
  return std::make_shared<ProcFs>(kernel, of);
}

vfs::FileSystemRef Kernel::proc(const PidNamespaceRef& name_space) {
  vfs::FileSystemRef& proc = name_space->proc;
  if (!proc) proc = make_proc_fs(*this, name_space);
  return proc;
}

}  // namespace drydock::kernel
