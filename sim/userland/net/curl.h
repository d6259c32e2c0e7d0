// curl.h — what curl is asked for, in one value.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/text.h"
#include "sim/base/time.h"

namespace drydock::userland::curl {

/// curl's exit statuses, as curl(1) lists them.
enum Status {
  kOk = 0,
  kUnsupportedProtocol = 1,
  kUsage = 2,
  kMalformedUrl = 3,
  kCannotResolve = 6,
  kCannotConnect = 7,
  kHttpError = 22,
  kWriteError = 23,
  kReadError = 26,
  kTimedOut = 28,
  kTooManyRedirects = 47,
  kEmptyReply = 52,
  kSendFailed = 55,
  kReceiveFailed = 56,
  kCutShort = 18,
};

struct Job {
  List urls;
  bool silent = false, show_error = false, fail = false, head = false;
  bool include = false, verbose = false, follow = false;
  bool remote_name = false, data_given = false, as_query = false;
  bool globoff = false, insecure = false;
  std::string output, method, data, user, agent, referer, write_out;
  std::string upload;
  std::string unix_socket;
  List headers, resolves;
  std::vector<std::pair<std::string, std::string>> data_files;
  std::int64_t redirects_max = 50, retries = 0;
  std::optional<Nanoseconds> time_max, connect_max;
  Nanoseconds retry_delay = 0;
  std::string dump_header;
};

/// Reads the command line; an error is curl's words without its name.
Result<Job> parse_job(const List& argv);

extern const std::string_view kVersionText;

}  // namespace drydock::userland::curl
