// registry_faults.cc — Go's words for networks that fail, now and in 2015.

#include "sim/engine/registry_faults.h"

#include "sim/engine/backend.h"

namespace drydock::engine {

namespace {

/// Today's words and those of 2015.
struct DialWords {
  std::string_view now, then;
};
constexpr DialWords kDialWords[] = {
    {"connect: ", ""},
    {"http: server gave HTTP response to HTTPS client",
     "tls: oversized record received with length 20527"},
};

/// " on 8.8.8.8:53", which Go 1.4 does not tell.
std::string without_server(std::string why) {
  const std::size_t lookup = why.find("lookup ");
  const std::size_t on = why.find(" on ", lookup);
  if (lookup == std::string::npos || on == std::string::npos) return why;
  const std::size_t end = why.find(": ", on);
  if (end != std::string::npos) why.erase(on, end - on);
  return why;
}

}  // namespace

std::string dial_words(const Rules& rules, std::string why) {
  if (!rules.terse_dial_errors) return why;
  for (const DialWords& words : kDialWords) {
    why = replace_all(why, words.now, words.then);
  }
  return without_server(std::move(why));
}

Fault unreachable(const Rules& rules, Message message,
                  const RegistryFault& fault, std::string_view host,
                  std::string_view path) {
  // "https://localhost:5000/v2/" -> "https://localhost:5000"
  const std::size_t scheme = fault.url.find("://");
  const std::size_t slash = scheme == std::string::npos
                                ? std::string::npos
                                : fault.url.find('/', scheme + 3);
  const std::string base = fault.url.substr(0, slash);
  return rules.fault(Fault::Kind::internal, Object::image, message,
                     fmt::arg("url", fault.url), fmt::arg("base", base),
                     fmt::arg("host", host), fmt::arg("path", path),
                     fmt::arg("why", dial_words(rules, fault.text)));
}

}  // namespace drydock::engine
