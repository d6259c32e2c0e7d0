// date_parse.h — the dates that people type: date -d, touch -d.

#pragma once

#include <optional>
#include <string_view>

#include "sim/base/time.h"

namespace drydock::userland {

/// "2015-10-12 08:00", "12 Oct 2015", "@1444636800", "yesterday", "2 days ago",
/// "next week", "Mon, 12 Oct 2015 08:00:00 +0200" ...: the forms of GNU's
/// parse_datetime(3) that name a date, a time, a zone or a distance.  UTC is
/// the local zone.
std::optional<Time> parse_date(std::string_view text, Time now);

/// touch -t and date MMDDhhmm: "[[CC]YY]MMDDhhmm[.ss]".
std::optional<Time> parse_stamp(std::string_view text, Time now);

/// "[MMDDhhmm[[CC]YY][.ss]]": date's operand.
std::optional<Time> parse_date_operand(std::string_view text, Time now);

}  // namespace drydock::userland
