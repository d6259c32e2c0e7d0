// help.h — help pages and usage errors, in the layout of each profile.

#pragma once

#include <string>
#include <string_view>

#include "sim/cli/command.h"
#include "sim/cli/profile.h"

namespace drydock::cli {

/// What `docker PATH --help` prints.
std::string help_page(const Profile& profile, std::string_view path,
                      const Command& command, int columns,
                      std::string_view home);

/// What stands before the flags: usage lines and what the command does.
std::string short_usage(const Profile& profile, std::string_view path,
                        const Command& command);

/// The options alone, aligned.
std::string flag_usages(const Profile& profile, FlagTable flags, int columns,
                        std::string_view home);

/// Why this many operands are wrong; empty when they are not.
std::string operand_complaint(const Profile& profile, std::string_view path,
                              const Command& command, std::size_t count);

}  // namespace drydock::cli
