// module_posix.cc — what os is made of: system calls by their names.

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/modules.h"

namespace drydock::userland::python {

namespace {

kernel::Process& process(NativeCall& call) { return call.py.process(); }

Value answered(NativeCall& call, const SysOutcome& outcome,
               const std::string& path) {
  return outcome ? call.py.none : call.py.raise_os(outcome.error(), path);
}

Value os_getcwd(NativeCall& call) {
  return call.py.str(process(call).getcwd());
}
Value os_chdir(NativeCall& call) {
  const std::string* const path = text_of(call, 0);
  return path ? answered(call, process(call).chdir(*path), *path) : nullptr;
}

Value os_listdir(NativeCall& call) {
  std::string path = ".";
  if (call.count() > 0) {
    const std::string* const given = text_of(call, 0);
    if (!given) return nullptr;
    path = *given;
  }
  const auto entries = process(call).readdir(path);
  if (!entries) return call.py.raise_os(entries.error(), path);
  Values names;
  for (const vfs::DirectoryEntry& entry : *entries) {
    names.push_back(call.py.str(entry.name));
  }
  return call.py.list(std::move(names));
}

Value os_mkdir(NativeCall& call) {
  const std::string* const path = text_of(call, 0);
  if (!path) return nullptr;
  const Value given = call.take(1, "mode");
  const Int* const mode = as<Int>(given);
  return answered(
      call,
      process(call).mkdir(*path,
                          mode ? static_cast<vfs::Mode>(mode->number) : 0777),
      *path);
}
Value os_rmdir(NativeCall& call) {
  const std::string* const path = text_of(call, 0);
  return path ? answered(call, process(call).rmdir(*path), *path) : nullptr;
}
Value os_unlink(NativeCall& call) {
  const std::string* const path = text_of(call, 0);
  return path ? answered(call, process(call).unlink(*path), *path) : nullptr;
}
Value os_rename(NativeCall& call) {
  const std::string* const from = text_of(call, 0);
  const std::string* const to = from ? text_of(call, 1) : nullptr;
  return to ? answered(call, process(call).rename(*from, *to), *from) : nullptr;
}
Value os_symlink(NativeCall& call) {
  const std::string* const target = text_of(call, 0);
  const std::string* const path = target ? text_of(call, 1) : nullptr;
  return path ? answered(call, process(call).symlink(*target, *path), *target)
              : nullptr;
}
Value os_readlink(NativeCall& call) {
  const std::string* const path = text_of(call, 0);
  if (!path) return nullptr;
  const SysResult<std::string> target = process(call).readlink(*path);
  return target ? call.py.str(*target)
                : call.py.raise_os(target.error(), *path);
}
Value os_realpath(NativeCall& call) {
  const std::string* const path = text_of(call, 0);
  if (!path) return nullptr;
  const SysResult<std::string> target = process(call).realpath(*path);
  return target ? call.py.str(*target) : call.py.none;
}
Value os_chmod(NativeCall& call) {
  const std::string* const path = text_of(call, 0);
  const auto mode = path ? call.py.index(call.args[1]) : std::nullopt;
  if (!mode) return nullptr;
  return answered(
      call, process(call).chmod(*path, static_cast<vfs::Mode>(*mode)), *path);
}

/// (mode, size, mtime, uid, gid, ino, nlink)
Value os_stat(NativeCall& call) {
  Interpreter& py = call.py;
  const std::string* const path = text_of(call, 0);
  if (!path) return nullptr;
  const bool link = call.name == "_lstat";
  const SysResult<vfs::Attributes> about =
      link ? process(call).lstat(*path) : process(call).stat(*path);
  if (!about) return py.raise_os(about.error(), *path);
  std::int64_t kind = 0100000;
  if (about->type == vfs::FileType::directory) kind = 0040000;
  if (about->type == vfs::FileType::symlink) kind = 0120000;
  if (about->type == vfs::FileType::fifo) kind = 0010000;
  if (about->type == vfs::FileType::char_device) kind = 0020000;
  if (about->type == vfs::FileType::socket) kind = 0140000;
  return py.tuple({py.integer(kind | about->mode), py.integer(about->size),
                   py.real(static_cast<double>(about->mtime.since_epoch) / 1e9),
                   py.integer(about->uid), py.integer(about->gid),
                   py.integer(static_cast<std::int64_t>(about->ino))});
}

Value os_access(NativeCall& call) {
  const std::string* const path = text_of(call, 0);
  const auto mode = path ? call.py.index(call.args[1]) : std::nullopt;
  if (!mode) return nullptr;
  return call.py.boolean(
      bool(process(call).access(*path, static_cast<unsigned>(*mode))));
}

Value os_getpid(NativeCall& call) {
  return call.py.integer(process(call).getpid());
}
Value os_getppid(NativeCall& call) {
  return call.py.integer(process(call).getppid());
}
Value os_getuid(NativeCall& call) {
  return call.py.integer(process(call).getuid());
}
Value os_geteuid(NativeCall& call) {
  return call.py.integer(process(call).credentials().uid);
}
Value os_getgid(NativeCall& call) {
  return call.py.integer(process(call).getgid());
}
Value os_umask(NativeCall& call) {
  const auto mask = call.py.index(call.args[0]);
  if (!mask) return nullptr;
  return call.py.integer(process(call).umask(static_cast<vfs::Mode>(*mask)));
}

Value os_uname(NativeCall& call) {
  Interpreter& py = call.py;
  return py.tuple({py.str("Linux"), py.str(process(call).gethostname()),
                   py.str("4.2.0"), py.str("#1 SMP"), py.str("x86_64")});
}

Task<Value> os_kill(NativeCall call) {
  const auto pid = call.py.index(call.args[0]);
  const auto signal = pid ? call.py.index(call.args[1]) : std::nullopt;
  if (!signal) co_return nullptr;
  const SysOutcome sent = co_await call.py.process().kill(
      static_cast<kernel::Pid>(*pid), static_cast<int>(*signal));
  if (!sent) co_return call.py.raise_os(sent.error());
  const bool taken = co_await call.py.take_signals();
  co_return taken ? call.py.none : nullptr;
}

Task<Value> os_execve(NativeCall call) {
  Interpreter& py = call.py;
  const Str* const path = as<Str>(call.args[0]);
  const Values* const words = sequence_items(call.args[1]);
  const Dict* const environ = as<Dict>(call.args[2]);
  if (!path || !words || !environ) {
    co_return py.raise("TypeError", "execve: path, list and dict expected");
  }
  Strings argv, environment;
  for (const Value& word : *words) {
    argv.push_back(py.str_of(word).value_or(""));
  }
  for (const Table::Entry& entry : environ->table.entries()) {
    if (!entry.key) continue;
    environment.push_back(py.str_of(entry.key).value_or("") + "=" +
                          py.str_of(entry.value).value_or(""));
  }
  const std::string file = path->text;
  const Errno why = co_await py.process().execve(file, argv, environment);
  co_return py.raise_os(why, file);
}

Value os_exit(NativeCall& call) {
  const auto status = call.py.index(call.args[0]);
  if (!status) return nullptr;
  call.py.exit_status = static_cast<int>(*status) & 0xff;
  return call.py.raise("SystemExit", "");
}

Value os_urandom(NativeCall& call) {
  const auto count = call.py.index(call.args[0]);
  if (!count) return nullptr;
  if (*count < 0)
    return call.py.raise("ValueError", "negative argument not allowed");
  if (call.py.heap.full(*count)) return call.py.out_of_memory();
  std::string bytes;
  while (static_cast<std::int64_t>(bytes.size()) < *count) {
    bytes += static_cast<char>(process(call).random() & 0xff);
  }
  return call.py.bytes(std::move(bytes));
}

Value os_strerror(NativeCall& call) {
  const auto number = call.py.index(call.args[0]);
  if (!number) return nullptr;
  return call.py.str(
      drydock::text_of(static_cast<Errno>(static_cast<std::int32_t>(*number))));
}

/// _environ(): the environment as a dict.
Value os_environ(NativeCall& call) {
  const Ref<Dict> environ = call.py.dict();
  for (const std::string& line : process(call).environ()) {
    const std::size_t equals = line.find('=');
    if (equals == line.npos) continue;
    environ->table.set(call.py.intern(line.substr(0, equals)),
                       call.py.str(line.substr(equals + 1)));
  }
  return environ;
}

Value os_isatty(NativeCall& call) {
  const auto fd = call.py.index(call.args[0]);
  if (!fd) return nullptr;
  return call.py.boolean(process(call).isatty(static_cast<kernel::Fd>(*fd)));
}

constexpr NativeRow kPosix[] = {
    {"getcwd", 0, 0, os_getcwd},
    {"chdir", 1, 1, os_chdir},
    {"listdir", 0, 1, os_listdir},
    {"mkdir", 1, 2, os_mkdir, nullptr, true},
    {"rmdir", 1, 1, os_rmdir},
    {"unlink", 1, 1, os_unlink},
    {"remove", 1, 1, os_unlink},
    {"rename", 2, 2, os_rename},
    {"replace", 2, 2, os_rename},
    {"symlink", 2, 2, os_symlink},
    {"readlink", 1, 1, os_readlink},
    {"_realpath", 1, 1, os_realpath},
    {"chmod", 2, 2, os_chmod},
    {"_stat", 1, 1, os_stat},
    {"_lstat", 1, 1, os_stat},
    {"access", 2, 2, os_access},
    {"getpid", 0, 0, os_getpid},
    {"getppid", 0, 0, os_getppid},
    {"getuid", 0, 0, os_getuid},
    {"geteuid", 0, 0, os_geteuid},
    {"getgid", 0, 0, os_getgid},
    {"umask", 1, 1, os_umask},
    {"uname", 0, 0, os_uname},
    {"kill", 2, 2, nullptr, os_kill},
    {"execve", 3, 3, nullptr, os_execve},
    {"_exit", 1, 1, os_exit},
    {"urandom", 1, 1, os_urandom},
    {"strerror", 1, 1, os_strerror},
    {"_environ", 0, 0, os_environ},
    {"isatty", 1, 1, os_isatty},
};

}  // namespace

Value make_posix_module(Interpreter& py) {
  return module_of(py, "posix", kPosix);
}

}  // namespace drydock::userland::python
