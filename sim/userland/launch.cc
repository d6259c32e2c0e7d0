// launch.cc — running another program: execvp(3) and the words when it fails.

#include "sim/userland/launch.h"

#include <fmt/format.h>

#include "sim/userland/files.h"

namespace drydock::userland {

namespace {

constexpr std::string_view kUsualPath = "/bin:/usr/bin";

std::string path_in(const List& environ) {
  for (const std::string& entry : environ) {
    if (entry.starts_with("PATH=")) return entry.substr(5);
  }
  return std::string(kUsualPath);
}

Task<Errno> exec_file(kernel::Process& self, std::string path, List argv,
                      List environ) {
  const Errno error = co_await self.execve(path, argv, environ);
  if (error != Errno::enoexec) co_return error;
  List script{"/bin/sh"};
  script.push_back(path);
  script.insert(script.end(), argv.begin() + 1, argv.end());
  co_return co_await self.execve("/bin/sh", script, environ);
}

bool may_run(kernel::Process& self, const std::string& path) {
  const auto file = self.stat(path);
  const auto execute = static_cast<unsigned>(vfs::Access::execute);
  return file && file->type == vfs::FileType::regular &&
         self.access(path, execute);
}

// What the child of start() does: a function of its own, since a coroutine
// must own what it uses.
Task<int> child_body(kernel::Process& self, List argv, List environ,
                     std::string name) {
  const Errno error = co_await exec_by_name(self, argv, environ);
  const std::string text = fmt::format(
      "{}{}: {}\n", name,
      self.flavour() == "busybox" ? argv[0] : quoted(argv[0]), text_of(error));
  co_await self.write(kernel::kStderr, text);
  co_return error == Errno::enoent ? 127 : 126;
}

}  // namespace

Task<Errno> exec_by_name(kernel::Process& self, List argv, List environ) {
  const std::string& name = argv[0];
  if (name.find('/') != name.npos) {
    co_return co_await exec_file(self, name, argv, environ);
  }
  if (name.empty()) co_return Errno::enoent;
  Errno failure = Errno::enoent;
  for (const std::string& directory : split(path_in(environ), ':')) {
    const std::string path = concat(directory.empty() ? "." : directory, name);
    if (!self.stat(path)) continue;
    const Errno error = co_await exec_file(self, path, argv, environ);
    if (error == Errno::eacces) failure = error;
    const bool go_on = error == Errno::eacces || error == Errno::enoent ||
                       error == Errno::enotdir;
    if (!go_on) co_return error;
  }
  co_return failure;
}

Task<int> become(Output& out, List argv, List environ, std::string deed) {
  co_await out.flush();
  const Errno error = co_await exec_by_name(out.self(), argv, environ);
  if (out.busybox()) deed = "can't execute ";
  out.complain(deed + quoted(out, argv[0]), error);
  co_await out.flush();
  co_return error == Errno::enoent ? 127 : 126;
}

std::string find_program(kernel::Process& self, std::string_view name) {
  if (name.find('/') != name.npos) {
    const std::string path(name);
    return may_run(self, path) ? path : "";
  }
  for (const std::string& directory : split(path_in(self.environ()), ':')) {
    const std::string path = concat(directory.empty() ? "." : directory, name);
    if (may_run(self, path)) return path;
  }
  return "";
}

SysResult<kernel::Pid> start(kernel::Process& self, List argv, List environ,
                             std::string name) {
  return self.fork([argv, environ, name](kernel::Process& child) {
    return child_body(child, argv, environ, name);
  });
}

void set_variable(List& environ, std::string_view name,
                  std::string_view value) {
  const std::string entry = fmt::format("{}={}", name, value);
  for (std::string& existing : environ) {
    if (existing.starts_with(fmt::format("{}=", name))) {
      existing = entry;
      return;
    }
  }
  environ.push_back(entry);
}

void unset_variable(List& environ, std::string_view name) {
  std::erase_if(environ, [&](const std::string& entry) {
    return entry.starts_with(fmt::format("{}=", name));
  });
}

}  // namespace drydock::userland
