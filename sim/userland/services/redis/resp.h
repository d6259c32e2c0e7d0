// resp.h — the Redis serialisation protocol, version 2.
//
// A request is an array of bulk strings, or a line of words ("inline"); a
// reply is one of five kinds.  http://redis.io/topics/protocol

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/stream.h"
#include "sim/base/text.h"

namespace drydock::userland::redis {

/// What a reply says, as a client reads it.
struct Reply {
  enum class Kind { status, error, integer, bulk, nil, array };
  Kind kind = Kind::nil;
  Bytes text;  // Of a status, an error or a bulk string.
  std::int64_t integer = 0;
  std::vector<Reply> elements;
};

/// Takes one request off the front of `input`; nullopt: more must come first.
/// An empty list is an empty line.  Errors are the protocol's, and final.
Result<std::optional<List>> take_request(Bytes& input);

/// The same for a reply.
Result<std::optional<Reply>> take_reply(Bytes& input);

/// A request as bytes.
Bytes request_of(const List& argv);

// Replies as bytes.
void put_status(Bytes& out, std::string_view text);  // "+OK"
void put_error(Bytes& out, std::string_view text);   // "-ERR ..."
void put_integer(Bytes& out, std::int64_t number);
void put_bulk(Bytes& out, std::string_view text);
void put_nil(Bytes& out);
void put_nil_array(Bytes& out);
void put_array(Bytes& out, std::size_t count);  // Its elements follow.

/// Words of a line with the quotes of redis-cli: "a\x41", 'b'.  nullopt when
/// the quotes are not balanced.
std::optional<List> split_line(std::string_view line);

/// A string as redis-cli shows it: quoted, other bytes as escapes.
std::string quoted_bytes(std::string_view text);

/// "%.17g", as scores are told.
std::string text_of_double(double number);
/// A number with nothing around it; "inf", "+inf" and "-inf" are numbers.
std::optional<double> parse_double(std::string_view text);
/// A 64-bit number in its only spelling: no "+1", "01", " 1".
std::optional<std::int64_t> parse_strict_int(std::string_view text);

}  // namespace drydock::userland::redis
