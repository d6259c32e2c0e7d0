// tar_reader.cc — bytes become members: v7, ustar, GNU and pax.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/vfs/tar.h"
#include "sim/vfs/tar_format.h"

namespace drydock::vfs {
namespace {

using Records = tar::Records;

/// Long names and pax headers; more is an attack.
constexpr std::int64_t kTextMax = 1 << 20;

/// pax for one member and for all that follow; GNU's long names and links.
constexpr std::string_view kExtensions = "xgLK";

bool all_zero(std::string_view block) {
  return block.find_first_not_of('\0') == std::string_view::npos;
}

bool checksum_holds(std::string_view block) {
  const auto told = tar::number_at(block, tar::kChecksum);
  return told && (*told == tar::checksum(block, false) ||
                  *told == tar::checksum(block, true));
}

std::optional<std::string> value_of(const Records& records,
                                    std::string_view key) {
  std::optional<std::string> value;
  for (const auto& [name, text] : records) {
    if (name == key) value = text;  // The last one counts.
  }
  return value;
}

FileType type_of(char flag, std::string_view name) {
  switch (flag) {
    case '2':
      return FileType::symlink;
    case '3':
      return FileType::char_device;
    case '4':
      return FileType::block_device;
    case '5':
    case 'D':
      return FileType::directory;
    case '6':
      return FileType::fifo;
    default:
      break;
  }
  // v7 has no flag for directories.
  return name.ends_with('/') ? FileType::directory : FileType::regular;
}

std::string name_in(std::string_view block) {
  std::string name(tar::text_at(block, tar::kName));
  const bool ustar =
      block.substr(tar::kMagic.offset, 6) == std::string_view("ustar\0", 6);
  const std::string_view prefix = tar::text_at(block, tar::kPrefix);
  if (ustar && !prefix.empty()) name = fmt::format("{}/{}", prefix, name);
  return name;
}

/// Numbers and texts of one header; nothing when a number is none.
std::optional<TarEntry> parse_header(std::string_view block) {
  TarEntry entry;
  entry.name = name_in(block);
  entry.link = tar::text_at(block, tar::kLink);
  entry.user = tar::text_at(block, tar::kUser);
  entry.group = tar::text_at(block, tar::kGroup);
  const auto mode = tar::number_at(block, tar::kMode);
  const auto uid = tar::number_at(block, tar::kUid);
  const auto gid = tar::number_at(block, tar::kGid);
  const auto size = tar::number_at(block, tar::kSize);
  const auto mtime = tar::number_at(block, tar::kMtime);
  const auto major = tar::number_at(block, tar::kMajor);
  const auto minor = tar::number_at(block, tar::kMinor);
  constexpr std::int64_t kSecondsMax = INT64_MAX / kSecond - 1;
  const bool sound = mode && uid && gid && size && mtime && *size >= 0 &&
                     *mtime <= kSecondsMax && *mtime >= -kSecondsMax;
  if (!sound) return std::nullopt;
  entry.mode = static_cast<Mode>(*mode & 07777);
  entry.uid = static_cast<UserId>(*uid);
  entry.gid = static_cast<GroupId>(*gid);
  entry.size = *size;
  entry.mtime = Time{*mtime * kSecond};
  entry.rdev = {static_cast<std::uint32_t>(major.value_or(0)),
                static_cast<std::uint32_t>(minor.value_or(0))};
  return entry;
}

/// Lets a pax record have its say; false when its value makes no sense.
bool apply(TarEntry& entry, const std::string& key, const std::string& value) {
  if (key == "path") entry.name = value;
  if (key == "linkpath") entry.link = value;
  if (key == "uname") entry.user = value;
  if (key == "gname") entry.group = value;
  if (key.starts_with(tar::kXattr)) {
    entry.xattrs[key.substr(tar::kXattr.size())] = value;
  }
  if (key == "mtime") {
    const auto time = tar::parse_pax_time(value);
    if (time) entry.mtime = *time;
    return time.has_value();
  }
  if (key == "size" || key == "uid" || key == "gid") {
    const auto number = parse_int(value);
    if (!number || *number < 0) return false;
    if (key == "size") entry.size = *number;
    if (key == "uid") entry.uid = static_cast<UserId>(*number);
    if (key == "gid") entry.gid = static_cast<GroupId>(*number);
  }
  return true;
}

/// GNU's three ways to tell a sparse map in pax records.
std::optional<std::vector<Extent>> map_in(const Records& records) {
  std::vector<Extent> map;
  std::string text;
  for (const auto& [key, value] : records) {
    if (key == "GNU.sparse.map") text = value;                         // 0.1
    if (key == "GNU.sparse.offset" || key == "GNU.sparse.numbytes") {  // 0.0
      text += (text.empty() ? "" : ",") + value;
    }
  }
  const List numbers = text.empty() ? List{} : split(text, ',');
  if (numbers.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < numbers.size(); i += 2) {
    const auto offset = parse_int(numbers[i]);
    const auto length = parse_int(numbers[i + 1]);
    if (!offset || !length) return std::nullopt;
    map.push_back({*offset, *length});
  }
  return map;
}

/// In order, inside the file, and as much as the archive holds.
bool map_is_sound(const std::vector<Extent>& map, std::int64_t size,
                  std::int64_t stored) {
  std::int64_t end = 0, sum = 0;
  for (const Extent& run : map) {
    if (run.offset < end || run.length < 0) return false;
    if (run.offset > size || run.length > size - run.offset) return false;
    end = run.offset + run.length;
    sum += run.length;
  }
  return sum <= stored;
}

bool is_sparse(const Records& records) {
  return std::ranges::any_of(records, [](const auto& record) {
    return record.first == "GNU.sparse.map" ||
           record.first == "GNU.sparse.major" ||
           record.first == "GNU.sparse.offset" ||
           record.first == "GNU.sparse.size";
  });
}

}  // namespace

Error TarReader::broken(std::string_view why) const {
  return Error{fmt::format("archive/tar: invalid tar header (offset {}: {})",
                           member_, why)};
}

/// Just `count` bytes.
Task<Result<Bytes>> TarReader::take(std::size_t count, std::string member) {
  Bytes bytes;
  while (bytes.size() < count) {
    if (used_ == buffer_.size()) {
      Result<Bytes> more = co_await from_.read(kChunk);
      if (!more) co_return more.error();
      buffer_ = *std::move(more);
      used_ = 0;
      if (buffer_.empty()) {
        const std::string where =
            member.empty() ? "" : fmt::format(", in \"{}\"", member);
        co_return Error{
            fmt::format("unexpected EOF (offset {}{})", offset_, where)};
      }
    }
    const std::size_t piece =
        std::min(count - bytes.size(), buffer_.size() - used_);
    bytes.append(buffer_, used_, piece);
    used_ += piece;
    offset_ += static_cast<std::int64_t>(piece);
  }
  co_return bytes;
}

Task<Outcome> TarReader::skip_padding(std::int64_t size, std::string member) {
  const auto rest = static_cast<std::size_t>(tar::padding(size));
  const Result<Bytes> zeros = co_await take(rest, std::move(member));
  if (!zeros) co_return zeros.error();
  co_return done();
}

/// The body of a member that says something about the next one.
Task<Result<Bytes>> TarReader::take_text(TarEntry header) {
  if (header.size > kTextMax) co_return broken("extended header too long");
  Result<Bytes> text =
      co_await take(static_cast<std::size_t>(header.size), header.name);
  if (!text) co_return text.error();
  const Outcome skipped = co_await skip_padding(header.size, header.name);
  if (!skipped) co_return skipped.error();
  co_return text;
}

/// Old GNU's map goes on in blocks of its own.
Task<Outcome> TarReader::take_old_sparse_map(Bytes header, Records* records) {
  const auto size = tar::number_at(header, tar::kOldRealSize);
  if (!size) co_return broken("sparse size");
  records->emplace_back("GNU.sparse.size", std::to_string(*size));
  tar::OldSparse where = tar::kOldSparse;
  std::int64_t blocks = 0;
  for (;;) {
    for (std::size_t i = 0; i < where.count; ++i) {
      const std::size_t at = where.first + i * 24;
      if (header[at] == '\0') break;
      const auto offset = tar::number_at(header, {at, 12});
      const auto length = tar::number_at(header, {at + 12, 12});
      if (!offset || !length) co_return broken("sparse map");
      records->emplace_back("GNU.sparse.offset", std::to_string(*offset));
      records->emplace_back("GNU.sparse.numbytes", std::to_string(*length));
    }
    if (header[where.extended] == '\0') co_return done();
    if (++blocks * static_cast<std::int64_t>(tar::kBlock) > kTextMax) {
      co_return broken("sparse map too long");
    }
    Result<Bytes> more = co_await take(tar::kBlock, "sparse map");
    if (!more) co_return more.error();
    header = *std::move(more);
    where = tar::kOldSparseMore;
  }
}

/// GNU.sparse 1.0: the map is decimal lines at the front of the body.
Task<Outcome> TarReader::take_sparse_map(std::int64_t* left, std::string member,
                                         std::vector<Extent>* map) {
  std::vector<std::int64_t> numbers;
  std::string line;
  std::int64_t wanted = 1;
  while (static_cast<std::int64_t>(numbers.size()) < wanted) {
    if (*left < static_cast<std::int64_t>(tar::kBlock)) {
      co_return broken("sparse map");
    }
    const Result<Bytes> block = co_await take(tar::kBlock, member);
    if (!block) co_return block.error();
    *left -= static_cast<std::int64_t>(tar::kBlock);
    for (const char c : *block) {
      if (static_cast<std::int64_t>(numbers.size()) == wanted) break;
      if (c != '\n') {
        line += c;
        continue;
      }
      const auto number = parse_int(line);
      const bool sound = number && *number >= 0 && line.size() < 20;
      if (!sound) co_return broken("sparse map");
      if (numbers.empty()) {
        if (*number > kTextMax) co_return broken("sparse map too long");
        wanted += 2 * *number;
      }
      numbers.push_back(*number);
      line.clear();
    }
    if (line.size() > 20) co_return broken("sparse map");
  }
  for (std::size_t i = 1; i < numbers.size(); i += 2) {
    map->push_back({numbers[i], numbers[i + 1]});
  }
  co_return done();
}

Task<Outcome> TarReader::take_runs(TarEntry* entry, std::vector<Extent> map,
                                   std::int64_t left) {
  if (!map_is_sound(map, entry->size, left)) co_return broken("sparse map");
  Content body({}, entry->size);
  for (const Extent& run : map) {
    const auto length = static_cast<std::size_t>(run.length);
    Result<Bytes> bytes = co_await take(length, entry->name);
    if (!bytes) co_return bytes.error();
    left -= run.length;
    // GNU tar begins each run on a new block; ours are whole blocks anyway.
    const std::int64_t rest = std::min(left, tar::padding(run.length));
    const Result<Bytes> zeros =
        co_await take(static_cast<std::size_t>(rest), entry->name);
    if (!zeros) co_return zeros.error();
    left -= rest;
    bytes->resize(bytes->find_last_not_of('\0') + 1);  // npos + 1 is 0.
    body.write(run.offset, *bytes);
  }
  set_body(*entry, body);
  while (left > 0) {
    const auto piece = static_cast<std::size_t>(
        std::min<std::int64_t>(left, static_cast<std::int64_t>(kChunk)));
    const Result<Bytes> rest = co_await take(piece, entry->name);
    if (!rest) co_return rest.error();
    left -= static_cast<std::int64_t>(piece);
  }
  co_return done();
}

Task<Outcome> TarReader::take_body(TarEntry* entry, Records records) {
  const std::int64_t stored = entry->size;
  if (stored > at_once_ && !is_sparse(records)) {
    body_left_ = body_size_ = stored;
    co_return done();
  }
  if (stored > member_max_) {
    co_return Error{fmt::format("tar: \"{}\" is longer than {} bytes",
                                entry->name, member_max_)};
  }
  if (!is_sparse(records)) {
    Result<Bytes> bytes =
        co_await take(static_cast<std::size_t>(stored), entry->name);
    if (!bytes) co_return bytes.error();
    entry->content = *std::move(bytes);
  } else {
    const bool in_body = value_of(records, "GNU.sparse.major") == "1";
    const auto real =
        value_of(records, in_body ? "GNU.sparse.realsize" : "GNU.sparse.size");
    const auto size = parse_int(real.value_or(""));
    auto map = map_in(records);
    constexpr std::int64_t kSizeMax = std::int64_t{1} << 44;
    const bool sound = size && *size >= 0 && *size < kSizeMax && map;
    if (!sound) co_return broken("sparse size");
    entry->size = *size;
    std::int64_t left = stored;
    if (in_body) {
      const Outcome taken = co_await take_sparse_map(&left, entry->name, &*map);
      if (!taken) co_return taken.error();
    }
    const Outcome runs = co_await take_runs(entry, std::move(*map), left);
    if (!runs) co_return runs.error();
  }
  co_return co_await skip_padding(stored, entry->name);
}

/// The next header, checked; empty at the end of the archive, which may lack
/// its two zero blocks but not end inside a member.
Task<Result<Bytes>> TarReader::take_header(bool between_members) {
  member_ = offset_;
  if (between_members && used_ == buffer_.size()) {
    Result<Bytes> more = co_await from_.read(kChunk);
    if (!more) co_return more.error();
    buffer_ = *std::move(more);
    used_ = 0;
    if (buffer_.empty()) co_return Bytes();
  }
  Result<Bytes> block = co_await take(tar::kBlock, "");
  if (!block) co_return block.error();
  if (all_zero(*block)) co_return Bytes();
  if (!checksum_holds(*block)) co_return broken("wrong checksum");
  co_return block;
}

/// A header that says something about the member after it.
Task<Outcome> TarReader::take_extension(char flag, TarEntry header,
                                        Extension* extension) {
  const Result<Bytes> text = co_await take_text(std::move(header));
  if (!text) co_return text.error();
  const std::string name = text->substr(0, text->find('\0'));
  if (flag == 'L') extension->name = name;
  if (flag == 'K') extension->link = name;
  if (flag == 'L' || flag == 'K') co_return done();
  const auto records = tar::parse_pax(*text);
  if (!records) co_return broken("pax record");
  if (flag == 'g') {
    global_.insert(global_.end(), records->begin(), records->end());
  }
  extension->records.insert(extension->records.end(), records->begin(),
                            records->end());
  co_return done();
}

/// What the header alone did not tell: names, records and the body.
Task<Outcome> TarReader::complete(TarEntry* entry, Bytes header,
                                  Extension extension) {
  const char flag = header[tar::kType.offset];
  if (extension.name) entry->name = *extension.name;
  if (extension.link) entry->link = *extension.link;
  if (flag == 'S') {
    const Outcome map =
        co_await take_old_sparse_map(header, &extension.records);
    if (!map) co_return map.error();
  }
  for (const auto& [key, value] : extension.records) {
    if (!apply(*entry, key, value)) co_return broken(key);
  }
  const auto real_name = value_of(extension.records, "GNU.sparse.name");
  if (real_name) entry->name = *real_name;
  const bool nameless = entry->name.empty() ||
                        entry->name.find('\0') != std::string::npos ||
                        entry->link.find('\0') != std::string::npos;
  if (nameless) co_return broken("name");
  entry->type = type_of(flag, entry->name);
  entry->hard_link = flag == '1';
  if (entry->hard_link) entry->type = FileType::regular;
  const bool listing = flag == 'D';  // GNU's list of names in a directory.
  const bool file = entry->type == FileType::regular && !entry->hard_link;
  if (file || listing) {
    const Outcome body = co_await take_body(entry, extension.records);
    if (!body) co_return body.error();
  }
  if (!file) {
    entry->size = 0;
    entry->content.clear();
    entry->more.clear();
  }
  co_return done();
}

/// What has been read already is copied; the rest passes on as it comes.
Task<Result<Bytes>> TarReader::body() {
  const auto wanted = static_cast<std::size_t>(
      std::min<std::int64_t>(body_left_, static_cast<std::int64_t>(kChunk)));
  if (wanted == 0) co_return Bytes();
  Result<Bytes> bytes = Bytes();
  if (used_ == buffer_.size()) {
    bytes = co_await from_.read(wanted);
    if (!bytes) co_return bytes.error();
    offset_ += static_cast<std::int64_t>(bytes->size());
  }
  if (bytes->empty()) {
    std::size_t here = std::min(wanted, buffer_.size() - used_);
    if (here == 0) here = wanted;  // The end: take() tells where.
    bytes = co_await take(here, "");
    if (!bytes) co_return bytes.error();
  }
  body_left_ -= static_cast<std::int64_t>(bytes->size());
  if (body_left_ > 0) co_return bytes;
  const Outcome skipped = co_await skip_padding(body_size_, "");
  if (!skipped) co_return skipped.error();
  co_return bytes;
}

Task<Result<std::optional<TarEntry>>> TarReader::next() {
  while (body_left_ > 0) {
    const Result<Bytes> unread = co_await body();
    if (!unread) co_return unread.error();
  }
  std::optional<TarEntry> entry;
  Extension extension;
  extension.records = global_;
  bool between_members = true;
  for (;;) {
    const Result<Bytes> header = co_await take_header(between_members);
    if (!header) co_return header.error();
    if (header->empty()) co_return std::optional<TarEntry>();
    entry = parse_header(*header);
    if (!entry) co_return broken("a number that is none");
    const char flag = (*header)[tar::kType.offset];
    if (kExtensions.find(flag) != std::string_view::npos) {
      const Outcome taken = co_await take_extension(flag, *entry, &extension);
      if (!taken) co_return taken.error();
      between_members = false;
      continue;
    }
    if (flag == 'M') co_return broken("a part of several volumes");
    const Outcome whole = co_await complete(&*entry, *header, extension);
    if (!whole) co_return whole.error();
    if (flag != 'V') co_return entry;
    extension = {};  // That was the volume's label.
    extension.records = global_;
    between_members = true;
  }
}

}  // namespace drydock::vfs
