// download.h — URLs that a person gives instead of a file.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/cli/docker.h"

namespace drydock::cli {

/// "http://..." and "https://...".
bool is_web_url(std::string_view text);

/// What a build is to clone: "git://...", "github.com/...", "git@...", and
/// whatever ends in ".git" or has such a path before its '#'.
bool is_git_url(std::string_view text);

/// GET of a URL by the client; the error is net/http's sentence as this
/// profile's Go says it: "Get http://x: dial tcp ...".
Task<Result<Downloaded>> download(Client& client, std::string url);

/// RFC 7231, 7.1.1.1: "Mon, 12 Oct 2015 08:00:00 GMT", as Last-Modified has it.
std::optional<Time> parse_http_date(const std::string& text);

/// How many redirects a download follows, as net/http does.
inline constexpr int kRedirectsMax = 10;

/// The bar of a transfer that is over: "[====>]     46 B/46 B".
std::string finished_bar(const Client& client, std::size_t bytes);

}  // namespace drydock::cli
