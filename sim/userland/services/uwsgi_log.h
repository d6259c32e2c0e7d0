// uwsgi_log.h — what uWSGI 2.0.8 says while it starts and for each request.

#pragma once

#include <string>

#include "sim/kernel/process.h"

namespace drydock::userland {

struct UwsgiRequestLine {
  int pid = 0;
  std::int64_t number = 0;  // Of this worker, and of all.
  bool has_app = true;
  std::string remote, method, uri, protocol;
  std::int64_t variables = 0, packet = 0;  // Strings, bytes.
  std::int64_t generated = 0, status = 0, headers = 0, header_bytes = 0;
  std::int64_t milliseconds = 0;
  Time at;
};

/// "[pid: 1|app: 0|req: 1/1] ... => generated 12 bytes in 0 msecs ...".
std::string uwsgi_request_line(const UwsgiRequestLine& line);

/// From "*** Starting uWSGI" to the lock engine.
std::string uwsgi_banner(kernel::Process& self);

}  // namespace drydock::userland
