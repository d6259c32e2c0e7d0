// split.cc — a file cut into pieces: xaa, xab, ...

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... [FILE [PREFIX]]",
    .gnu =
        "a suffix-length=, additional-suffix=, b bytes=, C line-bytes=, d, "
        "numeric-suffixes?, e elide-empty-files, l lines=, n number=, verbose",
    .busybox = "a=, b=, l="};

/// The pieces' names, one after the other.
class Names {
 public:
  Names(std::string prefix, std::string end, std::optional<std::size_t> length,
        bool digits)
      : prefix_(std::move(prefix)),
        end_(std::move(end)),
        alphabet_(digits ? "0123456789" : "abcdefghijklmnopqrstuvwxyz"),
        grows_(!length),
        places_(length.value_or(2), 0) {}

  /// nullopt: all are used up.
  std::optional<std::string> next() {
    if (spent_) return std::nullopt;
    std::string name = prefix_;
    for (const std::size_t place : places_) name += alphabet_[place];
    advance();
    return name + end_;
  }

 private:
  void advance() {
    for (std::size_t i = places_.size(); i-- > 0;) {
      if (++places_[i] < alphabet_.size()) {
        // xyz is followed by xzaaa: names stay in order as they grow.
        if (!grows_ || i > 0 || places_[0] + 1 < alphabet_.size()) return;
        prefix_ += alphabet_.back();
        places_.assign(places_.size() + 1, 0);
        return;
      }
      places_[i] = 0;
    }
    spent_ = true;
  }

  std::string prefix_, end_;
  std::string_view alphabet_;
  bool grows_, spent_ = false;
  std::vector<std::size_t> places_;
};

std::vector<std::string_view> by_lines(std::string_view text,
                                       std::int64_t lines) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    std::size_t end = 0;
    for (std::int64_t i = 0; i < lines && end < text.size(); ++i) {
      const std::size_t newline = text.find('\n', end);
      end = newline == text.npos ? text.size() : newline + 1;
    }
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return pieces;
}

std::vector<std::string_view> by_bytes(std::string_view text,
                                       std::int64_t bytes) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    pieces.push_back(text.substr(0, static_cast<std::size_t>(bytes)));
    text.remove_prefix(pieces.back().size());
  }
  return pieces;
}

/// -C: as many whole lines as fit; a longer line is cut.
std::vector<std::string_view> by_line_bytes(std::string_view text,
                                            std::int64_t bytes) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const std::string_view room =
        text.substr(0, static_cast<std::size_t>(bytes));
    const std::size_t newline = room.rfind('\n');
    const bool all = room.size() == text.size();
    const std::size_t end =
        all || newline == room.npos ? room.size() : newline + 1;
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return pieces;
}

/// -n: equal parts, the last one with what is left over.
std::vector<std::string_view> in_parts(std::string_view text,
                                       std::int64_t count) {
  const auto parts = static_cast<std::size_t>(count);
  const std::size_t size = std::max<std::size_t>(text.size() / parts, 1);
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < parts; ++i) {
    const bool last = i + 1 == parts;
    pieces.push_back(text.substr(0, last ? text.npos : size));
    text.remove_prefix(pieces.back().size());
  }
  return pieces;
}

struct Plan {
  char by = 'l';  // The option: l, b, C or n.
  std::int64_t count = 1000;
};

Result<Plan> plan_of(const CommandLine& line) {
  Plan plan;
  int ways = 0;
  for (const char way : {'l', 'b', 'C', 'n'}) {
    const auto value = line.value(std::string(1, way));
    if (!value) continue;
    ++ways;
    plan.by = way;
    const auto count = parse_count(*value);
    if (way == 'n' && value->find('/') != value->npos) {
      return Error{"drydock: -n with a '/' is not modelled"};
    }
    if (!count || *count < 1) {
      const std::string_view what = way == 'l'   ? "lines"
                                    : way == 'n' ? "chunks"
                                                 : "bytes";
      return Error{
          fmt::format("invalid number of {}: {}", what, quoted(*value))};
    }
    plan.count = *count;
  }
  if (ways > 1) return Error{"cannot split in more than one way"};
  return plan;
}

std::vector<std::string_view> pieces_of(std::string_view text, Plan plan) {
  if (plan.by == 'b') return by_bytes(text, plan.count);
  if (plan.by == 'C') return by_line_bytes(text, plan.count);
  if (plan.by == 'n') return in_parts(text, plan.count);
  return by_lines(text, plan.count);
}

Task<int> write_pieces(Output& out, std::vector<std::string_view> pieces,
                       Names names, const CommandLine& line) {
  for (const std::string_view piece : pieces) {
    if (piece.empty() && line.has("e")) continue;
    const std::optional<std::string> name = names.next();
    if (!name) {
      out.complain("output file suffixes exhausted");
      co_return 1;
    }
    if (line.has("verbose")) {
      out.say(fmt::format("creating file {}\n", quoted(*name)));
    }
    const std::string content(piece);
    const SysOutcome written =
        co_await write_file(out.self(), *name, content, 0666);
    if (written) continue;
    out.complain(quoted_if_needed(*name), written.error());
    co_return 1;
  }
  co_return 0;
}

}  // namespace

Task<int> split_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() > 2) {
    const int status =
        refuse(out, kAbout, "extra operand " + quoted(line.operands[2]));
    co_return co_await out.finish(status);
  }
  const Result<Plan> plan = plan_of(line);
  std::optional<std::size_t> length;
  if (const auto text = line.value("a")) {
    const auto number = parse_int(*text);
    if (!number || *number < 0 || *number > 100) {
      out.complain("invalid suffix length: " + quoted(*text));
      co_return co_await out.finish(1);
    }
    if (*number > 0) length = static_cast<std::size_t>(*number);
  }
  if (!plan) {
    out.complain(plan.error().text);
    co_return co_await out.finish(1);
  }
  const std::string name = line.operands.empty() ? "-" : line.operands[0];
  const SysResult<Bytes> content = co_await read_operand(self, name);
  if (!content) {
    out.complain(fmt::format("cannot open {} for reading", quoted(name)),
                 content.error());
    co_return co_await out.finish(1);
  }
  const std::string prefix = line.operands.size() > 1 ? line.operands[1] : "x";
  const bool digits = line.has("d") || line.has("numeric-suffixes");
  Names names(prefix, line.value("additional-suffix").value_or(""), length,
              digits);
  const std::vector<std::string_view> pieces = pieces_of(*content, *plan);
  const int status = co_await write_pieces(out, pieces, names, line);
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
