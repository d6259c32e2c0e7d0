// history.h — random histories of docker commands in a fake world, and what a
// reader of the textbook expects of them.

#pragma once

#include <array>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "tests/engine/dock.h"

namespace drydock::engine {

/// One command; numbers stand for names.
struct Command {
  int verb = 0;
  int who = 0;    // The container that it is about.
  int other = 0;  // Whom it links to, or takes volumes from.
  int extra = 0;  // A port, a path, an image, a yes or no.
};
std::ostream& operator<<(std::ostream& out, const Command& command);

inline constexpr int kContainers = 5;
inline constexpr int kCommandCount = 16;

/// Runs it; empty, or the refusal.
std::string perform(Dock& dock, const Command& command);

/// A start may be refused when the world has been asked already: it leaves an
/// event and State.Error behind.
bool is_late_refusal(const std::string& refusal);

std::string container_name(int number);

/// Volumes by name with their owners, as the containers' mounts tell.
std::map<VolumeName, std::set<ContainerId>> owners_by_mounts(const Dock& dock);

}  // namespace drydock::engine
