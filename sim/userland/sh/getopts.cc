// getopts.cc — getopts, as bash and as dash keep count.
//
// bash knows where it stands from OPTIND and an offset into that word, which
// assigning to OPTIND puts back.  dash keeps an index of its own, which `set`,
// `shift` and an assignment to OPTIND put back, and tells OPTIND of it.

#include <fmt/format.h>

#include "sim/userland/sh/builtin_list.h"
#include "sim/userland/sh/builtins.h"

namespace drydock::userland::sh {

namespace {

/// What getopts found: its letter and argument go into variables.
int found_option(Shell& shell, const std::string& variable, std::string letter,
                 std::optional<std::string> argument, std::size_t index,
                 int offset) {
  if (argument) {
    shell.assign("OPTARG", *argument);
  } else {
    shell.variables.unset("OPTARG");
  }
  shell.assign("OPTIND", std::to_string(index));
  shell.getopts_offset = offset;  // assign() put it to 0.
  if (!shell.assign(variable, std::move(letter))) return 2;
  return 0;
}

int usage(Shell& shell) {
  if (shell.bash()) {
    shell.complain_plain("getopts: usage: getopts optstring name [arg ...]\n");
  } else {
    shell.abort("Usage: getopts optstring var [arg...]", 2);
  }
  return 2;
}

int bash_getopts(Shell& shell, const Words& words) {
  std::string known = words[1];
  const std::string& variable = words[2];
  const Words arguments = words.size() > 3
                              ? Words(words.begin() + 3, words.end())
                              : shell.positional;
  const bool silent = known.starts_with(':');
  if (silent) known.erase(0, 1);
  std::int64_t index =
      parse_int(shell.variables.get_or("OPTIND", "1")).value_or(1);
  if (index < 1) index = 1;
  auto at = static_cast<std::size_t>(index - 1);
  int offset = shell.getopts_offset;
  if (offset > 0 &&
      (at >= arguments.size() ||
       static_cast<std::size_t>(offset) >= arguments[at].size())) {
    offset = 0;
  }
  const bool ended =
      at >= arguments.size() ||
      (offset == 0 && (arguments[at].size() < 2 || arguments[at][0] != '-'));
  if (ended || (offset == 0 && arguments[at] == "--")) {
    if (!ended) ++at;
    found_option(shell, variable, "?", std::nullopt, at + 1, 0);
    return 1;
  }
  if (offset == 0) offset = 1;
  const char letter = arguments[at][static_cast<std::size_t>(offset)];
  const bool last =
      static_cast<std::size_t>(offset) + 1 == arguments[at].size();
  const std::size_t place = known.find(letter);
  const std::size_t next = last ? at + 2 : at + 1;
  const int next_offset = last ? 0 : offset + 1;
  if (place == known.npos || letter == ':') {
    if (silent) {
      return found_option(shell, variable, "?", std::string(1, letter), next,
                          next_offset);
    }
    shell.complain_plain(
        fmt::format("{}: illegal option -- {}\n", shell.name, letter));
    return found_option(shell, variable, "?", std::nullopt, next, next_offset);
  }
  if (place + 1 >= known.size() || known[place + 1] != ':') {
    return found_option(shell, variable, std::string(1, letter), std::nullopt,
                        next, next_offset);
  }
  if (!last) {
    return found_option(
        shell, variable, std::string(1, letter),
        arguments[at].substr(static_cast<std::size_t>(offset) + 1), at + 2, 0);
  }
  if (at + 1 < arguments.size()) {
    return found_option(shell, variable, std::string(1, letter),
                        arguments[at + 1], at + 3, 0);
  }
  if (silent) {
    return found_option(shell, variable, ":", std::string(1, letter), at + 2,
                        0);
  }
  shell.complain_plain(fmt::format("{}: option requires an argument -- {}\n",
                                   shell.name, letter));
  return found_option(shell, variable, "?", std::nullopt, at + 2, 0);
}

/// One step of dash's walk over the words.
class Walk {
 public:
  Walk(Shell& shell, const Words& words)
      : shell_(shell),
        known_(words[1]),
        words_(words.size() > 3 ? Words(words.begin() + 3, words.end())
                                : shell.positional) {
    if (shell.getopts_index > words_.size() + 1) {
      shell.getopts_index = 1;
      shell.getopts_offset = 0;
    }
    next_ = shell.getopts_index - 1;
  }

  /// Whether there are no more options.
  bool step() {
    if (!find_letter()) return true;
    const char letter = (*word_)[at_++];
    const std::size_t place = known_.find(letter, silent() ? 1 : 0);
    if (place == known_.npos || letter == ':') {
      refuse(letter, fmt::format("Illegal option -{}\n", letter), '?');
    } else if (place + 1 < known_.size() && known_[place + 1] == ':') {
      take_argument(letter);
    } else {
      found_ = letter;
      shell_.assign("OPTARG", "");
    }
    return false;
  }

  /// Tells OPTIND and the variable, in this order.
  int finish(const std::string& variable, bool ended) {
    const int offset = word_ ? static_cast<int>(at_) : 0;
    shell_.assign("OPTIND", std::to_string(next_ + 1));
    shell_.getopts_index = next_ + 1;  // assign() put both back.
    shell_.getopts_offset = ended ? 0 : offset;
    if (!is_name(variable)) {
      shell_.complain(fmt::format("{}: bad variable name", variable));
      return 2;
    }
    if (!shell_.assign(variable, std::string(1, found_))) return 2;
    return ended ? 1 : 0;
  }

 private:
  bool silent() const { return known_.starts_with(':'); }

  bool find_letter() {
    const auto offset = static_cast<std::size_t>(shell_.getopts_offset);
    if (next_ > 0 && offset > 0 && offset < words_[next_ - 1].size()) {
      word_ = &words_[next_ - 1];
      at_ = offset;
      return true;
    }
    if (next_ >= words_.size()) return false;
    const std::string& word = words_[next_];
    if (word.size() < 2 || word[0] != '-') return false;
    ++next_;
    if (word == "--") return false;
    word_ = &word;
    at_ = 1;
    return true;
  }

  void take_argument(char letter) {
    if (at_ < word_->size()) {
      shell_.assign("OPTARG", word_->substr(at_));
    } else if (next_ < words_.size()) {
      shell_.assign("OPTARG", words_[next_++]);
    } else {
      refuse(letter, fmt::format("No arg for -{} option\n", letter), ':');
      return;
    }
    found_ = letter;
    word_ = nullptr;
  }

  void refuse(char letter, const std::string& text, char quietly) {
    found_ = silent() ? quietly : '?';
    if (silent()) {
      shell_.assign("OPTARG", std::string(1, letter));
    } else {
      shell_.complain_plain(text);
      shell_.variables.unset("OPTARG");
    }
  }

  Shell& shell_;
  const std::string& known_;
  const Words words_;
  std::size_t next_ = 0;               // Of the words, the next to look at.
  const std::string* word_ = nullptr;  // Whose letters are walked through.
  std::size_t at_ = 0;
  char found_ = '?';
};

}  // namespace

int getopts_builtin(Shell& shell, const Words& words) {
  if (words.size() < 3) return usage(shell);
  if (shell.bash()) return bash_getopts(shell, words);
  Walk walk(shell, words);
  const bool ended = walk.step();
  return walk.finish(words[2], ended);
}

}  // namespace drydock::userland::sh
