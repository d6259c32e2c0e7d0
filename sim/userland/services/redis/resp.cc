// resp.cc — requests and replies as bytes.

#include "sim/userland/services/redis/resp.h"

#include <cctype>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace drydock::userland::redis {

namespace {

constexpr std::size_t kInlineMax = 64 * 1024;
constexpr std::int64_t kArgumentsMax = 1024 * 1024;
constexpr std::int64_t kBulkMax = 512 * 1024 * 1024;
constexpr int kDepthMax = 32;

/// A line up to CR LF from `at`, which moves behind it.
std::optional<std::string_view> line_at(std::string_view input,
                                        std::size_t& at) {
  const std::size_t end = input.find("\r\n", at);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = input.substr(at, end - at);
  at = end + 2;
  return line;
}

Result<std::optional<List>> take_inline(Bytes& input) {
  const std::size_t end = input.find('\n');
  if (end == std::string::npos) {
    if (input.size() > kInlineMax) {
      return Error{"Protocol error: too big inline request"};
    }
    return std::optional<List>();
  }
  std::string line = input.substr(0, end);
  if (line.ends_with('\r')) line.pop_back();
  std::optional<List> words = split_line(line);
  if (!words) return Error{"Protocol error: unbalanced quotes in request"};
  input.erase(0, end + 1);
  return words;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// One escape of a double-quoted word; `at` is behind the backslash.
char escape_at(std::string_view line, std::size_t& at) {
  const char c = line[at];
  if (c == 'x' && at + 2 < line.size() && hex_digit(line[at + 1]) >= 0 &&
      hex_digit(line[at + 2]) >= 0) {
    const int byte = hex_digit(line[at + 1]) * 16 + hex_digit(line[at + 2]);
    at += 3;
    return static_cast<char>(byte);
  }
  ++at;
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'a':
      return '\a';
    default:
      return c;
  }
}

bool is_blank(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

/// What stands between quotes; false when they do not end, or when something
/// follows them at once.
bool take_quoted(std::string_view line, std::size_t& at, std::string& word) {
  const char quote = line[at++];
  for (; at < line.size() && line[at] != quote;) {
    const bool escaped = line[at] == '\\' && at + 1 < line.size();
    if (quote == '"' && escaped) {
      ++at;
      word += escape_at(line, at);
    } else if (quote == '\'' && escaped && line[at + 1] == '\'') {
      word += '\'';
      at += 2;
    } else {
      word += line[at++];
    }
  }
  if (at >= line.size()) return false;
  ++at;
  return at >= line.size() || is_blank(line[at]);
}

Result<std::optional<Reply>> reply_at(std::string_view input, std::size_t& at,
                                      int depth) {
  if (at >= input.size()) return std::optional<Reply>();
  const char kind = input[at];
  std::size_t next = at + 1;
  const std::optional<std::string_view> line = line_at(input, next);
  if (!line) return std::optional<Reply>();
  Reply reply;
  if (kind == '+' || kind == '-') {
    reply.kind = kind == '+' ? Reply::Kind::status : Reply::Kind::error;
    reply.text = *line;
    at = next;
    return std::optional<Reply>(std::move(reply));
  }
  const std::optional<std::int64_t> number = parse_strict_int(*line);
  const bool known = kind == ':' || kind == '$' || kind == '*';
  if (!known || !number || depth > kDepthMax) {
    return Error{fmt::format("Protocol error, got {} as reply type byte",
                             quoted_bytes(std::string_view(&kind, 1)))};
  }
  if (kind == ':') {
    reply.kind = Reply::Kind::integer;
    reply.integer = *number;
  } else if (*number >= 0 && kind == '$') {
    const auto size = static_cast<std::size_t>(*number);
    if (input.size() < next + size + 2) return std::optional<Reply>();
    reply.kind = Reply::Kind::bulk;
    reply.text = input.substr(next, size);
    next += size + 2;
  } else if (*number >= 0) {
    reply.kind = Reply::Kind::array;
    for (std::int64_t i = 0; i < *number; ++i) {
      Result<std::optional<Reply>> element = reply_at(input, next, depth + 1);
      if (!element || !*element) return element;
      reply.elements.push_back(std::move(**element));
    }
  }
  at = next;
  return std::optional<Reply>(std::move(reply));
}

}  // namespace

std::optional<List> split_line(std::string_view line) {
  List words;
  for (std::size_t at = 0;;) {
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at >= line.size()) return words;
    std::string word;
    while (at < line.size() && !is_blank(line[at])) {
      if (line[at] == '"' || line[at] == '\'') {
        if (!take_quoted(line, at, word)) return std::nullopt;
        break;
      }
      word += line[at++];
    }
    words.push_back(std::move(word));
  }
}

Result<std::optional<List>> take_request(Bytes& input) {
  if (input.empty()) return std::optional<List>();
  if (input[0] != '*') return take_inline(input);
  std::size_t at = 1;
  const std::optional<std::string_view> head = line_at(input, at);
  if (!head) {
    if (input.size() > kInlineMax) {
      return Error{"Protocol error: too big mbulk count string"};
    }
    return std::optional<List>();
  }
  const std::optional<std::int64_t> count = parse_strict_int(*head);
  if (!count || *count > kArgumentsMax) {
    return Error{"Protocol error: invalid multibulk length"};
  }
  List argv;
  for (std::int64_t i = 0; i < *count; ++i) {
    if (at >= input.size()) return std::optional<List>();
    if (input[at] != '$') {
      return Error{
          fmt::format("Protocol error: expected '$', got '{}'", input[at])};
    }
    ++at;
    const std::optional<std::string_view> line = line_at(input, at);
    if (!line) return std::optional<List>();
    const std::optional<std::int64_t> size = parse_strict_int(*line);
    if (!size || *size < 0 || *size > kBulkMax) {
      return Error{"Protocol error: invalid bulk length"};
    }
    const auto length = static_cast<std::size_t>(*size);
    if (input.size() < at + length + 2) return std::optional<List>();
    argv.push_back(input.substr(at, length));
    at += length + 2;
  }
  input.erase(0, at);
  return std::optional<List>(std::move(argv));
}

Result<std::optional<Reply>> take_reply(Bytes& input) {
  std::size_t at = 0;
  Result<std::optional<Reply>> reply = reply_at(input, at, 0);
  if (reply && *reply) input.erase(0, at);
  return reply;
}

Bytes request_of(const List& argv) {
  Bytes bytes;
  put_array(bytes, argv.size());
  for (const std::string& word : argv) put_bulk(bytes, word);
  return bytes;
}

void put_status(Bytes& out, std::string_view text) {
  out += fmt::format("+{}\r\n", text);
}
void put_error(Bytes& out, std::string_view text) {
  out += fmt::format("-{}\r\n", text);
}
void put_integer(Bytes& out, std::int64_t number) {
  out += fmt::format(":{}\r\n", number);
}
void put_bulk(Bytes& out, std::string_view text) {
  out += fmt::format("${}\r\n", text.size());
  out += text;
  out += "\r\n";
}
void put_nil(Bytes& out) { out += "$-1\r\n"; }
void put_nil_array(Bytes& out) { out += "*-1\r\n"; }
void put_array(Bytes& out, std::size_t count) {
  out += fmt::format("*{}\r\n", count);
}

std::string quoted_bytes(std::string_view text) {
  std::string shown = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '\\':
      case '"':
        shown += '\\';
        shown += c;
        break;
      case '\n':
        shown += "\\n";
        break;
      case '\r':
        shown += "\\r";
        break;
      case '\t':
        shown += "\\t";
        break;
      case '\a':
        shown += "\\a";
        break;
      case '\b':
        shown += "\\b";
        break;
      default:
        if (byte >= 32 && byte < 127) {
          shown += c;
        } else {
          shown += fmt::format("\\x{:02x}", byte);
        }
    }
  }
  return shown + "\"";
}

std::string text_of_double(double number) {
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  return fmt::format("{:.17g}", number);
}

std::optional<double> parse_double(std::string_view text) {
  if (text.empty() || is_blank(text[0])) return std::nullopt;
  const std::string copy(text);
  char* end = nullptr;
  const double number = std::strtod(copy.c_str(), &end);
  const bool whole = end == copy.c_str() + copy.size();
  if (!whole || std::isnan(number)) return std::nullopt;
  return number;
}

std::optional<std::int64_t> parse_strict_int(std::string_view text) {
  const std::optional<std::int64_t> number = parse_int(text);
  if (!number || std::to_string(*number) != text) return std::nullopt;
  return number;
}

}  // namespace drydock::userland::redis
