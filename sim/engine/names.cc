// names.cc — good names, and lists to draw random ones from.

#include "sim/engine/names.h"

#include <algorithm>
#include <array>
#include <optional>

namespace drydock::engine {

namespace {

// clang-format off
constexpr std::array<std::string_view, 57> kAdjectives = {
    "able", "airy", "amber", "ample", "awake", "balmy", "bold", "brave",
    "breezy", "bright", "brisk", "calm", "candid", "careful", "cheery",
    "clear", "clever", "cosy", "crisp", "daring", "deft", "eager", "earnest",
    "fair", "fleet", "fluent", "fond", "frank", "fresh", "gentle", "glad",
    "golden", "handy", "hardy", "hearty", "humble", "jolly", "keen", "kind",
    "lively", "loyal", "lucid", "mellow", "merry", "mighty", "neat", "nimble",
    "patient", "plucky", "quick", "quiet", "ready", "serene", "steady",
    "sturdy", "tidy", "weary",
};

constexpr std::array<std::string_view, 95> kSurnames = {
    "abel", "ampere", "anning", "apgar", "archimedes", "babbage", "backus",
    "bardeen", "bell", "bernoulli", "bessemer", "bohr", "boltzmann", "bolyai",
    "boole", "born", "bose", "brahe", "brunel", "cannon", "cantor", "carnot",
    "cauchy", "cavendish", "cerf", "church", "copernicus", "coulomb", "curie",
    "dalton", "darwin", "davy", "descartes", "dijkstra", "dirac", "edison",
    "eiffel", "einstein", "engelbart", "euclid", "euler", "faraday", "fermat",
    "fermi", "feynman", "fourier", "franklin", "galileo", "galois", "gauss",
    "germain", "goedel", "goodall", "hamilton", "hawking", "heisenberg",
    "herschel", "hertz", "hilbert", "hodgkin", "hooke", "hopper", "huygens",
    "hypatia", "joule", "kelvin", "kepler", "knuth", "kovalevskaya",
    "lagrange", "lamarr", "laplace", "leibniz", "linnaeus", "lovelace",
    "maxwell", "meitner", "mendel", "mendeleev", "newton", "noether", "ohm",
    "pascal", "pasteur", "planck", "ramanujan", "riemann", "ritchie",
    "rutherford", "shannon", "stephenson", "tesla", "turing", "volta", "watt",
};
// clang-format on

static_assert(std::ranges::is_sorted(kAdjectives));
static_assert(std::ranges::is_sorted(kSurnames));

constexpr int kTries = 6;
constexpr std::size_t kDigits = 11;  // None, or one of ten.
constexpr std::size_t kDraws = kAdjectives.size() * kSurnames.size() * kDigits;

/// What a draw picks of each list.
struct Draw {
  std::size_t adjective = 0, surname = 0;
  std::size_t digit = 0;  // 0: none; else one more than it.

  friend bool operator==(const Draw&, const Draw&) = default;
  std::size_t number() const {
    return (adjective * kSurnames.size() + surname) * kDigits + digit;
  }
  std::string name() const {
    std::string text(kAdjectives[adjective]);
    text.append("_").append(kSurnames[surname]);
    if (digit > 0) text += static_cast<char>('0' + digit - 1);
    return text;
  }
};

template <std::size_t kCount>
constexpr std::optional<std::size_t> place_in(
    const std::array<std::string_view, kCount>& sorted, std::string_view word) {
  const auto found = std::ranges::lower_bound(sorted, word);
  if (found == sorted.end() || *found != word) return std::nullopt;
  return static_cast<std::size_t>(found - sorted.begin());
}

/// Which draw gives this name, if one does.
constexpr std::optional<Draw> draw_of(std::string_view name) {
  const std::size_t end = name.find('_');
  if (end == std::string_view::npos || end + 1 == name.size()) return {};
  const auto adjective = place_in(kAdjectives, name.substr(0, end));
  if (!adjective) return {};
  std::string_view rest = name.substr(end + 1);
  std::size_t digit = 0;
  if ('0' <= rest.back() && rest.back() <= '9') {
    digit = 1 + static_cast<std::size_t>(rest.back() - '0');
    rest.remove_suffix(1);
  }
  const auto surname = place_in(kSurnames, rest);
  if (!surname) return {};
  return Draw{*adjective, *surname, digit};
}

/// No engine should call anybody that: the surname's bearer deserves better.
constexpr Draw kBanned = *draw_of("weary_noether");

bool is_alphanumeric(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
         ('0' <= c && c <= '9');
}

bool is_name_character(char c) {
  return is_alphanumeric(c) || c == '_' || c == '.' || c == '-';
}

}  // namespace

bool is_good_name(std::string_view name) {
  return name.size() >= 2 && is_good_volume_name(name);
}

bool is_good_volume_name(std::string_view name) {
  return !name.empty() && is_alphanumeric(name.front()) &&
         std::ranges::all_of(name, is_name_character);
}

std::string NameLot::draw(Prng& prng) const {
  for (int attempt = 0; attempt < kTries; ++attempt) {
    Draw draw;
    do {
      draw.adjective = prng.below(kAdjectives.size());
      draw.surname = prng.below(kSurnames.size());
    } while (draw == kBanned);
    if (attempt > 0) draw.digit = 1 + prng.below(10);
    const bool free = taken_.empty() || !taken_[draw.number()];
    if (free) return draw.name();
  }
  return {};
}

void NameLot::mark(std::string_view name, bool taken) {
  const std::optional<Draw> draw = draw_of(name);
  if (!draw) return;
  if (taken_.empty()) taken_.resize(kDraws);
  taken_[draw->number()] = taken;
}

}  // namespace drydock::engine
