// copy_rules.h — where `docker cp` puts what, and under which name.
//
// The rules are those of `cp -a`, written as one decision over the kinds of
// source and destination (behaviour.md §cp); no file is touched here.

#pragma once

#include <string>
#include <string_view>

#include "sim/base/result.h"

namespace drydock::cli {

/// A path, split as docker splits it: "/a/b/." is "/a/b" and ".".
struct PathSplit {
  std::string directory, base;
};
PathSplit split_path(std::string_view path);

/// "x/", "x/.", "": it can only be a directory.
bool asserts_directory(std::string_view path);

/// What a side of the copy is.
struct CopySide {
  std::string path;
  bool exists = false, directory = false;
};

/// Extract into this directory, with the source's base name renamed.
struct CopyPlan {
  std::string directory;
  std::string rename_to;  // Empty: as it is.
};
Result<CopyPlan> plan_copy(const CopySide& from, const CopySide& to);

/// One of cp's two arguments.
struct CopyArgument {
  std::string container;  // Empty: a path of our own.
  std::string path;
};
CopyArgument parse_copy_argument(std::string_view text);

}  // namespace drydock::cli
