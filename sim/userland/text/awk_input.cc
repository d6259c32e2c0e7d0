// awk_input.cc — awk's rules over its files; print, getline and what else
// waits.

#include <fmt/format.h>

#include "sim/userland/text/awk_machine.h"
#include "sim/userland/text/lines.h"

namespace drydock::userland {

using namespace kernel;

Task<void> AwkMachine::wait_for(AwkInstruction instruction) {
  if (instruction.op == AwkOp::getline) {
    co_await getline(instruction.a);
  } else if (instruction.op == AwkOp::print) {
    co_await print(instruction);
  } else {
    co_await builtin_that_waits(instruction);
  }
}

/// The next operand that is a file; assignments on the way are made.
Task<bool> AwkMachine::next_file() {
  if (input_) {
    input_.reset();
    close_operand(self_, input_fd_);
  }
  for (;;) {
    const auto count = static_cast<std::int64_t>(globals_[kArgc].to_number());
    std::string name = "-";
    if (next_argument_ < count) {
      AwkArray& argv = array(AwkPlace::global, kArgv);
      const auto at = argv.find(fmt::format("{}", next_argument_++));
      if (at == argv.end()) continue;
      name = text(at->second);
      if (name.empty() || assign(name)) continue;
    } else if (any_file_) {
      co_return false;
    }
    any_file_ = true;
    const SysResult<Fd> fd = co_await open_operand(self_, name);
    if (!fd) {
      const std::string why(text_of(fd.error()));
      if (dialect_ == AwkDialect::mawk) {
        out_.complain(fmt::format("cannot open {} ({})", name, why));
        fail("");
      } else if (dialect_ == AwkDialect::gawk) {
        out_.complain(fmt::format(
            "warning: command line argument `{}' could not be opened for "
            "reading: {}",
            name, why));
      } else {
        out_.complain(name, fd.error());
      }
      status_ = 2;
      if (flow_ == Flow::failed) co_return false;
      continue;
    }
    input_fd_ = *fd;
    input_ = std::make_unique<AwkRecords>(self_, *fd);
    globals_[kFilename] = AwkValue::input(name == "-" ? "" : name);
    globals_[kFnr] = AwkValue::of(0.0);
    co_return true;
  }
}

/// 1 with a record, 0 at the end of all files.
Task<int> AwkMachine::next_record(std::string* record) {
  for (;;) {
    if (input_ended_) co_return 0;
    if (!input_) {
      const bool opened = co_await next_file();
      if (!opened) {
        input_ended_ = true;
        co_return 0;
      }
    }
    if (out_.pending() > 0 && self_.isatty(kStdout)) co_await out_.flush();
    const std::string separator = text_of_special(kRs);
    const int got = co_await input_->next(separator, record);
    if (got > 0) {
      for (const AwkSpecial special : {kNr, kFnr}) {
        globals_[special] = AwkValue::of(globals_[special].to_number() + 1);
      }
      co_return 1;
    }
    if (got < 0 && dialect_ == AwkDialect::gawk) {
      out_.complain(fmt::format(
          "warning: command line argument `{}' is a directory: skipped",
          text_of_special(kFilename)));
    }
    input_.reset();
    close_operand(self_, input_fd_);
  }
}

Task<void> AwkMachine::getline(int mode) {
  line_.clear();
  int got = 0;
  if (mode == 'm') {
    got = co_await next_record(&line_);
  } else {
    const std::string name = text(pop());
    const std::string separator = text_of_special(kRs);
    got = co_await streams_.read(name, mode, separator, &line_);
    // A command's lines count as records; a file's do not.
    if (got > 0 && mode == 'c') {
      globals_[kNr] = AwkValue::of(globals_[kNr].to_number() + 1);
    }
  }
  push(static_cast<double>(got));
}

/// What print or printf says; its arguments are on the stack.
std::string AwkMachine::printed(const AwkInstruction& instruction) {
  const auto count = static_cast<std::size_t>(instruction.a);
  std::vector<AwkValue> arguments(count);
  for (auto at = arguments.rbegin(); at != arguments.rend(); ++at) *at = pop();
  if (instruction.c != 0) {
    const std::string format = text(arguments[0]);
    arguments.erase(arguments.begin());
    return awk_format(format, arguments, convfmt());
  }
  const std::string end = text_of_special(kOrs);
  if (count == 0) return text(field(0)) + end;
  const std::string between = text_of_special(kOfs);
  const std::string format = text_of_special(kOfmt);
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += between;
    out += arguments[i].to_text(format);
  }
  return out + end;
}

Task<void> AwkMachine::print(AwkInstruction instruction) {
  std::string name;
  if (instruction.b != 0) name = text(pop());
  const std::string said = printed(instruction);
  if (instruction.b == 0) {
    out_.say(said);
    const bool written = co_await drain(out_);
    if (!written) fail("");
    co_return;
  }
  const SysOutcome written = co_await streams_.write(name, instruction.b, said);
  if (!written) {
    fail(fmt::format("cannot open \"{}\" for output", name));
  }
}

Task<void> AwkMachine::builtin_that_waits(AwkInstruction instruction) {
  const std::string_view name =
      kAwkBuiltins[static_cast<std::size_t>(instruction.a)];
  std::string argument;
  for (int i = 0; i < instruction.b; ++i) argument = text(pop());
  int result = 0;
  if (name == "system") {
    result = co_await streams_.system(argument);
  } else if (name == "close") {
    result = co_await streams_.close(argument);
  } else {
    co_await streams_.flush_all();
  }
  push(static_cast<double>(result));
}

Task<int> AwkMachine::run() {
  Flow flow = co_await execute(program_.begin);
  const bool reads = program_.main >= 0 || program_.end >= 0;
  std::string record;
  while (reads && flow != Flow::exit && flow != Flow::failed) {
    const int got = co_await next_record(&record);
    if (got <= 0) break;
    set_record(record);
    flow = co_await execute(program_.main);
    if (flow == Flow::next_file && input_) {
      input_.reset();
      close_operand(self_, input_fd_);
    }
  }
  if (flow_ != Flow::failed && program_.end >= 0) {
    flow = co_await execute(program_.end);
  }
  if (flow_ == Flow::failed) {
    if (!error_.empty()) out_.complain(error_);
    status_ = 2;
  }
  co_await streams_.close_all();
  co_return co_await out_.finish(status_, 2);
}

}  // namespace drydock::userland
