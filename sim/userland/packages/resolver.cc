// resolver.cc — dependencies, followed.

#include "sim/userland/packages/resolver.h"

#include <algorithm>

#include <fmt/format.h>

namespace drydock::userland {

namespace {

class Planner {
 public:
  Planner(const std::vector<Package>& known, const DpkgDatabase& database,
          bool recommends)
      : known_(known), database_(database), recommends_(recommends) {}

  const Package* find(std::string_view name) const {
    const auto at = std::ranges::lower_bound(known_, name, {}, &Package::name);
    return at != known_.end() && at->name == name ? &*at : nullptr;
  }

  std::vector<const Package*> providers(std::string_view name) const {
    std::vector<const Package*> all;
    for (const Package& package : known_) {
      const List& provides = package.provides;
      if (std::ranges::find(provides, name) != provides.end()) {
        all.push_back(&package);
      }
    }
    return all;
  }

  /// Adds the package behind what it needs.
  void add(const Package& package) {
    if (!seen_.insert(package.name).second) return;
    for (const std::string& name : package.depends) need(name);
    if (recommends_) {
      for (const std::string& name : package.recommends) need(name);
    }
    plan_.install.push_back(package);
  }

  void need(const std::string& name) {
    if (database_.satisfied(name)) return;
    if (const Package* const package = find(name)) return add(*package);
    const auto others = providers(name);
    if (!others.empty()) add(*others.front());
  }

  /// What the new packages would like to have beside them.
  void collect_wishes() {
    std::set<std::string> suggested, recommended;
    const auto wish = [this](const List& names, std::set<std::string>* to) {
      for (const std::string& name : names) {
        if (!seen_.contains(name) && !database_.satisfied(name)) {
          to->insert(name);
        }
      }
    };
    for (const Package& package : plan_.install) {
      wish(package.suggests, &suggested);
      wish(package.recommends, &recommended);
    }
    plan_.suggested.assign(suggested.begin(), suggested.end());
    plan_.recommended.assign(recommended.begin(), recommended.end());
  }

  AptPlan& plan() { return plan_; }

 private:
  const std::vector<Package>& known_;
  const DpkgDatabase& database_;
  bool recommends_;
  std::set<std::string> seen_;
  AptPlan plan_;
};

/// "cowsay=3.03" as name and version.
std::pair<std::string, std::string> split_version(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos) return {word, ""};
  return {word.substr(0, equals), word.substr(equals + 1)};
}

/// What is meant by a word: the package, or the only one that provides it.
Result<const Package*> package_for(Planner& planner,
                                   const DpkgDatabase& database,
                                   const std::string& name) {
  if (const Package* const package = planner.find(name)) return package;
  const auto providers = planner.providers(name);
  if (providers.size() == 1) {
    planner.plan().selected_instead.emplace_back(name, providers[0]->name);
    return providers[0];
  }
  if (const DpkgEntry* entry = database.find(name);
      entry && entry->installed()) {
    return &entry->package;
  }
  if (providers.empty()) {
    return Error{fmt::format("Unable to locate package {}", name)};
  }
  return Error{fmt::format("Package '{}' has no installation candidate", name)};
}

}  // namespace

Result<AptPlan> plan_install(const std::vector<Package>& known,
                             const DpkgDatabase& database,
                             const InstallWish& wish) {
  Planner planner(known, database, wish.recommends);
  for (const std::string& word : wish.names) {
    const auto [name, version] = split_version(word);
    const auto package = package_for(planner, database, name);
    if (!package) return package.error();
    if (!version.empty() && (*package)->version != version) {
      return Error{
          fmt::format("Version '{}' for '{}' was not found", version, name)};
    }
    planner.plan().asked.insert((*package)->name);
    if (database.installed((*package)->name) && !wish.reinstall) {
      planner.plan().already_newest.push_back((*package)->name);
    } else {
      planner.add(**package);
    }
  }
  planner.collect_wishes();
  return std::move(planner.plan());
}

Result<AptPlan> plan_remove(const std::vector<Package>& known,
                            const DpkgDatabase& database, const List& names) {
  AptPlan plan;
  std::set<std::string> gone;
  for (const std::string& name : names) {
    const bool exists =
        database.find(name) ||
        std::ranges::binary_search(known, name, {}, &Package::name);
    if (!exists) {
      return Error{fmt::format("Unable to locate package {}", name)};
    }
    if (database.installed(name)) {
      gone.insert(name);
    } else {
      plan.not_installed.push_back(name);
    }
  }
  for (bool more = true; more;) {  // Whatever depends on them goes too.
    more = false;
    for (const DpkgEntry& entry : database.entries) {
      if (!entry.installed() || gone.contains(entry.package.name)) continue;
      const bool broken = std::ranges::any_of(
          entry.package.depends,
          [&gone](const std::string& name) { return gone.contains(name); });
      if (broken) more = gone.insert(entry.package.name).second;
    }
  }
  for (const std::string& name : gone) {
    plan.remove.push_back(database.find(name)->package);
  }
  return plan;
}

List no_longer_required(const DpkgDatabase& database,
                        const std::set<std::string>& automatic) {
  std::set<std::string> needed;
  List open;
  for (const DpkgEntry& entry : database.entries) {
    if (!entry.installed() || automatic.contains(entry.package.name)) continue;
    open.push_back(entry.package.name);
  }
  while (!open.empty()) {
    const std::string name = open.back();
    open.pop_back();
    if (!needed.insert(name).second) continue;
    const DpkgEntry* const entry = database.find(name);
    if (!entry) continue;
    for (const List* names :
         {&entry->package.depends, &entry->package.recommends}) {
      open.insert(open.end(), names->begin(), names->end());
    }
  }
  List unneeded;
  for (const std::string& name : automatic) {
    if (database.installed(name) && !needed.contains(name)) {
      unneeded.push_back(name);
    }
  }
  return unneeded;
}

}  // namespace drydock::userland
