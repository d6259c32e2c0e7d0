// printer.h — lists of things: as a table, by a template, or as raw blocks.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/value.h"
#include "sim/cli/call.h"

namespace drydock::cli {

/// A column: the field that fills it, and its title.
struct Column {
  std::string_view field, title;
};

/// What `docker ps`, `images`, ... print: rows of fields.
struct Listing {
  std::string_view type;                // Go's: "formatter.containerContext".
  std::vector<Column> columns;          // All fields that templates may name.
  std::vector<std::string_view> shown;  // Fields of the default table.
  std::size_t width_min = 0;            // 0: the profile's.
  std::vector<List> rows;               // A cell for each of `columns`.
  /// For {{.Label "k"}}: labels of each row; may be empty.
  std::vector<std::map<std::string, std::string>> labels;
};

/// The text, or the client's complaint about the template.
Result<std::string> listed(const Profile& profile, const Listing& listing,
                           std::string_view format);

/// Ends a command with its list.
Task<int> print_listing(Call& call, Listing listing, std::string format);

/// "\t" and "\n" as typed in a format.
std::string unescaped(std::string_view format);

}  // namespace drydock::cli
