// names.cc — good names, and lists to draw random ones from.

#include "sim/engine/names.h"

#include <algorithm>
#include <array>

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

/// No engine should call anybody that: the surname's bearer deserves better.
constexpr std::string_view kBanned = "weary_noether";

constexpr int kTries = 6;

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

std::string random_name(Prng& prng,
                        const std::function<bool(const std::string&)>& taken) {
  for (int attempt = 0; attempt < kTries; ++attempt) {
    std::string name;
    do {
      name = kAdjectives[prng.below(kAdjectives.size())];
      name += '_';
      name += kSurnames[prng.below(kSurnames.size())];
    } while (name == kBanned);
    if (attempt > 0) name += static_cast<char>('0' + prng.below(10));
    if (!taken(name)) return name;
  }
  return {};
}

}  // namespace drydock::engine
