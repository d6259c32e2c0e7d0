// awk.cc — awk's command line: mawk's, gawk's and busybox's.

#include <fmt/format.h>

#include "sim/userland/options.h"
#include "sim/userland/text/awk_machine.h"
#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

AwkDialect dialect_of(const Process& self) {
  if (self.flavour() == "mawk") return AwkDialect::mawk;
  if (self.flavour() == "busybox") return AwkDialect::busybox;
  return AwkDialect::gawk;
}

Task<std::optional<std::string>> read_sources(Output& out, Options* line) {
  std::string source;
  bool any = false;
  for (const Option& option : line->given) {
    if (option.key != "f" && option.key != "e") continue;
    any = true;
    if (option.key == "e") {
      source += option.value + "\n";
      continue;
    }
    const SysResult<Bytes> text =
        co_await read_operand(out.self(), option.value);
    if (!text) {
      out.complain(fmt::format("couldn't open file {}", option.value));
      co_return std::nullopt;
    }
    source += *text + "\n";
  }
  if (any) co_return source;
  if (line->operands.empty()) {
    out.complain_plain(fmt::format(
        "Usage: {} [options] [--] 'program text' [file ...]\n", out.name()));
    co_return std::nullopt;
  }
  source = line->operands.front();
  line->operands.erase(line->operands.begin());
  co_return source;
}

std::string syntax_complaint(AwkDialect dialect, const std::string& text) {
  if (dialect == AwkDialect::mawk) return text;
  const std::string rest =
      text.substr(std::min(text.find(": ") + 2, text.size()));
  const std::string number = text.substr(5, text.find(':') - 5);
  const std::string_view colon = dialect == AwkDialect::gawk ? "" : " ";
  return fmt::format("cmd. line:{}:{} {}", number, colon, rest);
}

}  // namespace

Task<int> awk_main(Process& self) {
  Output out(self);
  const List words(self.argv().begin() + 1, self.argv().end());
  Options line = parse_options(
      words,
      "F field-separator=, v assign=, f file=, e source=, W=, version, "
      "posix, traditional, re-interval, help",
      Order::stop_at_operand);
  if (line.error) {
    out.complain(*line.error);
    co_return co_await out.finish(2);
  }
  const AwkDialect dialect = dialect_of(self);
  if (line.has("version") || line.value("W") == "version") {
    out.say(dialect == AwkDialect::mawk
                ? "mawk 1.3.3 Nov 1996, Copyright (C) Michael D. Brennan\n"
                : "GNU Awk 4.1.1\n");
    co_return co_await out.finish(0);
  }
  const std::optional<std::string> source = co_await read_sources(out, &line);
  if (!source) co_return co_await out.finish(2);
  const Result<AwkProgram> program = parse_awk(*source);
  if (!program) {
    out.complain(syntax_complaint(dialect, program.error().text));
    const int status = dialect == AwkDialect::mawk ? 2 : 1;
    co_return co_await out.finish(status);
  }
  AwkMachine machine(out, *program, dialect);
  if (const auto separator = line.value("F")) {
    machine.set_field_separator(*separator);
  }
  for (const Option& option : line.given) {
    if (option.key != "v" || machine.assign(option.value)) continue;
    out.complain(fmt::format("improper assignment: -v {}", option.value));
    co_return co_await out.finish(2);
  }
  List arguments = {out.name()};
  arguments.insert(arguments.end(), line.operands.begin(), line.operands.end());
  machine.set_arguments(arguments);
  co_return co_await machine.run();
}

}  // namespace drydock::userland
