// startup.cc — redis.conf, options, the picture, and the warnings.

#include "sim/userland/services/redis/startup.h"

#include <array>

#include <fmt/format.h>

namespace drydock::userland::redis {

namespace {

constexpr std::string_view kUsage =
    "Usage: ./redis-server [/path/to/redis.conf] [options]\n"
    "       ./redis-server - (read config from stdin)\n"
    "       ./redis-server -v or --version\n"
    "       ./redis-server -h or --help\n"
    "       ./redis-server --test-memory <megabytes>\n\n"
    "Examples:\n"
    "       ./redis-server (run the server with default conf)\n"
    "       ./redis-server /etc/redis/6379.conf\n"
    "       ./redis-server --port 7777\n"
    "       ./redis-server --port 7777 --slaveof 127.0.0.1 8888\n"
    "       ./redis-server /etc/myredis.conf --loglevel verbose\n\n"
    "Sentinel mode:\n"
    "       ./redis-server /etc/sentinel.conf --sentinel\n";

/// The lines of a configuration; an error names its line.
Outcome apply_lines(Config& config, std::string_view text) {
  const List lines = split(text, '\n');
  bool own_save = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string line(trim(lines[i]));
    if (line.empty() || line[0] == '#') continue;
    const auto fault = [&](std::string_view why) {
      return Error{fmt::format(
          "\n*** FATAL CONFIG FILE ERROR ***\nReading the configuration file, "
          "at line {}\n>>> '{}'\n{}\n",
          i + 1, line, why)};
    };
    std::optional<List> words = split_line(line);
    if (!words) return fault("Unbalanced quotes in configuration line");
    if (words->empty()) continue;
    const std::string name = lower(words->front());
    words->erase(words->begin());
    // The first "save" of a configuration replaces the defaults.
    Config one = config;
    if (name == "save" && !own_save) config.save.clear();
    const Outcome set =
        set_setting(name == "save" ? one : config, name, *words);
    if (!set) return fault(set.error().text);
    if (name != "save") continue;
    own_save = true;
    if (*words == List{""}) {
      config.save.clear();
    } else {
      config.save.insert(config.save.end(), one.save.begin(), one.save.end());
    }
  }
  return done();
}

/// "--port 7000 --save ''" as lines of a configuration.
std::string lines_of_options(const List& words, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < words.size(); ++i) {
    if (words[i].starts_with("--")) {
      if (!text.empty()) text += '\n';
      text += words[i].substr(2);
    } else {
      text += " " + quoted_bytes(words[i]);
    }
  }
  return text;
}

std::string version_line() {
  return fmt::format(
      "Redis server v={} sha=00000000:0 malloc=jemalloc-3.6.0 bits=64 "
      "build=0\n",
      kVersion);
}

}  // namespace

Task<Startup> read_startup(kernel::Process& self) {
  Startup startup;
  const List& argv = self.argv();
  const std::string first = argv.size() > 1 ? argv[1] : "";
  startup.ends = true;
  if (argv.size() == 2 && (first == "-v" || first == "--version")) {
    startup.out = version_line();
    co_return startup;
  }
  if (argv.size() == 2 && (first == "-h" || first == "--help")) {
    startup.err = kUsage;
    startup.status = 1;
    co_return startup;
  }
  startup.status = 1;
  for (const std::string_view mode : {"--test-memory", "--sentinel"}) {
    if (first != mode && argv.back() != mode) continue;
    startup.err =
        fmt::format("drydock: redis-server {} is not modelled\n", mode);
    co_return startup;
  }
  std::string text;
  startup.has_file = !first.empty() && !first.starts_with("--");
  startup.has_options = argv.size() > (startup.has_file ? 2U : 1U);
  if (startup.has_file) {
    SysResult<Bytes> content = Errno::enoent;
    if (first == "-") {
      content = co_await kernel::read_to_end(self, kernel::kStdin);
    } else {
      content = co_await kernel::read_file(self, first);
    }
    if (!content) {
      Server server(self, startup.config);
      server.log(
          LogLevel::warning,
          fmt::format("Fatal error, can't open config file '{}'", first));
      startup.out = server.log_lines;
      co_return startup;
    }
    text = *content + "\n";
    startup.config.file = first;
  }
  text += lines_of_options(argv, startup.has_file ? 2 : 1);
  const Outcome applied = apply_lines(startup.config, text);
  if (!applied) {
    startup.err = applied.error().text;
    co_return startup;
  }
  startup.ends = false;
  startup.status = 0;
  co_return startup;
}

std::string logo(const Server& server) {
  const std::array<std::string, 9> beside = {
      "",
      fmt::format("Redis {} (00000000/0) 64 bit", kVersion),
      "",
      "Running in standalone mode",
      fmt::format("Port: {}", server.config.port),
      fmt::format("PID: {}", server.self.getpid()),
      "",
      "      http://redis.io",
      ""};
  constexpr std::array<std::string_view, 9> kStack = {
      "          ________________________     ",
      "         /   /\\     []     ( )   /|    ",
      "        /_______________________/ |    ",
      "        |                       | /    ",
      "        |_______________________|/|    ",
      "        |                       | /    ",
      "        |_______________________|/|    ",
      "        |                       | /    ",
      "        |_______________________|/     "};
  std::string text;
  for (std::size_t i = 0; i < kStack.size(); ++i) {
    std::string line = fmt::format("{}{}", kStack[i], beside[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text + "\n";
}

Task<void> warn_of_backlog(Server& server) {
  const SysResult<Bytes> text =
      co_await kernel::read_file(server.self, "/proc/sys/net/core/somaxconn");
  const auto most = text ? parse_int(trim(*text)) : std::nullopt;
  if (!most || *most >= server.config.tcp_backlog) co_return;
  server.log(LogLevel::warning,
             fmt::format("WARNING: The TCP backlog setting of {} cannot be "
                         "enforced because /proc/sys/net/core/somaxconn is "
                         "set to the lower value of {}.",
                         server.config.tcp_backlog, *most));
}

Task<void> warn_of_memory(Server& server) {
  const SysResult<Bytes> overcommit =
      co_await kernel::read_file(server.self, "/proc/sys/vm/overcommit_memory");
  if (overcommit && trim(*overcommit) == "0") {
    server.log(LogLevel::warning,
               "WARNING overcommit_memory is set to 0! Background save may "
               "fail under low memory condition. To fix this issue add "
               "'vm.overcommit_memory = 1' to /etc/sysctl.conf and then reboot "
               "or run the command 'sysctl vm.overcommit_memory=1' for this to "
               "take effect.");
  }
  const SysResult<Bytes> huge = co_await kernel::read_file(
      server.self, "/sys/kernel/mm/transparent_hugepage/enabled");
  if (huge && huge->find("[always]") != std::string::npos) {
    server.log(LogLevel::warning,
               "WARNING you have Transparent Huge Pages (THP) support enabled "
               "in your kernel. This will create latency and memory usage "
               "issues with Redis. To fix this issue run the command 'echo "
               "never > /sys/kernel/mm/transparent_hugepage/enabled' as root, "
               "and add it to your /etc/rc.local in order to retain the "
               "setting after a reboot. Redis must be restarted after THP is "
               "disabled.");
  }
}

}  // namespace drydock::userland::redis
