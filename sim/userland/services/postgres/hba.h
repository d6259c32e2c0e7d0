// hba.h — pg_hba.conf: who may come, from where, and how he must show it.

#pragma once

#include <string>
#include <string_view>

#include "sim/kernel/process.h"

namespace drydock::userland::postgres {

/// Somebody at the door.
struct Comer {
  bool local = false;  // Through the Unix socket; else from `ip`.
  kernel::Ipv4 ip;
  std::string user, database;
};

/// What the first line that fits says.
struct HbaRule {
  std::string method = "none";  // "trust", "md5", ...; "none": no line fits.
  int line = 0;                 // Of the file, from 1.
  std::string text;             // The line itself.
};

/// The manual's chapter "The pg_hba.conf File".
HbaRule match_hba(std::string_view file, const Comer& comer);

}  // namespace drydock::userland::postgres
