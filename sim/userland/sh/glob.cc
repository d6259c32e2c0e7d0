// glob.cc — pathname expansion, one component after the other.

#include <algorithm>

#include "sim/userland/sh/fields.h"
#include "sim/userland/sh/pattern.h"
#include "sim/userland/sh/shell.h"

namespace drydock::userland::sh {

namespace {

constexpr std::size_t kMostPaths = 1'000'000;

struct Component {
  Marked text;
  std::string slashes;  // That follow it.
};

std::vector<Component> components_of(const Marked& field) {
  std::vector<Component> result(1);
  for (std::size_t i = 0; i < field.text.size(); ++i) {
    if (field.origin[i] == kNothing) continue;
    if (field.text[i] == '/') {
      result.back().slashes += '/';
      continue;
    }
    if (!result.back().slashes.empty()) result.emplace_back();
    result.back().text.text += field.text[i];
    result.back().text.origin += field.origin[i];
  }
  return result;
}

class Walk {
 public:
  explicit Walk(Shell& shell) : shell_(shell), process_(shell.process()) {
    options_.extended = shell.options.is_set("extglob");
    options_.ignore_case = shell.options.is_set("nocaseglob");
  }

  /// Extends every path by all that the component matches.
  List step(const List& paths, const Component& component, bool last) {
    List result;
    for (const std::string& path : paths) {
      if (result.size() > kMostPaths) break;
      if (!component.text.may_match()) {
        keep(result, path + component.text.plain(), component, last);
      } else if (component.text.plain() == "**" &&
                 shell_.options.is_set("globstar")) {
        descend(result, path, component, last, 0);
      } else {
        match(result, path, component, last);
      }
    }
    return result;
  }

 private:
  void keep(List& result, const std::string& path, const Component& component,
            bool last) {
    if (!component.slashes.empty()) {
      const auto file = process_.stat(path.empty() ? "/" : path);
      if (!path.empty() && (!file || file->type != vfs::FileType::directory)) {
        return;
      }
    } else if (last && !process_.lstat(path)) {
      return;
    }
    result.push_back(path + component.slashes);
  }

  void match(List& result, const std::string& path, const Component& component,
             bool last) {
    const Pattern pattern(component.text.pattern(), options_);
    const bool hidden = pattern.begins_with_period();
    auto entries = process_.readdir(path.empty() ? "." : path);
    if (!entries) return;
    List names;
    if (hidden && !shell_.bash()) names = {".", ".."};
    for (const vfs::DirectoryEntry& entry : *entries) {
      names.push_back(entry.name);
    }
    std::ranges::stable_sort(names);
    const bool all = hidden || shell_.options.is_set("dotglob");
    for (const std::string& name : names) {
      if (name.starts_with('.') && !all) continue;
      if (!pattern.matches(name)) continue;
      keep(result, path + name, component, last);
    }
  }

  /// `**`: this directory and all below.
  void descend(List& result, const std::string& path,
               const Component& component, bool last, int depth) {
    if (depth > 100 || result.size() > kMostPaths) return;
    if (!component.slashes.empty()) result.push_back(path);
    if (component.slashes.empty() && depth == 0 && !path.empty()) {
      result.push_back(path);
    }
    auto entries = process_.readdir(path.empty() ? "." : path);
    if (!entries) return;
    for (const vfs::DirectoryEntry& entry : *entries) {
      if (entry.name.starts_with('.')) continue;
      const std::string below = path + entry.name;
      if (component.slashes.empty()) result.push_back(below);
      if (entry.type == vfs::FileType::directory) {
        descend_into(result, below, component, last, depth);
      }
    }
  }
  void descend_into(List& result, const std::string& path,
                    const Component& component, bool last, int depth) {
    descend(result, path + "/", component, last, depth + 1);
  }

  Shell& shell_;
  kernel::Process& process_;
  Pattern::Options options_;
};

}  // namespace

List expand_paths(Shell& shell, const Marked& field) {
  const std::vector<Component> components = components_of(field);
  List paths = {""};
  Walk walk(shell);
  for (const Component& component : components) {
    paths = walk.step(paths, component, &component == &components.back());
    if (paths.empty()) break;
  }
  std::ranges::stable_sort(paths);
  return paths;
}

}  // namespace drydock::userland::sh
