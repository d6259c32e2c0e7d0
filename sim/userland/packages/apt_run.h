// apt_run.h — doing what apt-get was asked for, with its words and its time.

#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/userland/output.h"
#include "sim/userland/packages/apt_lists.h"
#include "sim/userland/packages/resolver.h"

namespace drydock::userland {

struct AptOptions {
  bool yes = false, no_recommends = false, reinstall = false, purge = false;
  bool download_only = false, simulate = false, auto_remove = false;
  int quiet = 0;  // 2: nothing but errors.
};

/// One run of apt-get: where it speaks and what it knows.
struct Apt {
  Output& out;
  AptOptions options;
  bool modern = false;  // Words of jessie and trusty, not of wheezy.
  std::vector<Package> known;
  DpkgDatabase database;
  std::set<std::string> automatic;  // From extended_states.

  void say(std::string_view text) const {
    if (options.quiet < 2) out.say(text);
  }
};

inline constexpr int kAptFailure = 100;

/// Fetches the lists of all sources (apt_update.cc).
Task<int> apt_update(Apt& apt);

/// Shows the plan, asks, fetches, unpacks, sets up (apt_install.cc).
Task<int> apt_carry_out(Apt& apt, AptPlan plan);

/// "  a b c" in lines of 80 columns, below a title; nothing for no names.
void apt_list(Apt& apt, std::string_view title, const List& names);

/// The names of what apt installed by itself.
Task<std::set<std::string>> load_automatic(kernel::Process& self);
Task<SysOutcome> save_automatic(kernel::Process& self,
                                std::set<std::string> names);

/// Lets the time pass that a transfer takes.
Task<void> transfer(kernel::Process& self, std::int64_t bytes);

/// "Fetched 9384 kB in 3s (2893 kB/s)".
std::string fetched_line(std::int64_t bytes, Nanoseconds span);

}  // namespace drydock::userland
