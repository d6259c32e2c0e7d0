// ps.cc — report the processes: procps' and busybox' ways of asking.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/accounts.h"
#include "sim/userland/options.h"
#include "sim/userland/processes.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kBusybox{
    .usage = "[-o COL1,COL2=HEADER]", .gnu = "o=, T", .busybox = "o=, T"};

struct Snapshot {
  Process* self;
  Accounts accounts;
  Time now;
  bool busybox = false;
};

// busybox tells the name too where it is not that of the command line.
std::string command_in(const Snapshot& shot, const ProcessInfo& process) {
  const std::string command = command_of(process);
  if (!shot.busybox || process.argv.empty()) return command;
  const std::string base = vfs::base_name(process.argv[0]);
  const bool same = base == process.name || base == "-" + process.name;
  return same ? command : "{" + process.name + "} " + command;
}

/// One kind of column.  Width 0: as wide as the widest cell.
struct ColumnKind {
  std::string_view keys;  // Separated by blanks.
  std::string_view header;
  int width;
  bool right;
  std::string (*cell)(const Snapshot&, const ProcessInfo&);
};

std::string user_name(const Snapshot& shot, const ProcessInfo& process) {
  const std::string name = shot.accounts.user_name(process.uid);
  return name.size() > 8 ? std::to_string(process.uid) : name;
}

// clang-format off
const ColumnKind kColumns[] = {
    {"pid tgid lwp", "PID", 5, true,
     [](const Snapshot&, const ProcessInfo& p) { return std::to_string(p.pid); }},
    {"ppid", "PPID", 5, true,
     [](const Snapshot&, const ProcessInfo& p) { return std::to_string(p.parent); }},
    {"pgid pgrp", "PGID", 5, true,
     [](const Snapshot&, const ProcessInfo& p) { return std::to_string(p.group); }},
    {"sid sess session", "SID", 5, true,
     [](const Snapshot&, const ProcessInfo& p) { return std::to_string(p.session); }},
    {"user euser uname ruser", "USER", 8, false, user_name},
    {"uid euid", "UID", 5, true,
     [](const Snapshot&, const ProcessInfo& p) { return std::to_string(p.uid); }},
    {"args cmd command", "COMMAND", 27, false,
     command_in},
    {"comm ucmd ucomm", "COMMAND", 15, false,
     [](const Snapshot&, const ProcessInfo& p) {
       return p.state == 'Z' ? p.name + " <defunct>" : p.name; }},
    {"stat", "STAT", 4, false,
     [](const Snapshot& s, const ProcessInfo& p) { return status_of(*s.self, p); }},
    {"state s", "S", 1, false,
     [](const Snapshot&, const ProcessInfo& p) { return std::string(1, p.state); }},
    {"tty tt tname", "TTY", 8, false,
     [](const Snapshot&, const ProcessInfo& p) { return tty_of(p); }},
    {"time cputime", "TIME", 8, true,
     [](const Snapshot&, const ProcessInfo&) { return std::string("00:00:00"); }},
    {"stime start_time", "STIME", 5, true,
     [](const Snapshot& s, const ProcessInfo& p) { return start_time(p.started, s.now); }},
    {"start", "STARTED", 8, true,
     [](const Snapshot&, const ProcessInfo& p) { return format_time(p.started, "%H:%M:%S"); }},
    {"lstart", "STARTED", 24, true,
     [](const Snapshot&, const ProcessInfo& p) { return format_time(p.started, "%a %b %e %H:%M:%S %Y"); }},
    {"etime", "ELAPSED", 11, true,
     [](const Snapshot& s, const ProcessInfo& p) { return elapsed(s.now - p.started); }},
    {"etimes", "ELAPSED", 7, true,
     [](const Snapshot& s, const ProcessInfo& p) { return std::to_string((s.now - p.started) / kSecond); }},
    {"pcpu %cpu", "%CPU", 4, true,
     [](const Snapshot&, const ProcessInfo&) { return std::string("0.0"); }},
    {"pmem %mem", "%MEM", 4, true,
     [](const Snapshot&, const ProcessInfo&) { return std::string("0.0"); }},
    {"c", "C", 2, true,
     [](const Snapshot&, const ProcessInfo&) { return std::string("0"); }},
    {"ni nice", "NI", 3, true,
     [](const Snapshot&, const ProcessInfo&) { return std::string("0"); }},
};
// clang-format on

const ColumnKind* find_column(std::string_view key) {
  for (const ColumnKind& kind : kColumns) {
    const List keys = split(kind.keys, ' ');
    if (std::ranges::find(keys, key) != keys.end()) return &kind;
  }
  return nullptr;
}

struct Column {
  const ColumnKind* kind;
  std::string header;
  std::string fixed = "";  // In place of the cell: what is not modelled is 0.
  int width = 0;
};

struct Request {
  bool everybody = false, with_tty = false, leaders_too = true;
  std::vector<Pid> pids;
  std::vector<std::string> users, names;
  std::vector<Column> columns;
  bool headers = true;
  std::string sort;
  std::string error;
};

Column column(std::string_view key, std::string_view header = "", int width = 0,
              std::string_view fixed = "") {
  const ColumnKind* const kind = find_column(key);
  return {kind, std::string(header.empty() ? kind->header : header),
          std::string(fixed), width ? width : kind->width};
}

std::vector<Column> usual_columns() {
  return {column("pid"), column("tty"), column("time"), column("comm", "CMD")};
}

std::vector<Column> full_columns() {
  return {column("user", "UID"), column("pid"),        column("ppid"),
          column("c"),           column("stime"),      column("tty"),
          column("time"),        column("args", "CMD")};
}

std::vector<Column> user_columns() {
  return {column("user"),
          column("pid"),
          column("pcpu"),
          column("pmem"),
          column("c", "VSZ", 6, "0"),
          column("c", "RSS", 5, "0"),
          column("tty"),
          column("stat"),
          column("stime", "START"),
          column("time", "TIME", 6, "0:00"),
          column("args")};
}

std::vector<Column> bsd_columns() {
  return {column("pid"), column("tty"), column("stat"),
          column("time", "TIME", 6, "0:00"), column("args")};
}

// "pid,ppid=PARENT,args": adds the columns; an error text for unknown ones.
std::string add_columns(Request& request, const std::string& list) {
  std::string rest = list;
  while (!rest.empty()) {
    const std::size_t end = rest.find_first_of(", =");
    const std::string key = lower(rest.substr(0, end));
    if (!find_column(key)) return key;
    Column one = column(key);
    if (end != rest.npos && rest[end] == '=') {
      // A header of one's own takes all that is left.
      one.header = rest.substr(end + 1);
      rest.clear();
      if (one.header.empty()) one.width = 1;
    } else {
      rest = end == rest.npos ? "" : rest.substr(end + 1);
    }
    if (key == "args" || key == "cmd")
      one.header = upper(key == "args" ? "command" : "cmd");
    if (!one.kind) return key;
    request.columns.push_back(one);
  }
  return "";
}

void add_pids(Request& request, const std::string& list) {
  for (const std::string& word : split(replace_all(list, " ", ","), ',')) {
    const auto pid = parse_int(word);
    if (pid) request.pids.push_back(static_cast<Pid>(*pid));
    if (!pid) request.error = "process ID list syntax error";
  }
}

void apply_bsd(Request& request, char letter) {
  switch (letter) {
    case 'a':
      request.with_tty = true;
      break;
    case 'x':
      request.leaders_too = true;
      break;
    case 'u':
      request.columns = user_columns();
      break;
    case 'e':
    case 'f':
    case 'w':
    case 'h':
      break;
    default:
      request.error = "unsupported option (BSD syntax)";
  }
}

/// Reads ps's words: Unix options with dashes, BSD ones without.
class WordReader {
 public:
  explicit WordReader(const List& words) : words_(words) {}

  Request read() {
    bool bsd = false, x = false, a = false;
    for (at_ = 1; at_ < words_.size() && request_.error.empty();) {
      const std::string word = words_[at_++];
      if (word.starts_with("--")) {
        read_long(word.substr(2));
      } else if (word.starts_with('-')) {
        read_unix(word.substr(1));
      } else if (parse_int(word)) {
        add_pids(request_, word);
      } else {
        bsd = true;
        a = a || word.find('a') != word.npos;
        x = x || word.find('x') != word.npos;
        read_bsd(word);
      }
    }
    if (a && x) request_.everybody = true;
    if (request_.columns.empty()) {
      request_.columns = bsd ? bsd_columns() : usual_columns();
    }
    return std::move(request_);
  }

 private:
  std::string argument(std::string_view attached) {
    if (!attached.empty()) return std::string(attached);
    if (at_ < words_.size()) return words_[at_++];
    request_.error = "option requires an argument";
    return "";
  }

  void format(const std::string& list) {
    const std::string unknown = add_columns(request_, list);
    if (!unknown.empty()) {
      request_.error =
          fmt::format("unknown user-defined format specifier \"{}\"", unknown);
    }
  }

  void read_long(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const std::string value =
        equals == word.npos ? "" : word.substr(equals + 1);
    if (name == "sort") {
      request_.sort = argument(value);
    } else if (name == "format") {
      format(argument(value));
    } else if (name == "pid") {
      add_pids(request_, argument(value));
    } else if (name == "no-headers" || name == "no-heading") {
      request_.headers = false;
    } else {
      request_.error = "unknown gnu long option";
    }
  }

  void read_unix(const std::string& letters) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
      const std::string rest = letters.substr(i + 1);
      switch (letters[i]) {
        case 'e':
        case 'A':
          request_.everybody = true;
          continue;
        case 'f':
          request_.columns = full_columns();
          continue;
        case 'w':
          continue;
        case 'a':
          request_.with_tty = true;
          continue;
        case 'o':
          return format(argument(rest));
        case 'p':
          return add_pids(request_, argument(rest));
        case 'u':
        case 'U':
          request_.users = split(argument(rest), ',');
          return;
        case 'C':
          request_.names = split(argument(rest), ',');
          return;
        default:
          request_.error = "unsupported SysV option";
          return;
      }
    }
  }

  void read_bsd(const std::string& letters) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
      const std::string rest = letters.substr(i + 1);
      if (letters[i] == 'o') return format(argument(rest));
      if (letters[i] == 'p') return add_pids(request_, argument(rest));
      apply_bsd(request_, letters[i]);
    }
  }

  const List& words_;
  std::size_t at_ = 1;
  Request request_;
};

bool chosen(const Request& request, const Snapshot& shot,
            const ProcessInfo& process, const std::string& own_tty) {
  if (!request.pids.empty()) {
    return std::ranges::find(request.pids, process.pid) != request.pids.end();
  }
  if (!request.users.empty()) {
    return std::ranges::any_of(request.users, [&](const std::string& user) {
      return shot.accounts.find_uid(user) == process.uid;
    });
  }
  if (!request.names.empty()) {
    return std::ranges::find(request.names, process.name) !=
           request.names.end();
  }
  if (request.everybody) return true;
  if (request.with_tty) return tty_of(process) != "?";
  return process.uid == shot.self->credentials().uid &&
         tty_of(process) == own_tty;
}

std::string padded(const std::string& text, int width, bool right) {
  return right ? fmt::format("{:>{}}", text, width)
               : fmt::format("{:<{}}", text, width);
}

std::string table(const Request& request, const Snapshot& shot,
                  const std::vector<ProcessInfo>& rows) {
  const auto line = [&](auto cell_of, bool header) {
    std::string text;
    for (const Column& one : request.columns) {
      const bool last = &one == &request.columns.back();
      const std::string cell = cell_of(one);
      const bool bare = last && !one.kind->right;
      const bool right = one.kind->right && !(header && shot.busybox);
      text += bare ? cell : padded(cell, one.width, right);
      if (!last) text += ' ';
    }
    return text + "\n";
  };
  std::string text;
  const bool named = std::ranges::any_of(
      request.columns, [](const Column& one) { return !one.header.empty(); });
  if (request.headers && named) {
    text += line([](const Column& one) { return one.header; }, true);
  }
  for (const ProcessInfo& row : rows) {
    const auto cell = [&](const Column& one) {
      return one.fixed.empty() ? one.kind->cell(shot, row) : one.fixed;
    };
    text += line(cell, false);
  }
  return text;
}

void sort_rows(const Request& request, std::vector<ProcessInfo>& rows) {
  std::string key = request.sort;
  const bool down = key.starts_with('-');
  if (down || key.starts_with('+')) key.erase(0, 1);
  const auto number = [&](const ProcessInfo& row) -> std::int64_t {
    if (key == "ppid") return row.parent;
    if (key == "uid") return row.uid;
    if (key == "start_time" || key == "lstart") return row.started.since_epoch;
    return row.pid;
  };
  std::ranges::stable_sort(rows, {}, [&](const ProcessInfo& row) {
    return down ? -number(row) : number(row);
  });
}

// busybox: one table of all processes, "PID   USER     TIME  COMMAND".
std::string busybox_table(const Snapshot& shot,
                          const std::vector<ProcessInfo>& rows) {
  std::string text = "PID   USER     TIME  COMMAND\n";
  for (const ProcessInfo& row : rows) {
    text +=
        fmt::format("{:5} {:<8.8} {:>5} {}\n", row.pid,
                    shot.accounts.user_name(row.uid), "0:00", command_of(row));
  }
  return text;
}

}  // namespace

Task<int> ps_main(Process& self) {
  Output out(self);
  Snapshot shot{&self, {}, self.now(), out.busybox()};
  shot.accounts = co_await read_accounts(self);
  std::vector<ProcessInfo> rows = self.processes();
  Request request;
  if (out.busybox()) {
    const CommandLine line = read_command_line(out, kBusybox);
    if (line.status) co_return co_await out.finish(*line.status);
    if (!line.has("o")) {
      out.say(busybox_table(shot, rows));
      co_return co_await out.finish(0);
    }
    for (const Option& option : line.given) {
      const std::string unknown = add_columns(request, option.value);
      if (unknown.empty()) continue;
      out.complain("bad -o argument '" + unknown + "'");
      co_return co_await out.finish(1);
    }
  } else {
    request = WordReader(self.argv()).read();
  }
  if (!request.error.empty()) {
    out.complain_plain("error: " + request.error +
                       "\n\nUsage:\n ps [options]\n");
    co_return co_await out.finish(1);
  }
  std::string own_tty = "?";
  for (const ProcessInfo& row : rows) {
    if (row.pid == self.getpid()) own_tty = tty_of(row);
  }
  if (!out.busybox()) {
    std::erase_if(rows, [&](const ProcessInfo& row) {
      return !chosen(request, shot, row, own_tty);
    });
  }
  if (!request.sort.empty()) sort_rows(request, rows);
  out.say(table(request, shot, rows));
  const bool nothing = rows.empty() && !request.pids.empty();
  const int status = nothing ? 1 : 0;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
