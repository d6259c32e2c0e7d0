// dns.cc — questions and answers as bytes.

#include "sim/userland/net/dns.h"

#include <fmt/format.h>

#include "sim/base/text.h"

namespace drydock::userland::dns {

namespace {

constexpr std::size_t kHeader = 12, kLabelMax = 63;
constexpr std::uint16_t kInternet = 1;
constexpr std::uint16_t kIsAnswer = 0x8000, kRecursionDesired = 0x0100,
                        kRecursionAvailable = 0x0080;
constexpr std::uint16_t kNameOfQuestion = 0xc00c;  // A pointer to byte 12.
constexpr std::uint32_t kTimeToLive = 600;         // Seconds.
constexpr int kJumpsMax = 16;

void put16(Bytes& bytes, std::uint16_t number) {
  bytes += static_cast<char>(number >> 8);
  bytes += static_cast<char>(number & 255);
}

void put32(Bytes& bytes, std::uint32_t number) {
  put16(bytes, static_cast<std::uint16_t>(number >> 16));
  put16(bytes, static_cast<std::uint16_t>(number & 0xffff));
}

bool put_name(Bytes& bytes, std::string_view name) {
  for (const std::string& label : split(name, '.')) {
    if (label.empty() || label.size() > kLabelMax) return false;
    bytes += static_cast<char>(label.size());
    bytes += label;
  }
  bytes += '\0';
  return true;
}

/// A place in a message; `failed` once it has run over the end.
struct Reader {
  std::string_view bytes;
  std::size_t at = 0;
  bool failed = false;

  std::uint8_t byte() {
    if (at >= bytes.size()) {
      failed = true;
      return 0;
    }
    return static_cast<std::uint8_t>(bytes[at++]);
  }
  std::uint16_t number16() {
    const int high = byte();
    return static_cast<std::uint16_t>(high << 8 | byte());
  }
  std::uint32_t number32() {
    const std::uint32_t high = number16();
    return high << 16 | number16();
  }
  std::string name() {
    std::string text;
    std::size_t back = 0;  // Behind the first pointer.
    for (int jumps = 0; !failed;) {
      const std::uint8_t size = byte();
      if (size == 0) break;
      if (size > kLabelMax) {
        const std::size_t target = (size & 0x3fU) << 8 | byte();
        if (back == 0) back = at;
        at = target;
        failed = failed || ++jumps > kJumpsMax;
        continue;
      }
      if (!text.empty()) text += '.';
      for (int i = 0; i < size; ++i) text += static_cast<char>(byte());
    }
    if (back != 0) at = back;
    return text;
  }
};

}  // namespace

std::optional<Bytes> write_question(const Question& question) {
  Bytes bytes;
  put16(bytes, question.id);
  put16(bytes, kRecursionDesired);
  put16(bytes, 1);
  for (int i = 0; i < 3; ++i) put16(bytes, 0);
  if (!put_name(bytes, question.name)) return std::nullopt;
  put16(bytes, static_cast<std::uint16_t>(question.type));
  put16(bytes, kInternet);
  return bytes;
}

std::optional<Question> read_question(std::string_view bytes) {
  if (bytes.size() < kHeader) return std::nullopt;
  Reader reader{bytes};
  Question question;
  question.id = reader.number16();
  const std::uint16_t flags = reader.number16();
  const std::uint16_t count = reader.number16();
  reader.at = kHeader;
  question.name = lower(reader.name());
  const std::uint16_t type = reader.number16();
  const std::uint16_t of_class = reader.number16();
  const bool known = type == static_cast<int>(Type::a) ||
                     type == static_cast<int>(Type::ptr) ||
                     type == static_cast<int>(Type::aaaa);
  const bool bad = reader.failed || (flags & kIsAnswer) != 0 || count != 1;
  if (bad || !known || of_class != kInternet) return std::nullopt;
  question.type = static_cast<Type>(type);
  return question;
}

Bytes write_answer(const Question& question, const Answer& answer) {
  Bytes bytes;
  put16(bytes, question.id);
  put16(bytes, static_cast<std::uint16_t>(
                   kIsAnswer | kRecursionDesired | kRecursionAvailable |
                   static_cast<std::uint16_t>(answer.code)));
  put16(bytes, 1);
  put16(bytes, static_cast<std::uint16_t>(answer.addresses.size() +
                                          answer.names.size()));
  put16(bytes, 0);
  put16(bytes, 0);
  put_name(bytes, question.name);
  put16(bytes, static_cast<std::uint16_t>(question.type));
  put16(bytes, kInternet);
  const auto put_record = [&](const Bytes& data) {
    put16(bytes, kNameOfQuestion);
    put16(bytes, static_cast<std::uint16_t>(question.type));
    put16(bytes, kInternet);
    put32(bytes, kTimeToLive);
    put16(bytes, static_cast<std::uint16_t>(data.size()));
    bytes += data;
  };
  for (const kernel::Ipv4 address : answer.addresses) {
    Bytes data;
    put32(data, address.value);
    put_record(data);
  }
  for (const std::string& name : answer.names) {
    Bytes data;
    if (put_name(data, name)) put_record(data);
  }
  return bytes;
}

std::optional<Answer> read_answer(std::string_view bytes) {
  if (bytes.size() < kHeader) return std::nullopt;
  Reader reader{bytes};
  Answer answer;
  answer.id = reader.number16();
  const std::uint16_t flags = reader.number16();
  const std::uint16_t questions = reader.number16();
  const std::uint16_t records = reader.number16();
  if ((flags & kIsAnswer) == 0) return std::nullopt;
  answer.code = static_cast<Code>(flags & 15);
  reader.at = kHeader;
  for (int i = 0; i < questions; ++i) {
    static_cast<void>(reader.name());
    reader.number32();
  }
  for (int i = 0; i < records && !reader.failed; ++i) {
    static_cast<void>(reader.name());
    const std::uint16_t type = reader.number16();
    reader.number16();
    reader.number32();
    const std::size_t end = reader.number16() + reader.at;
    if (type == static_cast<int>(Type::a)) {
      answer.addresses.push_back({reader.number32()});
    } else if (type == static_cast<int>(Type::ptr)) {
      answer.names.push_back(reader.name());
    }
    reader.at = end;
  }
  if (reader.failed) return std::nullopt;
  return answer;
}

std::string reverse_name(kernel::Ipv4 address) {
  const std::uint32_t value = address.value;
  return fmt::format("{}.{}.{}.{}.in-addr.arpa", value & 255, value >> 8 & 255,
                     value >> 16 & 255, value >> 24);
}

std::optional<kernel::Ipv4> address_of_reverse(std::string_view name) {
  constexpr std::string_view kSuffix = ".in-addr.arpa";
  if (!name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(kSuffix.size());
  List parts = split(name, '.');
  if (parts.size() != 4) return std::nullopt;
  return kernel::parse_ipv4(parts[3] + "." + parts[2] + "." + parts[1] + "." +
                            parts[0]);
}

}  // namespace drydock::userland::dns
