// braces.cc — brace expansion over words whose other parts are left alone.

#include "sim/userland/sh/braces.h"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::userland::sh {

namespace {

constexpr std::size_t kMostWords = 200'000;
constexpr int kDeepest = 200;

/// A byte of unquoted text, or a whole part of another kind.
struct Atom {
  char letter = 0;
  const Part* part = nullptr;
};
using Atoms = std::vector<Atom>;

Atoms atoms_of(const Word& word) {
  Atoms atoms;
  for (const Part& part : word.parts) {
    if (part.kind == Part::Kind::text && !part.quoted) {
      for (const char c : part.text) atoms.push_back({c, nullptr});
    } else {
      atoms.push_back({0, &part});
    }
  }
  return atoms;
}

Word word_of(const Atoms& atoms) {
  Word word;
  for (const Atom& atom : atoms) {
    if (atom.part != nullptr) {
      word.parts.push_back(*atom.part);
      continue;
    }
    const bool grows = !word.parts.empty() && !word.parts.back().quoted &&
                       word.parts.back().kind == Part::Kind::text;
    if (!grows) word.parts.emplace_back();
    word.parts.back().text += atom.letter;
  }
  return word;
}

/// None: it is no sequence.  No elements: it has too many.
std::optional<std::vector<std::string>> sequence(const std::string& text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) return std::nullopt;
  const std::string from = text.substr(0, dots);
  std::string to = text.substr(dots + 2);
  std::int64_t step = 0;
  if (const std::size_t more = to.find(".."); more != std::string::npos) {
    const std::optional<std::int64_t> given = parse_int(to.substr(more + 2));
    if (!given) return std::nullopt;
    step = *given < 0 ? -*given : *given;
    to = to.substr(0, more);
  }
  if (step == 0) step = 1;
  std::vector<std::string> result;
  const auto is_letter = [](const std::string& one) {
    return one.size() == 1 && ((one[0] >= 'a' && one[0] <= 'z') ||
                               (one[0] >= 'A' && one[0] <= 'Z'));
  };
  const std::optional<std::int64_t> a = parse_int(from), b = parse_int(to);
  const bool letters = is_letter(from) && is_letter(to);
  if (!letters && (!a || !b)) return std::nullopt;
  const std::int64_t first = letters ? from[0] : *a;
  const std::int64_t end = letters ? to[0] : *b;
  const std::int64_t span = first < end ? end - first : first - end;
  if (span / step > static_cast<std::int64_t>(kMostWords)) return result;
  const auto padded = [](const std::string& one) {
    return one.size() > 1 &&
           (one[0] == '0' || (one[0] == '-' && one[1] == '0'));
  };
  const std::size_t width =
      padded(from) || padded(to) ? std::max(from.size(), to.size()) : 0;
  for (std::int64_t i = 0; i <= span; i += step) {
    const std::int64_t value = first < end ? first + i : first - i;
    result.push_back(letters ? std::string(1, static_cast<char>(value))
                             : fmt::format("{:0{}}", value, width));
  }
  return result;
}

struct Braces {
  std::size_t open, close;
  std::vector<std::size_t> commas;
};

bool expands(const Atoms& atoms, const Braces& braces) {
  constexpr std::size_t kLongestSequence = 100;
  if (!braces.commas.empty()) return true;
  if (braces.close - braces.open > kLongestSequence) return false;
  std::string inner;
  for (std::size_t i = braces.open + 1; i < braces.close; ++i) {
    inner += atoms[i].part == nullptr ? atoms[i].letter : '\0';
  }
  return sequence(inner).has_value();
}

/// The first pair of braces that expands.
std::optional<Braces> find_braces(const Atoms& atoms) {
  std::vector<Braces> open;  // Outermost first.
  std::optional<Braces> first;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const char c = atoms[i].letter;
    if (c == '{') open.push_back({i, 0, {}});
    if (open.empty()) continue;
    if (c == ',') open.back().commas.push_back(i);
    if (c != '}') continue;
    Braces closed = std::move(open.back());
    open.pop_back();
    closed.close = i;
    const bool before = !first || closed.open < first->open;
    if (before && expands(atoms, closed)) first = std::move(closed);
    if (first && open.empty()) break;
  }
  return first;
}

bool expand(const Atoms& atoms, std::vector<Atoms>& result, int depth);

/// What the inside of the braces may be; nothing: too much.
std::vector<Atoms> choices_of(const Atoms& atoms, const Braces& braces,
                              int depth) {
  std::vector<Atoms> choices;
  if (braces.commas.empty()) {
    std::string inner;
    for (std::size_t i = braces.open + 1; i < braces.close; ++i) {
      inner += atoms[i].letter;
    }
    const std::optional<std::vector<std::string>> texts = sequence(inner);
    for (const std::string& text : *texts) {
      Atoms choice;
      for (const char c : text) choice.push_back({c, nullptr});
      choices.push_back(std::move(choice));
    }
    return choices;
  }
  std::size_t begin = braces.open + 1;
  for (std::size_t i = 0; i <= braces.commas.size(); ++i) {
    const std::size_t end =
        i < braces.commas.size() ? braces.commas[i] : braces.close;
    const Atoms piece(atoms.begin() + static_cast<std::ptrdiff_t>(begin),
                      atoms.begin() + static_cast<std::ptrdiff_t>(end));
    if (!expand(piece, choices, depth + 1)) return {};
    begin = end + 1;
  }
  return choices;
}

/// False when they are too many.
bool expand(const Atoms& atoms, std::vector<Atoms>& result, int depth) {
  const std::optional<Braces> braces = find_braces(atoms);
  if (!braces) {
    result.push_back(atoms);
    return result.size() <= kMostWords;
  }
  if (depth > kDeepest) return false;
  const auto begin = atoms.begin();
  const Atoms tail(begin + static_cast<std::ptrdiff_t>(braces->close) + 1,
                   atoms.end());
  std::vector<Atoms> tails;
  if (!expand(tail, tails, depth + 1)) return false;
  const std::vector<Atoms> choices = choices_of(atoms, *braces, depth);
  const std::size_t more = choices.size() * tails.size();
  if (more == 0 || result.size() + more > kMostWords) return false;
  for (const Atoms& choice : choices) {
    for (const Atoms& rest : tails) {
      Atoms whole(begin, begin + static_cast<std::ptrdiff_t>(braces->open));
      whole.insert(whole.end(), choice.begin(), choice.end());
      whole.insert(whole.end(), rest.begin(), rest.end());
      result.push_back(std::move(whole));
    }
  }
  return true;
}

}  // namespace

std::optional<std::vector<Word>> expand_braces(const Word& word) {
  const Atoms atoms = atoms_of(word);
  if (!find_braces(atoms)) return std::vector<Word>{word};
  std::vector<Atoms> expanded;
  if (!expand(atoms, expanded, 0)) return std::nullopt;
  std::vector<Word> words;
  words.reserve(expanded.size());
  for (const Atoms& one : expanded) {
    Word made = word_of(one);
    if (!made.parts.empty()) words.push_back(std::move(made));
  }
  return words;
}

}  // namespace drydock::userland::sh
