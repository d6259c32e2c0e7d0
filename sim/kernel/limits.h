// limits.h — getrlimit(2), and the bounds of the machine itself.

#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace drydock::kernel {

inline constexpr std::int64_t kUnlimited = INT64_MAX;

/// The resources of /proc/PID/limits, in its order.
enum class Resource {
  cpu,
  fsize,
  data,
  stack,
  core,
  rss,
  nproc,
  nofile,
  memlock,
  as,
  locks,
  sigpending,
  msgqueue,
  nice,
  rtprio,
  rttime,
};
inline constexpr std::size_t kResources = 16;

struct ResourceLimit {
  std::int64_t soft = kUnlimited, hard = kUnlimited;
  friend bool operator==(const ResourceLimit&, const ResourceLimit&) = default;
};

struct ResourceRow {
  std::string_view name;   // As `docker run --ulimit` calls it.
  std::string_view title;  // As /proc/PID/limits does.
  std::string_view unit;
  ResourceLimit standard;
};

// clang-format off
inline constexpr std::array<ResourceRow, kResources> kResourceTable = {{
    {"cpu",        "Max cpu time",          "seconds",   {}},
    {"fsize",      "Max file size",         "bytes",     {}},
    {"data",       "Max data size",         "bytes",     {}},
    {"stack",      "Max stack size",        "bytes",     {8388608, kUnlimited}},
    {"core",       "Max core file size",    "bytes",     {0, kUnlimited}},
    {"rss",        "Max resident set",      "bytes",     {}},
    {"nproc",      "Max processes",         "processes", {}},
    {"nofile",     "Max open files",        "files",     {1024, 65536}},
    {"memlock",    "Max locked memory",     "bytes",     {65536, 65536}},
    {"as",         "Max address space",     "bytes",     {}},
    {"locks",      "Max file locks",        "locks",     {}},
    {"sigpending", "Max pending signals",   "signals",   {31842, 31842}},
    {"msgqueue",   "Max msgqueue size",     "bytes",     {819200, 819200}},
    {"nice",       "Max nice priority",     "",          {0, 0}},
    {"rtprio",     "Max realtime priority", "",          {0, 0}},
    {"rttime",     "Max realtime timeout",  "us",        {}},
}};
// clang-format on

using ResourceLimits = std::array<ResourceLimit, kResources>;
ResourceLimits standard_limits();

/// What keeps a runaway from eating the host's memory.
struct MachineLimits {
  std::int64_t processes = 1 << 18;  // kernel.threads-max: EAGAIN.
  /// Of one user in one pid namespace, root too: EAGAIN.
  std::int64_t processes_per_user = 4096;
  std::int64_t open_files = 1 << 19;  // fs.file-max: ENFILE.
  int depth = 500;                    // Of parents above a process: EAGAIN.
  std::int64_t arguments = 2 << 20;   // ARG_MAX, bytes: E2BIG.
  std::int64_t argument = 128 << 10;  // MAX_ARG_STRLEN.
};

}  // namespace drydock::kernel
