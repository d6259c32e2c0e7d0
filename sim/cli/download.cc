// download.cc — what goes wrong with a URL, in the words of two Go releases.

#include "sim/cli/download.h"

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/cli/call.h"

namespace drydock::cli {

namespace {

std::string sentence(const Client& client, const std::string& url,
                     const DownloadFault& fault) {
  const bool modern = client.profile.modern;
  const std::string get = fmt::format("Get {}: ", modern ? go_quote(url) : url);
  switch (fault.kind) {
    case DownloadFault::Kind::lookup:
      return fmt::format("{}dial tcp: lookup {}: no such host", get,
                         fault.where);
    case DownloadFault::Kind::connect:
      return fmt::format("{}dial tcp {}: {}{}", get, fault.where,
                         modern ? "connect: " : "", fault.why);
    case DownloadFault::Kind::status:
      return modern ? fmt::format("failed to GET {} with status {}", url,
                                  fault.why)
                    : fmt::format("Got HTTP status code >= 400: {}", fault.why);
    case DownloadFault::Kind::other:
      return fault.why.starts_with("drydock: ") ? fault.why : get + fault.why;
  }
  return fault.why;
}

}  // namespace

bool is_web_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

bool is_git_url(std::string_view text) {
  for (const std::string_view start : {"git://", "github.com/", "git@"}) {
    if (text.starts_with(start)) return true;
  }
  if (!is_web_url(text)) return false;
  return text.substr(0, text.find('#')).ends_with(".git");
}

Task<Result<Downloaded>> download(Client& client, std::string url) {
  auto fetched = co_await client.console.download(url);
  if (!fetched) co_return Error{sentence(client, url, fetched.error())};
  co_return *std::move(fetched);
}

std::optional<Time> parse_http_date(const std::string& text) {
  static constexpr std::string_view kMonths =
      "JanFebMarAprMayJunJulAugSepOctNovDec";
  const List words = split_blanks(text);
  if (words.size() != 6) return std::nullopt;
  const std::size_t month = kMonths.find(words[2]);
  if (month == kMonths.npos || month % 3 != 0) return std::nullopt;
  return parse_rfc3339(fmt::format("{}-{:02}-{:0>2}T{}Z", words[3],
                                   month / 3 + 1, words[1], words[4]));
}

std::string finished_bar(const Client& client, std::size_t bytes) {
  const std::string size = human_size(static_cast<double>(bytes),
                                      {4, client.profile.formats.size.blank});
  return fmt::format("[{}>] {:>8}/{}", std::string(50, '='), size, size);
}

}  // namespace drydock::cli
