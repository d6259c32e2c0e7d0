// wire.h — the frontend/backend protocol, version 3: "Message Formats".

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sim/userland/services/postgres/session.h"

namespace drydock::userland::postgres {

inline constexpr std::int32_t kProtocol = 196608;

/// A message: one letter ('\0': the start-up message) and its body.
struct WireMessage {
  char type = 0;
  std::string body;
};

std::string encode(const WireMessage& message);
/// The first whole message of the bytes, taken off; nullopt: not yet.
std::optional<WireMessage> decode(std::string* bytes, bool startup);

std::string int32_text(std::int32_t number);
std::int32_t read_int32(std::string_view bytes);
std::string startup_body(const std::map<std::string, std::string>& settings);
std::map<std::string, std::string> parse_startup(std::string_view body);

/// 'E': severity, SQLSTATE, text; a line of detail becomes a field of its own.
std::string error_message(const SqlError& error, std::string_view severity);
/// 'T', 'D' ... and 'C'.
std::string answer_messages(const SqlAnswer& answer);
std::string ready_message(char state);

/// The fields of 'E' and 'N' by their letters.
std::map<char, std::string> parse_fields(std::string_view body);

/// What 'T' and 'D' say.
struct WireColumn {
  std::string name;
  bool number = false;
};
std::vector<WireColumn> parse_row_description(std::string_view body);
std::vector<std::optional<std::string>> parse_data_row(std::string_view body);

/// "md5" of RFC-less AuthenticationMD5Password.
std::string md5_answer(const std::string& stored, std::string_view salt);

}  // namespace drydock::userland::postgres
