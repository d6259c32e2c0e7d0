// redis_cli.cc — a client: one command, a pipe of them, or a conversation.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/net/resolver.h"
#include "sim/userland/services/redis/resp.h"
#include "sim/userland/services/redis/server.h"
#include "sim/userland/services/services.h"

namespace drydock::userland {

namespace redis {

namespace {

using kernel::Fd;
using kernel::Process;

constexpr std::string_view kUsage =
    "Usage: redis-cli [OPTIONS] [cmd [arg [arg ...]]]\n"
    "  -h <hostname>    Server hostname (default: 127.0.0.1).\n"
    "  -p <port>        Server port (default: 6379).\n"
    "  -s <socket>      Server socket (overrides hostname and port).\n"
    "  -a <password>    Password to use when connecting to the server.\n"
    "  -r <repeat>      Execute specified command N times.\n"
    "  -i <interval>    When -r is used, waits <interval> seconds per "
    "command.\n"
    "  -n <db>          Database number.\n"
    "  -x               Read last argument from STDIN.\n"
    "  --raw            Use raw formatting for replies (default when STDOUT "
    "is\n"
    "                   not a tty).\n"
    "  --no-raw         Force formatted output even when STDOUT is not a tty.\n"
    "  --help           Output this help and exit.\n"
    "  --version        Output version and exit.\n";

struct Wishes {
  std::string host = "127.0.0.1", socket, password;
  std::uint16_t port = 6379;
  int database = 0;
  std::int64_t repeat = 1;
  Nanoseconds interval = 0;
  bool last_from_stdin = false, raw = false;
  List command;
  std::optional<int> status;  // It ends at once.
  std::string out, err;
};

/// The value behind an option; an empty answer has been complained about.
bool take_value(Wishes& wishes, const List& argv, std::size_t& at,
                std::string* value) {
  if (at + 1 < argv.size()) {
    *value = argv[++at];
    return true;
  }
  wishes.err = fmt::format(
      "Unrecognized option or bad number of args for: "
      "'{}'\n",
      argv[at]);
  wishes.status = 1;
  return false;
}

void read_option(Wishes& wishes, const List& argv, std::size_t& at) {
  const std::string& word = argv[at];
  std::string value;
  const auto has_value = [&] { return take_value(wishes, argv, at, &value); };
  const auto number = [&value] { return parse_int(value).value_or(0); };
  if (word == "-h" && at + 1 == argv.size()) {
    wishes.err = kUsage;
    wishes.status = 1;
  } else if (word == "-h") {
    if (has_value()) wishes.host = value;
  } else if (word == "-p") {
    if (has_value()) wishes.port = static_cast<std::uint16_t>(number());
  } else if (word == "-s") {
    if (has_value()) wishes.socket = value;
  } else if (word == "-a") {
    if (has_value()) wishes.password = value;
  } else if (word == "-r") {
    if (has_value()) wishes.repeat = number();
  } else if (word == "-i") {
    if (has_value()) {
      wishes.interval =
          static_cast<Nanoseconds>(parse_double(value).value_or(0) * kSecond);
    }
  } else if (word == "-n") {
    if (has_value()) wishes.database = static_cast<int>(number());
  } else if (word == "-x") {
    wishes.last_from_stdin = true;
  } else if (word == "--raw" || word == "--no-raw") {
    wishes.raw = word == "--raw";
  } else if (word == "--help") {
    wishes.err = fmt::format("redis-cli {}\n\n{}", kVersion, kUsage);
    wishes.status = 1;
  } else if (word == "-v" || word == "--version") {
    wishes.out = fmt::format("redis-cli {}\n", kVersion);
    wishes.status = 0;
  } else {
    static const List kNotModelled = {"--bigkeys",
                                      "--csv",
                                      "--eval",
                                      "--intrinsic-latency",
                                      "--latency",
                                      "--pattern",
                                      "--latency-history",
                                      "--pipe",
                                      "--rdb",
                                      "--scan",
                                      "--slave",
                                      "--stat",
                                      "-c",
                                      "-d"};
    const bool known = std::find(kNotModelled.begin(), kNotModelled.end(),
                                 word) != kNotModelled.end();
    wishes.err =
        known ? fmt::format("drydock: redis-cli {} is not modelled\n", word)
              : fmt::format(
                    "Unrecognized option or bad number of args for: "
                    "'{}'\n",
                    word);
    wishes.status = 1;
  }
}

Wishes read_wishes(Process& self) {
  Wishes wishes;
  wishes.raw = !self.isatty(kernel::kStdout);
  const List& argv = self.argv();
  std::size_t at = 1;
  for (; at < argv.size() && argv[at].starts_with('-') && argv[at] != "-";
       ++at) {
    read_option(wishes, argv, at);
    if (wishes.status) return wishes;
  }
  wishes.command.assign(
      argv.begin() + static_cast<std::ptrdiff_t>(std::min(at, argv.size())),
      argv.end());
  return wishes;
}

// --- Replies as text ---------------------------------------------------------

std::string shown(const Reply& reply, std::string indent) {
  using Kind = Reply::Kind;
  switch (reply.kind) {
    case Kind::error:
      return fmt::format("(error) {}\n", reply.text);
    case Kind::status:
      return reply.text + "\n";
    case Kind::integer:
      return fmt::format("(integer) {}\n", reply.integer);
    case Kind::bulk:
      return quoted_bytes(reply.text) + "\n";
    case Kind::nil:
      return "(nil)\n";
    case Kind::array:
      break;
  }
  if (reply.elements.empty()) return "(empty list or set)\n";
  const std::size_t width = std::to_string(reply.elements.size()).size();
  std::string text;
  for (std::size_t i = 0; i < reply.elements.size(); ++i) {
    text += fmt::format("{}{:>{}}) ", i == 0 ? "" : indent, i + 1, width);
    text += shown(reply.elements[i], indent + std::string(width + 2, ' '));
  }
  return text;
}

std::string shown_raw(const Reply& reply) {
  using Kind = Reply::Kind;
  switch (reply.kind) {
    case Kind::nil:
      return "";
    case Kind::error:
      return reply.text + "\n";
    case Kind::integer:
      return std::to_string(reply.integer);
    case Kind::status:
    case Kind::bulk:
      return reply.text;
    case Kind::array:
      break;
  }
  List lines;
  for (const Reply& each : reply.elements) lines.push_back(shown_raw(each));
  return join(lines, "\n");
}

// --- The connection ----------------------------------------------------------

class Cli {
 public:
  Cli(Process& self, Wishes wishes) : self_(self), wishes_(std::move(wishes)) {}

  Task<int> run_command();
  Task<int> converse();

 private:
  Task<bool> connect();
  void disconnect();
  Task<bool> introduce();
  Task<std::optional<Reply>> read_reply();
  Task<bool> ask(List argv);
  Task<bool> ask_again(List argv);
  Task<bool> listen_for_ever();
  Task<std::optional<std::string>> read_line();
  Task<bool> obey(List argv);
  Task<void> remember(std::string line);
  Task<void> help(List argv);
  std::string place() const;

  Process& self_;
  Wishes wishes_;
  Fd fd_ = -1;
  Bytes in_;
  Bytes typed_;
  bool typed_all_ = false;
  List history_;
};

std::string Cli::place() const {
  if (!wishes_.socket.empty()) return wishes_.socket;
  return fmt::format("{}:{}", wishes_.host, wishes_.port);
}

void Cli::disconnect() {
  if (fd_ >= 0) static_cast<void>(self_.close(fd_));
  fd_ = -1;
  in_.clear();
}

Task<bool> Cli::connect() {
  disconnect();
  std::string why;
  kernel::SocketAddress address;
  const bool local = !wishes_.socket.empty();
  if (local) {
    address.path = wishes_.socket;
  } else {
    const Result<kernel::Ipv4, LookupFault> found =
        co_await resolve_address(self_, wishes_.host);
    if (found) {
      address.ip = *found;
      address.port = wishes_.port;
    } else {
      why = text_of(found.error());
    }
  }
  if (why.empty()) {
    const SysResult<Fd> fd = self_.socket(
        local ? kernel::SocketFamily::unix_domain : kernel::SocketFamily::inet,
        kernel::SocketType::stream);
    if (fd) {
      fd_ = *fd;
      const SysOutcome connected = co_await self_.connect(*fd, address);
      if (!connected) why = text_of(connected.error());
    } else {
      why = text_of(fd.error());
    }
  }
  if (!why.empty()) {
    disconnect();
    const std::string text =
        fmt::format("Could not connect to Redis at {}: {}\n", place(), why);
    co_await kernel::complain(self_, text);
    co_return false;
  }
  const bool introduced = co_await introduce();
  co_return introduced;
}

/// AUTH and SELECT, before anything else.
Task<bool> Cli::introduce() {
  std::vector<List> words;
  if (!wishes_.password.empty()) words.push_back({"AUTH", wishes_.password});
  if (wishes_.database != 0) {
    words.push_back({"SELECT", std::to_string(wishes_.database)});
  }
  for (const List& argv : words) {
    co_await self_.write(fd_, request_of(argv));
    const std::optional<Reply> reply = co_await read_reply();
    if (!reply) co_return false;
    if (reply->kind != Reply::Kind::error) continue;
    const std::string text = shown(*reply, "");
    co_await kernel::print(self_, text);
  }
  co_return true;
}

Task<std::optional<Reply>> Cli::read_reply() {
  for (;;) {
    const Result<std::optional<Reply>> reply = take_reply(in_);
    if (reply && *reply) co_return *reply;
    std::string why = reply ? "" : reply.error().text;
    if (reply) {
      const SysResult<Bytes> piece = co_await self_.read(fd_, kChunk);
      if (!piece && piece.error() == Errno::eintr) continue;
      if (piece && !piece->empty()) {
        in_ += *piece;
        continue;
      }
      why = piece ? "Server closed the connection"
                  : std::string(text_of(piece.error()));
    }
    disconnect();
    const std::string text = fmt::format("Error: {}\n", why);
    co_await kernel::complain(self_, text);
    co_return std::nullopt;
  }
}

Task<bool> Cli::listen_for_ever() {
  for (;;) {
    const std::optional<Reply> reply = co_await read_reply();
    if (!reply) co_return false;
    const std::string text =
        wishes_.raw ? shown_raw(*reply) + "\n" : shown(*reply, "");
    co_await kernel::print(self_, text);
  }
}

/// One command and its reply; false when the connection is lost.
Task<bool> Cli::ask(List argv) {
  const std::string name = lower(argv.front());
  const SysResult<std::int64_t> written =
      co_await self_.write(fd_, request_of(argv));
  if (!written) co_return false;
  const bool subscribes = name == "subscribe" || name == "psubscribe";
  if (subscribes || name == "monitor") {
    if (subscribes && !wishes_.raw) {
      co_await kernel::print(self_,
                             "Reading messages... (press Ctrl-C to quit)\n");
    }
    co_return co_await listen_for_ever();
  }
  if (name == "shutdown") {
    // No reply is the best reply.
    const SysResult<Bytes> rest = co_await self_.read(fd_, kChunk);
    if (!rest || rest->empty()) {
      disconnect();
      co_return true;
    }
    in_ += *rest;
  }
  const std::optional<Reply> reply = co_await read_reply();
  if (!reply) co_return false;
  if (name == "select" && reply->kind == Reply::Kind::status) {
    wishes_.database = static_cast<int>(parse_int(argv.back()).value_or(0));
  }
  const std::string text =
      wishes_.raw ? shown_raw(*reply) + "\n" : shown(*reply, "");
  co_await kernel::print(self_, text);
  co_return true;
}

/// In a conversation a lost connection is tried once more.
Task<bool> Cli::ask_again(List argv) {
  if (fd_ < 0) {
    const bool connected = co_await connect();
    if (!connected) co_return false;
    co_return co_await ask(argv);
  }
  const SysOutcome alive = self_.getpeername(fd_) ? ok() : Errno::enotconn;
  std::vector<kernel::PollFd> look{{fd_, true}};
  const SysResult<int> ready = co_await self_.poll(&look, 0);
  const bool gone = !alive || (ready && *ready > 0);
  if (gone) {
    const bool connected = co_await connect();
    if (!connected) co_return false;
  }
  co_return co_await ask(argv);
}

Task<int> Cli::run_command() {
  if (wishes_.last_from_stdin) {
    SysResult<Bytes> input =
        co_await kernel::read_to_end(self_, kernel::kStdin);
    wishes_.command.push_back(input ? *input : "");
  }
  const bool connected = co_await connect();
  if (!connected) co_return 1;
  for (std::int64_t i = 0; wishes_.repeat < 0 || i < wishes_.repeat; ++i) {
    const bool answered = co_await ask(wishes_.command);
    if (!answered) co_return 1;
    const bool again = wishes_.repeat < 0 || i + 1 < wishes_.repeat;
    if (again && wishes_.interval > 0)
      co_await self_.nanosleep(wishes_.interval);
  }
  co_return 0;
}

Task<std::optional<std::string>> Cli::read_line() {
  for (;;) {
    const std::size_t end = typed_.find('\n');
    if (end != std::string::npos || (typed_all_ && !typed_.empty())) {
      std::string line = typed_.substr(0, end);
      typed_.erase(0, end == std::string::npos ? end : end + 1);
      co_return line;
    }
    if (typed_all_) co_return std::nullopt;
    const SysResult<Bytes> piece = co_await self_.read(kernel::kStdin, kChunk);
    if (!piece && piece.error() == Errno::eintr) continue;
    typed_all_ = !piece || piece->empty();
    if (piece) typed_ += *piece;
  }
}

/// Only a person's lines are kept, in ~/.rediscli_history.
Task<void> Cli::remember(std::string line) {
  const std::optional<std::string> home = self_.getenv("HOME");
  const bool again = !history_.empty() && history_.back() == line;
  if (!home || again || !self_.isatty(kernel::kStdin)) co_return;
  const std::string path = *home + "/.rediscli_history";
  if (history_.empty()) {
    const SysResult<Bytes> old = co_await kernel::read_file(self_, path);
    if (old) history_ = split(*old, '\n');
    if (!history_.empty() && history_.back().empty()) history_.pop_back();
  }
  history_.push_back(line);
  const SysResult<Fd> fd = co_await self_.open(
      path, kernel::kWriteOnly | kernel::kCreate | kernel::kTruncate, 0644);
  if (!fd) co_return;
  const std::string text = join(history_, "\n") + "\n";
  co_await self_.write(*fd, text);
  static_cast<void>(self_.close(*fd));
}

Task<void> Cli::help(List argv) {
  std::string text = fmt::format(
      "redis-cli {}\nType: \"help @<group>\" to get a list of commands in "
      "<group>\n      \"help <command>\" for help on <command>\n      \"help "
      "<tab>\" to get a list of possible help topics\n      \"quit\" to exit\n",
      kVersion);
  if (argv.size() > 1) {
    text = fmt::format("\n  drydock: the help of '{}' is not modelled\n\n",
                       argv[1]);
  }
  co_await kernel::print(self_, text);
}

/// One line of a conversation; false ends it.
Task<bool> Cli::obey(List argv) {
  const std::string name = lower(argv.front());
  if (name == "quit" || name == "exit") co_return false;
  if (name == "help" || name == "?") {
    co_await help(argv);
  } else if (name == "clear" && argv.size() == 1) {
    co_await kernel::print(self_, "\x1b[H\x1b[2J");
  } else if (name == "connect" && argv.size() == 3) {
    wishes_.host = argv[1];
    wishes_.port = static_cast<std::uint16_t>(parse_int(argv[2]).value_or(0));
    wishes_.socket.clear();
    co_await connect();
  } else {
    std::int64_t times = 1;
    const std::optional<std::int64_t> typed = parse_strict_int(argv.front());
    if (typed && *typed > 0 && argv.size() > 1) {
      times = *typed;
      argv.erase(argv.begin());
    }
    const Time began = self_.now();
    for (std::int64_t i = 0; i < times; ++i) {
      const bool answered = co_await ask_again(argv);
      if (!answered) break;
    }
    const Nanoseconds took = self_.now() - began;
    if (took >= 500 * kMillisecond) {
      const std::string text =
          fmt::format("({}.{:02}s)\n", took / kSecond,
                      took % kSecond / (10 * kMillisecond));
      co_await kernel::print(self_, text);
    }
  }
  co_return true;
}

Task<int> Cli::converse() {
  static_cast<void>(
      self_.sigaction(kernel::kSigPipe, kernel::Disposition::ignore));
  const bool person = self_.isatty(kernel::kStdin);
  co_await connect();
  for (;;) {
    std::string prompt = "not connected> ";
    if (fd_ >= 0) {
      prompt = place();
      if (wishes_.database != 0) {
        prompt += fmt::format("[{}]", wishes_.database);
      }
      prompt += "> ";
    }
    if (person) co_await kernel::print(self_, prompt);
    const std::optional<std::string> line = co_await read_line();
    if (!line) co_return 0;
    if (trim(*line).empty()) continue;
    co_await remember(*line);
    const std::optional<List> argv = split_line(*line);
    if (!argv) {
      co_await kernel::print(self_, "Invalid argument(s)\n");
      continue;
    }
    if (argv->empty()) continue;
    const bool goes_on = co_await obey(*argv);
    if (!goes_on) co_return 0;
  }
}

}  // namespace

}  // namespace redis

Task<int> redis_cli_main(kernel::Process& self) {
  redis::Wishes wishes = redis::read_wishes(self);
  if (wishes.status) {
    if (!wishes.out.empty()) co_await kernel::print(self, wishes.out);
    if (!wishes.err.empty()) co_await kernel::complain(self, wishes.err);
    co_return *wishes.status;
  }
  const bool talks = wishes.command.empty() && !wishes.last_from_stdin;
  redis::Cli cli(self, wishes);
  int status = 0;
  if (talks) {
    status = co_await cli.converse();
  } else {
    status = co_await cli.run_command();
  }
  co_return status;
}

}  // namespace drydock::userland
