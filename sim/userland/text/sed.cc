// sed.cc — edit streams of lines: the part that reads and writes.

#include <map>
#include <memory>

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/text/lines.h"
#include "sim/userland/text/sed_machine.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... {script-only-if-no-other-script} [input-file]...",
    .gnu =
        "n quiet, n silent, debug, e expression=, f file=, E regexp-extended, "
        "r, i in-place?, l line-length=, posix, b binary, follow-symlinks, "
        "s separate, u unbuffered, z null-data, sandbox",
    .busybox = "n, e=, f=, E, r, i?, s, z"};

struct SedOptions {
  bool in_place = false, separate = false, extended = false, silent = false;
  bool follow_symlinks = false;
  char separator = '\n';
  std::string suffix;
  int width = 70;
};

/// The files, the machine and what it writes to.
class Sed {
 public:
  Sed(Output& out, const SedScript& script, SedOptions options, List files)
      : out_(out),
        self_(out.self()),
        script_(script),
        options_(std::move(options)),
        files_(std::move(files)),
        machine_(script, options_.silent) {
    machine_.set_line_width(options_.width);
  }

  Task<int> run();

 private:
  struct File {
    Fd fd;
    std::string name;
    std::unique_ptr<Lines> lines;
  };
  struct Line {
    std::string text;
    bool terminated = true;
  };
  struct Reader {
    Fd fd;
    std::unique_ptr<Lines> lines;
  };

  Task<bool> open_next();
  Task<void> close_current();
  Task<void> look_ahead();
  Task<bool> read_line(bool stay);
  Task<void> deliver();
  Task<void> write_out(SedOutput item);
  Task<void> read_from(SedOutput item);
  void emit(std::string_view text, bool newline);
  Task<SedWants> serve(SedWants wants);
  bool is_last() const { return !ahead_ && script_.asks_last; }

  Output& out_;
  Process& self_;
  const SedScript& script_;
  SedOptions options_;
  List files_;
  SedMachine machine_;

  std::size_t next_file_ = 0;
  std::optional<File> file_;
  std::optional<Line> line_;   // What was read for the machine.
  std::optional<Line> ahead_;  // The one behind it, when it must be known.
  std::string edited_;         // The new content of a file under -i.
  bool missing_newline_ = false;
  std::map<std::string, Fd> writes_;
  std::map<std::string, Reader> reads_;
  int status_ = 0;
};

Task<bool> Sed::open_next() {
  while (next_file_ < files_.size()) {
    const std::string name = files_[next_file_++];
    const auto found = self_.stat(name);
    if (options_.in_place && found && found->type != vfs::FileType::regular) {
      out_.complain(fmt::format("couldn't edit {}: not a regular file", name));
      status_ = 4;
      continue;
    }
    if (name != "-" && found && found->type == vfs::FileType::directory) {
      out_.complain(
          out_.busybox()
              ? std::string("read error: Is a directory")
              : fmt::format("couldn't read {}: Is a directory", name));
      status_ = 2;
      continue;
    }
    const SysResult<Fd> fd = co_await open_operand(self_, name);
    if (!fd) {
      const std::string_view form =
          out_.busybox() ? "{}: {}" : "can't read {}: {}";
      out_.complain(fmt::format(fmt::runtime(form), name, text_of(fd.error())));
      status_ = out_.busybox() ? 1 : 2;
      continue;
    }
    file_.emplace(File{
        *fd, name, std::make_unique<Lines>(self_, *fd, options_.separator)});
    machine_.set_file(name);
    if (options_.separate) machine_.restart_numbers();
    co_return true;
  }
  co_return false;
}

Task<void> Sed::close_current() {
  const std::string name = file_->name;
  close_operand(self_, file_->fd);
  file_.reset();
  if (!options_.in_place) co_return;
  const auto old = self_.stat(name);
  const vfs::Mode mode = old ? old->mode : 0644;
  if (!options_.suffix.empty()) {
    const std::string backup = options_.suffix.find('*') == std::string::npos
                                   ? name + options_.suffix
                                   : replace_all(options_.suffix, "*", name);
    static_cast<void>(self_.rename(name, backup));
  } else {
    // As the real one: a new file takes the name, hard links keep the old.
    static_cast<void>(self_.unlink(name));
  }
  const std::string content = std::exchange(edited_, {});
  missing_newline_ = false;
  const SysOutcome written = co_await write_file(self_, name, content, mode);
  if (!written) {
    out_.complain(fmt::format("couldn't open file {}: {}", name,
                              text_of(written.error())));
    status_ = 4;
    co_return;
  }
  static_cast<void>(self_.chmod(name, mode));
  if (old) static_cast<void>(self_.chown(name, old->uid, old->gid));
}

/// Reads the line behind the current one into ahead_, over file ends unless
/// files are separate.
Task<void> Sed::look_ahead() {
  while (!ahead_) {
    if (!file_) {
      const bool opened = co_await open_next();
      if (!opened) co_return;
    }
    Line line;
    const bool more = co_await file_->lines->next(&line.text);
    if (more) {
      line.terminated = file_->lines->terminated();
      ahead_ = std::move(line);
      co_return;
    }
    if (file_->lines->error()) {
      out_.complain(fmt::format("read error on {}: {}", file_->name,
                                text_of(*file_->lines->error())));
      status_ = 2;
    }
    if (options_.separate) co_return;
    co_await close_current();
  }
}

/// Fills line_.  `stay`: n and N do not leave a file under -s.
Task<bool> Sed::read_line(bool stay) {
  for (;;) {
    co_await look_ahead();
    if (ahead_) break;
    if (!file_ || stay) co_return false;
    co_await close_current();
  }
  line_ = std::exchange(ahead_, std::nullopt);
  if (script_.asks_last) co_await look_ahead();
  co_return true;
}

void Sed::emit(std::string_view text, bool newline) {
  const auto say = [this](std::string_view piece) {
    if (options_.in_place) {
      edited_ += piece;
    } else {
      out_.say(piece);
    }
  };
  const std::string_view end(&options_.separator, 1);
  if (std::exchange(missing_newline_, false)) say(end);
  say(text);
  if (!newline) return;
  if (line_ && !line_->terminated) {
    missing_newline_ = true;
  } else {
    say(end);
  }
}

Task<void> Sed::read_from(SedOutput item) {
  if (item.kind == SedOutput::Kind::read_file) {
    const bool input = item.path == "/dev/stdin";
    const std::string path = input ? "-" : item.path;
    const SysResult<Bytes> all = co_await read_operand(self_, path);
    if (all && !all->empty()) emit(*all, false);
    co_return;
  }
  if (!reads_.contains(item.path)) {
    const SysResult<Fd> fd = co_await self_.open(item.path, kReadOnly);
    if (!fd) co_return;
    Reader reader{*fd, std::make_unique<Lines>(self_, *fd)};
    reads_.emplace(item.path, std::move(reader));
  }
  std::string text;
  Lines& lines = *reads_.at(item.path).lines;
  const bool more = co_await lines.next(&text);
  if (more) emit(text + "\n", false);
}

Task<void> Sed::write_out(SedOutput item) {
  if (item.path == "/dev/stdout") {
    emit(item.text, true);
    co_return;
  }
  item.text += '\n';
  if (item.path == "/dev/stderr") {
    out_.complain_plain(item.text);
    co_return;
  }
  const Fd fd = writes_.at(item.path);
  const auto written = co_await self_.write(fd, item.text);
  if (!written) status_ = 4;
}

Task<void> Sed::deliver() {
  const std::vector<SedOutput> outputs = machine_.take_output();
  for (const SedOutput& item : outputs) {
    if (item.kind == SedOutput::Kind::text) {
      emit(item.text, item.newline);
    } else if (item.kind == SedOutput::Kind::write) {
      co_await write_out(item);
    } else {
      co_await read_from(item);
    }
  }
  co_await drain(out_);
}

/// Brings what the machine asks for until it wants a new cycle or ends.
Task<SedWants> Sed::serve(SedWants wants) {
  while (wants == SedWants::next_line || wants == SedWants::append_line) {
    co_await deliver();
    const bool more = co_await read_line(options_.separate);
    std::optional<std::string> text;
    if (more) text = line_->text;
    wants = machine_.resume(std::move(text), is_last());
    if (!more && options_.separate && next_file_ < files_.size()) {
      wants = SedWants::line;
    }
  }
  co_await deliver();
  co_return wants;
}

Task<int> Sed::run() {
  for (const SedCommand& command : script_.commands) {
    const bool writes = command.name == 'w' || command.name == 'W';
    const std::string& path = writes ? command.text : command.write_to;
    if (path.empty() || path.starts_with("/dev/std")) continue;
    if (writes_.contains(path)) continue;
    const unsigned flags = kWriteOnly | kCreate | kTruncate;
    const SysResult<Fd> fd = co_await self_.open(path, flags);
    if (!fd) {
      out_.complain(
          fmt::format("couldn't open file {}: {}", path, text_of(fd.error())));
      co_return co_await out_.finish(4, 4);
    }
    writes_[path] = *fd;
  }
  for (;;) {
    const bool more = co_await read_line(false);
    if (!more) break;
    const SedWants first = machine_.begin(line_->text, is_last());
    const SedWants wants = co_await serve(first);
    if (wants == SedWants::failed) {
      out_.complain(machine_.error());
      co_return co_await out_.finish(1, 4);
    }
    const bool written = co_await drain(out_);
    if (!written) break;
    if (wants != SedWants::quit) continue;
    if (file_ && options_.in_place) {  // q keeps the rest of the file.
      while (ahead_) {
        line_ = std::exchange(ahead_, std::nullopt);
        emit(line_->text, true);
        co_await look_ahead();
      }
      std::string text;
      for (;;) {
        const bool rest = co_await file_->lines->next(&text);
        if (!rest) break;
        line_ = Line{text, file_->lines->terminated()};
        emit(text, true);
      }
    }
    if (file_) co_await close_current();
    co_return co_await out_.finish(machine_.status(), 4);
  }
  co_return co_await out_.finish(status_, 4);
}

/// The script's sources; a complaint when one cannot be read.
Task<bool> read_sources(Output& out, CommandLine* line,
                        std::vector<SedSource>* sources) {
  int expressions = 0;
  for (const Option& option : line->given) {
    if (option.key == "e") {
      sources->push_back(
          {option.value, fmt::format("-e expression #{}", ++expressions)});
    }
    if (option.key != "f") continue;
    const SysResult<Bytes> text =
        co_await read_operand(out.self(), option.value);
    if (!text) {
      out.complain(fmt::format("couldn't open file {}: {}", option.value,
                               text_of(text.error())));
      co_return false;
    }
    std::string script = *text;
    if (script.ends_with('\n')) script.pop_back();
    if (script.starts_with("#!")) script[1] = ' ';
    sources->push_back({script, option.value, true});
  }
  if (!sources->empty()) co_return true;
  if (line->operands.empty()) {
    out.complain_plain(
        fmt::format("Usage: {} {}\n\n", out.name(), kAbout.usage));
    co_return false;
  }
  sources->push_back({line->operands.front(), "-e expression #1"});
  line->operands.erase(line->operands.begin());
  co_return true;
}

}  // namespace

Task<int> sed_main(Process& self) {
  Output out(self);
  CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  std::vector<SedSource> sources;
  const bool readable = co_await read_sources(out, &line, &sources);
  if (!readable) co_return co_await out.finish(1);
  SedOptions options;
  options.extended = line.has("E") || line.has("r");
  options.silent = line.has("n");
  options.in_place = line.has("i");
  options.separate = line.has("s") || options.in_place;
  options.suffix = line.value("i").value_or("");
  options.separator = line.has("z") ? '\0' : '\n';
  options.width =
      static_cast<int>(parse_int(line.value("l").value_or("70")).value_or(70));
  const Result<SedScript> script = parse_sed(sources, options.extended);
  if (!script) {
    out.complain(script.error().text);
    const bool panic = script.error().text.starts_with("can't find label");
    const int status = panic && !out.busybox() ? 4 : 1;
    co_return co_await out.finish(status);
  }
  List files = line.operands;
  if (files.empty()) files.push_back("-");
  if (options.in_place && line.operands.empty()) {
    out.complain("no input files");
    const int status = out.busybox() ? 1 : 4;
    co_return co_await out.finish(status);
  }
  Sed sed(out, *script, options, files);
  co_return co_await sed.run();
}

}  // namespace drydock::userland
