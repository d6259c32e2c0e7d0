// dns.h — messages of the domain name system: RFC 1035, queries for one name.
//
// What a resolver asks and what a name server answers, as bytes of a datagram
// and as values.  Only classes and types that resolvers of containers use: A,
// AAAA (which nobody here has) and PTR.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/stream.h"
#include "sim/kernel/net_stack.h"

namespace drydock::userland::dns {

inline constexpr std::uint16_t kPort = 53;

enum class Type : std::uint16_t { a = 1, ptr = 12, aaaa = 28 };

/// RCODE of RFC 1035, 4.1.1.
enum class Code : std::uint8_t {
  no_error = 0,
  format_error = 1,
  server_failure = 2,
  name_error = 3,  // NXDOMAIN
  not_implemented = 4,
  refused = 5,
};

struct Question {
  std::uint16_t id = 0;
  std::string name;  // "redis.example.com", without a last dot.
  Type type = Type::a;
  friend bool operator==(const Question&, const Question&) = default;
};

struct Answer {
  std::uint16_t id = 0;
  Code code = Code::no_error;
  std::vector<kernel::Ipv4> addresses;  // To a question of type A.
  std::vector<std::string> names;       // To one of type PTR.
};

/// nullopt when a label is empty or longer than 63 bytes.
std::optional<Bytes> write_question(const Question& question);
/// nullopt when it is none, or one of another class or type.
std::optional<Question> read_question(std::string_view bytes);

/// The answer repeats the question that it answers.
Bytes write_answer(const Question& question, const Answer& answer);
/// nullopt when the bytes are no answer.
std::optional<Answer> read_answer(std::string_view bytes);

/// "2.0.17.172.in-addr.arpa" of 172.17.0.2, and back.
std::string reverse_name(kernel::Ipv4 address);
std::optional<kernel::Ipv4> address_of_reverse(std::string_view name);

}  // namespace drydock::userland::dns
