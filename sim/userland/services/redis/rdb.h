// rdb.h — a dump file: version 6 of Redis' own format.
//
// Written in its plain encodings (a string as a string, a list as a list);
// read in those and in the packed ones that the real server prefers.
// https://rdb.fnordig.de/file_format.html

#pragma once

#include <string_view>

#include "sim/base/result.h"
#include "sim/userland/services/redis/database.h"

namespace drydock::userland::redis {

Bytes write_rdb(const Databases& databases);

/// Keys that have expired at `now` (milliseconds) are left out.  Errors: not a
/// dump, a version above ours, a wrong checksum, an encoding not modelled.
Result<Databases> read_rdb(std::string_view bytes, std::int64_t now);

}  // namespace drydock::userland::redis
