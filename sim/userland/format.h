// format.h — how programs write modes, sizes and times, and read them back.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/time.h"
#include "sim/vfs/inode.h"

namespace drydock::userland {

/// "drwxr-sr-t": ls -l's first column.
std::string mode_text(vfs::FileType type, vfs::Mode mode);

/// "regular empty file", "directory", "character special file" ...: stat %F.
std::string_view type_text(const vfs::Attributes& file);

/// GNU's -h: rounded up, "1.1K", "12M"; `base` is 1024 or 1000.
std::string human_size(std::int64_t bytes, std::int64_t base = 1024);

/// busybox's -h: rounded to nearest, "1.1K", "976.6K", "12.0M".
std::string busybox_human_size(std::int64_t bytes);

/// "Oct 12 08:00", or "Oct 12  2014" when not of the last six months.
std::string list_time(Time time, Time now);

/// Space that a file takes on disk, in bytes: whole pages of 4 KiB.
std::int64_t disk_usage(const vfs::Attributes& file);

/// "10", "4K", "1kB", "2M": bytes.  GNU's size suffixes: b c w K kB KiB ...
std::optional<std::int64_t> parse_size(std::string_view text);

/// "1.5", ".5", "2m", "1h", "1d": a span, as sleep and timeout read it.
std::optional<Nanoseconds> parse_span(std::string_view text);

}  // namespace drydock::userland
