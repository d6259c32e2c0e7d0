// authentication.h — proving to a registry who one is: challenges (RFC 7235),
// basic, and the tokens of the distribution protocol.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "realmode/registry/transport.h"
#include "sim/engine/backend.h"

namespace drydock::realmode {

/// What a registry wants to see: `Bearer realm="...",service="..."`.
struct Challenge {
  std::string scheme;                         // In lower case.
  std::map<std::string, std::string> values;  // By name in lower case.

  std::string value(const std::string& name) const {
    const auto found = values.find(name);
    return found == values.end() ? "" : found->second;
  }
};

/// All challenges of a WWW-Authenticate: header; what makes no sense is left
/// out.
std::vector<Challenge> parse_challenges(std::string_view header);

/// What an Authorization: is wanted for.
struct Access {
  Url registry;  // Who asks for it, and alone gets it.
  List scopes;   // "repository:library/redis:pull"
  engine::RegistryAuth auth;
  bool verifies = true;
};

/// Remembers tokens, each for those who have the credentials that it was given
/// for, and challenges, so that a second request need not be refused first.
class Authentication {
 public:
  explicit Authentication(Transport& transport) : transport_(transport) {}

  /// The header for a request; "" where nothing has been asked for, or nothing
  /// is there to give.
  Task<engine::RegistryResult<std::string>> header(Access access);
  /// A request was refused so: the next header() is better, if it can be.
  void challenge(const Url& registry, std::string_view header);
  void forget_token(const Access& access);

 private:
  struct Token {
    std::string text;
    Time good_until;
  };
  Task<engine::RegistryResult<Token>> fetch(Access access, Challenge bearer);

  Transport& transport_;
  std::map<std::string, Challenge> challenges_;  // By origin.
  std::map<std::string, Token> tokens_;
};

}  // namespace drydock::realmode
