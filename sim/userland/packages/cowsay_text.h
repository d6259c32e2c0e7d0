// cowsay_text.h — what a cow says, as lines.

#pragma once

#include <string>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/text.h"

namespace drydock::userland {

/// Text::Wrap's fill(): paragraphs joined and wrapped below `columns`.
List wrap_paragraphs(const List& lines, std::size_t columns);

/// The balloon around the lines; a thinking cow has round corners.
std::string balloon(const List& lines, bool thinks);

struct CowFace {
  std::string eyes = "oo", tongue = "  ";
  std::string thoughts = "\\";
};

/// The animal of a cow file: the here-document $the_cow, its three variables
/// put in.  Nullopt text: the file has none.
std::string draw_cow(std::string_view file, const CowFace& face);

}  // namespace drydock::userland
