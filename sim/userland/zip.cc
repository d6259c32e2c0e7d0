// zip.cc — zip: files into one archive that other systems read, too.

#include <fmt/format.h>

#include "sim/base/deflate.h"
#include "sim/base/inflate.h"
#include "sim/userland/archivers.h"
#include "sim/userland/files.h"
#include "sim/userland/options.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{.usage = "[-options] [zipfile list]",
                       .gnu =
                           "q quiet, r recurse-paths, j junk-paths, "
                           "y symlinks, X no-extra, 0, 1, 2, 3, 4, 5, 6, 7, 8, "
                           "9"};
constexpr int kDepthMax = 500;

void put(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) {
    out += static_cast<char>(value >> (8 * i) & 0xffU);
  }
}

/// What local headers and the directory at the end say alike.
struct Member {
  std::string name;
  bool deflated = false;
  std::uint32_t crc = 0, time = 0;
  std::size_t packed = 0, plain = 0, offset = 0;
  vfs::Attributes file;
};

/// MS-DOS's date and time: two seconds are the least.
std::uint32_t dos_time(Time time) {
  const CivilTime at = civil(time);
  const auto number = [](std::int64_t n) {
    return static_cast<std::uint32_t>(n);
  };
  return (number(at.year - 1980) << 25) | (number(at.month) << 21) |
         (number(at.day) << 16) | (number(at.hour) << 11) |
         (number(at.minute) << 5) | (number(at.second) / 2);
}

void put_common(Bytes& out, const Member& member) {
  put(out, 20, 2);  // Version 2.0 reads it.
  put(out, 0, 2);
  put(out, member.deflated ? 8 : 0, 2);
  put(out, member.time, 4);
  put(out, member.crc, 4);
  put(out, member.packed, 4);
  put(out, member.plain, 4);
  put(out, member.name.size(), 2);
}

/// Info-ZIP's extra fields: times, and who owned it.
Bytes extra(const Member& member, bool central) {
  Bytes out = "UT";
  const auto seconds = [](Time t) {
    return static_cast<std::uint64_t>(t.seconds());
  };
  put(out, central ? 5 : 9, 2);
  put(out, 3, 1);
  put(out, seconds(member.file.mtime), 4);
  if (!central) put(out, seconds(member.file.atime), 4);
  out += "ux";
  put(out, 11, 2);
  put(out, 0x0401, 2);
  put(out, member.file.uid, 4);
  put(out, 4, 1);
  put(out, member.file.gid, 4);
  return out;
}

struct Archive {
  Output& out;
  const CommandLine& line;
  Bytes bytes;
  std::vector<Member> members;
};

void add(Archive& archive, Member member, const Bytes& content) {
  const Bytes small = archive.line.has("0") ? content : deflate(content);
  member.deflated = small.size() < content.size();
  const Bytes& stored = member.deflated ? small : content;
  member.crc = crc32(content);
  member.plain = content.size();
  member.packed = stored.size();
  member.time = dos_time(member.file.mtime);
  member.offset = archive.bytes.size();
  if (!archive.line.has("q")) {
    const std::size_t saved =
        member.plain == 0
            ? 0
            : 100 - (100 * member.packed + member.plain / 2) / member.plain;
    archive.out.say(fmt::format("  adding: {} ({} {}%)\n", member.name,
                                member.deflated ? "deflated" : "stored",
                                saved));
  }
  const Bytes more = archive.line.has("X") ? Bytes() : extra(member, false);
  archive.bytes += "PK\x03\x04";
  put_common(archive.bytes, member);
  put(archive.bytes, more.size(), 2);
  archive.bytes += member.name + more + stored;
  archive.members.push_back(std::move(member));
}

Task<void> add_path(Archive* archive, std::string path, int depth) {
  Process& self = archive->out.self();
  const auto file = self.stat(path);
  if (!file) {
    archive->out.complain_plain(
        fmt::format("\tzip warning: name not matched: {}\n", path));
    co_return;
  }
  const bool directory = file->type == vfs::FileType::directory;
  const bool junk = archive->line.has("j");
  Member member;
  member.file = *file;
  member.name = junk ? vfs::base_name(path) : path;
  while (member.name.starts_with('/')) member.name.erase(0, 1);
  if (directory) {
    if (!member.name.ends_with('/')) member.name += '/';
    if (!junk) add(*archive, member, Bytes());
    if (!archive->line.has("r") || depth >= kDepthMax) co_return;
    const auto entries = self.readdir(path);
    if (!entries) co_return;
    for (const vfs::DirectoryEntry& entry : *entries) {
      co_await add_path(archive, concat(path, entry.name), depth + 1);
    }
    co_return;
  }
  const SysResult<Bytes> content = co_await read_file(self, path);
  if (!content) {
    archive->out.complain_plain(
        fmt::format("\tzip warning: {}: {}\n", path, text_of(content.error())));
    co_return;
  }
  add(*archive, member, *content);
}

void finish(Archive& archive) {
  Bytes directory;
  for (const Member& member : archive.members) {
    const Bytes more = archive.line.has("X") ? Bytes() : extra(member, true);
    directory += "PK\x01\x02";
    put(directory, 0x031e, 2);  // Made by version 3.0 on Unix.
    put_common(directory, member);
    put(directory, more.size(), 2);
    put(directory, 0, 2);  // No comment,
    put(directory, 0, 2);  // on the first disk,
    put(directory, 0, 2);  // not known to be text.
    const bool is_directory = member.name.ends_with('/');
    put(directory, is_directory ? 16 : 0, 2);
    put(directory, (is_directory ? 0040000U : 0100000U) | member.file.mode, 2);
    put(directory, member.offset, 4);
    directory += member.name + more;
  }
  const std::size_t begin = archive.bytes.size();
  archive.bytes += directory + "PK\x05\x06";
  put(archive.bytes, 0, 4);
  put(archive.bytes, archive.members.size(), 2);
  put(archive.bytes, archive.members.size(), 2);
  put(archive.bytes, directory.size(), 4);
  put(archive.bytes, begin, 4);
  put(archive.bytes, 0, 2);
}

}  // namespace

Task<int> zip_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() < 2) {
    out.complain_plain(
        "\nzip error: Nothing to do! (try: zip -r archive . -i names)\n");
    co_return co_await out.finish(12);
  }
  std::string name = line.operands[0];
  if (vfs::base_name(name).find('.') == std::string::npos) name += ".zip";
  if (self.lstat(name)) {
    out.complain_plain(
        "drydock: zip into an archive that is there already is "
        "not modelled\n");
    co_return co_await out.finish(1);
  }
  Archive archive{out, line, {}, {}};
  for (std::size_t i = 1; i < line.operands.size(); ++i) {
    std::string path = line.operands[i];
    co_await add_path(&archive, std::move(path), 0);
  }
  if (archive.members.empty()) {
    out.complain_plain(fmt::format("\nzip error: Nothing to do! ({})\n", name));
    co_return co_await out.finish(12);
  }
  finish(archive);
  const SysOutcome written =
      co_await write_file(self, name, archive.bytes, 0644);
  if (!written) {
    out.complain_plain(
        fmt::format("zip I/O error: {}\n", text_of(written.error())));
    co_return co_await out.finish(15);
  }
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
