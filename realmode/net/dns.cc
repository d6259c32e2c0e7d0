// dns.cc — twelve bytes of head, names as lengths and labels.

#include "realmode/net/dns.h"

#include "sim/base/text.h"

namespace drydock::realmode::dns {

namespace {

constexpr std::size_t kHead = 12;
constexpr std::size_t kLabelMax = 63;
constexpr std::size_t kNameMax = 255;
constexpr std::uint16_t kInternet = 1;
/// Docker's own servers say as much: ten minutes.
constexpr std::uint32_t kSecondsToLive = 600;
/// Without EDNS a datagram has 512 bytes: so many addresses always fit.
constexpr std::size_t kAnswersMax = 12;

std::uint16_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) << 8 |
                                    static_cast<unsigned char>(bytes[at + 1]));
}

void put16(std::string* to, std::uint16_t number) {
  *to += static_cast<char>(number >> 8);
  *to += static_cast<char>(number & 0xff);
}

void put32(std::string* to, std::uint32_t number) {
  put16(to, static_cast<std::uint16_t>(number >> 16));
  put16(to, static_cast<std::uint16_t>(number & 0xffff));
}

/// The name that begins behind the head, and where it ends.  A question has no
/// reason to point elsewhere, so pointers are no name.
std::optional<std::pair<std::string, std::size_t>> name_in(
    std::string_view query) {
  std::string name;
  std::size_t at = kHead;
  for (;;) {
    if (at >= query.size()) return std::nullopt;
    const auto length = static_cast<unsigned char>(query[at++]);
    if (length == 0) return std::pair(lower(name), at);
    if (length > kLabelMax || at + length > query.size() ||
        name.size() + length > kNameMax) {
      return std::nullopt;
    }
    if (!name.empty()) name += '.';
    name += query.substr(at, length);
    at += length;
  }
}

std::string packed_name(const std::string& name) {
  std::string packed;
  for (const std::string& label : split(name, '.')) {
    const std::string part = label.substr(0, kLabelMax);
    packed += static_cast<char>(part.size());
    packed += part;
  }
  return packed + '\0';
}

void put_record(std::string* to, Type type, const std::string& data) {
  put16(to, 0xc000 | kHead);  // The name that was asked for.
  put16(to, static_cast<std::uint16_t>(type));
  put16(to, kInternet);
  put32(to, kSecondsToLive);
  put16(to, static_cast<std::uint16_t>(data.size()));
  *to += data;
}

}  // namespace

std::optional<Question> question_in(std::string_view query) {
  if (query.size() < kHead) return std::nullopt;
  const std::uint16_t flags = number_at(query, 2);
  const bool is_plain_query = (flags & 0xf800) == 0;
  if (!is_plain_query || number_at(query, 4) != 1) return std::nullopt;
  const auto name = name_in(query);
  if (!name || name->second + 4 > query.size()) return std::nullopt;
  if (number_at(query, name->second + 2) != kInternet) return std::nullopt;
  return Question{name->first, number_at(query, name->second)};
}

std::string reply(std::string_view query, const Answer& answer) {
  const auto name = name_in(query);
  const std::size_t end = name ? name->second + 4 : kHead;
  std::string text(query.substr(0, 2));
  constexpr std::uint16_t kIsReply = 0x8000, kCanRecurse = 0x0080,
                          kWantsRecursion = 0x0100;
  put16(&text, kIsReply | kCanRecurse |
                   (number_at(query, 2) & kWantsRecursion) |
                   static_cast<std::uint16_t>(answer.code));
  put16(&text, name ? 1 : 0);
  const std::size_t count = std::min(answer.addresses.size(), kAnswersMax) +
                            (answer.name.empty() ? 0 : 1);
  put16(&text, static_cast<std::uint16_t>(count));
  put32(&text, 0);  // No authorities, nothing additional.
  text += query.substr(kHead, end - kHead);
  for (std::size_t i = 0; i < answer.addresses.size() && i < kAnswersMax; ++i) {
    std::string data;
    put32(&data, answer.addresses[i]);
    put_record(&text, Type::a, data);
  }
  if (!answer.name.empty()) {
    put_record(&text, Type::ptr, packed_name(answer.name));
  }
  return text;
}

std::optional<std::uint32_t> reverse_address(std::string_view name) {
  constexpr std::string_view kReverse = ".in-addr.arpa";
  if (!name.ends_with(kReverse)) return std::nullopt;
  name.remove_suffix(kReverse.size());
  const List parts = split(std::string(name), '.');
  if (parts.size() != 4) return std::nullopt;
  std::uint32_t address = 0;
  for (std::size_t i = 4; i-- > 0;) {
    const auto part = parse_int(parts[i]);
    if (!part || *part < 0 || *part > 255) return std::nullopt;
    address = address << 8 | static_cast<std::uint32_t>(*part);
  }
  return address;
}

}  // namespace drydock::realmode::dns
