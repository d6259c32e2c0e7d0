// mode.cc — file modes as chmod reads them.

#include "sim/userland/mode.h"

#include <algorithm>

#include "sim/base/text.h"

namespace drydock::userland {

namespace {

constexpr vfs::Mode kUser = 04700, kGroup = 02070, kOthers = 01007;

vfs::Mode who_of(char c) {
  switch (c) {
    case 'u':
      return kUser;
    case 'g':
      return kGroup;
    case 'o':
      return kOthers;
    case 'a':
      return kUser | kGroup | kOthers;
    default:
      return 0;
  }
}

vfs::Mode bits_of(char c) {
  switch (c) {
    case 'r':
      return 0444;
    case 'w':
      return 0222;
    case 'x':
      return 0111;
    case 's':
      return 06000;
    case 't':
      return 01000;
    default:
      return 0;
  }
}

// The permissions of one class, given to all three.
vfs::Mode spread(vfs::Mode mode, char from) {
  const int shift = from == 'u' ? 6 : from == 'g' ? 3 : 0;
  return ((mode >> shift) & 7) * 0111;
}

bool is_octal(std::string_view text) {
  return !text.empty() && text.find_first_not_of("01234567") == text.npos;
}

}  // namespace

bool ModeChange::parse_clause(std::string_view text,
                              std::vector<Clause>& into) {
  std::size_t at = 0;
  vfs::Mode who = 0;
  while (at < text.size() && who_of(text[at])) who |= who_of(text[at++]);
  if (at == text.size()) return false;
  while (at < text.size()) {
    Clause clause;
    clause.who = who;
    clause.deed = text[at++];
    if (std::string_view("+-=").find(clause.deed) == std::string_view::npos) {
      return false;
    }
    const std::size_t end =
        std::min(text.find_first_of("+-=", at), text.size());
    for (; at < end; ++at) {
      const char c = text[at];
      if (c == 'X') {
        clause.x_if_any = true;
      } else if (bits_of(c)) {
        clause.bits |= bits_of(c);
      } else if (who_of(c) && c != 'a' && end - at == 1) {
        clause.copied = c;
      } else {
        return false;
      }
    }
    into.push_back(clause);
  }
  return true;
}

std::optional<ModeChange> ModeChange::parse(std::string_view text) {
  ModeChange change;
  if (is_octal(text)) {
    for (const char digit : text) {
      change.absolute_ = change.absolute_ * 8 + (digit - '0');
      if (change.absolute_ > 07777) return std::nullopt;
    }
    change.octal_ = true;
    change.keeps_directory_bits_ = text.size() < 5;
    return change;
  }
  for (const std::string& clause : split(text, ',')) {
    if (!parse_clause(clause, change.clauses_)) return std::nullopt;
  }
  return change;
}

vfs::Mode ModeChange::apply(vfs::Mode mode, bool directory,
                            vfs::Mode umask) const {
  if (octal_) {
    const bool keep = directory && keeps_directory_bits_;
    return absolute_ | (keep ? mode & 06000 : 0);
  }
  for (const Clause& clause : clauses_) {
    vfs::Mode bits = clause.bits;
    if (clause.copied) bits |= spread(mode, clause.copied);
    if (clause.x_if_any && (directory || (mode & 0111))) bits |= 0111;
    const vfs::Mode who = clause.who ? clause.who : 07777 & ~umask;
    const vfs::Mode reach = clause.who ? clause.who : 07777;
    bits &= who;
    if (clause.deed == '+') mode |= bits;
    if (clause.deed == '-') mode &= ~bits;
    if (clause.deed == '=') {
      const vfs::Mode kept = directory ? 06000 & ~clause.bits : 0;
      mode = (mode & (~reach | kept)) | bits;
    }
  }
  return mode & 07777;
}

}  // namespace drydock::userland
