// report.h — what is covered by what, as pages; what is not says so.

#pragma once

#include <string>

#include "sim/base/text.h"

namespace drydock::coverage {

/// tests/conformance/coverage.md: commands and flags of both profiles,
/// messages, edges of the lifecycle, hints.
std::string coverage_page(const std::string& root);

/// Rows of such a page that name a file which does not have what they say.
List false_claims(const std::string& root, const std::string& page);

/// book/hints.md: each hint with its trigger, reason and way out.
std::string hints_page();

}  // namespace drydock::coverage
