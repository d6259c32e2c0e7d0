// pattern.cc — matching by pieces: literal text, ids, captures and skips.

#include "sim/scenario/pattern.h"

#include <algorithm>
#include <array>
#include <regex>

#include "sim/base/id.h"
#include "sim/base/text.h"
#include "sim/userland/text/regex.h"

namespace drydock::scenario {

namespace {

constexpr std::string_view kSkip = "...";

bool is_hex_digit(char c) {
  return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f');
}
bool is_word(char c) {
  return is_hex_digit(c) || ('g' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
         c == '_';
}
bool is_digit(char c) { return '0' <= c && c <= '9'; }

std::size_t hex_run(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, is_hex_digit);
  return static_cast<std::size_t>(end - text.begin());
}

bool has_letter(std::string_view hex) {
  return std::ranges::any_of(hex, [](char c) { return c >= 'a'; });
}

/// How many digits of an id stand at the front of `text`; 0 for none.  12 and
/// 64 are the lengths in which docker writes ids; fewer only before "...".
/// Twelve digits without a letter are one only where an id is expected: one of
/// 280 is so.
std::size_t id_at(std::string_view text, bool is_pattern,
                  bool is_expected = false) {
  const std::size_t run = hex_run(text);
  if (run == kIdDigits) return run;
  const std::string_view rest = text.substr(run);
  if (is_pattern && run >= 4 && rest.starts_with(kSkip) &&
      has_letter(text.substr(0, run))) {
    return run;
  }
  const bool sure = is_expected || has_letter(text.substr(0, run));
  if (run != kShortIdDigits || !sure) return 0;
  return !rest.empty() && is_word(rest.front()) ? 0 : run;
}

// --- Captures ---------------------------------------------------------------

std::size_t digits(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  return static_cast<std::size_t>(end - text.begin());
}

std::size_t ip_length(std::string_view text) {
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (at >= text.size() || text[at] != '.') return 0;
      ++at;
    }
    const std::size_t run = digits(text.substr(at));
    if (run == 0 || run > 3) return 0;
    at += run;
  }
  return at;
}

std::size_t name_length(std::string_view text) {
  const auto lower_run = [&text](std::size_t from) {
    std::size_t at = from;
    while (at < text.size() && 'a' <= text[at] && text[at] <= 'z') ++at;
    return at;
  };
  const std::size_t middle = lower_run(0);
  if (middle == 0 || middle >= text.size() || text[middle] != '_') return 0;
  const std::size_t end = lower_run(middle + 1);
  if (end == middle + 1) return 0;
  return end + digits(text.substr(end));
}

std::size_t regex_length(const std::regex& pattern, std::string_view text) {
  std::match_results<std::string_view::const_iterator> found;
  const bool hit = std::regex_search(text.begin(), text.end(), found, pattern,
                                     std::regex_constants::match_continuous);
  return hit ? static_cast<std::size_t>(found.length()) : 0;
}

/// A stamp, a date as ls prints it, a clock time or a span in words.
std::size_t time_length(std::string_view text) {
  static const std::regex pattern(
      R"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|[+-]\d\d:?\d\d))?( UTC)?)"
      R"(|[A-Z][a-z]{2} [ \d]\d +(\d\d:\d\d(:\d\d)?|\d{4}))"
      R"(|\d\d:\d\d(:\d\d)?)"
      R"(|(Less than a|About an?|\d+) (second|minute|hour|day|week|month|year)s?( ago)?)");
  return regex_length(pattern, text.substr(0, 80));
}

/// "1.109 MB", "2.048kB", "960 B"
std::size_t size_length(std::string_view text) {
  static const std::regex pattern(R"(\d+(\.\d+)? ?(B|[kMG]i?B)\b)");
  return regex_length(pattern, text.substr(0, 24));
}

/// "0.064 ms", "0.064/0.064/0.064 ms", as ping(8) has them.
std::size_t trip_length(std::string_view text) {
  static const std::regex pattern(R"(\d+(\.\d+)?(/\d+(\.\d+)?)* ms)");
  return regex_length(pattern, text.substr(0, 40));
}

std::size_t blanks(std::string_view text) {
  const std::size_t end = text.find_first_not_of(' ');
  return end == std::string_view::npos ? text.size() : end;
}

std::size_t run_id_length(std::string_view text) {
  return id_at(text, false, true);
}

struct Capture {
  std::string_view kind;
  std::size_t (*length)(std::string_view);
};
constexpr std::array kCaptures = {
    Capture{"id", run_id_length}, Capture{"ip", ip_length},
    Capture{"port", digits},      Capture{"time", time_length},
    Capture{"name", name_length},
};

struct CaptureUse {
  const Capture* capture;
  std::string name;    // Empty when anonymous.
  std::size_t length;  // In the pattern.
};

/// "<ip>" or "<id:web>" at the front of a pattern.
std::optional<CaptureUse> capture_at(std::string_view pattern) {
  if (!pattern.starts_with('<')) return std::nullopt;
  const std::size_t end = pattern.find('>');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view inside = pattern.substr(1, end - 1);
  const std::size_t colon = inside.find(':');
  const auto row =
      std::ranges::find(kCaptures, inside.substr(0, colon), &Capture::kind);
  if (row == kCaptures.end()) return std::nullopt;
  const bool named = colon != std::string_view::npos;
  return CaptureUse{&*row, named ? std::string(inside) : "", end + 1};
}

// --- Matching ---------------------------------------------------------------

/// How much of a line is matched: all of it, its front; or all of it, but what
/// is one run's own may differ.
enum class Whole { line, front, loose_line };

/// What stands for the same thing at the front of a page's text and a run's,
/// in a world whose clock, images and made-up names are its own.  Tables are
/// as wide as what is in them, so blanks stand for any number of them.
struct Alike {
  std::size_t page = 0, run = 0;
};
Alike alike_at(std::string_view page, std::string_view run, bool word_before,
               Renaming& renaming) {
  const Alike gap = {blanks(page), blanks(run)};
  if (gap.page > 0 && gap.run > 0) return gap;
  if (word_before) return {};
  for (const auto length : {time_length, size_length, trip_length}) {
    const Alike both = {length(page), length(run)};
    if (both.page > 0 && both.run > 0) return both;
  }
  const Alike names = {name_length(page), name_length(run)};
  if (names.page == 0 || names.run == 0) return {};
  const std::string name = "name:" + std::string(page.substr(0, names.page));
  return renaming.bind(name, run.substr(0, names.run)) ? names : Alike{};
}

/// How often a line may be tried anew behind a skip: many skips on a line that
/// does not match would be tried in all combinations.
constexpr int kTriesMax = 20'000;

/// What is left of the line after the pattern, or nothing if it does not match.
std::optional<std::string_view> match_text(std::string_view pattern,
                                           std::string_view line, Whole whole,
                                           Renaming& renaming, int& tries);

std::optional<std::string_view> match_skip(std::string_view pattern,
                                           std::string_view line, Whole whole,
                                           Renaming& renaming, int& tries) {
  // Two skips on end are one.
  while (pattern.starts_with(kSkip)) pattern.remove_prefix(kSkip.size());
  if (pattern.empty()) return line.substr(line.size());
  for (std::size_t skipped = 0; skipped <= line.size(); ++skipped) {
    if (++tries > kTriesMax) return std::nullopt;
    Renaming attempt = renaming;
    const auto rest =
        match_text(pattern, line.substr(skipped), whole, attempt, tries);
    if (!rest) continue;
    renaming = attempt;
    return rest;
  }
  return std::nullopt;
}

std::optional<std::string_view> match_text(std::string_view pattern,
                                           std::string_view line, Whole whole,
                                           Renaming& renaming, int& tries) {
  bool word_before = false;
  while (!pattern.empty()) {
    if (pattern.starts_with(kSkip) && whole != Whole::front) {
      return match_skip(pattern, line, whole, renaming, tries);
    }
    if (const auto use = capture_at(pattern)) {
      const std::size_t length = use->capture->length(line);
      if (length == 0) return std::nullopt;
      if (!use->name.empty() &&
          !renaming.bind(use->name, line.substr(0, length))) {
        return std::nullopt;
      }
      pattern.remove_prefix(use->length);
      line.remove_prefix(length);
      continue;
    }
    const std::size_t page_id = word_before ? 0 : id_at(pattern, true);
    const std::size_t run_id =
        word_before ? 0 : id_at(line, false, page_id == kShortIdDigits);
    const bool shortened = page_id != 0 && page_id < kShortIdDigits;
    if (page_id != 0 && run_id != 0 && (page_id == run_id || shortened)) {
      if (!renaming.unify_id(pattern.substr(0, page_id),
                             line.substr(0, run_id))) {
        return std::nullopt;
      }
      pattern.remove_prefix(page_id);
      line.remove_prefix(run_id);
      if (shortened) pattern.remove_prefix(kSkip.size());
      continue;
    }
    if (whole == Whole::loose_line) {
      const Alike alike = alike_at(pattern, line, word_before, renaming);
      if (alike.page > 0) {
        word_before = false;
        pattern.remove_prefix(alike.page);
        line.remove_prefix(alike.run);
        continue;
      }
    }
    if (line.empty() || pattern.front() != line.front()) return std::nullopt;
    word_before = is_word(pattern.front());
    pattern.remove_prefix(1);
    line.remove_prefix(1);
  }
  if (whole != Whole::front && !line.empty()) return std::nullopt;
  return line;
}

/// An ill-formed pattern matches nothing; the diff shows it.
bool match_regex(const std::string& pattern, std::string_view line) {
  userland::RegexSyntax syntax;
  syntax.extended = syntax.whole_line = true;
  const auto regex = userland::Regex::compile(pattern, syntax);
  return regex && regex->matches(line) == userland::RegexFound::yes;
}

/// Only the last star ever needs another try: those before it took the least
/// that they could.
bool match_glob(std::string_view pattern, std::string_view line) {
  std::size_t p = 0, l = 0;
  std::size_t after_star = std::string_view::npos, tried = 0;
  while (l < line.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      after_star = ++p;
      tried = l;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || pattern[p] == line[l])) {
      ++p, ++l;
    } else if (after_star != std::string_view::npos) {
      p = after_star;
      l = ++tried;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

/// Takes " (word)" or " (key: value)" off the end of a line.
std::optional<std::string> take_suffix(std::string_view& line) {
  if (!line.ends_with(')')) return std::nullopt;
  const std::size_t open = line.rfind(" (");
  if (open == std::string_view::npos) return std::nullopt;
  const std::string_view inside = line.substr(open + 2, line.size() - open - 3);
  const bool known = inside == "re" || inside == "glob" || inside == "?" ||
                     inside.starts_with("world: ") ||
                     inside.starts_with("profile: ");
  if (!known) return std::nullopt;
  line = line.substr(0, open);
  return std::string(inside);
}

bool matches_from(const std::vector<Pattern>& patterns, std::size_t p,
                  const std::vector<std::string>& lines, std::size_t l,
                  Renaming& renaming, int& budget) {
  if (--budget < 0) return false;
  if (p == patterns.size()) return l == lines.size();
  const Pattern& pattern = patterns[p];
  if (pattern.kind == Pattern::Kind::skip) {
    for (std::size_t next = l; next <= lines.size(); ++next) {
      Renaming attempt = renaming;
      if (matches_from(patterns, p + 1, lines, next, attempt, budget)) {
        renaming = attempt;
        return true;
      }
    }
    return false;
  }
  if (l < lines.size()) {
    Renaming attempt = renaming;
    if (matches(pattern, lines[l], attempt) &&
        matches_from(patterns, p + 1, lines, l + 1, attempt, budget)) {
      renaming = attempt;
      return true;
    }
  }
  return pattern.optional &&
         matches_from(patterns, p + 1, lines, l, renaming, budget);
}

}  // namespace

bool Renaming::unify_id(std::string_view page, std::string_view run) {
  const std::string page_key(page.substr(0, kShortIdDigits));
  const std::string run_key(run.substr(0, kShortIdDigits));
  const auto known = to_run_.find(page_key);
  const auto back = to_page_.find(run_key);
  if (known != to_run_.end() || back != to_page_.end()) {
    if (known == to_run_.end() || known->second != run_key) {
      // Fewer than twelve digits may be the front of an id known in full.
      return page_key.size() < kShortIdDigits && back != to_page_.end() &&
             back->second.starts_with(page_key);
    }
  } else {
    to_run_[page_key] = run_key;
    to_page_[run_key] = page_key;
  }
  if (run.size() == kIdDigits) full_[run_key] = std::string(run);
  if (page.size() == kIdDigits) page_full_[page_key] = std::string(page);
  return true;
}

namespace {

/// The text in pieces; those at odd places are ids.
List pieces_of(std::string_view text) {
  List pieces(1);
  bool word_before = false;
  while (!text.empty()) {
    const std::size_t id = word_before ? 0 : id_at(text, false);
    if (id != 0) {
      pieces.emplace_back(text.substr(0, id));
      pieces.emplace_back();
      text.remove_prefix(id);
      continue;
    }
    word_before = is_word(text.front());
    pieces.back() += text.front();
    text.remove_prefix(1);
  }
  return pieces;
}

}  // namespace

std::string Renaming::to_page(std::string_view line) const {
  std::string text;
  bool is_id = false;
  for (const std::string& piece : pieces_of(line)) {
    const auto known =
        is_id ? to_page_.find(piece.substr(0, kShortIdDigits)) : to_page_.end();
    if (known == to_page_.end()) {
      text += piece;
    } else if (piece.size() == kShortIdDigits) {
      text += known->second;
    } else {
      const auto full = page_full_.find(known->second);
      text += full == page_full_.end() ? piece : full->second;
    }
    is_id = !is_id;
  }
  return text;
}

void Renaming::unify_ids(std::string_view page, std::string_view run) {
  const List ours = pieces_of(page), theirs = pieces_of(run);
  if (ours.size() != theirs.size()) return;
  for (std::size_t at = 1; at < ours.size(); at += 2) {
    if (ours[at].size() != theirs[at].size()) return;
  }
  for (std::size_t at = 1; at < ours.size(); at += 2) {
    static_cast<void>(unify_id(ours[at], theirs[at]));
  }
}

bool Renaming::bind(const std::string& name, std::string_view value) {
  const auto [known, learnt] = named_.try_emplace(name, value);
  if (learnt || known->second == value) return true;
  // An id of twelve digits is the front of the same one with sixty-four.
  const std::size_t length = std::min(known->second.size(), value.size());
  return name.starts_with("id:") &&
         known->second.substr(0, length) == value.substr(0, length);
}

std::string Renaming::translate(std::string_view typed) const {
  std::string text;
  bool word_before = false;
  while (!typed.empty()) {
    if (const auto use = capture_at(typed); use && !use->name.empty()) {
      const auto value = named_.find(use->name);
      if (value != named_.end()) {
        text += value->second;
        typed.remove_prefix(use->length);
        continue;
      }
    }
    const std::size_t id = word_before ? 0 : id_at(typed, false);
    const auto known = to_run_.find(typed.substr(0, kShortIdDigits));
    if (id != 0 && known != to_run_.end()) {
      const auto full = full_.find(known->second);
      const bool whole = id == kIdDigits && full != full_.end();
      text += whole ? full->second : known->second;
      typed.remove_prefix(id);
      continue;
    }
    word_before = is_word(typed.front());
    text += typed.front();
    typed.remove_prefix(1);
  }
  return text;
}

Pattern parse_pattern(std::string_view line, const Conditions& conditions) {
  Pattern pattern;
  while (const std::optional<std::string> suffix = take_suffix(line)) {
    if (*suffix == "re") pattern.kind = Pattern::Kind::regex;
    if (*suffix == "glob") pattern.kind = Pattern::Kind::glob;
    if (*suffix == "?") pattern.optional = true;
    if (suffix->starts_with("world: ")) {
      pattern.applies = suffix->substr(7) == conditions.world;
    }
    if (suffix->starts_with("profile: ")) {
      pattern.applies = suffix->substr(9) == conditions.profile;
    }
  }
  pattern.text = line;
  pattern.loose = conditions.world == "real";
  if (pattern.kind == Pattern::Kind::text && trim(line) == kSkip) {
    pattern.kind = Pattern::Kind::skip;
  }
  return pattern;
}

bool matches(const Pattern& pattern, std::string_view line,
             Renaming& renaming) {
  switch (pattern.kind) {
    case Pattern::Kind::skip:
      return true;
    case Pattern::Kind::regex:
      return match_regex(pattern.text, line);
    case Pattern::Kind::glob:
      return match_glob(pattern.text, line);
    case Pattern::Kind::text:
      break;
  }
  // Blanks at the end are invisible on a page, so they do not count.
  const std::size_t end = line.find_last_not_of(' ');
  line = line.substr(0, end == std::string_view::npos ? 0 : end + 1);
  std::string_view text = pattern.text;
  const std::size_t text_end = text.find_last_not_of(' ');
  text = text.substr(0, text_end == std::string_view::npos ? 0 : text_end + 1);
  Renaming attempt = renaming;
  int tries = 0;
  const Whole whole = pattern.loose ? Whole::loose_line : Whole::line;
  if (!match_text(text, line, whole, attempt, tries)) return false;
  renaming = attempt;
  return true;
}

std::optional<std::size_t> match_front(std::string_view line,
                                       std::string_view prompt,
                                       Renaming& renaming) {
  if (prompt.empty()) return std::nullopt;
  // The page's line is the pattern, so ids on it take the prompt's.
  for (std::size_t length = 1; length <= line.size(); ++length) {
    // Most lengths need no closer look: their last letter stands for itself,
    // and the prompt ends otherwise.
    const std::string_view last = line.substr(length - 1, 1);
    const bool may_stand_for_more = last == "." || last == ">" || is_hex(last);
    if (!may_stand_for_more && last.front() != prompt.back()) continue;
    Renaming trial = renaming;
    int tries = 0;
    const auto rest =
        match_text(line.substr(0, length), prompt, Whole::front, trial, tries);
    if (rest && rest->empty()) {
      renaming = trial;
      return length;
    }
  }
  return std::nullopt;
}

bool matches_lines(const std::vector<Pattern>& patterns,
                   const std::vector<std::string>& lines, Renaming& renaming) {
  int budget = 1'000'000;
  return matches_from(patterns, 0, lines, 0, renaming, budget);
}

}  // namespace drydock::scenario
