// options.h — what set -o and shopt switch.

#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "sim/userland/sh/dialect.h"

namespace drydock::userland::sh {

struct Options {
  bool errexit = false, noglob = false, ignoreeof = false, interactive = false;
  bool monitor = false, noexec = false, from_stdin = false, xtrace = false;
  bool verbose = false, vi = false, emacs = false, noclobber = false;
  bool allexport = false, notify = false, nounset = false, nolog = false;
  bool debug = false, pipefail = false, hashall = false, braceexpand = false;
  bool errtrace = false, functrace = false, posix = false, physical = false;
  bool histexpand = false, keyword = false, onecmd = false, privileged = false;
  bool history = false, login = false;

  /// shopt's, by name.
  std::map<std::string, bool, std::less<>> shopt;
  bool is_set(std::string_view name) const {
    const auto found = shopt.find(name);
    return found != shopt.end() && found->second;
  }
};

struct OptionRow {
  std::string_view name;
  char letter;  // ' ': none.
  bool Options::*field;
};

/// The options of `set`, in the order in which `set -o` lists them.
std::span<const OptionRow> option_rows(Dialect dialect);

/// "himBHs": the value of $-.
std::string option_letters(const Options& options, Dialect dialect,
                           bool from_command);

/// The defaults of shopt, for bash.
std::map<std::string, bool, std::less<>> default_shopt(bool interactive);

}  // namespace drydock::userland::sh
