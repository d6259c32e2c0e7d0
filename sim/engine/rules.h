// rules.h — all in which one Docker engine differs from another, as a value.
//
// A profile is data: the words of messages.h, the column of lifecycle.h, and
// the switches and numbers below.  The engine asks them and never asks which
// version it is.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/base/time.h"
#include "sim/engine/fault.h"
#include "sim/engine/lifecycle.h"
#include "sim/engine/messages.h"
#include "sim/image/reference.h"

namespace drydock::engine {

/// What `docker version` tells of the engine.
struct VersionFacts {
  std::string_view version, api_version, api_version_min, go_version,
      git_commit, built;
  std::string_view docker_version;  // Written into images.
};

struct Rules {
  std::string_view profile;  // "docker-1.8"
  image::Grammar grammar = image::Grammar::docker_1_8;
  VersionFacts facts;

  // Images.
  bool content_ids = false;      // Id = sha256 of the config, not a random one.
  bool tag_needs_force = false;  // To move a tag that is there.
  bool labels_inherited = false;       // Containers get their image's labels.
  bool listing_by_references = false;  // docker images NAME takes repo:tag.

  // Containers.
  bool thaw_to_signal = false;           // stop and kill of the paused thaw it.
  bool start_failure_by_kind = false;    // Exit 125/126/127/128, else -1.
  std::int64_t memory_min = 0;           // Bytes; less is refused.
  bool swap_defaults_to_double = false;  // MemorySwap = 2 * Memory if unset.
  Nanoseconds restart_wait_first = 0;
  Nanoseconds restart_wait_max = 0;  // 0: it doubles for ever.
  bool diff_deletions_last = false;  // Of each directory.
  bool own_group_listed = false;     // The gid is a supplementary one, too.
  bool name_registered_before_checks = false;  // A failed create leaves it.

  bool checks_confinement = false;  // At create, not by failing at start.
  bool private_ipc = false;         // Nobody may join it unless it says so.
  std::shared_ptr<const List> masked_paths, read_only_paths;
  std::map<std::string, std::string>
      sysctls;  // That each container begins with.

  // Volumes.
  bool named_volumes_go_with_rm = false;  // rm -v takes named ones too.
  bool copy_up_into_named = false;

  // Network.
  std::string_view gateway;  // "172.17.42.1"
  std::string_view bridge_name = "docker0";
  bool addresses_in_sequence = false;  // Not reused until the range wraps.
  bool own_host_line_last = false;     // Of /etc/hosts.
  bool publish_on_ipv6 = false;        // inspect shows "::" beside "0.0.0.0".

  // Registries.
  bool terse_dial_errors = false;   // Go 1.4's words for a failed connect.
  bool layers_are_mounted = false;  // From another repository, not sent again.

  // Events.
  std::size_t events_kept = 64;
  bool events_typed = false;  // "container create <id> (image=...)".

  Ruling ruling(State from, Verb verb) const {
    const Move& move = move_for(from, verb);
    return column == 0 ? move.docker_1_8 : move.docker_20_10;
  }

  std::string_view wording(Message message) const {
    const Wording& row = kWordings[static_cast<std::size_t>(message)];
    const bool own = column != 0 && row.docker_20_10.data() != nullptr;
    return own ? row.docker_20_10 : row.docker_1_8;
  }

  /// rules.text(Message::no_such_container, fmt::arg("typed", name))
  template <typename... Args>
  std::string text(Message message, const Args&... args) const {
    return fmt::format(fmt::runtime(wording(message)), args...);
  }

  template <typename... Args>
  Fault fault(Fault::Kind kind, Object object, Message message,
              const Args&... args) const {
    Fault answer{kind, text(message, args...), object};
    answer.message = message;
    return answer;
  }

  int column = 0;  // Of the tables: 0 is docker-1.8, 1 is docker-20.10.
};

Rules rules_1_8();
Rules rules_20_10();

/// By the profile's name; null if there is no such profile.
const Rules* rules_named(std::string_view profile);

}  // namespace drydock::engine
