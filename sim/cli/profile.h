// profile.h — all in which one docker's client differs from another's.
//
// A profile is a value.  Commands ask it for a format, a word or an exit
// status; none of them asks which docker it is.

#pragma once

#include <string_view>

#include "sim/cli/flags.h"
#include "sim/cli/format.h"
#include "sim/engine/rules.h"

namespace drydock::cli {

/// Exit statuses of the client's own (behaviour.md §0.1).
struct Statuses {
  int usage;         // A flag that is wrong.
  int refused;       // run: the engine or the client says no.
  int not_runnable;  // run: the program cannot be started.
  int not_found;     // run: there is no such program.
};

struct Formats {
  std::size_t table_width_min;
  SizeStyle size;
  std::string_view memory_blank;      // "1.24 GiB" or "1.24GiB"
  std::string_view one_second;        // "1 seconds" or "1 second"
  bool ellipsis;                      // Cut words end in one.
  bool id_algorithm;                  // --no-trunc shows "sha256:".
  std::string_view image_size_title;  // VIRTUAL SIZE or SIZE
  std::string_view template_error;    // Before Go's own words.
  bool typed_templates;  // inspect reads Go's fields first, then JSON's.
};

struct Versions {
  std::string_view client, api, api_min, go, git, server_commit, built;
};

/// Sentences of the client's own.
struct Words {
  std::string_view no_daemon;  // "{}": the host.
  std::string_view no_tty;     // -t with an input that is no terminal.
  std::string_view start_and_attach_many;
  std::string_view attach_stopped, attach_paused;
  std::string_view no_such_object;  // inspect; "{}": what was asked.
  std::string_view cowardly, stdin_is_terminal;
  std::string_view cidfile_exists;  // "{}": the file.
  std::string_view summary;         // "{}": verb, "{}": names; may be empty.
  std::string_view sending_context;
  std::string_view wait_canceled;  // The log's line; "{}": the time.
};

struct Profile {
  std::string_view name;
  Where where;  // Whose rows of the tables hold.
  Grammar grammar;
  Statuses statuses;
  Formats formats;
  Versions versions;
  Words words;
  bool lists_failures;  // "Error: failed to stop containers: [x]"
  bool modern;          // Layout of help and of errors: cobra's.
  const engine::Rules* rules;
};

/// By name; null for one that we do not know.
const Profile* find_profile(std::string_view name);
const Profile& docker_1_8();
const Profile& docker_20_10();

}  // namespace drydock::cli
