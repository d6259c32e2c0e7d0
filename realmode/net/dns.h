// dns.h — questions and answers as RFC 1035 writes them: as much as a server
// needs that knows a handful of names and asks others for the rest.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock::realmode::dns {

enum class Type : std::uint16_t { a = 1, ptr = 12, aaaa = 28 };

enum class Code : std::uint8_t { none = 0, server_failure = 2, no_name = 3 };

struct Question {
  std::string name;  // Lower case, no dot at its end: "db.mynet".
  std::uint16_t type = 0;
};

/// The question of a query; nothing if it is not one, or has not exactly one.
std::optional<Question> question_in(std::string_view query);

struct Answer {
  Code code = Code::none;
  std::vector<std::uint32_t> addresses;  // Of an A question, host byte order.
  std::string name;                      // Of a PTR question.
};

/// What is sent back to `query`, of which question_in() has made sense.
std::string reply(std::string_view query, const Answer& answer);

/// 172.18.0.2 of "2.0.18.172.in-addr.arpa".
std::optional<std::uint32_t> reverse_address(std::string_view name);

}  // namespace drydock::realmode::dns
