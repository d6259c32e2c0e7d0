// machine.h — a small computer for tests: a kernel, a memory file system, and
// the programs that the test brings along.
//
//     TestMachine machine;
//     machine.install("greet", greet);           // /bin/greet
//     const Ran ran = machine.run({"greet", "you"}, "input");
//     CHECK(ran.out == "hello you\n");
//     CHECK(ran.status == 0);

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/scheduler.h"
#include "sim/kernel/device.h"
#include "sim/kernel/devpts.h"
#include "sim/kernel/kernel.h"
#include "sim/kernel/open_file.h"
#include "sim/kernel/pipe.h"
#include "sim/kernel/process.h"
#include "sim/vfs/memory_fs.h"

namespace drydock::test {

/// Programs by id: those of the test first, then those of another table.
class TestPrograms final : public kernel::ProgramTable {
 public:
  explicit TestPrograms(const kernel::ProgramTable* others = nullptr)
      : others_(others) {}
  kernel::Program find(std::string_view id) const override {
    const auto found = programs_.find(std::string(id));
    if (found != programs_.end()) return found->second;
    return others_ ? others_->find(id) : nullptr;
  }
  void add(std::string id, kernel::Program program) {
    programs_[std::move(id)] = std::move(program);
  }

 private:
  const kernel::ProgramTable* others_;
  std::map<std::string, kernel::Program> programs_;
};

/// Keeps all that is written to it.
class CollectorFile final : public kernel::OpenFile {
 public:
  CollectorFile() : OpenFile(kernel::kWriteOnly) {}
  SysResult<std::int64_t> try_write(kernel::KernelProcess&,
                                    std::string_view bytes) override {
    if (bytes_.size() + bytes.size() > kMax) return Errno::enospc;
    bytes_ += bytes;
    return static_cast<std::int64_t>(bytes.size());
  }
  vfs::Attributes attributes() const override {
    vfs::Attributes pipe;
    pipe.type = vfs::FileType::fifo;
    pipe.mode = 0600;
    return pipe;
  }
  std::string title() const override { return "pipe:[1]"; }
  const Bytes& bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kMax = std::size_t{1} << 26;
  Bytes bytes_;
};

/// What came of a run.
struct Ran {
  std::string out, err;
  int status = -1;  // As a shell's $?; -1: it never ended (see `stop`).
  kernel::WaitStatus how;
  Scheduler::Stop stop = Scheduler::Stop::idle;
};

/// A program under way.
struct Running {
  kernel::ProcessHandleRef process;
  std::shared_ptr<CollectorFile> out, err;
};

class TestMachine {
 public:
  explicit TestMachine(const kernel::ProgramTable* others = nullptr,
                       kernel::MachineLimits limits = {})
      : programs(others), kernel(scheduler, 1, programs, limits) {
    scheduler.set_turn_limit(5'000'000);
    lay_out();
    vfs::Mount mount;
    mount.source = "/dev/sda1";
    mount.type = "ext4";
    mount.options = "relatime";
    mount.file_system = files;
    mount.root = files->root();
    kernel.boot(vfs::MountTable(std::move(mount)), "testbox");
    mount_on("/proc", "proc", kernel.proc(kernel.machine().pid));
    mount_on("/dev/pts", "devpts", kernel.devices().pts());
  }

  /// /bin/NAME runs this program.
  void install(const std::string& name, kernel::Program program) {
    programs.add("test/" + name, std::move(program));
    install_id(name, "test/" + name);
  }
  /// /bin/NAME runs the program of this id in the other table.
  void install_id(const std::string& name, const std::string& id) {
    write("/bin/" + name, kernel::executable_content(id), 0755);
  }
  void write(const std::string& path, std::string_view content,
             vfs::Mode mode = 0644) {
    static_cast<void>(vfs::write_file(*files->root(), path, content, mode));
  }
  /// The content of a file; nullopt when there is none.
  std::optional<std::string> read(const std::string& path) {
    vfs::View view{&kernel.machine().mnt->table, {}, {}, {}};
    view.root = view.cwd = view.mounts->root();
    const SysResult<vfs::Location> place = vfs::resolve(view, path);
    if (!place) return std::nullopt;
    const SysResult<Bytes> bytes = place->inode->read(0, std::size_t{1} << 26);
    if (!bytes) return std::nullopt;
    return *bytes;
  }

  /// What the next programs are started with.
  std::vector<std::string> environ = {"PATH=/bin", "HOME=/root"};
  std::string cwd = "/";
  vfs::Credentials who;

  /// Starts it and returns at once; nothing has run yet.  `argv[0]` is looked
  /// for in /bin when it has no slash.
  SysResult<Running> start(std::vector<std::string> argv,
                           std::string input = "") {
    Running running;
    running.out = std::make_shared<CollectorFile>();
    running.err = std::make_shared<CollectorFile>();
    kernel::InPipe in = kernel::make_in_pipe(kernel.next_ino());
    scheduler.spawn(feed(std::move(in.sink), std::move(input)));
    kernel::SpawnSpec spec;
    const bool plain = argv.front().find('/') == std::string::npos;
    spec.path = plain ? "/bin/" + argv.front() : argv.front();
    spec.argv = std::move(argv);
    spec.environ = environ;
    spec.cwd = cwd;
    spec.who = who;
    spec.fds = {in.file, running.out, running.err};
    const SysResult<kernel::ProcessHandleRef> process =
        kernel.spawn(std::move(spec));
    if (!process) return process.error();
    running.process = *process;
    return running;
  }

  /// Runs it to its end, or until nothing moves any more.
  Ran run(std::vector<std::string> argv, std::string input = "") {
    const SysResult<Running> running = start(std::move(argv), std::move(input));
    if (!running) {
      Ran failed;
      failed.err = text_of(running.error());
      failed.status = running.error() == Errno::enoent ? 127 : 126;
      return failed;
    }
    return finish(*running);
  }

  Ran finish(const Running& running) {
    Ran ran;
    kernel::ProcessHandle& process = *running.process;
    ran.stop = scheduler.run_until([&] { return process.ended.happened(); });
    ran.out = running.out->bytes();
    ran.err = running.err->bytes();
    if (process.ended.happened()) {
      ran.how = process.status;
      ran.status = process.status.shell_status();
    }
    return ran;
  }

  Scheduler scheduler;
  TestPrograms programs;
  vfs::FileSystemRef files = vfs::make_memory_fs(scheduler);
  kernel::Kernel kernel;

 private:
  void mount_on(const std::string& path, const std::string& type,
                vfs::FileSystemRef file_system) {
    vfs::MountTable& table = kernel.machine().mnt->table;
    const vfs::View view{&table, table.root(), table.root(), {}};
    vfs::Mount mount;
    mount.source = mount.type = type;
    mount.options = "relatime";
    mount.root = file_system->root();
    mount.file_system = std::move(file_system);
    mount.on = *vfs::resolve(view, path);
    table.add(std::move(mount));
  }
  static Task<void> feed(std::unique_ptr<kernel::PipeSink> sink, Bytes input) {
    // A program that does not want all of it is no error.
    co_await sink->write(input);
    sink->close();
  }

  void lay_out() {
    for (const char* const path : {"/bin", "/dev", "/etc", "/root", "/proc"}) {
      static_cast<void>(vfs::make_directories(*files->root(), path));
    }
    const SysResult<vfs::InodeRef> tmp =
        vfs::make_directories(*files->root(), "/tmp");
    vfs::AttributeChange sticky;
    sticky.mode = 01777;
    static_cast<void>((*tmp)->change(sticky));
    write("/etc/passwd",
          "root:x:0:0:root:/root:/bin/sh\n"
          "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
          "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
    write("/etc/group", "root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n");
    kernel::populate_dev(**vfs::make_directories(*files->root(), "/dev"));
  }
};

}  // namespace drydock::test
