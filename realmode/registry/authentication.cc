// authentication.cc — the token dance.
//
// A registry names the server that gives out tokens (the realm), and that
// server is sent the user's password.  So a realm is only believed when it is
// reached no less safely than the registry, it is asked once and followed
// nowhere, and what it answers is looked at before it becomes a header.

#include "realmode/registry/authentication.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/base64.h"
#include "sim/base/sha256.h"

namespace drydock::realmode {

using engine::RegistryFault;
using engine::RegistryResult;
using Kind = RegistryFault::Kind;

namespace {

constexpr std::size_t kTokenMax = std::size_t{1} << 20;
/// As docker: the shortest life that a token is believed to have.
constexpr std::int64_t kLifeMin = 60;

std::string origin_of(const Url& url) {
  return fmt::format("{}://{}:{}", url.scheme, url.host, url.port);
}

/// Tokens of RFC 7230; values may be quoted.
class HeaderText {
 public:
  explicit HeaderText(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  void skip(std::string_view of) {
    text_.remove_prefix(std::min(text_.find_first_not_of(of), text_.size()));
  }
  std::string word() {
    const std::size_t end =
        std::min(text_.find_first_of(" \t,=\""), text_.size());
    std::string word(text_.substr(0, end));
    text_.remove_prefix(end);
    return word;
  }
  bool take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::string value() {
    if (!take('"')) return word();
    std::string value;
    while (!text_.empty() && !take('"')) {
      if (text_[0] == '\\' && text_.size() > 1) text_.remove_prefix(1);
      value += text_[0];
      text_.remove_prefix(1);
    }
    return value;
  }

 private:
  std::string_view text_;
};

/// Nothing that could end a header line and begin another.
bool fits_a_header(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return c > 32 && c < 127;
  });
}

std::string key_of(const Access& access) {
  return sha256_hex(fmt::format("{}\n{}\n{}\n{}", origin_of(access.registry),
                                join(access.scopes, " "), access.auth.user,
                                access.auth.password));
}

std::string basic(const engine::RegistryAuth& auth) {
  return "Authorization: Basic " + base64(auth.user + ":" + auth.password);
}

RegistryFault refused(std::string text) {
  return {Kind::unauthorized, std::move(text), ""};
}

/// The URL to ask for a token, or why not.
Result<Url> token_url(const Access& access, const Challenge& bearer) {
  const std::string realm = bearer.value("realm");
  const auto url = parse_url(realm);
  if (!url) return Error{"the registry's token server is no URL: " + realm};
  if (url->scheme != "https" && access.registry.scheme == "https") {
    return Error{"the registry's token server is not reached by https: " +
                 realm};
  }
  const bool plain_elsewhere =
      url->scheme != "https" && url->host != access.registry.host;
  if (plain_elsewhere && !access.auth.user.empty() && !is_loopback(url->host)) {
    return Error{"no password is sent by plain http to " + realm};
  }
  List query;
  if (!access.auth.user.empty()) {
    query.push_back("account=" + percent_encoded(access.auth.user));
  }
  for (const std::string& scope : access.scopes) {
    query.push_back("scope=" + percent_encoded(scope));
  }
  const std::string service = bearer.value("service");
  if (!service.empty()) query.push_back("service=" + percent_encoded(service));
  const bool has_query = realm.find('?') != std::string::npos;
  const auto whole =
      parse_url(realm + (has_query ? "&" : "?") + join(query, "&"));
  if (!whole) return Error{"the registry's token server is no URL: " + realm};
  return *whole;
}

}  // namespace

std::vector<Challenge> parse_challenges(std::string_view header) {
  std::vector<Challenge> challenges;
  HeaderText text(header);
  while (!text.at_end()) {
    text.skip(" \t,");
    const std::string word = text.word();
    if (word.empty() && !text.at_end()) break;
    text.skip(" \t");
    if (!text.take('=')) {
      if (!word.empty()) challenges.push_back({lower(word), {}});
      continue;
    }
    text.skip(" \t");
    const std::string value = text.value();
    if (!challenges.empty()) challenges.back().values[lower(word)] = value;
  }
  return challenges;
}

void Authentication::challenge(const Url& registry, std::string_view header) {
  const std::vector<Challenge> offered = parse_challenges(header);
  for (const std::string_view wanted : {"bearer", "basic"}) {
    const auto found = std::ranges::find(offered, wanted, &Challenge::scheme);
    if (found == offered.end()) continue;
    challenges_[origin_of(registry)] = *found;
    return;
  }
}

void Authentication::forget_token(const Access& access) {
  tokens_.erase(key_of(access));
}

Task<RegistryResult<std::string>> Authentication::header(Access access) {
  const auto known = challenges_.find(origin_of(access.registry));
  if (known == challenges_.end()) co_return std::string();
  const Challenge challenge = known->second;
  if (challenge.scheme == "basic") {
    co_return access.auth.user.empty() ? std::string() : basic(access.auth);
  }
  const std::string key = key_of(access);
  const auto found = tokens_.find(key);
  if (found != tokens_.end() &&
      found->second.good_until > transport_.loop().now()) {
    co_return "Authorization: Bearer " + found->second.text;
  }
  RegistryResult<Token> token = co_await fetch(std::move(access), challenge);
  if (!token) co_return token.error();
  std::string header = "Authorization: Bearer " + token->text;
  tokens_[key] = *std::move(token);
  co_return header;
}

Task<RegistryResult<Authentication::Token>> Authentication::fetch(
    Access access, Challenge bearer) {
  const Result<Url> url = token_url(access, bearer);
  if (!url) co_return refused(url.error().text);
  HttpRequest request;
  request.url = *url;
  request.verifies = access.verifies;
  if (!access.auth.user.empty()) request.headers.push_back(basic(access.auth));
  Exchange exchange(transport_, std::move(request));
  const HttpResult<HttpHead> head = co_await exchange.head();
  if (!head) {
    co_return RegistryFault{Kind::unreachable, head.error().text, url->text};
  }
  const HttpResult<Bytes> body = co_await exchange.read_all(kTokenMax);
  if (!body) co_return refused("the token: " + body.error().text);
  if (head->status == 401 || head->status == 403) {
    co_return refused("incorrect username or password");
  }
  if (head->status != 200) {
    co_return refused(fmt::format("the token server answered {} {}",
                                  head->status, head->reason));
  }
  const auto json = nlohmann::json::parse(*body, nullptr, false);
  Token token;
  for (const char* const name : {"access_token", "token"}) {
    if (!json.is_object() || !json.contains(name)) continue;
    if (json[name].is_string()) token.text = json[name].get<std::string>();
  }
  if (!fits_a_header(token.text)) {
    co_return refused(
        "authorization server did not include a token in the "
        "response");
  }
  std::int64_t life = kLifeMin;
  if (json.contains("expires_in") && json["expires_in"].is_number_integer()) {
    life = std::clamp<std::int64_t>(json["expires_in"].get<std::int64_t>(),
                                    kLifeMin, 24 * 3600);
  }
  // It goes over the line a little before its end.
  token.good_until = transport_.loop().now() + (life - 5) * kSecond;
  co_return token;
}

}  // namespace drydock::realmode
