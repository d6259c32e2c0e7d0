// exec.cc — execve(2): one process, another program.

#include "sim/kernel/exec.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/kernel/kernel_process.h"

namespace drydock::kernel {

using vfs::FileType;

namespace {

constexpr std::string_view kMagic =
    "\x7f"
    "ELF drydock:";
constexpr std::size_t kHeadMax = 256;  // BINPRM_BUF_SIZE
constexpr int kInterpretersMax = 4;
constexpr std::size_t kNameMax = 15;  // TASK_COMM_LEN, without its zero.

/// A program that is in the image but not in our table.
Task<int> complain_of_absence(Process& self) {
  const std::vector<std::string>& argv = self.argv();
  const std::string name = argv.empty() ? "" : vfs::base_name(argv.front());
  const std::string text =
      fmt::format("drydock: '{}' is in this image but is not modelled\n", name);
  const SysResult<std::int64_t> said = co_await complain(self, text);
  static_cast<void>(said);
  co_return 127;
}

/// "busybox nosuch": the box knows its own applets.
Task<int> complain_of_applet(Process& self) {
  const std::string name = vfs::base_name(self.argv().front());
  const SysResult<std::int64_t> said =
      co_await complain(self, name + ": applet not found\n");
  static_cast<void>(said);
  co_return 127;
}

/// "busybox/*" is one file for many programs: which one is argv's to say.
std::string choose_applet(std::string id, std::vector<std::string>* argv) {
  if (!id.ends_with("/*")) return id;
  const std::string box = id.substr(0, id.size() - 2);
  std::string name = argv->empty() ? box : vfs::base_name(argv->front());
  if (name == box && argv->size() > 1) {
    argv->erase(argv->begin());
    name = vfs::base_name(argv->front());
  }
  return box + "/" + name;
}

/// "#! interpreter [argument]".
struct Shebang {
  std::string interpreter;
  std::string argument;
};

std::optional<Shebang> shebang_of(std::string_view head) {
  if (!head.starts_with("#!")) return std::nullopt;
  const std::string_view line = trim(head.substr(
      2, head.find('\n') == std::string_view::npos ? std::string_view::npos
                                                   : head.find('\n') - 2));
  const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
  Shebang parts{std::string(line.substr(0, end)),
                std::string(trim(line.substr(end)))};
  if (parts.interpreter.empty()) return std::nullopt;
  return parts;
}

bool has_option(const vfs::Mount& mount, std::string_view option) {
  for (std::string_view rest = mount.options; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (rest.substr(0, end) == option) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

SysOutcome may_run(const vfs::Glance& seen, const vfs::Credentials& who) {
  const unsigned run = static_cast<unsigned>(vfs::Access::execute);
  if (seen.file.type != FileType::regular) return Errno::eacces;
  if (!vfs::permits(seen.file, who, run)) return Errno::eacces;
  if (has_option(*seen.mount, "noexec")) return Errno::eacces;
  return ok();
}

/// The script becomes the first argument of its interpreter.
void run_interpreter(Shebang script, Executable* executable) {
  std::vector<std::string>& argv = executable->argv;
  std::vector<std::string> rest{script.interpreter};
  if (!script.argument.empty()) rest.push_back(std::move(script.argument));
  rest.push_back(std::move(executable->path));
  if (!argv.empty()) rest.insert(rest.end(), argv.begin() + 1, argv.end());
  argv = std::move(rest);
  executable->path = std::move(script.interpreter);
}

/// `line` is what follows the magic: the program's id.
void find_program(Kernel& kernel, std::string_view line,
                  Executable* executable) {
  std::string id(line.substr(0, line.find('\n')));
  const bool is_box = id.ends_with("/*");
  const std::size_t words = executable->argv.size();
  executable->program_id = choose_applet(std::move(id), &executable->argv);
  executable->program = kernel.programs().find(executable->program_id);
  if (executable->program) return;
  const bool asked_box = is_box && executable->argv.size() < words;
  executable->program = asked_box ? complain_of_applet : complain_of_absence;
}

}  // namespace

std::string executable_content(std::string_view program_id) {
  return fmt::format("{}{}\n", kMagic, program_id);
}

SysOutcome load(Kernel& kernel, const vfs::View& view, std::string path,
                std::vector<std::string> argv, Executable* executable) {
  executable->name = vfs::base_name(path);
  if (executable->name.size() > kNameMax) executable->name.resize(kNameMax);
  executable->path = std::move(path);
  executable->argv = std::move(argv);
  for (int depth = 0; depth <= kInterpretersMax; ++depth) {
    const SysResult<vfs::Glance> seen =
        vfs::glance(view, executable->path, kHeadMax);
    if (!seen) return seen.error();
    const SysOutcome allowed = may_run(*seen, view.who);
    if (!allowed) return allowed;
    const std::string_view head = seen->head;
    if (std::optional<Shebang> script = shebang_of(head)) {
      run_interpreter(*std::move(script), executable);
      continue;
    }
    if (!head.starts_with(kMagic)) return Errno::enoexec;
    find_program(kernel, head.substr(kMagic.size()), executable);
    executable->file = seen->file;
    if (has_option(*seen->mount, "nosuid")) executable->file.mode &= ~06000u;
    return ok();
  }
  return Errno::eloop;
}

/// Set-id bits of the file: the effective and the saved id become its owner's.
void KernelProcess::set_credentials_of_file(const vfs::Attributes& file) {
  const bool obeyed = !no_new_privileges_;
  if (obeyed && (file.mode & 04000)) view_.who.uid = file.uid;
  if (obeyed && (file.mode & 02010) == 02010) view_.who.gid = file.gid;
  saved_uid_ = view_.who.uid;
  saved_gid_ = view_.who.gid;
}

void KernelProcess::become(Executable&& executable,
                           std::vector<std::string> environ) {
  fds_.close_for_exec();
  give_memory_back();
  caught_ = 0;
  caught_pending_ = 0;
  interrupt_ = false;
  set_credentials_of_file(executable.file);
  argv_ = std::make_shared<const std::vector<std::string>>(
      std::move(executable.argv));
  environ_ =
      std::make_shared<const std::vector<std::string>>(std::move(environ));
  program_id_ = std::move(executable.program_id);
  exe_path_ = std::move(executable.path);
  name_ = std::move(executable.name);
  has_executed_ = true;
  start(std::move(executable.program));
}

namespace {

SysOutcome check_size(const MachineLimits& limits,
                      const std::vector<std::string>& argv,
                      const std::vector<std::string>& environ) {
  std::int64_t total = 0;
  for (const std::vector<std::string>* const words : {&argv, &environ}) {
    for (const std::string& word : *words) {
      const auto size = static_cast<std::int64_t>(word.size()) + 1;
      if (size > limits.argument) return Errno::e2big;
      total += size + 8;  // And its pointer.
    }
  }
  return total > limits.arguments ? SysOutcome(Errno::e2big) : ok();
}

}  // namespace

Task<Errno> KernelProcess::execve(std::string path,
                                  std::vector<std::string> argv,
                                  std::vector<std::string> environ) {
  co_await enter();
  const SysOutcome passed = filtered("execve");
  if (!passed) co_return passed.error();
  const SysOutcome fits = check_size(kernel_.limits(), argv, environ);
  if (!fits) co_return fits.error();
  Executable found;
  const SysOutcome loaded =
      load(kernel_, view_, std::move(path), std::move(argv), &found);
  if (!loaded) co_return loaded.error();
  if (!found.path.starts_with('/')) {
    const SysResult<std::string> real = realpath(found.path);
    if (real) found.path = *real;
  }
  become(std::move(found), std::move(environ));
  for (;;) co_await Never();
}

}  // namespace drydock::kernel
