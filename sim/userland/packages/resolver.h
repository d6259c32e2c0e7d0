// resolver.h — what an apt-get command would do, decided before it is done.

#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/result.h"
#include "sim/userland/packages/dpkg_database.h"
#include "sim/userland/packages/package.h"

namespace drydock::userland {

struct AptPlan {
  std::vector<Package> install;  // Each after what it depends on.
  std::vector<Package> remove;
  std::vector<std::string> already_newest;
  /// "fortune" was asked for, "fortune-mod" is meant.
  std::vector<std::pair<std::string, std::string>> selected_instead;
  std::vector<std::string> not_installed;  // Asked to remove, not there.
  std::set<std::string> asked;             // By their real names.
  List suggested, recommended;             // Not installed; by name.
};

struct InstallWish {
  List names;  // "cowsay", "cowsay=3.03", "nano-" (removes).
  bool recommends = true;
  bool reinstall = false;
};

/// Errors are apt's, after "E: ".
Result<AptPlan> plan_install(const std::vector<Package>& known,
                             const DpkgDatabase& database,
                             const InstallWish& wish);

/// Packages and what depends on them.
Result<AptPlan> plan_remove(const std::vector<Package>& known,
                            const DpkgDatabase& database, const List& names);

/// Installed by apt itself, and needed by nothing that a person asked for.
List no_longer_required(const DpkgDatabase& database,
                        const std::set<std::string>& automatic);

}  // namespace drydock::userland
