// ignore.cc — patterns, compiled to steps and run over all positions at once.

#include "sim/builder/ignore.h"

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/vfs/walk.h"

namespace drydock::builder {
namespace {

/// One step of a pattern.
struct Step {
  enum class Kind { letter, any, set, star, deep_star, deep_directories };
  Kind kind = Kind::letter;
  char letter = 0;
  std::string_view set;  // Between the brackets.
};

/// Where the set that opens at `at` ends: at its ']'; npos if it never does.
std::size_t end_of_set(std::string_view pattern, std::size_t at) {
  std::size_t i = at + 1;
  if (i < pattern.size() && pattern[i] == '^') ++i;
  for (bool first = true; i < pattern.size(); ++i, first = false) {
    if (pattern[i] == ']' && !first) return i;
    if (pattern[i] == '\\') ++i;
  }
  return pattern.npos;
}

bool set_has(std::string_view set, char c) {
  const bool inverted = set.starts_with('^');
  if (inverted) set.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (set[i] == '\\' && i + 1 < set.size()) ++i;
    const char low = set[i];
    char high = low;
    if (i + 2 < set.size() && set[i + 1] == '-') {
      i += 2;
      if (set[i] == '\\' && i + 1 < set.size()) ++i;
      high = set[i];
    }
    found = found || (low <= c && c <= high);
  }
  return found != inverted;
}

std::vector<Step> compile(std::string_view pattern, bool double_star) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    Step step;
    if (c == '*' && double_star && pattern.substr(i).starts_with("**")) {
      step.kind = Step::Kind::deep_star;
      ++i;
      if (pattern.substr(i + 1).starts_with("/")) {
        step.kind = Step::Kind::deep_directories;
        ++i;
      }
    } else if (c == '*') {
      step.kind = Step::Kind::star;
    } else if (c == '?') {
      step.kind = Step::Kind::any;
    } else if (c == '[') {
      const std::size_t end = end_of_set(pattern, i);
      if (end == pattern.npos) return {};
      step.kind = Step::Kind::set;
      step.set = pattern.substr(i + 1, end - i - 1);
      i = end;
    } else {
      if (c == '\\' && i + 1 < pattern.size()) ++i;
      step.letter = pattern[i];
    }
    steps.push_back(step);
  }
  return steps;
}

using Positions = std::vector<bool>;  // At which the steps so far may end.

/// "**/": nothing, or anything up to and with a slash.
Positions after_directories(const Positions& before, std::string_view text) {
  Positions after = before;
  bool reached = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    reached = reached || before[i];
    if (reached && text[i] == '/') after[i + 1] = true;
  }
  return after;
}

Positions after_step(const Step& step, const Positions& before,
                     std::string_view text) {
  if (step.kind == Step::Kind::deep_directories) {
    return after_directories(before, text);
  }
  Positions after(before.size(), false);
  bool reached = false;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const bool slash = i > 0 && text[i - 1] == '/';
    switch (step.kind) {
      case Step::Kind::star:
        reached = before[i] || (reached && !slash);
        after[i] = reached;
        break;
      case Step::Kind::deep_star:
        reached = reached || before[i];
        after[i] = reached;
        break;
      case Step::Kind::any:
        after[i] = i > 0 && before[i - 1] && !slash;
        break;
      case Step::Kind::set:
        after[i] =
            i > 0 && before[i - 1] && !slash && set_has(step.set, text[i - 1]);
        break;
      default:
        after[i] = i > 0 && before[i - 1] && text[i - 1] == step.letter;
    }
  }
  return after;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text,
                  bool double_star) {
  if (!is_pattern(pattern)) return false;
  Positions positions(text.size() + 1, false);
  positions[0] = true;
  for (const Step& step : compile(pattern, double_star)) {
    positions = after_step(step, positions, text);
  }
  return positions[text.size()];
}

bool is_pattern(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && ++i == pattern.size()) return false;
    if (pattern[i] != '[' || (i > 0 && pattern[i - 1] == '\\')) continue;
    i = end_of_set(pattern, i);
    if (i == pattern.npos) return false;
  }
  return true;
}

bool has_wildcards(std::string_view path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '\\') {
      ++i;
    } else if (path[i] == '*' || path[i] == '?' || path[i] == '[') {
      return true;
    }
  }
  return false;
}

Result<IgnoreRules> IgnoreRules::parse(std::string_view text,
                                       const BuilderRules& rules) {
  IgnoreRules ignore;
  ignore.double_star_ = rules.double_star;
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  for (const std::string& line : split(text, '\n')) {
    std::string_view pattern = trim(line);
    if (rules.ignore_comments && line.starts_with('#')) continue;
    if (pattern.empty()) continue;
    const bool exception = pattern.starts_with('!');
    if (exception) pattern = trim(pattern.substr(1));
    if (pattern.empty()) {
      if (!rules.ignore_comments) {
        return Error{"Error checking context: 'Illegal exclusion pattern: !'."};
      }
      return Error{R"(error checking context: illegal exclusion pattern: "!")"};
    }
    std::string clean = vfs::clean_path(pattern);
    if (rules.double_star && clean.size() > 1 && clean[0] == '/') {
      clean.erase(0, 1);
    }
    if (!is_pattern(clean)) {
      return Error{rules.ignore_comments
                       ? "error checking context: syntax error in pattern"
                       : "Error checking context: 'syntax error in pattern'."};
    }
    ignore.has_exceptions_ = ignore.has_exceptions_ || exception;
    ignore.patterns_.push_back({std::move(clean), exception});
  }
  return ignore;
}

bool IgnoreRules::excludes(std::string_view path) const {
  bool excluded = false;
  for (const Pattern& pattern : patterns_) {
    if (excluded != pattern.exception) continue;  // Would change nothing.
    bool matched = glob_matches(pattern.text, path, double_star_);
    for (std::size_t slash = path.find('/'); slash != path.npos && !matched;
         slash = path.find('/', slash + 1)) {
      matched = glob_matches(pattern.text, path.substr(0, slash), double_star_);
    }
    if (matched) excluded = !pattern.exception;
  }
  return excluded;
}

}  // namespace drydock::builder
