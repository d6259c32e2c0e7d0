// wire.cc — messages packed and unpacked.

#include "sim/userland/services/postgres/wire.h"

#include "sim/userland/text/hashes.h"

namespace drydock::userland::postgres {

namespace {

std::string int16_text(std::int64_t number) {
  return {static_cast<char>(number >> 8 & 0xff),
          static_cast<char>(number & 0xff)};
}

std::int32_t oid_of(SqlType type) {
  switch (type) {
    case SqlType::boolean:
      return 16;
    case SqlType::bigint:
      return 20;
    case SqlType::smallint:
      return 21;
    case SqlType::integer:
      return 23;
    case SqlType::real:
      return 701;
    case SqlType::varchar:
      return 1043;
    case SqlType::date:
      return 1082;
    case SqlType::timestamp:
      return 1114;
    case SqlType::numeric:
      return 1700;
    default:
      return 25;
  }
}

bool is_number_oid(std::int32_t oid) {
  return oid == 20 || oid == 21 || oid == 23 || oid == 701 || oid == 1700;
}

/// A text up to its zero, taken off.
std::string take_string(std::string_view* bytes) {
  const std::size_t end = std::min(bytes->find('\0'), bytes->size());
  std::string text(bytes->substr(0, end));
  bytes->remove_prefix(std::min(end + 1, bytes->size()));
  return text;
}

}  // namespace

std::string int32_text(std::int32_t number) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += static_cast<char>(number >> shift & 0xff);
  }
  return out;
}

std::int32_t read_int32(std::string_view bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4 && i < bytes.size(); ++i) {
    number = number << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return static_cast<std::int32_t>(number);
}

std::string encode(const WireMessage& message) {
  std::string out;
  if (message.type) out += message.type;
  return out + int32_text(static_cast<std::int32_t>(message.body.size() + 4)) +
         message.body;
}

std::optional<WireMessage> decode(std::string* bytes, bool startup) {
  const std::size_t head = startup ? 0 : 1;
  if (bytes->size() < head + 4) return std::nullopt;
  const std::int32_t length = read_int32(std::string_view(*bytes).substr(head));
  if (length < 4 || length > 64 << 20) {
    bytes->clear();
    return WireMessage{'X', ""};  // Nobody speaks our language there.
  }
  const auto whole = head + static_cast<std::size_t>(length);
  if (bytes->size() < whole) return std::nullopt;
  WireMessage message;
  if (!startup) message.type = (*bytes)[0];
  message.body = bytes->substr(head + 4, whole - head - 4);
  bytes->erase(0, whole);
  return message;
}

std::string startup_body(const std::map<std::string, std::string>& settings) {
  std::string body = int32_text(kProtocol);
  for (const auto& [key, value] : settings) {
    body += key + std::string(1, '\0') + value + std::string(1, '\0');
  }
  return body + std::string(1, '\0');
}

std::map<std::string, std::string> parse_startup(std::string_view body) {
  std::map<std::string, std::string> out;
  body.remove_prefix(std::min<std::size_t>(4, body.size()));
  while (!body.empty() && body[0] != '\0') {
    const std::string key = take_string(&body);
    out[key] = take_string(&body);
  }
  return out;
}

std::string error_message(const SqlError& error, std::string_view severity) {
  const std::string zero(1, '\0');
  const std::size_t line = error.message.find("\nDETAIL:  ");
  std::string body = "S" + std::string(severity) + zero + "C" + error.code +
                     zero + "M" + error.message.substr(0, line) + zero;
  if (line != std::string::npos) {
    body += "D" + error.message.substr(line + 10) + zero;
  }
  if (error.position > 0) {
    body += "P" + std::to_string(error.position) + zero;
  }
  return encode(
      {severity == "ERROR" || severity == "FATAL" ? 'E' : 'N', body + zero});
}

std::string answer_messages(const SqlAnswer& answer) {
  std::string out;
  const std::string zero(1, '\0');
  if (!answer.notice.empty()) {
    const std::size_t colon = answer.notice.find(":  ");
    out += error_message({"00000", answer.notice.substr(colon + 3), 0},
                         answer.notice.substr(0, colon));
  }
  if (answer.has_rows) {
    std::string body =
        int16_text(static_cast<std::int64_t>(answer.columns.size()));
    for (const SqlAnswer::Column& column : answer.columns) {
      body += column.name + zero + int32_text(0) + int16_text(0) +
              int32_text(oid_of(column.type)) + int16_text(-1) +
              int32_text(-1) + int16_text(0);
    }
    out += encode({'T', body});
    for (const Row& row : answer.rows) {
      std::string data = int16_text(static_cast<std::int64_t>(row.size()));
      for (const Datum& datum : row) {
        const std::string text = datum.shown();
        data += int32_text(datum.null ? -1
                                      : static_cast<std::int32_t>(text.size()));
        if (!datum.null) data += text;
      }
      out += encode({'D', data});
    }
  }
  if (answer.tag.empty()) return out + encode({'I', ""});
  return out + encode({'C', answer.tag + zero});
}

std::string ready_message(char state) {
  return encode({'Z', std::string(1, state)});
}

std::map<char, std::string> parse_fields(std::string_view body) {
  std::map<char, std::string> out;
  while (!body.empty() && body[0] != '\0') {
    const char key = body[0];
    body.remove_prefix(1);
    out[key] = take_string(&body);
  }
  return out;
}

std::vector<WireColumn> parse_row_description(std::string_view body) {
  std::vector<WireColumn> out;
  body.remove_prefix(std::min<std::size_t>(2, body.size()));
  while (!body.empty()) {
    WireColumn column;
    column.name = take_string(&body);
    if (body.size() < 18) break;
    column.number = is_number_oid(read_int32(body.substr(6)));
    body.remove_prefix(18);
    out.push_back(std::move(column));
  }
  return out;
}

std::vector<std::optional<std::string>> parse_data_row(std::string_view body) {
  std::vector<std::optional<std::string>> out;
  body.remove_prefix(std::min<std::size_t>(2, body.size()));
  while (body.size() >= 4) {
    const std::int32_t length = read_int32(body);
    body.remove_prefix(4);
    if (length < 0) {
      out.emplace_back();
      continue;
    }
    const auto size = std::min(static_cast<std::size_t>(length), body.size());
    out.emplace_back(std::string(body.substr(0, size)));
    body.remove_prefix(size);
  }
  return out;
}

std::string md5_answer(const std::string& stored, std::string_view salt) {
  return "md5" + md5_hex(stored.substr(3) + std::string(salt));
}

}  // namespace drydock::userland::postgres
