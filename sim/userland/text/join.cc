// join.cc — lines of two sorted files that agree in one field, side by side.

#include <fmt/format.h>

#include <array>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... FILE1 FILE2",
    .gnu =
        "a=, e=, i ignore-case, j=, o=, t=, v=, 1=, 2=, check-order, "
        "nocheck-order, header, z zero-terminated"};

/// A column of the output: field `field` of file `side`; side -1: what they
/// have in common.
struct Wanted {
  int side = -1;
  std::size_t field = 0;
};

struct JoinRules {
  std::array<std::size_t, 2> field = {0, 0};
  std::array<bool, 2> unpaired = {false, false};  // -a, -v
  bool pairs = true;                              // Not with -v.
  bool ignore_case = false, header = false, check = false, never_check = false;
  std::optional<char> tab;
  std::string empty;  // -e
  std::vector<Wanted> format;
  bool automatic = false;  // -o auto
};

struct Row {
  std::string line;
  List fields;
};

List fields_of(const std::string& line, std::optional<char> tab) {
  if (tab) return split(line, *tab);
  List fields = split_blanks(line);
  return fields;
}

class Joiner {
 public:
  Joiner(JoinRules rules, std::array<std::vector<Row>, 2> files, List names)
      : rules_(std::move(rules)),
        files_(std::move(files)),
        names_(std::move(names)) {
    if (!rules_.automatic) return;
    rules_.format.push_back({});
    for (int side = 0; side < 2; ++side) {
      const std::vector<Row>& rows = files_[at(side)];
      const std::size_t count = rows.empty() ? 0 : rows[0].fields.size();
      for (std::size_t i = 0; i < count; ++i) {
        if (i != rules_.field[at(side)]) rules_.format.push_back({side, i});
      }
    }
  }

  /// The exit status: 1 when a file was found out of order.
  int run(Output& out) {
    std::size_t i = 0, j = 0;
    const auto& [a, b] = files_;
    if (rules_.header && !a.empty() && !b.empty()) {
      say(out, &a[i++], &b[j++]);
    }
    while (i < a.size() && j < b.size() && !stopped_) {
      const int order = compare(key(0, a[i]), key(1, b[j]));
      if (order < 0) alone(out, 0, &i);
      if (order > 0) alone(out, 1, &j);
      unpaired_seen_ = unpaired_seen_ || order != 0;
      if (order != 0) continue;
      const std::size_t i_begin = i, j_begin = j;
      advance(out, 0, &i, group_end(0, i));
      advance(out, 1, &j, group_end(1, j));
      for (std::size_t x = i_begin; rules_.pairs && x < i; ++x) {
        for (std::size_t y = j_begin; y < j; ++y) say(out, &a[x], &b[y]);
      }
    }
    unpaired_seen_ = unpaired_seen_ || (i < a.size() && j < b.size());
    while (i < a.size() && !stopped_) alone(out, 0, &i);
    while (j < b.size() && !stopped_) alone(out, 1, &j);
    return disorder_[0] || disorder_[1] ? 1 : 0;
  }

 private:
  static std::size_t at(int side) { return static_cast<std::size_t>(side); }

  std::string key(int side, const Row& row) const {
    const std::size_t field = rules_.field[at(side)];
    const std::string text =
        field < row.fields.size() ? row.fields[field] : std::string();
    return rules_.ignore_case ? lower(text) : text;
  }

  static int compare(const std::string& a, const std::string& b) {
    const int order = a.compare(b);
    return (order > 0) - (order < 0);
  }

  std::size_t group_end(int side, std::size_t from) {
    const std::vector<Row>& rows = files_[at(side)];
    std::size_t end = from + 1;
    while (end < rows.size() && key(side, rows[end]) == key(side, rows[from])) {
      ++end;
    }
    return end;
  }

  void alone(Output& out, int side, std::size_t* index) {
    const Row& row = files_[at(side)][*index];
    if (rules_.unpaired[at(side)]) {
      say(out, side == 0 ? &row : nullptr, side == 1 ? &row : nullptr);
    }
    advance(out, side, index, *index + 1);
  }

  /// Goes on to line `to`.  Once a line had no partner, the files must turn out
  /// to be sorted: else nobody knows whether it really has none.
  void advance(Output& out, int side, std::size_t* index, std::size_t to) {
    const std::vector<Row>& rows = files_[at(side)];
    for (; *index < to && !stopped_; ++*index) {
      const std::size_t next = *index + 1;
      const bool wanted = rules_.check || unpaired_seen_;
      if (!wanted || rules_.never_check || disorder_[at(side)]) continue;
      if (next >= rows.size()) continue;
      if (key(side, rows[*index]) <= key(side, rows[next])) continue;
      disorder_[at(side)] = true;
      stopped_ = rules_.check;
      out.complain(fmt::format("{}:{}: is not sorted: {}", names_[at(side)],
                               next + 1, rows[next].line));
    }
  }

  void say(Output& out, const Row* a, const Row* b) {
    const std::array<const Row*, 2> rows = {a, b};
    const std::string glue(1, rules_.tab.value_or(' '));
    List cells;
    const auto add = [&](const Row* row, std::size_t field) {
      const bool there = row && field < row->fields.size();
      const std::string text = there ? row->fields[field] : "";
      cells.push_back(text.empty() ? rules_.empty : text);
    };
    const int first = a ? 0 : 1;
    const auto add_common = [&] {
      add(rows[at(first)], rules_.field[at(first)]);
    };
    for (const Wanted& wanted : rules_.format) {
      if (wanted.side < 0) {
        add_common();
      } else {
        add(rows[at(wanted.side)], wanted.field);
      }
    }
    if (rules_.format.empty()) {
      add_common();
      for (int side = 0; side < 2; ++side) {
        const Row* const row = rows[at(side)];
        for (std::size_t i = 0; row && i < row->fields.size(); ++i) {
          if (i != rules_.field[at(side)]) add(row, i);
        }
      }
    }
    out.say(join(cells, glue) + "\n");
  }

  JoinRules rules_;
  std::array<std::vector<Row>, 2> files_;
  List names_;
  std::array<bool, 2> disorder_ = {false, false};
  bool unpaired_seen_ = false, stopped_ = false;
};

/// -o: "0", "1.2", "auto", parted by commas or blanks.
Result<std::vector<Wanted>> parse_format(const std::string& text) {
  std::vector<Wanted> format;
  for (const std::string& one : split_blanks(replace_all(text, ",", " "))) {
    if (one == "0") {
      format.push_back({});
      continue;
    }
    const auto field = one.size() > 2 ? parse_int(one.substr(2)) : std::nullopt;
    const bool good =
        (one.starts_with("1.") || one.starts_with("2.")) && field && *field > 0;
    if (!good) {
      return Error{fmt::format("invalid field specifier: {}", quoted(one))};
    }
    format.push_back({one[0] - '1', static_cast<std::size_t>(*field - 1)});
  }
  return format;
}

Result<std::size_t> parse_field(const std::string& text) {
  const auto number = parse_int(text);
  if (!number || *number < 1) {
    return Error{fmt::format("invalid field number: {}", quoted(text))};
  }
  return static_cast<std::size_t>(*number - 1);
}

Outcome apply(const Option& option, JoinRules& rules) {
  const std::string& key = option.key;
  if (key == "a" || key == "v") {
    if (option.value != "1" && option.value != "2") {
      return Error{
          fmt::format("invalid field number: {}", quoted(option.value))};
    }
    rules.unpaired[option.value == "2"] = true;
    if (key == "v") rules.pairs = false;
  }
  if (key == "1" || key == "2" || key == "j") {
    const Result<std::size_t> field = parse_field(option.value);
    if (!field) return field.error();
    if (key != "2") rules.field[0] = *field;
    if (key != "1") rules.field[1] = *field;
  }
  if (key == "o" && option.value == "auto") {
    rules.automatic = true;
  } else if (key == "o") {
    const auto format = parse_format(option.value);
    if (!format) return format.error();
    rules.format.insert(rules.format.end(), format->begin(), format->end());
  }
  if (key == "t") {
    if (option.value.size() > 1 && option.value != "\\0") {
      return Error{fmt::format("multi-character tab {}", quoted(option.value))};
    }
    rules.tab = option.value.empty() ? '\n' : option.value[0];
  }
  if (key == "e") rules.empty = option.value;
  if (key == "i") rules.ignore_case = true;
  if (key == "header") rules.header = true;
  if (key == "check-order") rules.check = true;
  if (key == "nocheck-order") rules.never_check = true;
  return done();
}

}  // namespace

Task<int> join_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (line.operands.size() != 2) {
    const std::string complaint =
        line.operands.empty() ? std::string("missing operand")
        : line.operands.size() == 1
            ? "missing operand after " + quoted(line.operands[0])
            : "extra operand " + quoted(line.operands[2]);
    const int status = refuse(out, kAbout, complaint);
    co_return co_await out.finish(status);
  }
  JoinRules rules;
  for (const Option& option : line.given) {
    const Outcome applied = apply(option, rules);
    if (applied) continue;
    out.complain(applied.error().text);
    co_return co_await out.finish(1);
  }
  const char end = line.has("z") ? '\0' : '\n';
  std::array<std::vector<Row>, 2> files;
  for (std::size_t side = 0; side < 2; ++side) {
    const std::string name = line.operands[side];
    const SysResult<Bytes> content = co_await read_operand(self, name);
    if (!content) {
      complain_about(out, name, content.error(), true);
      co_return co_await out.finish(1);
    }
    List lines = split(*content, end);
    if (lines.back().empty()) lines.pop_back();
    for (std::string& text : lines) {
      List fields = fields_of(text, rules.tab);
      files[side].push_back({std::move(text), std::move(fields)});
    }
  }
  Joiner joiner(rules, std::move(files), line.operands);
  const int status = joiner.run(out);
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
