// options.cc — the tables of options.

#include "sim/userland/sh/options.h"

#include <array>

namespace drydock::userland::sh {

namespace {

// clang-format off
constexpr std::array kDash = {
    OptionRow{"errexit",     'e', &Options::errexit},
    OptionRow{"noglob",      'f', &Options::noglob},
    OptionRow{"ignoreeof",   'I', &Options::ignoreeof},
    OptionRow{"interactive", 'i', &Options::interactive},
    OptionRow{"monitor",     'm', &Options::monitor},
    OptionRow{"noexec",      'n', &Options::noexec},
    OptionRow{"stdin",       's', &Options::from_stdin},
    OptionRow{"xtrace",      'x', &Options::xtrace},
    OptionRow{"verbose",     'v', &Options::verbose},
    OptionRow{"vi",          'V', &Options::vi},
    OptionRow{"emacs",       'E', &Options::emacs},
    OptionRow{"noclobber",   'C', &Options::noclobber},
    OptionRow{"allexport",   'a', &Options::allexport},
    OptionRow{"notify",      'b', &Options::notify},
    OptionRow{"nounset",     'u', &Options::nounset},
    OptionRow{"privileged",  'p', &Options::privileged},
    OptionRow{"nolog",       ' ', &Options::nolog},
    OptionRow{"debug",       ' ', &Options::debug},
};
constexpr std::array kAsh = {
    OptionRow{"errexit",     'e', &Options::errexit},
    OptionRow{"noglob",      'f', &Options::noglob},
    OptionRow{"ignoreeof",   'I', &Options::ignoreeof},
    OptionRow{"interactive", 'i', &Options::interactive},
    OptionRow{"monitor",     'm', &Options::monitor},
    OptionRow{"noexec",      'n', &Options::noexec},
    OptionRow{"stdin",       's', &Options::from_stdin},
    OptionRow{"xtrace",      'x', &Options::xtrace},
    OptionRow{"verbose",     'v', &Options::verbose},
    OptionRow{"noclobber",   'C', &Options::noclobber},
    OptionRow{"allexport",   'a', &Options::allexport},
    OptionRow{"notify",      'b', &Options::notify},
    OptionRow{"nounset",     'u', &Options::nounset},
    OptionRow{"vi",          ' ', &Options::vi},
    OptionRow{"pipefail",    ' ', &Options::pipefail},
};
constexpr std::array kBash = {
    OptionRow{"allexport",            'a', &Options::allexport},
    OptionRow{"braceexpand",          'B', &Options::braceexpand},
    OptionRow{"emacs",                ' ', &Options::emacs},
    OptionRow{"errexit",              'e', &Options::errexit},
    OptionRow{"errtrace",             'E', &Options::errtrace},
    OptionRow{"functrace",            'T', &Options::functrace},
    OptionRow{"hashall",              'h', &Options::hashall},
    OptionRow{"histexpand",           'H', &Options::histexpand},
    OptionRow{"history",              ' ', &Options::history},
    OptionRow{"ignoreeof",            ' ', &Options::ignoreeof},
    OptionRow{"interactive-comments", ' ', nullptr},
    OptionRow{"keyword",              'k', &Options::keyword},
    OptionRow{"monitor",              'm', &Options::monitor},
    OptionRow{"noclobber",            'C', &Options::noclobber},
    OptionRow{"noexec",               'n', &Options::noexec},
    OptionRow{"noglob",               'f', &Options::noglob},
    OptionRow{"nolog",                ' ', &Options::nolog},
    OptionRow{"notify",               'b', &Options::notify},
    OptionRow{"nounset",              'u', &Options::nounset},
    OptionRow{"onecmd",               't', &Options::onecmd},
    OptionRow{"physical",             'P', &Options::physical},
    OptionRow{"pipefail",             ' ', &Options::pipefail},
    OptionRow{"posix",                ' ', &Options::posix},
    OptionRow{"privileged",           'p', &Options::privileged},
    OptionRow{"verbose",              'v', &Options::verbose},
    OptionRow{"vi",                   ' ', &Options::vi},
    OptionRow{"xtrace",               'x', &Options::xtrace},
};

constexpr std::array<std::string_view, 13> kShoptOn = {
    "checkwinsize", "cmdhist", "complete_fullquote", "extquote", "force_fignore",
    "globasciiranges", "globskipdots", "hostcomplete", "interactive_comments",
    "patsub_replacement", "progcomp", "promptvars", "sourcepath"};
constexpr std::array<std::string_view, 40> kShoptOff = {
    "autocd", "assoc_expand_once", "cdable_vars", "cdspell", "checkhash",
    "checkjobs", "compat31", "compat32", "compat40", "compat41", "compat42",
    "compat43", "compat44", "direxpand", "dirspell", "dotglob", "execfail",
    "extdebug", "extglob", "failglob", "globstar", "gnu_errfmt", "histappend",
    "histreedit", "histverify", "huponexit", "inherit_errexit", "lastpipe",
    "lithist", "localvar_inherit", "localvar_unset", "login_shell", "mailwarn",
    "no_empty_cmd_completion", "nocaseglob", "nocasematch", "noexpand_translation",
    "nullglob", "progcomp_alias", "varredir_close"};
// clang-format on

}  // namespace

std::span<const OptionRow> option_rows(Dialect dialect) {
  if (dialect == Dialect::bash) return kBash;
  if (dialect == Dialect::ash) return kAsh;
  return kDash;
}

std::string option_letters(const Options& options, Dialect dialect,
                           bool from_command) {
  std::string letters;
  if (dialect != Dialect::bash) {
    for (const OptionRow& row : option_rows(dialect)) {
      if (row.letter != ' ' && options.*row.field) letters += row.letter;
    }
    return letters;
  }
  static constexpr std::string_view kOrder = "abefhkmnptuvxBCEHPT";
  for (const char letter : kOrder) {
    for (const OptionRow& row : kBash) {
      if (row.letter == letter && options.*row.field) letters += letter;
    }
    if (letter == 'h' && options.interactive) letters += 'i';
  }
  if (from_command) letters += 'c';
  if (options.from_stdin) letters += 's';
  return letters;
}

std::map<std::string, bool, std::less<>> default_shopt(bool interactive) {
  std::map<std::string, bool, std::less<>> result;
  for (const std::string_view name : kShoptOn) result.emplace(name, true);
  for (const std::string_view name : kShoptOff) result.emplace(name, false);
  result["expand_aliases"] = interactive;
  return result;
}

}  // namespace drydock::userland::sh
