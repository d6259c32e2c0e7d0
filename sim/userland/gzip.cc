// gzip.cc — gzip, gunzip and zcat.

#include <fmt/format.h>

#include "sim/base/deflate.h"
#include "sim/base/inflate.h"
#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [FILE]...",
    .gnu =
        "a ascii, c stdout, to-stdout, d decompress, uncompress, f force, "
        "h, k keep, l list, n no-name, N name, q quiet, r recursive, "
        "S suffix=, t test, v verbose, 1 fast, 2, 3, 4, 5, 6, 7, 8, 9 best, "
        "rsyncable",
    .busybox = "c, d, f, k, t, v, n, 1, 2, 3, 4, 5, 6, 7, 8, 9"};

constexpr std::size_t kLimit = std::size_t{1} << 28;

struct Job {
  bool unpack = false, to_stdout = false, keep = false, force = false;
  bool list = false, test = false, verbose = false, no_name = false;
  bool quiet = false, recursive = false;
  bool busybox = false;
  int level = 6;
  std::string suffix = ".gz";
};

Job job_of(const Output& out, const Options& options) {
  Job job;
  const std::string name = vfs::base_name(out.self().argv().front());
  job.busybox = out.busybox();
  job.to_stdout = options.has("c") || options.has("to-stdout") ||
                  name == "zcat" || name == "gzcat";
  job.unpack = options.has("d") || options.has("uncompress") ||
               name == "gunzip" || name == "zcat" || options.has("l") ||
               options.has("t");
  job.keep = options.has("k");
  job.force = options.has("f");
  job.list = options.has("l");
  job.test = options.has("t");
  job.verbose = options.has("v");
  job.no_name = options.has("n");
  job.quiet = options.has("q");
  job.recursive = options.has("r");
  const std::string level = options.last_of(split("1 2 3 4 5 6 7 8 9", ' '));
  if (!level.empty()) job.level = level[0] - '0';
  job.suffix = options.value("S").value_or(job.suffix);
  return job;
}

/// gzip's three statuses: 0 well, 1 error, 2 warning; an error stays.
struct Tally {
  int status = 0;
  bool listed = false;
  void error() { status = 1; }
  void warn() {
    if (status == 0) status = 2;
  }
};

/// Debian's gunzip and zcat are scripts around gzip, which says its own name.
void say_error(Output& out, const std::string& text) {
  if (out.busybox()) return out.complain(text);
  out.complain_plain("gzip: " + text + "\n");
}

void warn(Output& out, const Job& job, Tally& tally, const std::string& text) {
  if (!job.quiet) say_error(out, text);
  tally.warn();
}

// "name", "name.gz", "name.tgz": the name without; empty when there is none.
std::string unpacked_name(const Job& job, const std::string& name) {
  for (const std::string& end :
       {job.suffix, std::string("-gz"), std::string(".z"), std::string("_z"),
        std::string(".Z")}) {
    if (name.size() > end.size() && name.ends_with(end)) {
      return name.substr(0, name.size() - end.size());
    }
  }
  for (const std::string_view end : {".tgz", ".taz"}) {
    if (name.ends_with(end)) return name.substr(0, name.size() - 4) + ".tar";
  }
  return "";
}

double percent(double part, double whole) {
  return whole == 0 ? 0.0 : 100.0 * part / whole;
}

std::size_t header_size(std::string_view packed) {
  constexpr std::size_t kFixed = 10, kTail = 8;
  if (packed.size() < kFixed || (packed[3] & 8) == 0) return kFixed + kTail;
  const std::size_t end = packed.find('\0', kFixed);
  return (end == packed.npos ? kFixed : end + 1) + kTail;
}

double ratio(std::string_view plain, std::string_view packed) {
  const double body = static_cast<double>(packed.size()) -
                      static_cast<double>(header_size(packed));
  const double size = static_cast<double>(plain.size());
  return percent(size - body, size);
}

std::string row_of(const Tally& tally, std::string_view plain,
                   std::string_view packed, const std::string& name) {
  std::string text;
  if (!tally.listed) {
    text = fmt::format("{:>19} {:>19}  ratio uncompressed_name\n", "compressed",
                       "uncompressed");
  }
  return text + fmt::format("{:>19} {:>19} {:5.1f}% {}\n", packed.size(),
                            plain.size(), ratio(plain, packed), name);
}

/// Packs or unpacks; an error is gzip's own words.
Result<Bytes> turned(const Job& job, const Bytes& content,
                     const std::string& name, Time mtime) {
  if (job.unpack) {
    if (job.force && job.to_stdout && !is_gzip(content)) return content;
    return gunzip(content, kLimit);
  }
  GzipHeader header;
  const std::string base = vfs::base_name(name);
  if (!job.no_name && !name.empty()) {
    if (!job.busybox) header.name = base;
    header.mtime = static_cast<std::uint32_t>(mtime.seconds());
  }
  return gzip(content, header, job.level);
}

void complain_of_content(Output& out, const std::string& name,
                         const std::string& why) {
  if (out.busybox()) {
    const bool magic = why == "not in gzip format";
    return out.complain(magic ? "invalid magic" : why);
  }
  out.complain_plain(fmt::format("\ngzip: {}: {}\n", name, why));
}

/// Whether the result may be written to that name: asks when it is there.
Task<bool> may_write(Output* out, const Job* job, std::string name) {
  Process& self = out->self();
  if (job->force || !self.lstat(name)) co_return true;
  if (out->busybox()) {
    out->complain(fmt::format("can't open '{}'", name), Errno::eexist);
    co_return false;
  }
  out->complain_plain(fmt::format("gzip: {} already exists;", name));
  bool yes = false;
  if (self.isatty(kStdin)) {
    out->complain_plain(" do you wish to overwrite (y or n)? ");
    co_await out->flush();
    const auto answer = co_await read_line(self, kStdin);
    yes = answer && (answer->starts_with('y') || answer->starts_with('Y'));
  }
  if (!yes) out->complain_plain("\tnot overwritten\n");
  co_return yes;
}

Task<bool> replace_file(Output* out, const Job* job, std::string from,
                        std::string to, const Bytes* content) {
  Process& self = out->self();
  const auto before = self.stat(from);
  if (job->force) static_cast<void>(self.unlink(to));
  const SysOutcome written = co_await write_file(self, to, *content, 0600);
  if (!written || !before) {
    say_error(*out,
              fmt::format("{}: {}", to,
                          text_of(written ? Errno::eio : written.error())));
    co_return false;
  }
  static_cast<void>(self.chown(to, before->uid, before->gid));
  static_cast<void>(self.chmod(to, before->mode));
  static_cast<void>(self.utimens(to, before->atime, before->mtime));
  if (!job->keep) static_cast<void>(self.unlink(from));
  co_return true;
}

Task<void> do_stream(Output* out, const Job* job, Tally* tally) {
  Process& self = out->self();
  if (!job->unpack && !job->force && self.isatty(kStdout)) {
    say_error(*out,
              "compressed data not written to a terminal. Use -f to force "
              "compression.\nFor help, type: gzip -h");
    tally->error();
    co_return;
  }
  const SysResult<Bytes> content = co_await read_to_end(self, kStdin);
  if (!content) {
    say_error(*out, fmt::format("stdin: {}", text_of(content.error())));
    tally->error();
    co_return;
  }
  const Result<Bytes> result = turned(*job, *content, "", {});
  if (!result) {
    complain_of_content(*out, "stdin", result.error().text);
    tally->error();
    co_return;
  }
  if (job->list) {
    out->say(row_of(*tally, *result, *content, "stdout"));
  } else if (!job->test) {
    out->say(*result);
  }
}

void tell_ratio(Output& out, const Job& job, const Bytes& plain,
                const Bytes& packed, const std::string& from,
                const std::string& to) {
  if (!job.verbose || job.busybox) return;
  const std::string deed = job.test        ? "OK"
                           : job.to_stdout ? ""
                           : job.keep      ? "created " + to
                                           : "replaced with " + to;
  const std::string tab = from.size() < 8 ? "\t\t" : "\t";
  out.complain_plain(job.test ? fmt::format("{}:{} OK\n", from, tab)
                              : fmt::format("{}:{}{:5.1f}%{}{}\n", from, tab,
                                            ratio(plain, packed),
                                            deed.empty() ? "" : " -- ", deed));
}

/// The name to write; empty after a complaint.
std::string target_of(Output& out, const Job& job, const std::string& name,
                      Tally& tally) {
  if (!job.unpack) {
    const bool packed = name.ends_with(job.suffix);
    if (!packed || job.to_stdout || job.force) return name + job.suffix;
    warn(
        out, job, tally,
        fmt::format("{} already has {} suffix -- unchanged", name, job.suffix));
    return "";
  }
  std::string to = unpacked_name(job, name);
  if (to.empty() && (job.to_stdout || job.test || job.list)) return name;
  if (to.empty()) {
    warn(out, job, tally,
         fmt::format("{}: unknown suffix {}ignored", name,
                     job.busybox ? "- " : "-- "));
  }
  return to;
}

Task<void> do_file(Output* out, const Job* job, std::string name,
                   Tally* tally) {
  Process& self = out->self();
  const bool bare = job->unpack && unpacked_name(*job, name).empty();
  if (bare && !self.stat(name)) name += job->suffix;
  const auto file = self.stat(name);
  if (!file) {
    say_error(*out, fmt::format("{}: {}", name, text_of(file.error())));
    tally->error();
    co_return;
  }
  if (file->type == vfs::FileType::directory) {
    warn(*out, *job, *tally, name + " is a directory -- ignored");
    co_return;
  }
  const std::string to = target_of(*out, *job, name, *tally);
  if (to.empty()) co_return;
  const SysResult<Bytes> content = co_await read_file(self, name);
  if (!content) {
    say_error(*out, fmt::format("{}: {}", name, text_of(content.error())));
    tally->error();
    co_return;
  }
  const Result<Bytes> result = turned(*job, *content, name, file->mtime);
  if (!result) {
    complain_of_content(*out, name, result.error().text);
    tally->error();
    co_return;
  }
  const Bytes& plain = job->unpack ? *result : *content;
  const Bytes& packed = job->unpack ? *content : *result;
  if (job->list) {
    out->say(row_of(*tally, plain, packed, to));
    tally->listed = true;
    co_return;
  }
  if (job->to_stdout && !job->test) {
    out->say(*result);
  } else if (!job->test) {
    const bool may = co_await may_write(out, job, to);
    if (!may) {
      tally->warn();
      co_return;
    }
    const Bytes* const bytes = &*result;
    const bool done = co_await replace_file(out, job, name, to, bytes);
    if (!done) {
      tally->error();
      co_return;
    }
  }
  tell_ratio(*out, *job, plain, packed, name, to);
}

/// -r: the files below a directory.
void gather(Process& self, const std::string& name, List* names) {
  const auto file = self.lstat(name);
  if (!file || file->type != vfs::FileType::directory) {
    names->push_back(name);
    return;
  }
  const auto entries = self.readdir(name);
  if (!entries) return;
  for (const vfs::DirectoryEntry& entry : *entries) {
    gather(self, concat(name, entry.name), names);
  }
}

}  // namespace

Task<int> gzip_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const Job job = job_of(out, line);
  Tally tally;
  List names;
  for (const std::string& name : line.operands) {
    if (job.recursive) {
      gather(self, name, &names);
    } else {
      names.push_back(name);
    }
  }
  if (line.operands.empty()) names.push_back("-");
  for (const std::string& name : names) {
    if (name == "-") {
      co_await do_stream(&out, &job, &tally);
    } else {
      co_await do_file(&out, &job, name, &tally);
    }
    if (out.pending() > kChunk) co_await out.flush();
  }
  const int status = out.busybox() && tally.status != 0 ? 1 : tally.status;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
