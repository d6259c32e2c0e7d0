// tar.cc — tar: what its words mean, and the archive as a whole.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/base/packing.h"
#include "sim/userland/files.h"
#include "sim/userland/glob.h"
#include "sim/userland/system.h"
#include "sim/userland/tar_job.h"

namespace drydock::userland {

using namespace kernel;
using vfs::FileType;

void TarRun::fail(const std::string& name, std::string_view deed, Errno error) {
  status = 2;
  const std::string_view form =
      job.busybox ? "can't {1} '{0}'" : "{0}: Cannot {1}";
  out->complain(fmt::format(fmt::runtime(form), name, deed), error);
}

void TarRun::fail(const std::string& text) {
  status = 2;
  out->complain(text);
}

namespace {

/// How much of a name has to go for it to lead nowhere else: all up to its
/// last "..", and the slashes in front of what is left.
std::size_t unsafe_length(std::string_view name) {
  std::size_t length = 0;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t slash = std::min(name.find('/', at), name.size());
    if (name.substr(at, slash - at) == "..") length = slash;
    at = slash + 1;
  }
  return std::min(name.find_first_not_of('/', length), name.size());
}

}  // namespace

std::string safe_name(TarRun& run, const std::string& name,
                      std::string_view what) {
  if (run.job.absolute) return name;
  const std::size_t at = unsafe_length(name);
  if (at == 0) return name;
  const std::string prefix = name.substr(0, at);
  if (run.told.insert(std::string(what) + prefix).second) {
    run.out->complain(
        run.job.busybox
            ? fmt::format("removing leading '{}' from {}", prefix, what)
            : fmt::format("Removing leading `{}' from {}", prefix, what));
  }
  return at == name.size() ? "./" : name.substr(at);
}

bool is_excluded(const TarJob& job, std::string_view name) {
  for (const std::string& pattern : job.excludes) {
    const std::string wanted = strip_slashes(pattern);
    for (std::size_t at = 0; at != name.npos;) {
      std::string_view rest = name.substr(at);
      while (!rest.empty()) {  // A match of a leading directory counts too.
        if (glob_matches(wanted, rest)) return true;
        const std::size_t slash = rest.rfind('/');
        rest = slash == rest.npos ? "" : rest.substr(0, slash);
      }
      at = name.find('/', at);
      if (at != name.npos) ++at;
    }
  }
  return false;
}

namespace {

std::string permissions(const vfs::TarEntry& entry) {
  std::string text(1, entry.hard_link ? 'h' : vfs::letter_of(entry.type));
  for (int shift = 8; shift >= 0; --shift) {
    text += (entry.mode >> shift) & 1u ? "rwx"[(8 - shift) % 3] : '-';
  }
  const auto special = [&](vfs::Mode bit, std::size_t at, char set) {
    if ((entry.mode & bit) == 0) return;
    const bool runs = text[at] == 'x';
    text[at] = runs ? set : static_cast<char>(set - 'a' + 'A');
  };
  special(04000, 3, 's');
  special(02000, 6, 's');
  special(01000, 9, 't');
  return text;
}

}  // namespace

std::string member_line(TarRun& run, const vfs::TarEntry& entry, bool whole) {
  if (!whole) return entry.name + "\n";
  const bool numeric = run.job.numeric;
  const std::string owner = fmt::format(
      "{}/{}",
      numeric || entry.user.empty() ? std::to_string(entry.uid) : entry.user,
      numeric || entry.group.empty() ? std::to_string(entry.gid) : entry.group);
  const bool device = entry.type == FileType::char_device ||
                      entry.type == FileType::block_device;
  const bool file = entry.type == FileType::regular && !entry.hard_link;
  const std::string size =
      device ? fmt::format("{},{}", entry.rdev.major, entry.rdev.minor)
             : std::to_string(file ? entry.size : 0);
  run.width = std::max(run.width, owner.size() + 1 + size.size());
  std::string text =
      fmt::format("{} {}{:>{}} {} {}", permissions(entry), owner, size,
                  run.width - owner.size(),
                  format_time(entry.mtime, "%Y-%m-%d %H:%M"), entry.name);
  if (entry.hard_link) {
    text += " link to " + entry.link;
  } else if (entry.type == FileType::symlink) {
    text += " -> " + entry.link;
  }
  return text + "\n";
}

bool change_directory(TarRun& run, const std::string& item) {
  const std::string path = item.substr(1);
  const SysOutcome moved = run.out->self().chdir(path);
  if (moved) return true;
  run.fail(path, "open", moved.error());
  run.fail("Error is not recoverable: exiting now");
  return false;
}

namespace {

constexpr About kAbout{
    .usage = "[OPTION...] [FILE]...",
    .gnu =
        "A catenate, c create, d diff, r append, t list, u update, "
        "x extract, get, b blocking-factor=, f file=, C directory=, "
        "h dereference, j bzip2, J xz, k keep-old-files, m touch, O to-stdout, "
        "o, no-same-owner, p preserve-permissions, same-permissions, "
        "P absolute-names, S sparse, T files-from=, v verbose, W verify, "
        "X exclude-from=, z gzip, gunzip, ungzip, a auto-compress, Z compress, "
        "exclude=, strip-components=, numeric-owner, owner=, group=, mode=, "
        "no-recursion, no-same-permissions, same-owner, wildcards, "
        "no-wildcards, overwrite, one-file-system, format=, sort=, mtime=, "
        "totals, warning=, delete, transform=, xattrs, acls, selinux, "
        "l, i, w, n, s, B, H=, "
        "no-xattrs, anchored, no-anchored, null, skip-old-files",
    .busybox =
        "c, t, x, f=, C=, h, k keep-old, m, O to-stdout, o no-same-owner, "
        "p same-permissions, T=, X=, v, z gzip, a, j, J, Z, exclude=, "
        "strip-components=, numeric-owner, overwrite, no-recursion",
    .refusal = 2};

/// The program that tar calls, and the option that asks for it.
struct Tool {
  Packing packing;
  std::string_view name, option;
};
constexpr std::array kTools = {Tool{Packing::gzip, "gzip", "-z"},
                               Tool{Packing::bzip2, "bzip2", "-j"},
                               Tool{Packing::xz, "xz", "-J"}};

const Tool& tool_of(Packing packing) {
  return *std::ranges::find(kTools, packing, &Tool::packing);
}

/// -a: by the end of the archive's name.
Packing packing_by_name(const std::string& name) {
  if (name.ends_with("gz")) return Packing::gzip;
  for (const std::string_view end : {".bz2", ".tbz", ".tbz2", ".tz2"}) {
    if (name.ends_with(end)) return Packing::bzip2;
  }
  if (name.ends_with(".xz") || name.ends_with(".txz")) return Packing::xz;
  return Packing::none;
}

constexpr std::string_view kTakesValue = "bfCTXHKNVgFIL";

/// One bundle of letters; -C becomes an operand in its place.
void add_bundle(const List& from, std::string_view letters, bool old_style,
                std::size_t* at, List* words) {
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const char letter = letters[i];
    if (kTakesValue.find(letter) == kTakesValue.npos) {
      words->push_back({'-', letter});
      continue;
    }
    std::string value;
    const bool attached = !old_style && i + 1 < letters.size();
    if (attached) {
      value = letters.substr(i + 1);
    } else if (*at + 1 < from.size()) {
      value = from[++*at];
    } else {
      words->push_back({'-', letter});
      return;
    }
    if (letter == 'C') {
      words->push_back("\1" + value);
    } else {
      words->push_back({'-', letter});
      words->push_back(value);
    }
    if (attached) return;
  }
}

/// argv in getopt's plain form: "tar xzf a -C b" as -x -z -f a \1b.
List plain_words(const List& argv) {
  List words;
  for (std::size_t at = 1; at < argv.size(); ++at) {
    const std::string& word = argv[at];
    if (word == "--") {
      words.insert(words.end(), argv.begin() + static_cast<int>(at),
                   argv.end());
      break;
    }
    if (word.starts_with("--directory=")) {
      words.push_back("\1" + word.substr(12));
    } else if (word == "--directory" && at + 1 < argv.size()) {
      words.push_back("\1" + argv[++at]);
    } else if (word.starts_with("--") || word == "-") {
      words.push_back(word);
    } else if (word.starts_with('-')) {
      add_bundle(argv, std::string_view(word).substr(1), false, &at, &words);
    } else if (at == 1) {
      add_bundle(argv, word, true, &at, &words);
    } else {
      words.push_back(word);
    }
  }
  return words;
}

TarJob job_of(const Output& out, const CommandLine& line) {
  TarJob job;
  job.busybox = out.busybox();
  const bool root = out.self().credentials().uid == 0;
  job.preserve = job.same_owner = root;
  for (const Option& option : line.given) {
    const std::string& key = option.key;
    if (key == "get") job.deed = 'x';
    if (std::string_view("cxtrudA").find(key[0]) != std::string_view::npos &&
        key.size() == 1) {
      job.deed = key[0];
    }
    if (key == "f") job.archive = option.value;
    if (key == "v") ++job.verbose;
    if (key == "z" || key == "gunzip" || key == "ungzip") {
      job.packing = Packing::gzip;
    }
    if (key == "j") job.packing = Packing::bzip2;
    if (key == "J") job.packing = Packing::xz;
    if (key == "p" || key == "same-permissions") job.preserve = true;
    if (key == "no-same-permissions") job.preserve = false;
    if (key == "o" || key == "no-same-owner") job.same_owner = false;
    if (key == "same-owner") job.same_owner = true;
    if (key == "exclude") job.excludes.push_back(option.value);
  }
  const bool makes = job.deed == 'c';
  if (makes && line.has("a")) {
    job.packing = packing_by_name(job.archive);
  }
  job.to_stdout = line.has("O");
  job.keep_old = line.has("k");
  job.touch = line.has("m");
  job.absolute = line.has("P");
  job.dereference = line.has("h");
  job.numeric = line.has("numeric-owner");
  job.recurse = !line.has("no-recursion");
  job.wildcards = line.has("wildcards");
  job.strip =
      parse_int(line.value("strip-components").value_or("0")).value_or(0);
  job.owner = line.value("owner");
  job.group = line.value("group");
  job.items = line.operands;
  return job;
}

/// What this tar does not do is said and ends it.
std::string not_modelled(const CommandLine& line, char deed) {
  for (const std::string_view key :
       {"Z", "transform", "mtime", "mode", "delete", "W", "null"}) {
    if (line.has(key))
      return std::string(key.size() == 1 ? "-" : "--") + std::string(key);
  }
  if (deed == 'A' || deed == 'd' || deed == 'u') return {'-', deed};
  return "";
}

/// -T and -X: names, one a line.
Task<bool> read_lists(TarRun* run, const CommandLine* line) {
  for (const Option& option : line->given) {
    if (option.key != "T" && option.key != "X") continue;
    Process& self = run->out->self();
    SysResult<Bytes> text = Bytes();
    if (option.value == "-") {
      text = co_await read_to_end(self, kStdin);
    } else {
      text = co_await read_file(self, option.value);
    }
    if (!text) {
      run->fail(option.value, "open", text.error());
      run->fail("Error is not recoverable: exiting now");
      co_return false;
    }
    List& to = option.key == "T" ? run->job.items : run->job.excludes;
    for (const std::string& name : split(*text, '\n')) {
      if (!name.empty()) to.push_back(name);
    }
  }
  co_return true;
}

/// refuse(), with tar's own advice.
int refuse_call(Output& out, const std::string& complaint) {
  if (out.busybox()) return refuse(out, kAbout, complaint);
  out.complain(complaint);
  out.complain_plain(
      "Try 'tar --help' or 'tar --usage' for more information.\n");
  return 2;
}

Task<int> finish(TarRun* run) {
  if (run->status != 0 && !run->job.busybox) {
    run->out->complain("Exiting with failure status due to previous errors");
  }
  const int status = run->job.busybox && run->status != 0 ? 1 : run->status;
  co_return co_await run->out->finish(status, 2);
}

Task<int> give_up(Output* out, std::string_view why) {
  if (!why.empty()) out->complain(why);
  out->complain("Error is not recoverable: exiting now");
  co_return co_await out->finish(2);
}

Task<int> cannot_open(TarRun* run, Errno error) {
  Output& out = *run->out;
  const TarJob& job = run->job;
  if (job.busybox) {
    out.complain(fmt::format("can't open '{}'", job.archive), error);
    co_return co_await out.finish(1);
  }
  const std::string text =
      fmt::format("{}: Cannot open: {}", job.archive, text_of(error));
  if (job.packing == Packing::none) co_return co_await give_up(&out, text);
  out.complain_plain(fmt::format(
      "tar (child): {}\ntar (child): Error is not recoverable: exiting now\n",
      text));
  co_return co_await give_up(&out, "Child returned status 2");
}

Task<int> take(TarRun* run) {
  Output& out = *run->out;
  Process& self = out.self();
  const bool from_stdin = run->job.archive == "-";
  if (from_stdin && self.isatty(kStdin)) {
    co_return co_await give_up(
        &out,
        "Refusing to read archive contents from terminal (missing -f option?)");
  }
  SysResult<Bytes> bytes = Bytes();
  if (from_stdin) {
    bytes = co_await read_to_end(self, kStdin);
  } else {
    bytes = co_await read_file(self, run->job.archive);
  }
  if (!bytes && bytes.error() == Errno::eisdir) {
    co_return co_await give_up(
        &out, run->job.archive + ": Cannot read: Is a directory");
  }
  if (!bytes) co_return co_await cannot_open(run, bytes.error());
  const Packing packing = packing_of(*bytes);
  const Packing asked = run->job.packing;
  if (packing != Packing::none && asked == Packing::none && from_stdin &&
      !run->job.busybox) {
    co_return co_await give_up(
        &out, fmt::format("Archive is compressed. Use {} option",
                          tool_of(packing).option));
  }
  if (packing != Packing::none || asked != Packing::none) {
    // What was asked for counts only where the bytes do not tell.
    const Packing how = packing == Packing::none ? asked : packing;
    Result<Bytes> plain = unpacked(*bytes, how, std::size_t{1} << 28);
    if (!plain) {
      out.complain_plain(fmt::format("\n{}: stdin: {}\n", tool_of(how).name,
                                     plain.error().text));
      co_return co_await give_up(&out, "Child returned status 1");
    }
    *bytes = std::move(*plain);
  }
  StringSource source(std::move(*bytes));
  co_await take_members(run, &source);
  co_return co_await finish(run);
}

/// -r: the members that are there already.
Task<bool> keep_members(TarRun* run, vfs::TarWriter* writer) {
  const SysResult<Bytes> bytes =
      co_await read_file(run->out->self(), run->job.archive);
  if (!bytes) co_return bytes.error() == Errno::enoent;
  StringSource source(*bytes);
  vfs::TarReader reader(source);
  for (;;) {
    const Result<std::optional<vfs::TarEntry>> entry = co_await reader.next();
    if (!entry) co_return false;
    if (!entry->has_value()) co_return true;
    writer->add(**entry);
  }
}

Task<int> make(TarRun* run) {
  Output& out = *run->out;
  Process& self = out.self();
  const TarJob& job = run->job;
  if (job.items.empty() && job.deed == 'c') {
    const int status =
        refuse_call(out, "Cowardly refusing to create an empty archive");
    co_return co_await out.finish(status);
  }
  if (job.archive == "-" && self.isatty(kStdout)) {
    co_return co_await give_up(
        &out,
        "Refusing to write archive contents to terminal (missing -f option?)");
  }
  vfs::TarWriter writer;
  if (job.deed == 'r') {
    if (job.packing != Packing::none) {
      const int status = refuse_call(out, "Cannot update compressed archives");
      co_return co_await out.finish(status);
    }
    const bool kept = co_await keep_members(run, &writer);
    if (!kept) {
      co_return co_await give_up(&out, "This does not look like a tar archive");
    }
  }
  Fd file = kStdout;
  if (job.archive != "-") {
    const unsigned flags = kWriteOnly | kCreate | kTruncate;
    const SysResult<Fd> opened = co_await self.open(job.archive, flags);
    if (!opened) co_return co_await cannot_open(run, opened.error());
    file = *opened;
    const auto real = self.realpath(job.archive);
    if (real) run->job.archive = *real;
  }
  co_await add_members(run, &writer);
  writer.end();
  Bytes bytes = writer.take();
  constexpr std::size_t kRecord = 20 * 512;  // What tar pads an archive to.
  bytes.resize((bytes.size() + kRecord - 1) / kRecord * kRecord, '\0');
  if (job.packing != Packing::none) bytes = packed(bytes, job.packing);
  const auto written = co_await self.write(file, bytes);
  if (!written) run->fail(job.archive, "write", written.error());
  if (file != kStdout) shut(self, file);
  co_return co_await finish(run);
}

}  // namespace

Task<int> tar_main(Process& self) {
  Output out(self);
  const List words = plain_words(self.argv());
  const CommandLine line = read_words(out, kAbout, words);
  if (line.status) co_return co_await out.finish(*line.status);
  TarRun run;
  run.out = &out;
  run.job = job_of(out, line);
  const std::string missing = not_modelled(line, run.job.deed);
  if (!missing.empty()) {
    out.complain_plain("drydock: tar " + missing + " is not modelled\n");
    co_return co_await out.finish(2);
  }
  if (run.job.deed == 0) {
    const int status =
        refuse_call(out,
                    "You must specify one of the '-Acdtrux', '--delete' or "
                    "'--test-label' options");
    co_return co_await out.finish(status);
  }
  const bool listed = co_await read_lists(&run, &line);
  if (!listed) co_return co_await out.finish(2);
  if (run.job.deed == 'c' || run.job.deed == 'r') {
    co_return co_await make(&run);
  }
  co_return co_await take(&run);
}

}  // namespace drydock::userland
