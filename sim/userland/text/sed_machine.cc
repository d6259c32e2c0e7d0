// sed_machine.cc — the cycle of sed, and each command.

#include "sim/userland/text/sed_machine.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/userland/text/sed_text.h"

namespace drydock::userland {

namespace {

using Kind = SedAddress::Kind;

constexpr std::size_t kSpaceMax = std::size_t{1} << 28;
constexpr std::int64_t kStepsMax = 50'000'000;  // Of one cycle: b loops.

}  // namespace

SedWants SedMachine::begin(std::string line, bool last) {
  pattern_ = std::move(line);
  last_ = last;
  ++number_;
  at_ = 0;
  substituted_ = false;
  return run();
}

SedWants SedMachine::resume(std::optional<std::string> line, bool last) {
  const bool append = wants_ == SedWants::append_line;
  // Without a next line GNU prints the pattern space before it ends.
  if (!silent_ && (!append || !line)) say(pattern_);
  end_cycle();
  if (!line) return SedWants::quit;
  last_ = last;
  ++number_;
  if (append) {
    pattern_ += '\n';
    pattern_ += *line;
  } else {
    pattern_ = std::move(*line);
  }
  return run();
}

SedWants SedMachine::run() {
  for (std::int64_t steps = 0;; ++steps) {
    if (steps > kStepsMax || pattern_.size() > kSpaceMax ||
        hold_.size() > kSpaceMax) {
      error_ = steps > kStepsMax ? "drydock: the script goes round for ever"
                                 : "memory exhausted";
      return SedWants::failed;
    }
    if (at_ >= script_.commands.size()) {
      if (!silent_) say(pattern_);
      end_cycle();
      return SedWants::line;
    }
    const std::size_t index = at_++;
    const SedCommand& command = script_.commands[index];
    if (!selects(command, index)) {
      if (command.name == '{') at_ = static_cast<std::size_t>(command.target);
      continue;
    }
    switch (execute(command, index)) {
      case Next::command:
        break;
      case Next::jump:
        at_ = static_cast<std::size_t>(command.target);
        break;
      case Next::cycle:
        end_cycle();
        return SedWants::line;
      case Next::restart:
        end_cycle();
        at_ = 0;
        break;
      case Next::wait:
        return wants_;
      case Next::quit:
        end_cycle();
        return SedWants::quit;
      case Next::failed:
        return SedWants::failed;
    }
  }
}

void SedMachine::end_cycle() {
  std::ranges::move(appended_, std::back_inserter(output_));
  appended_.clear();
}

void SedMachine::say(std::string text, bool newline) {
  output_.push_back({SedOutput::Kind::text, std::move(text), "", newline});
}

void SedMachine::say_unended(std::string text) { say(std::move(text), false); }

bool SedMachine::selects(const SedCommand& command, std::size_t index) {
  if (command.from.kind == Kind::none) return !command.negated;
  const bool inside = command.to.kind == Kind::none ? matches(command.from)
                                                    : in_range(command, index);
  return inside != command.negated;
}

bool SedMachine::matches(const SedAddress& address) {
  switch (address.kind) {
    case Kind::line:
      return number_ == address.first;
    case Kind::step:
      if (address.step <= 0) return number_ == address.first;
      return number_ >= address.first &&
             (number_ - address.first) % address.step == 0;
    case Kind::last:
      return last_;
    case Kind::regex: {
      RegexMatch match;
      return search(address.regex, 0, 0, &match);
    }
    default:
      return false;
  }
}

bool SedMachine::enter_range(const SedCommand& command, std::size_t index) {
  if (!matches(command.from)) return false;
  const SedAddress& to = command.to;
  std::int64_t end = to.first;
  if (to.kind == Kind::plus) end = number_ + to.first;
  if (to.kind == Kind::multiple) {
    end = to.first <= 0 ? number_
                        : (number_ + to.first - 1) / to.first * to.first;
  }
  const bool counted = to.kind != Kind::regex && to.kind != Kind::last;
  range_end_[index] = end;
  active_[index] =
      !(counted && end <= number_) && !(to.kind == Kind::last && last_);
  return true;
}

bool SedMachine::in_range(const SedCommand& command, std::size_t index) {
  if (!active_[index]) return enter_range(command, index);
  const SedAddress& to = command.to;
  if (to.kind == Kind::regex || to.kind == Kind::last) {
    if (matches(to)) active_[index] = 0;
    return true;
  }
  if (number_ >= range_end_[index]) active_[index] = 0;
  if (number_ > range_end_[index]) return enter_range(command, index);
  return true;
}

bool SedMachine::search(const std::optional<Regex>& regex, std::size_t from,
                        int groups, RegexMatch* match) {
  if (regex) last_regex_ = regex;
  if (!last_regex_) {
    error_ = "no previous regular expression";
    return false;
  }
  const RegexFound found = last_regex_->search(pattern_, from, groups, match);
  if (found == RegexFound::exhausted) error_ = "Memory exhausted";
  return found == RegexFound::yes;
}

SedMachine::Next SedMachine::execute(const SedCommand& command,
                                     std::size_t index) {
  using Output = SedOutput::Kind;
  switch (command.name) {
    case '=':
      say(fmt::format("{}", number_));
      break;
    case 'a':
      appended_.push_back({Output::text, command.text, "", false});
      break;
    case 'b':
      return Next::jump;
    case 'c':
      return change(command, index);
    case 'd':
      return Next::cycle;
    case 'D':
      return delete_first();
    case 'F':
      say(file_);
      break;
    case 'g':
      pattern_ = hold_;
      break;
    case 'G':
      pattern_ += '\n' + hold_;
      break;
    case 'h':
      hold_ = pattern_;
      break;
    case 'H':
      hold_ += '\n' + pattern_;
      break;
    case 'i':
      say_unended(command.text);
      break;
    case 'l':
      say_unended(sed_unambiguous(
          pattern_, command.number < 0 ? width_ : command.number));
      break;
    case 'n':
      wants_ = SedWants::next_line;
      return Next::wait;
    case 'N':
      wants_ = SedWants::append_line;
      return Next::wait;
    case 'p':
      say(pattern_);
      break;
    case 'P':
      say(pattern_.substr(0, pattern_.find('\n')));
      break;
    case 'q':
      status_ = std::max(command.number, 0);
      if (!silent_) say(pattern_);
      return Next::quit;
    case 'Q':
      status_ = std::max(command.number, 0);
      return Next::quit;
    case 'r':
      appended_.push_back({Output::read_file, "", command.text, false});
      break;
    case 'R':
      appended_.push_back({Output::read_line, "", command.text, true});
      break;
    case 's':
      return substitute(command);
    case 't':
      if (std::exchange(substituted_, false)) return Next::jump;
      break;
    case 'T':
      if (!std::exchange(substituted_, false)) return Next::jump;
      break;
    case 'w':
      output_.push_back({Output::write, pattern_, command.text, true});
      break;
    case 'W':
      output_.push_back({Output::write, pattern_.substr(0, pattern_.find('\n')),
                         command.text, true});
      break;
    case 'x':
      std::swap(pattern_, hold_);
      break;
    case 'y':
      for (char& c : pattern_) c = command.text[static_cast<unsigned char>(c)];
      break;
    case 'z':
      pattern_.clear();
      break;
    default:
      break;  // { } and labels do nothing.
  }
  return error_.empty() ? Next::command : Next::failed;
}

SedMachine::Next SedMachine::change(const SedCommand& command,
                                    std::size_t index) {
  const bool ranged = command.to.kind != Kind::none && !command.negated;
  if (!ranged || !active_[index]) say_unended(command.text);
  return Next::cycle;
}

SedMachine::Next SedMachine::delete_first() {
  const std::size_t newline = pattern_.find('\n');
  if (newline == pattern_.npos) return Next::cycle;
  pattern_.erase(0, newline + 1);
  return Next::restart;
}

SedMachine::Next SedMachine::substitute(const SedCommand& command) {
  int groups = 0;
  for (const SedPiece& piece : command.replacement) {
    groups = std::max(groups, piece.group);
  }
  std::string out;
  std::size_t copied = 0, at = 0;
  int count = 0;
  bool replaced = false;
  std::int64_t previous_end = -1;
  RegexMatch match;
  while (at <= pattern_.size() && search(command.regex, at, groups, &match)) {
    const auto begin = static_cast<std::size_t>(match[0].begin);
    const auto end = static_cast<std::size_t>(match[0].end);
    const bool touches = begin == end && match[0].begin == previous_end;
    previous_end = match[0].end;
    at = end == begin ? end + 1 : end;
    if (touches) continue;  // Nothing right behind a match is none.
    if (++count < command.occurrence) continue;
    out.append(pattern_, copied, begin - copied);
    out += sed_expand(command.replacement, pattern_, match);
    copied = end;
    replaced = true;
    if (!command.global || out.size() > kSpaceMax) break;
  }
  if (!error_.empty()) return Next::failed;
  if (!replaced) return Next::command;
  out.append(pattern_, copied, pattern_.npos);
  pattern_ = std::move(out);
  substituted_ = true;
  if (command.print) say(pattern_);
  if (!command.write_to.empty()) {
    output_.push_back(
        {SedOutput::Kind::write, pattern_, command.write_to, true});
  }
  return Next::command;
}

}  // namespace drydock::userland
