// copy_rules.cc — the decision table of cp.

#include "sim/cli/copy_rules.h"

#include "sim/base/text.h"

namespace drydock::cli {

namespace {

std::string cleaned(std::string_view path) {
  const bool absolute = path.starts_with('/');
  List kept;
  for (const std::string& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    const bool up = part == ".." && !kept.empty() && kept.back() != "..";
    if (up) {
      kept.pop_back();
    } else if (part != ".." || !absolute) {
      kept.push_back(part);
    }
  }
  const std::string text = join(kept, "/");
  if (absolute) return "/" + text;
  return text.empty() ? "." : text;
}

bool names_itself(std::string_view path) {
  return path.empty() || path == "." || path.ends_with("/.");
}

}  // namespace

PathSplit split_path(std::string_view path) {
  const std::string whole = cleaned(path);
  if (names_itself(path)) return {whole, "."};
  const std::size_t slash = whole.rfind('/');
  if (slash == std::string::npos) return {".", whole};
  if (whole == "/") return {"/", "/"};
  return {slash == 0 ? "/" : whole.substr(0, slash), whole.substr(slash + 1)};
}

bool asserts_directory(std::string_view path) {
  return path.ends_with('/') || names_itself(path);
}

Result<CopyPlan> plan_copy(const CopySide& from, const CopySide& to) {
  if (to.exists && to.directory) return CopyPlan{to.path, ""};
  const PathSplit target = split_path(to.path);
  if (to.exists && from.directory) return Error{"cannot copy directory"};
  if (!to.exists && !from.directory && asserts_directory(to.path)) {
    return Error{"no such directory"};
  }
  return CopyPlan{target.directory, target.base};
}

CopyArgument parse_copy_argument(std::string_view text) {
  const std::size_t colon = text.find(':');
  const bool local = text.starts_with('/') || text.starts_with('.') ||
                     colon == std::string_view::npos;
  if (local) return {"", std::string(text)};
  return {std::string(text.substr(0, colon)),
          std::string(text.substr(colon + 1))};
}

}  // namespace drydock::cli
