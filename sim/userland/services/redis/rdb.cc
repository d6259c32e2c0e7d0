// rdb.cc — the dump file, out and in.

#include "sim/userland/services/redis/rdb.h"

#include <array>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "sim/userland/services/redis/resp.h"

namespace drydock::userland::redis {

namespace {

constexpr std::string_view kMagic = "REDIS";
constexpr int kVersion = 6;

enum : std::uint8_t {
  kExpireMilliseconds = 252,
  kExpireSeconds = 253,
  kSelect = 254,
  kEnd = 255
};
enum Type : std::uint8_t {
  kString = 0,
  kList = 1,
  kSet = 2,
  kSortedSet = 3,
  kHash = 4,
  kZipmapHash = 9,
  kZiplistList = 10,
  kIntset = 11,
  kZiplistSortedSet = 12,
  kZiplistHash = 13
};

/// In the order of Value.
constexpr std::array<Type, 5> kTypes = {kString, kList, kSet, kSortedSet,
                                        kHash};

/// CRC-64 of Jones' polynomial, reflected: what ends the file.
std::uint64_t crc64(std::string_view bytes) {
  constexpr std::uint64_t kPolynomial = 0x95ac9329ac4bc9b5;
  std::uint64_t crc = 0;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? crc >> 1 ^ kPolynomial : crc >> 1;
    }
  }
  return crc;
}

void put_little(Bytes& out, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) {
    out += static_cast<char>(number >> (8 * i) & 255);
  }
}

void put_length(Bytes& out, std::size_t length) {
  if (length < 64) {
    out += static_cast<char>(length);
  } else if (length < 16384) {
    out += static_cast<char>(0x40 | length >> 8);
    out += static_cast<char>(length & 255);
  } else {
    out += '\x80';
    for (int shift = 24; shift >= 0; shift -= 8) {
      out += static_cast<char>(length >> shift & 255);
    }
  }
}

/// Small numbers are packed into one, two or four bytes.
void put_string(Bytes& out, const Bytes& text) {
  const std::optional<std::int64_t> number =
      text.size() <= 11 ? parse_strict_int(text) : std::nullopt;
  if (number && *number >= INT32_MIN && *number <= INT32_MAX) {
    const int kind = *number >= -128 && *number <= 127       ? 0
                     : *number >= -32768 && *number <= 32767 ? 1
                                                             : 2;
    out += static_cast<char>(0xc0 | kind);
    put_little(out, static_cast<std::uint64_t>(*number), 1 << kind);
    return;
  }
  put_length(out, text.size());
  out += text;
}

void put_score(Bytes& out, double score) {
  if (std::isinf(score)) {
    out += static_cast<char>(score > 0 ? 254 : 255);
    return;
  }
  const std::string text = text_of_double(score);
  out += static_cast<char>(text.size());
  out += text;
}

void put_value(Bytes& out, const Value& value) {
  if (const auto* const text = std::get_if<StringValue>(&value)) {
    put_string(out, *text);
  } else if (const auto* const list = std::get_if<ListValue>(&value)) {
    put_length(out, list->size());
    for (const Bytes& each : *list) put_string(out, each);
  } else if (const auto* const set = std::get_if<SetValue>(&value)) {
    put_length(out, set->size());
    for (const Bytes& each : *set) put_string(out, each);
  } else if (const auto* const sorted = std::get_if<SortedSetValue>(&value)) {
    put_length(out, sorted->size());
    for (const auto& [score, member] : sorted->rows()) {
      put_string(out, member);
      put_score(out, score);
    }
  } else if (const auto* const hash = std::get_if<HashValue>(&value)) {
    put_length(out, hash->size());
    for (const auto& [field, content] : hash->rows()) {
      put_string(out, field);
      put_string(out, content);
    }
  }
}

/// Reads with one `failed` for all: what was read after it is empty.
struct Reader {
  std::string_view bytes;
  std::size_t at = 0;
  std::string failed;

  void fail(std::string why) {
    if (failed.empty()) failed = std::move(why);
    at = bytes.size();
  }
  std::uint8_t byte() {
    if (at >= bytes.size()) {
      fail("Short read");
      return 0;
    }
    return static_cast<std::uint8_t>(bytes[at++]);
  }
  std::uint64_t little(int count) {
    std::uint64_t number = 0;
    for (int i = 0; i < count; ++i) {
      number |= std::uint64_t{byte()} << (8 * i);
    }
    return number;
  }
  std::int64_t signed_little(int count) {
    const int unused = 64 - 8 * count;
    return static_cast<std::int64_t>(little(count) << unused) >> unused;
  }
  Bytes raw(std::uint64_t size) {
    if (size > bytes.size() - at) {
      fail("Short read");
      return "";
    }
    Bytes text(bytes.substr(at, size));
    at += size;
    return text;
  }
  /// A length; `encoding` >= 0 when a packed string follows instead.
  std::uint64_t length(int* encoding) {
    const std::uint8_t first = byte();
    *encoding = -1;
    if (first >> 6 == 0) return first;
    if (first >> 6 == 1) return (first & 63U) << 8 | byte();
    if (first >> 6 == 3) {
      *encoding = first & 63;
      return 0;
    }
    std::uint64_t number = 0;
    for (int i = 0; i < 4; ++i) number = number << 8 | byte();
    return number;
  }
  std::uint64_t count() {
    int encoding = -1;
    const std::uint64_t number = length(&encoding);
    if (encoding >= 0) fail("a length where a string is packed");
    if (number > bytes.size()) fail("Short read");
    return failed.empty() ? number : 0;
  }
  Bytes compressed();
  Bytes string() {
    int encoding = -1;
    const std::uint64_t size = length(&encoding);
    if (encoding < 0) return raw(size);
    if (encoding <= 2) return std::to_string(signed_little(1 << encoding));
    if (encoding == 3) return compressed();
    fail("Unknown RDB encoding type");
    return "";
  }
  double score() {
    const std::uint8_t size = byte();
    if (size == 255) return -HUGE_VAL;
    if (size == 254) return HUGE_VAL;
    if (size == 253) fail("a score that is no number");
    return parse_double(raw(size)).value_or(0);
  }
};

/// LZF: runs of literal bytes, and references back.
Bytes Reader::compressed() {
  const std::uint64_t packed = count();
  int encoding = -1;
  const std::uint64_t size = length(&encoding);
  const Bytes from = raw(packed);
  Bytes text;
  for (std::size_t i = 0; i < from.size() && failed.empty();) {
    const auto control = static_cast<unsigned char>(from[i++]);
    if (control < 32) {
      text += from.substr(i, control + 1U);
      i += control + 1U;
      continue;
    }
    std::size_t run = control >> 5;
    if (run == 7 && i < from.size()) {
      run += static_cast<unsigned char>(from[i++]);
    }
    if (i >= from.size()) break;
    const std::size_t back =
        (control & 31U) << 8 | static_cast<unsigned char>(from[i++]);
    if (back + 1 > text.size()) {
      fail("Invalid LZF compressed string");
      break;
    }
    std::size_t source = text.size() - back - 1;
    for (run += 2; run > 0; --run) text += text[source++];
  }
  if (text.size() != size) fail("Invalid LZF compressed string");
  return text;
}

/// A ziplist's entries.
std::vector<Bytes> unpack_ziplist(const Bytes& packed, Reader& outer) {
  Reader reader{packed, 0, ""};
  reader.at = 10;  // Its size, its tail's place, and how many there are.
  std::vector<Bytes> entries;
  while (reader.failed.empty()) {
    const std::uint8_t before = reader.byte();
    if (before == 255) return entries;
    if (before == 254) reader.little(4);
    const std::uint8_t head = reader.byte();
    if (head >> 6 == 0) {
      entries.push_back(reader.raw(head & 63U));
    } else if (head >> 6 == 1) {
      const std::uint64_t size = (head & 63U) << 8 | reader.byte();
      entries.push_back(reader.raw(size));
    } else if (head >> 6 == 2) {
      std::uint64_t size = 0;
      for (int i = 0; i < 4; ++i) size = size << 8 | reader.byte();
      entries.push_back(reader.raw(size));
    } else if (head >= 0xf1 && head <= 0xfd) {
      entries.push_back(std::to_string(head - 0xf1));
    } else {
      const int width = head == 0xc0   ? 2
                        : head == 0xd0 ? 4
                        : head == 0xe0 ? 8
                        : head == 0xf0 ? 3
                                       : 1;
      entries.push_back(std::to_string(reader.signed_little(width)));
    }
  }
  outer.fail("a broken ziplist");
  return entries;
}

SetValue unpack_intset(const Bytes& packed, Reader& outer) {
  Reader reader{packed, 0, ""};
  const auto width = static_cast<int>(reader.little(4));
  const std::uint64_t count = reader.little(4);
  SetValue set;
  const bool possible = width == 2 || width == 4 || width == 8;
  for (std::uint64_t i = 0; possible && i < count; ++i) {
    if (!reader.failed.empty()) break;
    set.insert(std::to_string(reader.signed_little(width)));
  }
  if (!possible || !reader.failed.empty()) outer.fail("a broken intset");
  return set;
}

Value pairs_of_ziplist(Reader& reader, bool sorted) {
  const std::vector<Bytes> entries = unpack_ziplist(reader.string(), reader);
  SortedSetValue scores;
  HashValue hash;
  for (std::size_t i = 0; i + 1 < entries.size(); i += 2) {
    if (sorted) {
      scores.set(entries[i], parse_double(entries[i + 1]).value_or(0));
    } else {
      hash.set(entries[i], entries[i + 1]);
    }
  }
  if (sorted) return scores;
  return hash;
}

Value read_plain(Reader& reader, std::uint8_t type) {
  if (type == kString) return reader.string();
  const std::uint64_t count = reader.count();
  ListValue list;
  SetValue set;
  SortedSetValue sorted;
  HashValue hash;
  for (std::uint64_t i = 0; i < count && reader.failed.empty(); ++i) {
    const Bytes first = reader.string();
    if (type == kList) list.push_back(first);
    if (type == kSet) set.insert(first);
    if (type == kSortedSet) sorted.set(first, reader.score());
    if (type == kHash) hash.set(first, reader.string());
  }
  if (type == kList) return list;
  if (type == kSet) return set;
  if (type == kSortedSet) return sorted;
  return hash;
}

Value read_value(Reader& reader, std::uint8_t type) {
  if (type <= kHash) return read_plain(reader, type);
  if (type == kIntset) return unpack_intset(reader.string(), reader);
  if (type == kZiplistSortedSet) return pairs_of_ziplist(reader, true);
  if (type == kZiplistHash) return pairs_of_ziplist(reader, false);
  if (type == kZiplistList) {
    const std::vector<Bytes> entries = unpack_ziplist(reader.string(), reader);
    return ListValue(entries.begin(), entries.end());
  }
  reader.fail(fmt::format("drydock: RDB value type {} is not modelled", type));
  return Bytes();
}

Error short_file() {
  return Error{"Short read or OOM loading DB. Unrecoverable error, aborting."};
}

}  // namespace

Bytes write_rdb(const Databases& databases) {
  Bytes out = fmt::format("{}{:04}", kMagic, kVersion);
  for (std::size_t number = 0; number < databases.size(); ++number) {
    if (databases[number].empty()) continue;
    out += static_cast<char>(kSelect);
    put_length(out, number);
    for (const auto& [key, entry] : databases[number]) {
      if (entry.expires) {
        out += static_cast<char>(kExpireMilliseconds);
        put_little(out, static_cast<std::uint64_t>(*entry.expires), 8);
      }
      out += static_cast<char>(kTypes[entry.value.index()]);
      put_string(out, key);
      put_value(out, entry.value);
    }
  }
  out += static_cast<char>(kEnd);
  put_little(out, crc64(out), 8);
  return out;
}

Result<Databases> read_rdb(std::string_view bytes, std::int64_t now) {
  if (!bytes.starts_with(kMagic) || bytes.size() < 9) {
    return Error{"Wrong signature trying to load DB from file"};
  }
  const std::int64_t version = parse_int(bytes.substr(5, 4)).value_or(0);
  if (version < 1 || version > kVersion) {
    return Error{fmt::format("Can't handle RDB format version {}", version)};
  }
  Databases databases(kDatabases);
  Reader reader{bytes, 9, ""};
  std::uint64_t number = 0;
  std::optional<std::int64_t> expires;
  for (;;) {
    const std::uint8_t type = reader.byte();
    if (!reader.failed.empty()) break;
    if (type == kEnd) {
      const std::uint64_t sum = crc64(bytes.substr(0, reader.at));
      const std::uint64_t told = version >= 5 ? reader.little(8) : 0;
      if (told != 0 && told != sum) {
        return Error{"Wrong RDB checksum. Aborting now."};
      }
      if (!reader.failed.empty()) break;
      return databases;
    }
    if (type == kSelect) {
      number = reader.count();
      if (number >= databases.size()) {
        return Error{
            "FATAL: Data file was created with a Redis server "
            "configured to handle more than 16 databases. Exiting"};
      }
    } else if (type == kExpireMilliseconds) {
      expires = reader.signed_little(8);
    } else if (type == kExpireSeconds) {
      expires = reader.signed_little(4) * 1000;
    } else {
      const Bytes key = reader.string();
      Value value = read_value(reader, type);
      const bool gone = expires && *expires < now;
      if (!gone) databases[number][key] = {std::move(value), expires};
      expires.reset();
    }
  }
  if (reader.failed.starts_with("drydock")) return Error{reader.failed};
  return short_file();
}

}  // namespace drydock::userland::redis
