// listing.h — a page of disagreements: "* 123-130,140 — reason" below the
// heading of each section.

#pragma once

#include <map>
#include <set>
#include <string>

namespace drydock::conformance {

/// All numbers that the page lists.
std::set<int> listed_numbers(const std::string& page);

/// The page with the numbers that disagree now, by section.  Reasons stay with
/// their numbers; what is new is put under its section as open.
void rewrite_listing(const std::string& page,
                     std::map<std::string, std::set<int>> disagreeing);

}  // namespace drydock::conformance
