// scan.h — where docker's command lines are used: pages, recordings, tests.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/base/text.h"
#include "sim/cli/commands/all.h"

namespace drydock::coverage {

/// A text of the tree, line by line, and where it stands.
struct Source {
  std::string path;  // From the root of the tree.
  List lines;
  unsigned profiles = cli::kBoth;  // For which it is written.
};

/// Pages of scenarios/ and book/, goldens, recordings and tests.
std::vector<Source> read_sources(const std::string& root);

/// Whether this source shows commands being run, and not their output.
bool has_commands(const Source& source);

/// Command lines of docker on one line of a source: the words after "docker".
std::vector<List> commands_on(const std::string& line);

/// The files that use something, in the order in which they were read.
using Files = std::vector<std::string>;

/// By profile (k18, k20), command and flag; the flag "" is the command itself.
struct Uses {
  std::map<std::tuple<unsigned, const cli::Command*, std::string>, Files>
      by_flag;
  void note(unsigned profile, const cli::Command* command,
            const std::string& flag, const std::string& file);
  Files find(unsigned profile, const cli::Command* command,
             const std::string& flag) const;
};

/// Reads each command line with the real tables.
Uses find_uses(const std::vector<Source>& sources);

}  // namespace drydock::coverage
