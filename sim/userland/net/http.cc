// http.cc — the grammar of RFC 7230: heads, header fields, targets and dates.

#include "sim/userland/net/http.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/base/time.h"

namespace drydock::userland::http {

namespace {

struct StatusRow {
  int status;
  std::string_view reason;
};

// clang-format off
constexpr std::array kStatuses{
    StatusRow{100, "Continue"},
    StatusRow{101, "Switching Protocols"},
    StatusRow{200, "OK"},
    StatusRow{201, "Created"},
    StatusRow{202, "Accepted"},
    StatusRow{204, "No Content"},
    StatusRow{206, "Partial Content"},
    StatusRow{301, "Moved Permanently"},
    StatusRow{302, "Found"},
    StatusRow{303, "See Other"},
    StatusRow{304, "Not Modified"},
    StatusRow{307, "Temporary Redirect"},
    StatusRow{308, "Permanent Redirect"},
    StatusRow{400, "Bad Request"},
    StatusRow{401, "Unauthorized"},
    StatusRow{403, "Forbidden"},
    StatusRow{404, "Not Found"},
    StatusRow{405, "Method Not Allowed"},
    StatusRow{406, "Not Acceptable"},
    StatusRow{408, "Request Timeout"},
    StatusRow{409, "Conflict"},
    StatusRow{411, "Length Required"},
    StatusRow{413, "Request Entity Too Large"},
    StatusRow{414, "Request-URI Too Large"},
    StatusRow{415, "Unsupported Media Type"},
    StatusRow{416, "Requested Range Not Satisfiable"},
    StatusRow{417, "Expectation Failed"},
    StatusRow{429, "Too Many Requests"},
    StatusRow{500, "Internal Server Error"},
    StatusRow{501, "Not Implemented"},
    StatusRow{502, "Bad Gateway"},
    StatusRow{503, "Service Unavailable"},
    StatusRow{504, "Gateway Timeout"},
    StatusRow{505, "HTTP Version Not Supported"},
};
// clang-format on

HttpFault malformed(std::string text) {
  return {HttpFault::Kind::malformed, {}, std::move(text)};
}

/// tchar of RFC 7230, 3.2.6.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || kMarks.find(c) != std::string_view::npos;
  });
}

bool same(std::string_view a, std::string_view b) {
  return lower(a) == lower(b);
}

/// The lines of a head, without their ends; a bare LF ends one, too.
std::vector<std::string_view> lines_of(std::string_view head) {
  std::vector<std::string_view> lines;
  while (!head.empty()) {
    const std::size_t end = head.find('\n');
    if (end == std::string_view::npos) break;
    std::string_view line = head.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    head.remove_prefix(end + 1);
  }
  return lines;
}

HttpResult<Headers> parse_fields(const std::vector<std::string_view>& lines) {
  Headers headers;
  for (std::size_t at = 1; at < lines.size() && !lines[at].empty(); ++at) {
    const std::size_t colon = lines[at].find(':');
    const std::string_view name = lines[at].substr(0, colon);
    if (colon == std::string_view::npos || !is_token(name)) {
      return malformed(fmt::format("bad header line {}", go_quote(lines[at])));
    }
    headers.add(std::string(name),
                std::string(trim(lines[at].substr(colon + 1))));
  }
  return headers;
}

bool is_version(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && text[5] >= '0' &&
         text[5] <= '9' && text[6] == '.' && text[7] >= '0' && text[7] <= '9';
}

std::string fields_of(const Headers& headers) {
  std::string text;
  for (const auto& [name, value] : headers.fields()) {
    text += name + ": " + value + "\r\n";
  }
  return text + "\r\n";
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string> Headers::get(std::string_view name) const {
  for (const Field& field : fields_) {
    if (same(field.first, name)) return field.second;
  }
  return std::nullopt;
}

std::string Headers::joined(std::string_view name) const {
  List values;
  for (const Field& field : fields_) {
    if (same(field.first, name)) values.push_back(field.second);
  }
  return join(values, ", ");
}

void Headers::add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string name, std::string value) {
  for (Field& field : fields_) {
    if (!same(field.first, name)) continue;
    field.second = std::move(value);
    return;
  }
  add(std::move(name), std::move(value));
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_,
                [&](const Field& field) { return same(field.first, name); });
}

bool Headers::lists(std::string_view name, std::string_view member) const {
  for (const std::string& one : split(joined(name), ',')) {
    if (same(trim(one), member)) return true;
  }
  return false;
}

std::string_view reason_of(int status) {
  for (const StatusRow& row : kStatuses) {
    if (row.status == status) return row.reason;
  }
  return "";
}

bool keeps_alive(std::string_view version, const Headers& headers) {
  if (headers.lists("Connection", "close")) return false;
  return version == "HTTP/1.1" || headers.lists("Connection", "keep-alive");
}

std::string head_of(const Request& request) {
  return fmt::format("{} {} {}\r\n", request.method, request.target,
                     request.version) +
         fields_of(request.headers);
}

std::string head_of(const Response& response) {
  return fmt::format("{} {} {}\r\n", response.version, response.status,
                     response.reason) +
         fields_of(response.headers);
}

HttpResult<Request> parse_request_head(std::string_view head) {
  const std::vector<std::string_view> lines = lines_of(head);
  if (lines.empty()) return malformed("no request line");
  const List words = split(lines.front(), ' ');
  if (words.size() != 3 || !is_token(words[0]) || words[1].empty() ||
      !is_version(words[2])) {
    return malformed(
        fmt::format("bad request line {}", go_quote(lines.front())));
  }
  HttpResult<Headers> headers = parse_fields(lines);
  if (!headers) return headers.error();
  Request request;
  request.method = words[0];
  request.target = words[1];
  request.version = words[2];
  request.headers = std::move(*headers);
  return request;
}

HttpResult<Response> parse_response_head(std::string_view head) {
  const std::vector<std::string_view> lines = lines_of(head);
  const std::string_view line = lines.empty() ? "" : lines.front();
  const std::optional<std::int64_t> status =
      line.size() < 12 ? std::nullopt : parse_int(line.substr(9, 3));
  const bool framed =
      line.size() == 12 || (line.size() > 12 && line[12] == ' ');
  if (!framed || line[8] != ' ' || !status || *status < 100 ||
      !is_version(line.substr(0, 8))) {
    return malformed(fmt::format("bad status line {}", go_quote(line)));
  }
  HttpResult<Headers> headers = parse_fields(lines);
  if (!headers) return headers.error();
  Response response;
  response.version = line.substr(0, 8);
  response.status = static_cast<int>(*status);
  response.reason = line.size() > 13 ? line.substr(13) : "";
  response.headers = std::move(*headers);
  return response;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[at + 1]), low = hex_value(text[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return out;
}

std::pair<std::string, std::string> split_target(std::string_view target) {
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return {std::string(target), ""};
  return {std::string(target.substr(0, mark)),
          std::string(target.substr(mark + 1))};
}

std::optional<std::string> query_value(std::string_view query,
                                       std::string_view key) {
  for (const std::string& pair : split(query, '&')) {
    const std::size_t equals = pair.find('=');
    if (std::string_view(pair).substr(0, equals) != key) continue;
    if (equals == std::string::npos) return "";
    return percent_decoded(
        replace_all(std::string_view(pair).substr(equals + 1), "+", " "));
  }
  return std::nullopt;
}

std::string http_date(Time time) {
  return format_time(time, "%a, %d %b %Y %H:%M:%S GMT");
}

}  // namespace drydock::userland::http
