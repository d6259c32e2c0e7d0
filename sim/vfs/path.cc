// path.cc — paths as text, by the rules of Go's package path.

#include <vector>

#include "sim/vfs/walk.h"

namespace drydock::vfs {

namespace {

/// Most are: absolute, with no name that is empty, "." or "..".
bool is_clean(std::string_view path) {
  if (path.size() < 2 || path[0] != '/' || path.back() == '/') return false;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    if (path[i] == '/' && (path[i + 1] == '/' || path[i + 1] == '.')) {
      return false;  // Or a hidden file: the long way tells.
    }
  }
  return true;
}

}  // namespace

std::string clean_path(std::string_view path) {
  if (is_clean(path)) return std::string(path);
  const bool rooted = path.starts_with('/');
  std::vector<std::string_view> kept;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string_view name = path.substr(at, slash - at);
    at = slash + 1;
    if (name.empty() || name == ".") continue;
    if (name != "..") {
      kept.push_back(name);
    } else if (!kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!rooted) {
      kept.push_back(name);
    }
  }
  std::string clean = rooted ? "/" : "";
  for (const std::string_view name : kept) {
    if (!clean.empty() && clean != "/") clean += '/';
    clean += name;
  }
  return clean.empty() ? "." : clean;
}

std::string join_path(std::string_view directory, std::string_view path) {
  if (directory.empty()) return path.empty() ? "" : clean_path(path);
  std::string whole;
  whole.reserve(directory.size() + 1 + path.size());
  whole.append(directory);
  if (!directory.ends_with('/')) whole += '/';
  whole.append(path);
  return is_clean(whole) ? whole : clean_path(whole);
}

std::string base_name(std::string_view path) {
  if (path.empty()) return ".";
  const std::size_t last = path.find_last_not_of('/');
  if (last == std::string_view::npos) return "/";
  path = path.substr(0, last + 1);
  const std::size_t slash = path.rfind('/');
  return std::string(path.substr(slash + 1));  // npos + 1 is 0.
}

std::string dir_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return clean_path(path.substr(0, slash + 1));
}

}  // namespace drydock::vfs
