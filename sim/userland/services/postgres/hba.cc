// hba.cc — the lines of pg_hba.conf, from the top until one fits.

#include "sim/userland/services/postgres/hba.h"

#include <algorithm>

#include "sim/base/text.h"

namespace drydock::userland::postgres {

namespace {

/// "10.0.0.0/8" or "all"; whoever is named in another way never comes here.
bool address_fits(const std::string& text, kernel::Ipv4 ip) {
  if (text == "all") return true;
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return false;
  const auto base = kernel::parse_ipv4(text.substr(0, slash));
  const auto bits = parse_int(text.substr(slash + 1));
  if (!base || !bits || *bits < 0 || *bits > 32) return false;
  const std::uint32_t mask = *bits == 0 ? 0 : ~std::uint32_t{0} << (32 - *bits);
  return (base->value & mask) == (ip.value & mask);
}

bool named(const std::string& field, const std::string& who) {
  const List names = split(field, ',');
  return std::ranges::any_of(names, [&](const std::string& name) {
    return name == "all" || name == who;
  });
}

}  // namespace

HbaRule match_hba(std::string_view file, const Comer& comer) {
  HbaRule rule;
  for (const std::string& line : split(file, '\n')) {
    ++rule.line;
    const List words = split_blanks(line.substr(0, line.find('#')));
    const bool local = !words.empty() && words[0] == "local";
    const std::size_t method = local ? 3 : 4;
    if (words.size() <= method || local != comer.local) continue;
    const bool same_user =
        words[1] == "sameuser" && comer.database == comer.user;
    if (!same_user && !named(words[1], comer.database)) continue;
    if (!named(words[2], comer.user)) continue;
    if (!local && !address_fits(words[3], comer.ip)) continue;
    rule.method = words[method];
    rule.text = line;
    return rule;
  }
  return rule;
}

}  // namespace drydock::userland::postgres
