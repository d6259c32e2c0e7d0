// pack.cc — bzip2 and xz with their kin: bunzip2, bzcat, unxz, xzcat.

#include <fmt/format.h>

#include "sim/base/packing.h"
#include "sim/userland/archivers.h"
#include "sim/userland/files.h"
#include "sim/userland/options.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [FILE]...",
    .gnu =
        "c stdout, to-stdout, d decompress, uncompress, z compress, f force, "
        "h, k keep, q quiet, t test, v verbose, s small, e extreme, T "
        "threads=, "
        "0, 1 fast, 2, 3, 4, 5, 6, 7, 8, 9 best",
    .busybox = "c, d, f, k, t, v, z, 1, 2, 3, 4, 5, 6, 7, 8, 9"};

constexpr std::size_t kLimit = std::size_t{1} << 28;

struct Job {
  Packing packing = Packing::bzip2;
  std::string_view suffix = ".bz2", archive_suffix = ".tbz2";
  bool unpack = false, to_stdout = false, keep = false, force = false;
  bool test = false;
};

Job job_of(const Output& out, const Options& options) {
  Job job;
  const std::string name = vfs::base_name(out.self().argv().front());
  if (name.find("xz") != std::string::npos) {
    job.packing = Packing::xz;
    job.suffix = ".xz";
    job.archive_suffix = ".txz";
  }
  job.test = options.has("t");
  job.unpack = options.has("d") || job.test || name.starts_with("bun") ||
               name.starts_with("un") || name.ends_with("cat");
  if (options.has("z")) job.unpack = false;
  job.to_stdout = options.has("c") || name.ends_with("cat");
  job.keep = options.has("k");
  job.force = options.has("f");
  return job;
}

/// Packs or unpacks; an error is what the program says of the content.
Result<Bytes> turned(const Job& job, const Bytes& content) {
  if (!job.unpack) return packed(content, job.packing);
  if (packing_of(content) != job.packing && job.force && job.to_stdout) {
    return content;
  }
  return unpacked(content, job.packing, kLimit);
}

/// The name to write; empty when the end of `name` tells nothing.
std::string target_of(const Job& job, const std::string& name) {
  if (!job.unpack) return name + std::string(job.suffix);
  if (name.ends_with(job.suffix)) {
    return name.substr(0, name.size() - job.suffix.size());
  }
  if (name.ends_with(job.archive_suffix)) {
    return name.substr(0, name.size() - job.archive_suffix.size()) + ".tar";
  }
  if (job.packing == Packing::bzip2 && name.ends_with(".tbz")) {
    return name.substr(0, name.size() - 4) + ".tar";
  }
  return "";
}

Task<bool> do_stream(Output* out, const Job* job) {
  const SysResult<Bytes> content = co_await read_to_end(out->self(), kStdin);
  if (!content) {
    out->complain("(stdin)", content.error());
    co_return false;
  }
  const bool shows = !job->unpack && !job->force;
  if (shows && out->self().isatty(kStdout)) {
    out->complain("Compressed data cannot be written to a terminal");
    co_return false;
  }
  const Result<Bytes> result = turned(*job, *content);
  if (!result) {
    out->complain("(stdin): " + result.error().text);
    co_return false;
  }
  if (!job->test) out->say(*result);
  co_return true;
}

Task<bool> do_file(Output* out, const Job* job, std::string name) {
  Process& self = out->self();
  const auto file = self.stat(name);
  const SysResult<Bytes> content = co_await read_file(self, name);
  if (!file || !content) {
    const Errno why = file ? content.error() : file.error();
    if (job->packing == Packing::bzip2 && !out->busybox()) {
      out->complain(
          fmt::format("Can't open input file {}: {}.", name, text_of(why)));
    } else {
      out->complain(name, why);
    }
    co_return false;
  }
  const Result<Bytes> result = turned(*job, *content);
  if (!result) {
    out->complain(name + ": " + result.error().text);
    co_return false;
  }
  if (job->test) co_return true;
  if (job->to_stdout) {
    out->say(*result);
    co_return true;
  }
  const std::string to = target_of(*job, name);
  if (to.empty()) {
    out->complain(name + ": Filename has an unknown suffix, skipping");
    co_return false;
  }
  if (!job->force && self.lstat(to)) {
    out->complain(job->packing == Packing::bzip2
                      ? fmt::format("Output file {} already exists.", to)
                      : fmt::format("{}: File exists", to));
    co_return false;
  }
  const SysOutcome written = co_await write_file(self, to, *result, 0600);
  if (!written) {
    out->complain(to, written.error());
    co_return false;
  }
  static_cast<void>(self.chown(to, file->uid, file->gid));
  static_cast<void>(self.chmod(to, file->mode));
  static_cast<void>(self.utimens(to, file->atime, file->mtime));
  if (!job->keep) static_cast<void>(self.unlink(name));
  co_return true;
}

}  // namespace

Task<int> pack_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  const Job job = job_of(out, line);
  bool well = true;
  for (const std::string& name : line.operands) {
    bool done = false;
    if (name == "-") {
      done = co_await do_stream(&out, &job);
    } else {
      done = co_await do_file(&out, &job, name);
    }
    well = well && done;
  }
  if (line.operands.empty()) well = co_await do_stream(&out, &job);
  const int status = well ? 0 : 1;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
