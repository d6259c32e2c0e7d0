// nginx.cc — master and workers: command line, signals, connections, logs.

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sim/base/wait.h"
#include "sim/kernel/kernel.h"
#include "sim/userland/identity.h"
#include "sim/userland/services/nginx/worker.h"
#include "sim/userland/services/services.h"

namespace drydock::userland {

namespace nginx {

namespace {

using kernel::Disposition;
using kernel::Fd;
using kernel::Process;
using kernel::SocketAddress;

constexpr int kSigUsr1 = 10;

// How a process of nginx gets its title: it executes itself anew, under the
// title as its name, and finds here what it was called with and has open.
constexpr std::string_view kArgumentsVariable = "NGINX_ARGV",
                           kInheritedVariable = "NGINX";

constexpr std::string_view kUsage =
    "Usage: nginx [-?hvVtq] [-s signal] [-c filename] [-p prefix] [-g "
    "directives]\n\n"
    "Options:\n"
    "  -?,-h         : this help\n"
    "  -v            : show version and exit\n"
    "  -V            : show version and configure options then exit\n"
    "  -t            : test configuration and exit\n"
    "  -q            : suppress non-error messages during configuration "
    "testing\n"
    "  -s signal     : send signal to a master process: stop, quit, reopen, "
    "reload\n"
    "  -p prefix     : set prefix path (default: /etc/nginx/)\n"
    "  -c filename   : set configuration file (default: "
    "/etc/nginx/nginx.conf)\n"
    "  -g directives : set global directives out of configuration file\n\n";

struct Wishes {
  bool help = false, version = false, configure = false, test = false,
       quiet = false;
  std::string signal, file = std::string(kConfigPath);
  List globals;
  std::string fault;
};

Wishes read_wishes(const List& argv) {
  Wishes wishes;
  for (std::size_t i = 1; i < argv.size(); ++i) {
    const std::string& word = argv[i];
    if (!word.starts_with('-') || word.size() < 2) {
      wishes.fault = fmt::format("invalid option: \"{}\"", word);
      return wishes;
    }
    const char letter = word[1];
    const bool takes =
        std::string_view("scgp").find(letter) != std::string::npos;
    std::string value = word.substr(2);
    if (takes && value.empty()) {
      if (i + 1 >= argv.size()) {
        wishes.fault = fmt::format("option \"-{}\" requires {}", letter,
                                   letter == 'c'   ? "file name"
                                   : letter == 'p' ? "directory name"
                                   : letter == 'g' ? "parameter"
                                                   : "parameter");
        return wishes;
      }
      value = argv[++i];
    }
    switch (letter) {
      case '?':
      case 'h':
        wishes.help = true;
        break;
      case 'v':
        wishes.version = true;
        break;
      case 'V':
        wishes.version = wishes.configure = true;
        break;
      case 't':
        wishes.test = true;
        break;
      case 'q':
        wishes.quiet = true;
        break;
      case 's':
        wishes.signal = value;
        break;
      case 'c':
        wishes.file =
            value.starts_with('/') ? value : std::string(kPrefix) + "/" + value;
        break;
      case 'g':
        wishes.globals.push_back(value);
        break;
      default:
        wishes.fault =
            letter == 'p' || letter == 'T'
                ? fmt::format("drydock: nginx -{} is not modelled", letter)
                : fmt::format("invalid option: \"{}\"", word.substr(1));
        return wishes;
    }
  }
  return wishes;
}

Task<SysOutcome> open_log(Process& self, LogFiles* files, std::string path) {
  if (path.empty() || files->contains(path)) co_return ok();
  if (path == "stderr") {
    (*files)[path] = kernel::kStderr;
    co_return ok();
  }
  const SysResult<Fd> fd = co_await self.open(
      path, kernel::kWriteOnly | kernel::kCreate | kernel::kAppend, 0644);
  if (!fd) co_return fd.error();
  (*files)[path] = *fd;
  co_return ok();
}

/// All logs of a configuration; the path that could not be opened.
Task<std::string> open_logs(Process& self, LogFiles* files,
                            const Config& config) {
  List paths = {config.error_log};
  for (const HttpServer& server : config.servers) {
    for (const AccessLog& log : server.settings.access_logs) {
      paths.push_back(log.path);
    }
    for (const Location& location : server.locations) {
      for (const AccessLog& log : location.settings.access_logs) {
        paths.push_back(log.path);
      }
    }
  }
  for (const std::string& path : paths) {
    const SysOutcome opened = co_await open_log(self, files, path);
    if (opened) continue;
    co_return fmt::format("open() \"{}\" failed ({}: {})", path,
                          static_cast<int>(opened.error()),
                          text_of(opened.error()));
  }
  co_return "";
}

// --- The master --------------------------------------------------------------

class Master {
 public:
  Master(Process& self, Wishes wishes)
      : self_(self), wishes_(std::move(wishes)) {}

  Task<int> run(Config config);

 private:
  Task<bool> open_doors();
  Task<void> note(std::string_view level, std::string text);
  Task<void> reload();
  void start_workers();
  Task<void> stop_workers(int signal);
  Task<void> reap(bool restart);

  Process& self_;
  Wishes wishes_;
  std::shared_ptr<Instance> instance_ = std::make_shared<Instance>();
  std::set<kernel::Pid> workers_;
};

/// One line of the error log, and of stderr while nginx starts.
Task<void> Master::note(std::string_view level, std::string text) {
  const std::string line = fmt::format(
      "{} [{}] {}#{}: {}\n", format_time(self_.now(), "%Y/%m/%d %H:%M:%S"),
      level, self_.getpid(), self_.getpid(), text);
  const auto log = instance_->logs.find(instance_->config.error_log);
  const Fd fd = log == instance_->logs.end() ? kernel::kStderr : log->second;
  co_await self_.write(fd, line);
}

Task<bool> Master::open_doors() {
  std::vector<Door> doors;
  for (const HttpServer& server : instance_->config.servers) {
    for (const ListenAddress& listen : server.listens) {
      const auto same = [&](const Door& door) {
        return door.address.port == listen.port &&
               (door.address.ip == listen.ip || door.address.ip.is_any());
      };
      if (std::ranges::any_of(doors, same)) continue;
      const auto old = std::ranges::find_if(instance_->doors, same);
      if (old != instance_->doors.end()) {
        doors.push_back(*old);
        continue;
      }
      Door door;
      door.address = listen;
      const SysResult<Fd> fd =
          self_.socket(kernel::SocketFamily::inet, kernel::SocketType::stream);
      SocketAddress address;
      address.ip = listen.ip;
      address.port = listen.port;
      SysOutcome bound = fd ? ok() : SysOutcome(fd.error());
      if (fd) {
        door.fd = *fd;
        static_cast<void>(self_.set_reuse_address(*fd, true));
        bound = self_.bind(*fd, address);
        if (bound) bound = self_.listen(*fd, 511);
      }
      if (!bound) {
        const std::string text = fmt::format(
            "nginx: [emerg] bind() to {}:{} failed ({}: {})\n",
            kernel::format_ipv4(listen.ip), listen.port,
            static_cast<int>(bound.error()), text_of(bound.error()));
        co_await kernel::complain(self_, text);
        co_return false;
      }
      doors.push_back(door);
    }
  }
  instance_->doors = std::move(doors);
  co_return true;
}

/// Goes on as the same program under another title; returns on failure only.
Task<int> go_on_as(Process& self, std::string title, List variables) {
  List environ = self.environ();
  for (const std::string& variable : variables) {
    const std::string name = variable.substr(0, variable.find('=') + 1);
    std::erase_if(environ, [&](const std::string& entry) {
      return entry.starts_with(name);
    });
    environ.push_back(variable);
  }
  const SysResult<std::string> program = self.readlink("/proc/self/exe");
  const List argv = {title};
  Errno error = Errno::enoent;
  if (program) {
    const std::string path = *program;
    error = co_await self.execve(path, argv, environ);
  }
  const std::string text =
      fmt::format("nginx: [alert] execve() failed ({}: {})\n",
                  static_cast<int>(error), text_of(error));
  co_await kernel::complain(self, text);
  co_return 1;
}

/// "door FD" and "log FD PATH" lines: what a worker finds open.
std::string inheritance_of(const Instance& instance) {
  std::string lines = "=";
  for (const Door& door : instance.doors) {
    lines += fmt::format("door {}\n", door.fd);
  }
  for (const auto& [path, fd] : instance.logs) {
    lines += fmt::format("log {} {}\n", fd, path);
  }
  return std::string(kInheritedVariable) + lines;
}

Task<int> work(Process& self, Wishes wishes, std::string inheritance) {
  const auto instance = std::make_shared<Instance>();
  const Result<Config> config =
      co_await read_config(self, wishes.file, wishes.globals);
  if (!config) co_return 2;
  instance->config = *config;
  for (const std::string& line : split(inheritance, '\n')) {
    const List words = split_blanks(line);
    if (words.size() < 2) continue;
    const auto fd = static_cast<Fd>(parse_int(words[1]).value_or(-1));
    if (words[0] == "log" && words.size() == 3) instance->logs[words[2]] = fd;
    if (words[0] == "door") instance->doors.push_back({{}, fd});
  }
  if (self.credentials().uid == 0) {
    const Accounts accounts = co_await read_accounts(self);
    const Result<Identity> who = find_identity(accounts, instance->config.user);
    if (who) static_cast<void>(become_identity(self, *who));
  }
  Worker worker(self, instance);
  const int status = co_await worker.run();
  co_return status;
}

void Master::start_workers() {
  const List variables = {inheritance_of(*instance_)};
  for (std::int64_t i = 0; i < instance_->config.workers; ++i) {
    const SysResult<kernel::Pid> pid = self_.fork([variables](Process& child) {
      return go_on_as(child, "nginx: worker process", variables);
    });
    if (pid) workers_.insert(*pid);
  }
}

Task<void> Master::stop_workers(int signal) {
  for (const kernel::Pid pid : workers_) {
    co_await self_.kill(pid, signal);
  }
  while (!workers_.empty()) {
    const SysResult<kernel::WaitStatus> status = co_await self_.wait4(-1);
    if (!status && status.error() == Errno::eintr) continue;
    if (!status) break;
    workers_.erase(status->pid);
  }
}

Task<void> Master::reap(bool restart) {
  for (;;) {
    kernel::WaitOptions options;
    options.no_hang = true;
    const SysResult<kernel::WaitStatus> status =
        co_await self_.wait4(-1, options);
    if (!status || status->pid == 0) break;
    workers_.erase(status->pid);
    if (status->kind == kernel::WaitStatus::Kind::signaled) {
      co_await note("alert",
                    fmt::format("worker process {} exited on signal {}",
                                status->pid, status->code));
    }
  }
  const auto wanted = static_cast<std::size_t>(instance_->config.workers);
  if (restart && workers_.size() < wanted && workers_.empty()) {
    start_workers();
  }
}

/// SIGHUP: a new configuration and new workers, or neither.
Task<void> Master::reload() {
  const Result<Config> config =
      co_await read_config(self_, wishes_.file, wishes_.globals);
  if (!config) {
    co_await note("emerg", config.error().text);
    co_return;
  }
  const std::shared_ptr<Instance> before = instance_;
  instance_ = std::make_shared<Instance>();
  instance_->config = *config;
  instance_->doors = before->doors;
  instance_->logs = before->logs;
  const std::string fault =
      co_await open_logs(self_, &instance_->logs, instance_->config);
  const bool opened = co_await open_doors();
  if (!fault.empty() || !opened) {
    instance_ = before;
    co_return;
  }
  std::set<kernel::Pid> old;
  old.swap(workers_);
  start_workers();
  for (const kernel::Pid pid : old) {
    co_await self_.kill(pid, kernel::kSigQuit);
  }
}

Task<int> Master::run(Config config) {
  instance_->config = std::move(config);
  const std::string fault =
      co_await open_logs(self_, &instance_->logs, instance_->config);
  if (!fault.empty()) {
    co_await kernel::complain(self_, "nginx: [emerg] " + fault + "\n");
    co_return 1;
  }
  const bool opened = co_await open_doors();
  if (!opened) co_return 1;
  for (const int signal : {kernel::kSigTerm, kernel::kSigInt, kernel::kSigQuit,
                           kernel::kSigHup, kernel::kSigChld, kSigUsr1}) {
    static_cast<void>(self_.sigaction(signal, Disposition::caught));
  }
  const SysResult<Fd> pid_file = co_await self_.open(
      instance_->config.pid_file,
      kernel::kWriteOnly | kernel::kCreate | kernel::kTruncate, 0644);
  if (pid_file) {
    const std::string line = fmt::format("{}\n", self_.getpid());
    co_await self_.write(*pid_file, line);
    static_cast<void>(self_.close(*pid_file));
  }
  start_workers();
  for (;;) {
    if (!self_.signal_pending()) co_await self_.pause();
    const int signal = self_.take_signal();
    if (signal == kernel::kSigChld) {
      co_await reap(true);
    } else if (signal == kernel::kSigHup) {
      co_await reload();
    } else if (signal == kSigUsr1) {
      instance_->logs.clear();
      const std::string why =
          co_await open_logs(self_, &instance_->logs, instance_->config);
      if (!why.empty()) co_await note("emerg", why);
      const std::set<kernel::Pid> old = workers_;
      start_workers();
      for (const kernel::Pid pid : old) {
        co_await self_.kill(pid, kernel::kSigQuit);
      }
    } else if (signal == kernel::kSigQuit) {
      co_await stop_workers(kernel::kSigQuit);
      break;
    } else if (signal == kernel::kSigTerm || signal == kernel::kSigInt) {
      co_await stop_workers(kernel::kSigTerm);
      break;
    }
  }
  static_cast<void>(self_.unlink(instance_->config.pid_file));
  co_return 0;
}

/// -s: the signal that a word means, to the master of the pid file.
Task<int> send_signal(Process& self, std::string word, Config config) {
  const int signal = word == "stop"     ? kernel::kSigTerm
                     : word == "quit"   ? kernel::kSigQuit
                     : word == "reopen" ? kSigUsr1
                     : word == "reload" ? kernel::kSigHup
                                        : 0;
  if (signal == 0) {
    const std::string text =
        fmt::format("nginx: invalid option: \"-s {}\"\n", word);
    co_await kernel::complain(self, text);
    co_return 1;
  }
  const SysResult<Bytes> pid =
      co_await kernel::read_file(self, config.pid_file);
  if (!pid) {
    const std::string text = fmt::format(
        "nginx: [error] open() \"{}\" failed ({}: {})\n", config.pid_file,
        static_cast<int>(pid.error()), text_of(pid.error()));
    co_await kernel::complain(self, text);
    co_return 1;
  }
  const std::int64_t number = parse_int(trim(*pid)).value_or(0);
  const SysOutcome sent =
      co_await self.kill(static_cast<kernel::Pid>(number), signal);
  if (sent) co_return 0;
  const std::string text = fmt::format(
      "nginx: [alert] kill({}, {}) failed ({}: {})\n", number, signal,
      static_cast<int>(sent.error()), text_of(sent.error()));
  co_await kernel::complain(self, text);
  co_return 1;
}

/// The second life of a master has its title already.
Task<int> run_master(Process& self, Wishes wishes, Config config, List words) {
  if (!self.getenv(kArgumentsVariable)) {
    const List variables = {std::string(kArgumentsVariable) + "=" +
                            join(words, "\n")};
    const std::string title = "nginx: master process " + join(words, " ");
    const int failed = co_await go_on_as(self, title, variables);
    co_return failed;
  }
  Master master(self, std::move(wishes));
  const int status = co_await master.run(std::move(config));
  co_return status;
}

Task<int> become_daemon(Process& self, Wishes wishes, Config config,
                        List words) {
  static_cast<void>(self.setsid());
  const SysResult<Fd> null =
      co_await self.open("/dev/null", kernel::kReadWrite);
  for (const Fd fd : {0, 1}) {
    if (null) static_cast<void>(self.dup2(*null, fd));
  }
  const int status =
      co_await run_master(self, std::move(wishes), std::move(config), words);
  co_return status;
}

}  // namespace

}  // namespace nginx

Task<int> nginx_main(kernel::Process& self) {
  const auto arguments = self.getenv(nginx::kArgumentsVariable);
  const List words = arguments ? split(*arguments, '\n') : self.argv();
  const nginx::Wishes wishes = nginx::read_wishes(words);
  const auto inheritance = self.getenv(nginx::kInheritedVariable);
  if (arguments && inheritance) {
    const int status = co_await nginx::work(self, wishes, *inheritance);
    co_return status;
  }
  if (!wishes.fault.empty()) {
    const std::string text = fmt::format("nginx: {}\n", wishes.fault);
    co_await kernel::complain(self, text);
    co_return 1;
  }
  if (wishes.version || wishes.help) {
    std::string text = fmt::format("nginx version: {}\n", nginx::kVersion);
    if (wishes.help) text += nginx::kUsage;
    if (wishes.configure) {
      text +=
          "configure arguments: --prefix=/etc/nginx "
          "--sbin-path=/usr/sbin/nginx --conf-path=/etc/nginx/nginx.conf "
          "--error-log-path=/var/log/nginx/error.log "
          "--http-log-path=/var/log/nginx/access.log "
          "--pid-path=/var/run/nginx.pid --user=nginx --group=nginx\n";
    }
    co_await kernel::complain(self, text);
    co_return 0;
  }
  const Result<nginx::Config> config =
      co_await nginx::read_config(self, wishes.file, wishes.globals);
  if (!config) {
    std::string text = fmt::format("nginx: [emerg] {}\n", config.error().text);
    if (wishes.test) {
      text += fmt::format("nginx: configuration file {} test failed\n",
                          wishes.file);
    }
    co_await kernel::complain(self, text);
    co_return 1;
  }
  if (wishes.test) {
    const std::string text = fmt::format(
        "nginx: the configuration file {0} syntax is ok\nnginx: configuration "
        "file {0} test is successful\n",
        wishes.file);
    if (!wishes.quiet) co_await kernel::complain(self, text);
    co_return 0;
  }
  if (!wishes.signal.empty()) {
    const int status =
        co_await nginx::send_signal(self, wishes.signal, *config);
    co_return status;
  }
  if (config->servers.empty()) co_return 0;
  if (config->daemon && !arguments) {
    const nginx::Config copy = *config;
    static_cast<void>(self.fork([wishes, copy, words](kernel::Process& child) {
      return nginx::become_daemon(child, wishes, copy, words);
    }));
    co_return 0;
  }
  const int status = co_await nginx::run_master(self, wishes, *config, words);
  co_return status;
}

}  // namespace drydock::userland
