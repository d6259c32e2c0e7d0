// rules.h — the house rules that a machine can check, one function each.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drydock::tidy {

struct SourceFile {
  std::string path;  // From the repository root.
  std::vector<std::string> lines;
};

/// "sim/vfs/walk.cc:12: what is wrong and what to do instead"
using Complaints = std::vector<std::string>;

SourceFile source(std::string path, std::string_view text);

Complaints include_law(const SourceFile& file);
Complaints coroutine_law(const SourceFile& file);
Complaints switch_law(const SourceFile& file);
Complaints determinism_bans(const SourceFile& file);
Complaints subrange_law(const SourceFile& file);
Complaints draw_law(const SourceFile& file);
Complaints file_size(const SourceFile& file);
Complaints function_size(const SourceFile& file);
Complaints heading(const SourceFile& file);
Complaints leftovers(const SourceFile& file);

/// Paths in backquotes in the numbered list under "Reading order".
std::vector<std::string> reading_order(std::string_view readme);

}  // namespace drydock::tidy
