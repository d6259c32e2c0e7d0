// tar_writer.cc — members become bytes: ustar, and pax where that is too small.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/vfs/tar.h"
#include "sim/vfs/tar_format.h"
#include "sim/vfs/walk.h"

namespace drydock::vfs {
namespace {

using tar::Field;

/// Holes that are shorter in sum are written as the zeros that they are.
constexpr std::int64_t kHolesMin = 4096;

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return 0 < c && c < 127; });
}

char type_flag(const TarEntry& entry) {
  if (entry.hard_link) return '1';
  switch (entry.type) {
    case FileType::symlink:
      return '2';
    case FileType::char_device:
      return '3';
    case FileType::block_device:
      return '4';
    case FileType::directory:
      return '5';
    case FileType::fifo:
      return '6';
    default:
      return '0';
  }
}

/// Where a long name can be cut at a slash for the header's two fields.
std::optional<std::size_t> cut_of(std::string_view name) {
  const std::size_t last = std::min(name.size() - 1, tar::kPrefix.length);
  const std::size_t slash = name.rfind('/', last);
  const bool fits = slash != std::string_view::npos && slash > 0 &&
                    slash + 1 < name.size() &&
                    name.size() - slash - 1 <= tar::kName.length;
  return fits ? std::optional(slash) : std::nullopt;
}

/// A header under way and the pax records that it needs.
class Header {
 public:
  Header() : block_(tar::kBlock, '\0') {}

  void name(const std::string& name) {
    if (is_ascii(name) && name.size() <= tar::kName.length) {
      return tar::put_text(block_, tar::kName, name);
    }
    const auto cut = is_ascii(name) ? cut_of(name) : std::nullopt;
    if (cut) {
      tar::put_text(block_, tar::kPrefix, name.substr(0, *cut));
      return tar::put_text(block_, tar::kName, name.substr(*cut + 1));
    }
    record("path", name);
    tar::put_text(block_, tar::kName, name);
  }

  void text(Field field, std::string_view key, std::string_view text) {
    // A reader may want the byte after a user's name to be zero.
    const bool terminated = field.offset != tar::kLink.offset;
    const std::size_t room = field.length - (terminated ? 1 : 0);
    if (!is_ascii(text) || text.size() > room) {
      record(key, text);
      text = text.substr(0, room);
    }
    tar::put_text(block_, field, text);
  }

  void number(Field field, std::string_view key, std::int64_t number) {
    if (!tar::number_fits(field, number)) record(key, std::to_string(number));
    tar::put_number(block_, field, number);
  }

  void mtime(Time time, bool precise) {
    const bool fits = tar::number_fits(tar::kMtime, time.seconds());
    const bool whole = time.since_epoch % kSecond == 0;
    if (!fits || (precise && !whole)) {
      record("mtime",
             precise ? tar::pax_time(time) : std::to_string(time.seconds()));
    }
    tar::put_number(block_, tar::kMtime, time.seconds());
  }

  void record(std::string_view key, std::string_view value) {
    records_ += tar::pax_record(key, value);
  }

  void plain(Field field, std::string_view text) {
    tar::put_text(block_, field, text);
  }
  void plain(Field field, std::int64_t number) {
    tar::put_number(block_, field, number);
  }

  const std::string& records() const { return records_; }

  std::string sealed() {
    tar::put_text(block_, tar::kMagic, std::string_view("ustar\00000", 8));
    const std::int64_t sum = tar::checksum(block_, false);
    tar::put_text(block_, tar::kChecksum, fmt::format("{:06o}", sum));
    block_[tar::kChecksum.offset + 6] = '\0';
    block_[tar::kChecksum.offset + 7] = ' ';
    return block_;
  }

 private:
  std::string block_;
  std::string records_;
};

/// Runs widened to whole blocks, since GNU tar begins each on a new block.
std::vector<Extent> whole_blocks(const Content& body) {
  constexpr auto kBytes = static_cast<std::int64_t>(tar::kBlock);
  std::vector<Extent> map;
  for (const Extent& run : body.extents()) {
    const std::int64_t from = run.offset / kBytes * kBytes;
    std::int64_t to = run.offset + run.length;
    to = std::min(to + tar::padding(to), body.size());
    if (!map.empty() && map.back().offset + map.back().length >= from) {
      map.back().length = to - map.back().offset;
    } else {
      map.push_back({from, to - from});
    }
  }
  map.push_back({body.size(), 0});  // So that readers know the size.
  return map;
}

void pad(Bytes& bytes, std::int64_t size) {
  bytes.append(static_cast<std::size_t>(tar::padding(size)), '\0');
}

/// What stands for the body of a sparse member: its map, then its runs.
Bytes sparse_body(const Content& body) {
  const std::vector<Extent> map = whole_blocks(body);
  Bytes bytes = fmt::format("{}\n", map.size());
  for (const Extent& run : map) {
    bytes += fmt::format("{}\n{}\n", run.offset, run.length);
  }
  pad(bytes, static_cast<std::int64_t>(bytes.size()));
  for (const Extent& run : map) {
    bytes += body.read(run.offset, static_cast<std::size_t>(run.length));
  }
  return bytes;
}

/// "dir/MIDDLE/base", the name of a member that stands for another.
std::string stand_in(const std::string& name, std::string_view middle) {
  const std::string directory = dir_name(clean_path(name));
  return fmt::format("{}/{}/{}", directory, middle, base_name(name));
}

/// The member before another one that holds its pax records.
Bytes pax_member(const std::string& records, const std::string& name,
                 Time mtime) {
  const auto length = static_cast<std::int64_t>(records.size());
  Header pax;
  pax.plain(tar::kName, stand_in(name, "PaxHeaders.0"));
  pax.plain(tar::kMode, 0644);
  pax.plain(tar::kUid, std::int64_t{0});
  pax.plain(tar::kGid, std::int64_t{0});
  pax.plain(tar::kSize, length);
  pax.plain(tar::kMtime, mtime.seconds());
  pax.plain(tar::kType, "x");
  Bytes bytes = pax.sealed() + records;
  pad(bytes, length);
  return bytes;
}

/// A member's header, and the member with its pax records before it.
Bytes header_of(const TarEntry& entry, Header header, const std::string& name,
                std::int64_t size, bool precise) {
  header.name(name);
  header.plain(tar::kMode, entry.mode & 07777);
  header.number(tar::kUid, "uid", entry.uid);
  header.number(tar::kGid, "gid", entry.gid);
  header.number(tar::kSize, "size", size);
  header.mtime(entry.mtime, precise);
  header.plain(tar::kType, std::string(1, type_flag(entry)));
  header.text(tar::kLink, "linkpath", entry.link);
  header.text(tar::kUser, "uname", entry.user);
  header.text(tar::kGroup, "gname", entry.group);
  header.plain(tar::kMajor, entry.rdev.major);
  header.plain(tar::kMinor, entry.rdev.minor);
  for (const auto& [key, value] : entry.xattrs) {
    header.record(std::string(tar::kXattr) + key, value);
  }

  Bytes bytes;
  if (!header.records().empty()) {
    bytes += pax_member(header.records(), name, entry.mtime);
  }
  bytes += header.sealed();
  return bytes;
}

}  // namespace

Content body_of(const TarEntry& entry) {
  Content body(entry.content, entry.size);
  for (const auto& [offset, run] : entry.more) body.write(offset, run);
  return body;
}

void set_body(TarEntry& entry, const Content& content) {
  entry.size = content.size();
  entry.content.clear();
  entry.more = content.runs();
  const auto front = entry.more.find(0);
  if (front == entry.more.end()) return;
  entry.content = std::move(front->second);
  entry.more.erase(front);
}

void TarWriter::add(const TarEntry& entry) {
  Header header;
  std::string name = entry.name;
  const bool directory = entry.type == FileType::directory;
  if (directory && !name.ends_with('/')) name += '/';

  const bool has_body = entry.type == FileType::regular && !entry.hard_link;
  const bool plain =
      has_body && entry.more.empty() &&
      entry.size == static_cast<std::int64_t>(entry.content.size());
  if (plain) {
    bytes_ += header_of(entry, std::move(header), name, entry.size, precise_);
    bytes_ += entry.content;
    return pad(bytes_, entry.size);
  }
  Bytes data;
  if (has_body) {
    const Content body = body_of(entry);
    if (body.size() - body.stored() >= kHolesMin) {
      header.record("GNU.sparse.major", "1");
      header.record("GNU.sparse.minor", "0");
      header.record("GNU.sparse.name", name);
      header.record("GNU.sparse.realsize", std::to_string(body.size()));
      data = sparse_body(body);
      name = stand_in(name, "GNUSparseFile.0");
    } else {
      data = body.read(0, static_cast<std::size_t>(body.size()));
    }
  }
  const auto size = static_cast<std::int64_t>(data.size());
  bytes_ += header_of(entry, std::move(header), name, size, precise_);
  bytes_ += data;
  pad(bytes_, size);
}

void TarWriter::add_head(const TarEntry& entry) {
  bytes_ += header_of(entry, Header(), entry.name, entry.size, precise_);
}

void TarWriter::add_padding(std::int64_t size) { pad(bytes_, size); }

void TarWriter::end() { bytes_.append(2 * tar::kBlock, '\0'); }

Bytes TarWriter::take() { return std::exchange(bytes_, {}); }

}  // namespace drydock::vfs
