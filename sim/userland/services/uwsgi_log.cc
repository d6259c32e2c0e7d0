// uwsgi_log.cc — uWSGI's log lines in their real form.

#include "sim/userland/services/uwsgi_log.h"

#include <fmt/format.h>

namespace drydock::userland {

namespace {

constexpr std::string_view kDate = "%a %b %e %H:%M:%S %Y";

}  // namespace

std::string uwsgi_request_line(const UwsgiRequestLine& line) {
  return fmt::format(
      "[pid: {}|app: {}|req: {}/{}] {} () {{{} vars in {} bytes}} [{}] {} {} "
      "=> generated {} bytes in {} msecs ({} {}) {} headers in {} bytes (1 "
      "switches on core 0)\n",
      line.pid, line.has_app ? 0 : -1, line.has_app ? line.number : -1,
      line.number, line.remote, line.variables, line.packet,
      format_time(line.at, kDate), line.method, line.uri, line.generated,
      line.milliseconds, line.protocol, line.status, line.headers,
      line.header_bytes);
}

std::string uwsgi_banner(kernel::Process& self) {
  std::string out = fmt::format(
      "*** Starting uWSGI 2.0.8 (64bit) on [{}] ***\n"
      "compiled with version: 4.9.2 on {}\n"
      "os: Linux-4.2.0 #1 SMP\n"
      "nodename: {}\n"
      "machine: x86_64\n"
      "clock source: unix\n"
      "pcre jit disabled\n"
      "detected number of CPU cores: 1\n"
      "current working directory: {}\n"
      "detected binary path: /usr/local/bin/uwsgi\n"
      "!!! no internal routing support, rebuild with pcre support !!!\n",
      format_time(self.now(), kDate),
      format_time(self.now(), "%d %B %Y %H:%M:%S"), self.gethostname(),
      self.getcwd());
  if (self.credentials().uid == 0) {
    out +=
        "*** WARNING: you are running uWSGI as root !!! (use the --uid flag) "
        "*** \n";
  }
  out += fmt::format(
      "*** WARNING: you are running uWSGI without its master process manager "
      "***\n"
      "your processes number limit is 1048576\n"
      "your memory page size is 4096 bytes\n"
      "detected max file descriptor number: {}\n"
      "lock engine: pthread robust mutexes\n"
      "thunder lock: disabled (you can enable it with --thunder-lock)\n",
      self.getrlimit(kernel::Resource::nofile).soft);
  return out;
}

}  // namespace drydock::userland
