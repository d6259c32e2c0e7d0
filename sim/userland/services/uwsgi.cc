// uwsgi.cc — uWSGI 2.0.8 in its single process mode: one worker, which is the
// process itself, and the http router beside it.

#include <fmt/format.h>

#include <map>

#include "sim/userland/files.h"
#include "sim/userland/net/http.h"
#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/programs.h"
#include "sim/userland/python/running.h"
#include "sim/userland/services/uwsgi_log.h"
#include "sim/userland/services/uwsgi_packet.h"

namespace drydock::userland {

using kernel::Fd;
using kernel::Process;
using kernel::SocketAddress;

namespace {

constexpr int kEndCode = 30;    // UWSGI_END_CODE
constexpr int kNoAppCode = 22;  // UWSGI_FAILED_APP_CODE
constexpr std::string_view kNoAnswer = "Internal Server Error";

/// Runs an app and gives (status, headers, body); embedded in each worker.
constexpr std::string_view kHandler = R"(
import io, sys

def handle(app, variables, body):
    environ = dict(variables)
    parts, started = [], []
    def start_response(status, headers, exc_info=None):
        started[:] = [status, headers]
        return parts.append
    environ.update({'wsgi.version': (1, 0), 'wsgi.input': io.BytesIO(body),
                    'wsgi.errors': sys.stderr, 'wsgi.url_scheme': 'http',
                    'wsgi.multithread': False, 'wsgi.multiprocess': False,
                    'wsgi.run_once': False, 'uwsgi.version': b'2.0.8'})
    result = app(environ, start_response)
    for part in result:
        parts.append(part)
    if hasattr(result, 'close'):
        result.close()
    return started[0], [tuple(h) for h in started[1]], b''.join(parts)
)";

struct Settings {
  std::map<std::string, std::string> values;
  std::optional<std::string> refused;
  bool has(const std::string& key) const { return values.contains(key); }
  std::string get(const std::string& key, std::string standard = "") const {
    const auto found = values.find(key);
    return found == values.end() ? standard : found->second;
  }
};

/// Which options are modelled; true: it takes a value.  Without a master
/// process uWSGI 2.0.8 opens no stats server, and SIGTERM ends it in any case.
const std::map<std::string, bool>& known_options() {
  static const std::map<std::string, bool> known = {
      {"http", true},        {"wsgi-file", true}, {"file", true},
      {"callable", true},    {"module", true},    {"stats", true},
      {"processes", true},   {"chdir", true},     {"need-app", false},
      {"die-on-term", false}};
  return known;
}

Settings read_settings(const List& argv) {
  static const std::map<std::string, std::string> kShort = {
      {"-w", "module"}, {"-p", "processes"}, {"--workers", "processes"}};
  Settings out;
  for (std::size_t i = 1; i < argv.size(); ++i) {
    std::string name = argv[i];
    std::string value;
    const auto as_short = kShort.find(name);
    if (as_short != kShort.end()) {
      name = as_short->second;
    } else if (name.starts_with("--")) {
      name = name.substr(2);
      const std::size_t equals = name.find('=');
      if (equals != name.npos) value = name.substr(equals + 1);
      name = name.substr(0, equals);
    }
    const auto known = known_options().find(name);
    if (known == known_options().end()) {
      out.refused = fmt::format(
          "drydock: uwsgi: '{}' is not modelled (or no option of uWSGI)\n",
          argv[i]);
      return out;
    }
    if (known->second && value.empty()) {
      if (i + 1 == argv.size()) {
        out.refused = fmt::format(
            "uwsgi: option '--{}' requires an argument\ngetopt_long() "
            "error\n",
            name);
        return out;
      }
      value = argv[++i];
    }
    out.values[name] = value;
  }
  if (out.get("processes", "1") != "1") {
    out.refused = "drydock: uwsgi: more than one process is not modelled\n";
  }
  return out;
}

/// "0.0.0.0:9090", ":9090".
std::optional<SocketAddress> parse_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  const auto port = parse_int(text.substr(colon + 1));
  const std::string host = text.substr(0, colon);
  const auto ip = host.empty()
                      ? kernel::kAnyAddress
                      : kernel::parse_ipv4(host).value_or(kernel::kAnyAddress);
  if (!port || *port < 0 || *port > 65535) return std::nullopt;
  SocketAddress address;
  address.ip = ip;
  address.port = static_cast<std::uint16_t>(*port);
  return address;
}

Task<SysResult<Fd>> listen_on(Process& self, SocketAddress address) {
  const SysResult<Fd> fd =
      self.socket(kernel::SocketFamily::inet, kernel::SocketType::stream);
  if (!fd) co_return fd.error();
  (void)self.set_reuse_address(*fd, true);
  const SysOutcome bound = self.bind(*fd, address);
  if (!bound) co_return bound.error();
  const SysOutcome listening = self.listen(*fd, 100);
  if (!listening) co_return listening.error();
  co_return *fd;
}

// --- The http router -------------------------------------------------------

/// One request of a client, answered by the worker.
Task<void> route(Process& self, Fd client, SocketAddress from, std::string port,
                 SocketAddress worker) {
  http::FdWire wire(self, client);
  http::Connection peer(wire);
  const auto request = co_await peer.read_request();
  if (!request || !*request) co_return;
  const auto body = co_await peer.read_body();
  if (!body) co_return;
  const SysResult<Fd> fd =
      self.socket(kernel::SocketFamily::inet, kernel::SocketType::stream);
  if (!fd) co_return;
  const SysOutcome connected = co_await self.connect(*fd, worker);
  if (connected) {
    const UwsgiVariables variables =
        uwsgi_variables(**request, port, from, self.gethostname());
    http::FdWire inner(self, *fd);
    const SysOutcome sent =
        co_await inner.write(uwsgi_packet(variables) + *body);
    for (bool more = bool(sent); more;) {
      const SysResult<Bytes> piece = co_await inner.read(kChunk);
      more = piece && !piece->empty();
      if (!more) break;
      const SysOutcome passed = co_await wire.write(*piece);
      more = bool(passed);
    }
  }
  shut(self, *fd);
}

Task<int> run_router(Process& self, Fd listener, std::string port,
                     SocketAddress worker) {
  (void)self.sigaction(kernel::kSigPipe, kernel::Disposition::ignore);
  for (;;) {
    const SysResult<kernel::Accepted> got = co_await self.accept(listener);
    if (!got && got.error() == Errno::eintr) continue;
    if (!got) co_return 1;
    co_await route(self, got->fd, got->peer, port, worker);
    shut(self, got->fd);
  }
}

// --- The worker ------------------------------------------------------------

class Worker {
 public:
  Worker(Process& self, Settings settings)
      : self_(self), settings_(std::move(settings)), py_(self) {}

  Task<int> run() {
    co_await say(uwsgi_banner(self_));
    const int bound = co_await bind_sockets();
    if (bound) co_return bound;
    co_await start_python();
    co_await load_app();
    if (!app_ && settings_.has("need-app")) {
      co_await say("*** no app loaded. GAME OVER ***\n");
      co_return kNoAppCode;
    }
    if (!app_) {
      co_await say("*** no app loaded. going in full dynamic mode ***\n");
    }
    co_await say(fmt::format(
        "*** uWSGI is running in multiple interpreter mode ***\n"
        "spawned uWSGI worker 1 (and the only) (pid: {}, cores: 1)\n",
        self_.getpid()));
    co_return co_await serve();
  }

 private:
  Task<void> say(std::string text) {
    (void)co_await kernel::complain(self_, std::move(text));
  }

  Task<int> bind_sockets() {
    if (settings_.has("chdir")) {
      const std::string to = settings_.get("chdir");
      const SysOutcome moved = self_.chdir(to);
      if (!moved) {
        co_await say(fmt::format("chdir(): {} [core/uwsgi.c line 2586]\n",
                                 text_of(moved.error())));
        co_return 1;
      }
    }
    SocketAddress inner;
    inner.ip = kernel::kLoopback;
    const SysResult<Fd> worker = co_await listen_on(self_, inner);
    if (!worker) co_return 1;
    socket_ = *worker;
    const SysResult<SocketAddress> name = self_.getsockname(socket_);
    if (settings_.has("http")) {
      const std::string where = settings_.get("http");
      const auto outer = parse_address(where);
      SysResult<Fd> http = Errno::einval;
      if (outer) http = co_await listen_on(self_, *outer);
      if (!http) {
        co_await say(
            fmt::format("error binding uWSGI http to {}: bind(): {} "
                        "[core/socket.c line 764]\n",
                        where, text_of(http.error())));
        co_return 1;
      }
      co_await say(fmt::format("uWSGI http bound on {} fd {}\n", where, *http));
      const std::string port = std::to_string(outer->port);
      const Fd listener = *http;
      const SocketAddress to = *name;
      const SysResult<kernel::Pid> router =
          self_.fork([listener, port, to](Process& child) {
            return run_router(child, listener, port, to);
          });
      if (!router) co_return 1;
      co_await say(fmt::format("spawned uWSGI http 1 (pid: {})\n", *router));
      shut(self_, listener);
    }
    co_await say(
        fmt::format("uwsgi socket 0 bound to TCP address 127.0.0.1:{} (port "
                    "auto-assigned) fd {}\n",
                    name->port, socket_));
    co_return 0;
  }

  Task<void> start_python() {
    List path = {"."};
    for (const char* const each : {"/usr/local/lib/python3.4",
                                   "/usr/local/lib/python3.4/site-packages"}) {
      path.emplace_back(each);
    }
    python::begin(py_, {"uwsgi"}, path, true);
    // Its own signals: uWSGI ends at once, Python is not asked.
    (void)self_.sigaction(kernel::kSigInt, kernel::Disposition::caught);
    (void)self_.sigaction(kernel::kSigTerm, kernel::Disposition::caught);
    py_.signal_handlers[kernel::kSigInt] = py_.integer(1);
    co_await say(
        "Python version: 3.4.3 (default, Sep 15 2015, 17:41:04)  [GCC 4.9.2]\n"
        "*** Python threads support is disabled. You can enable it with "
        "--enable-threads ***\n"
        "Python main interpreter initialized at 0x1d3f5b0\n"
        "your server socket listen backlog is limited to 100 connections\n"
        "your mercy for graceful operations on workers is 60 seconds\n"
        "mapped 72768 bytes (71 KB) for 1 cores\n"
        "*** Operational MODE: single process ***\n");
    const auto code = python::compile(py_, std::string(kHandler), "<uwsgi>",
                                      python::ParseMode::file);
    const python::Ref<python::Dict> names = py_.dict();
    (void)co_await py_.run_code(code, names, names);
    const python::Value* const found =
        names->table.find(py_.intern("handle").get());
    if (found) handle_ = *found;
  }

  /// Runs the file or imports the module; then its callable.
  Task<void> load_app() {
    std::string file = settings_.get("wsgi-file", settings_.get("file"));
    std::string callable = settings_.get("callable", "application");
    python::Value module;
    if (!file.empty()) {
      module = co_await run_file(file);
    } else if (settings_.has("module")) {
      std::string name = settings_.get("module");
      const std::size_t colon = name.find(':');
      if (colon != name.npos) callable = name.substr(colon + 1);
      module = co_await py_.import(name.substr(0, colon));
    } else {
      co_return;
    }
    if (module) {
      const python::Ref<python::Str> id = py_.intern(callable);
      app_ = co_await py_.get_attribute(module, id);
    }
    if (!app_) {
      const python::Ref<python::Exception> why =
          std::exchange(py_.raised, nullptr);
      if (why && !module) {
        const std::string text = co_await python::format_traceback(py_, why);
        co_await say(text);
      }
      co_await say(
          "unable to load app 0 (mountpoint='') (callable not found or import "
          "error)\n");
      co_return;
    }
    co_await say(fmt::format(
        "WSGI app 0 (mountpoint='') ready in 0 seconds on interpreter "
        "0x1d3f5b0 pid: {} (default app)\n",
        self_.getpid()));
  }

  Task<python::Value> run_file(std::string path) {
    const SysResult<Bytes> text = co_await kernel::read_file(self_, path);
    if (!text) {
      co_await say(fmt::format("failed to open python file {}\n", path));
      co_return nullptr;
    }
    std::string name = "uwsgi_file_";
    for (const char c : path.substr(0, path.rfind(".py"))) {
      name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
    }
    const python::Ref<python::Module> module = py_.module(name);
    py_.set(*module, "__file__", py_.str(path));
    py_.set(*module, "__builtins__", py_.builtins);
    py_.modules->table.set(py_.intern(name), module);
    const auto code =
        python::compile(py_, *text, path, python::ParseMode::file);
    if (!code) co_return nullptr;
    const python::Value done =
        co_await py_.run_code(code, module->fields, module->fields);
    if (!done) co_return nullptr;
    co_return module;
  }

  Task<int> serve() {
    for (;;) {
      const SysResult<kernel::Accepted> got = co_await self_.accept(socket_);
      if (!got) {
        const int signal = self_.take_signal();
        if (signal == kernel::kSigInt || signal == kernel::kSigTerm) {
          co_return kEndCode;
        }
        continue;
      }
      co_await answer(got->fd);
      shut(self_, got->fd);
      const int signal = self_.take_signal();
      if (signal == kernel::kSigInt || signal == kernel::kSigTerm) {
        co_return kEndCode;
      }
    }
  }

  /// Exactly so many bytes; nullopt: the router has gone.
  Task<std::optional<std::string>> read_exactly(Fd fd, std::size_t count) {
    std::string all;
    while (all.size() < count) {
      const SysResult<Bytes> piece =
          co_await self_.read(fd, count - all.size());
      if (!piece && piece.error() == Errno::eintr) continue;
      if (!piece || piece->empty()) co_return std::nullopt;
      all += *piece;
    }
    co_return all;
  }

  Task<void> answer(Fd fd) {
    const auto head = co_await read_exactly(fd, 4);
    if (!head) co_return;
    const std::size_t size =
        static_cast<unsigned char>((*head)[1]) |
        static_cast<std::size_t>(static_cast<unsigned char>((*head)[2])) << 8;
    const auto data = co_await read_exactly(fd, size);
    if (!data) co_return;
    const auto variables = parse_uwsgi_variables(*data);
    if (!variables) co_return;
    UwsgiRequestLine line;
    std::size_t length = 0;
    for (const auto& [key, value] : *variables) {
      if (key == "CONTENT_LENGTH") {
        length = static_cast<std::size_t>(
            std::max<std::int64_t>(0, parse_int(value).value_or(0)));
      }
      if (key == "REMOTE_ADDR") line.remote = value;
      if (key == "REQUEST_METHOD") line.method = value;
      if (key == "REQUEST_URI") line.uri = value;
      if (key == "SERVER_PROTOCOL") line.protocol = value;
    }
    const auto body = co_await read_exactly(fd, length);
    if (!body) co_return;
    line.pid = self_.getpid();
    line.number = ++requests_;
    line.variables = static_cast<std::int64_t>(variables->size()) * 2;
    line.packet = static_cast<std::int64_t>(size);
    line.at = self_.now();
    line.has_app = bool(app_);
    const std::string reply = co_await reply_to(*variables, *body, &line);
    line.milliseconds = (self_.now() - line.at) / kMillisecond;
    http::FdWire wire(self_, fd);
    (void)co_await wire.write(reply);
    (void)co_await python::flush_streams(py_);
    co_await say(uwsgi_request_line(line));
  }

  /// The whole HTTP response, and what the log says of it.
  Task<std::string> reply_to(UwsgiVariables variables, std::string body,
                             UwsgiRequestLine* line) {
    std::string status = "500 Internal Server Error", content(kNoAnswer);
    std::vector<std::pair<std::string, std::string>> headers = {
        {"Connection", "close"}, {"Content-Type", "text/plain"}};
    if (!app_) {
      co_await say(
          "--- no python application found, check your startup logs for errors "
          "---\n");
    } else {
      const python::Value result = co_await call_app(variables, body);
      if (result) read_result(result, &status, &headers, &content);
    }
    std::string head = fmt::format("{} {}\r\n", line->protocol, status);
    for (const auto& [name, value] : headers) {
      head += fmt::format("{}: {}\r\n", name, value);
    }
    head += "\r\n";
    line->status = parse_int(status.substr(0, 3)).value_or(0);
    line->headers = static_cast<std::int64_t>(headers.size());
    line->header_bytes = static_cast<std::int64_t>(head.size());
    line->generated = static_cast<std::int64_t>(content.size());
    co_return head + content;
  }

  Task<python::Value> call_app(UwsgiVariables variables, std::string body) {
    const python::Ref<python::Dict> environ = py_.dict();
    for (const auto& [key, value] : variables) {
      environ->table.set(py_.intern(key), py_.str(value));
    }
    python::Arguments given;
    given.positional = {app_, environ, py_.bytes(body)};
    const python::Value result = co_await py_.call(handle_, std::move(given));
    if (result) co_return result;
    const python::Ref<python::Exception> why =
        std::exchange(py_.raised, nullptr);
    (void)co_await python::flush_streams(py_);
    if (why) {
      const std::string text = co_await python::format_traceback(py_, why);
      co_await say(text);
    }
    co_return nullptr;
  }

  static void read_result(
      const python::Value& result, std::string* status,
      std::vector<std::pair<std::string, std::string>>* headers,
      std::string* content) {
    const python::Values& parts = *python::sequence_items(result);
    headers->clear();
    if (const auto* const text = python::as<python::Str>(parts[0])) {
      *status = text->text;
    }
    for (const python::Value& each : *python::sequence_items(parts[1])) {
      const python::Values& pair = *python::sequence_items(each);
      const auto* const name = python::as<python::Str>(pair[0]);
      const auto* const value = python::as<python::Str>(pair[1]);
      if (name && value) headers->emplace_back(name->text, value->text);
    }
    if (const auto* const bytes = python::as<python::ByteString>(parts[2])) {
      *content = bytes->text;
    }
  }

  Process& self_;
  Settings settings_;
  python::Interpreter py_;
  Fd socket_ = -1;
  python::Value handle_, app_;
  std::int64_t requests_ = 0;
};

}  // namespace

Task<int> uwsgi_main(Process& self) {
  Settings settings = read_settings(self.argv());
  if (settings.refused) {
    (void)co_await kernel::complain(self, *settings.refused);
    co_return 1;
  }
  Worker worker(self, std::move(settings));
  co_return co_await worker.run();
}

}  // namespace drydock::userland
