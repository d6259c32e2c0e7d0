// shell.cc — `drydock shell`: a person at the simulated host.
//
// While the host waits for the person its clock stands still; each line costs
// one second.  While it works (a log that is followed, a sleep) virtual time
// goes as fast as real time, and control keys go straight through; what else
// is typed meanwhile is kept for the next prompt.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/front/completion.h"
#include "sim/front/editor.h"
#include "sim/front/session.h"
#include "sim/front/state.h"
#include "sim/scenario/key.h"
#include "sim/scenario/screen.h"

namespace drydock::front {

namespace {

constexpr int kSliceMilliseconds = 50;
constexpr Nanoseconds kSlice = kSliceMilliseconds * kMillisecond;
constexpr Nanoseconds kUnwatched = 600 * kSecond;  // Nobody is there to wait.

constexpr std::string_view kWelcome =
    "This is a simulated host with docker on it. Nothing here touches your "
    "machine.\n"
    "Try `docker run -it debian bash`; `help` tells more, `undo` takes a line "
    "back,\n"
    "`exit` or ^D leaves.\n";

constexpr std::string_view kHelp =
    R"(You are root at a simulated host, in /root. It is there as long as you are.

  docker ...          the real thing's commands: `docker help`, `docker run --help`
  ls, cat, vi ...     some 150 programs, in the host and in each image
  Tab, ^R, arrows     complete, search and go through what you typed
  ^P ^Q               leave a container's terminal without ending it
  ^C, ^Z, ^D          as on any terminal

Of the shell itself:

  undo                as if the last line had never been typed
  drydock state       what there is now: layers, containers, volumes, links
  drydock explain on  tell under each docker command what it did (off: not)
  drydock hints on    tell after classic mistakes why, and a way out
  drydock save FILE   keep this session, a Markdown page, in a real file
  help                this

Leaving keeps the session; `drydock shell --resume FILE` goes on with it.
)";

class Shell {
 public:
  Shell(const CommonOptions& common, const ShellCommand& command)
      : command_(command),
        session_(common),
        editor_(
            keyboard_, [this](const auto& line) { return completions(line); },
            state_path("history")) {}

  int run() {
    const Outcome begun = begin();
    if (!begun) {
      fmt::print(stderr, "drydock: {}\n", begun.error().text);
      return 2;
    }
    if (keyboard_.is_terminal()) show(kWelcome);
    while (step()) {
    }
    return end();
  }

 private:
  Outcome begin() {
    setting_.explain = session_.common().explain;
    setting_.hints = session_.common().hints;
    if (!command_.resume.empty()) {
      const Outcome resumed = session_.resume(command_.resume);
      if (!resumed) return resumed;
      if (!session_.warning().empty()) {
        fmt::print(stderr, "drydock: {}", session_.warning());
      }
      prompt_ = session_.prompt();
    }
    const auto files = files_of(command_.with);
    if (!files) return files.error();
    for (const BroughtFile& file : *files) {
      Input input;
      input.kind = Input::Kind::file;
      input.text = file.path;
      input.bytes = file.content;
      input.mode = file.mode;
      const Outcome put = session_.bring(std::move(input));
      if (!put) return put.error();
    }
    return done();
  }

  int end() {
    finish_record();
    const std::string path =
        command_.save.empty() ? default_session_path() : command_.save;
    const bool typed = std::ranges::any_of(
        session_.inputs(),
        [](const Input& input) { return input.kind != Input::Kind::file; });
    if (typed) save(path);
    return host().status().value_or(0);
  }

  void save(const std::string& path) {
    const Outcome saved = session_.save(path);
    if (!saved) {
      show("drydock: " + saved.error().text + "\n");
    } else if (keyboard_.is_terminal()) {
      show(fmt::format("Session kept: drydock shell --resume {}\n", path));
    }
  }

  scenario::Terminal& terminal() { return session_.world().terminal(1); }
  machine::HostTerminal& host() { return session_.world().host_terminal(1); }

  std::vector<std::string> completions(const std::string& line) {
    return complete(session_.world().machine(), host(), line);
  }

  /// The window as it is now, for the programs and for the record.
  void fit_window() {
    const Keyboard::Size size = keyboard_.size();
    setting_.rows = size.rows;
    setting_.columns = size.columns;
    terminal().resize(size.rows, size.columns);
  }

  bool step() {
    fit_window();
    const bool watched = keyboard_.is_terminal();
    const auto settled = terminal().settle(watched ? kSlice : kUnwatched);
    take_output();
    switch (settled) {
      case scenario::Settled::gone:
        return false;
      case scenario::Settled::waits:
        return host().person_tty().termios().canonical ? read_line()
                                                       : pass_keys();
      case scenario::Settled::busy:
      case scenario::Settled::idle:
        return stand_by(settled == scenario::Settled::idle);
      case scenario::Settled::spins:
        break;
    }
    show("\ndrydock: this runs without end and without waiting; ^C sent\n");
    begin_record(Input::Kind::key);
    press("\x03");
    return true;
  }

  /// Shows whole lines; what follows the last newline is the prompt.
  void take_output() {
    std::string bytes = prompt_ + terminal().take_output();
    if (!echo_.empty() && bytes.starts_with(echo_)) {
      bytes.erase(0, echo_.size());
      if (bytes.starts_with("\r\n")) bytes.erase(0, 2);
      echo_.clear();
    }
    const std::size_t newline = bytes.rfind('\n');
    const std::size_t begin = newline == std::string::npos ? 0 : newline + 1;
    const std::string whole = bytes.substr(0, begin);
    prompt_ = bytes.substr(begin);
    show_lines(std::string_view(whole).substr(std::min(shown_, whole.size())));
    if (!whole.empty()) shown_ = 0;
    if (recording_ && !whole.empty()) record_lines(whole);
  }

  /// As a terminal has them, or as a file does.
  void show_lines(std::string_view bytes) {
    show(keyboard_.is_terminal() ? std::string(bytes)
                                 : replace_all(bytes, "\r\n", "\n"));
  }

  /// What a key shows of itself is no output: the page has the key.
  void record_lines(const std::string& whole) {
    std::vector<std::string> lines = scenario::screen_lines(whole);
    lines.pop_back();  // Ends with a newline, so this is empty.
    const std::string echo = std::exchange(key_echo_, {});
    if (!echo.empty() && !lines.empty() && lines.front() == echo) {
      lines.erase(lines.begin());
    } else if (!echo.empty() && !lines.empty() &&
               lines.front().starts_with(echo)) {
      lines.front().erase(0, echo.size());
    }
    for (std::string& line : lines) recorded_.output.push_back(std::move(line));
  }

  /// Shows what there is of a line that has not ended.
  void show_prompt() {
    show(std::string_view(prompt_).substr(std::min(shown_, prompt_.size())));
    shown_ = prompt_.size();
  }

  void begin_record(Input::Kind kind) {
    finish_record();
    recorded_.kind = kind;
    recorded_.setting = setting_;
    recorded_.prompt = prompt_;
    recording_ = true;
  }

  void finish_record() {
    if (recording_) session_.record(std::move(recorded_));
    recorded_ = Input{};
    recording_ = false;
  }

  bool read_line() {
    const Entry entry = next_entry();
    waited_ = 0;
    const bool at_host = !host().attached();
    if (entry.kind == Entry::Kind::line) {
      if (at_host && own_command(entry.text)) return true;
      if (entry.text == "undo") return undo();
      editor_.remember(entry.text);
    }
    begin_record(entry.kind == Entry::Kind::line ? Input::Kind::line
                                                 : Input::Kind::key);
    session_.world().set_telling(setting_.explain, setting_.hints);
    session_.world().pass(kSecond);
    shown_ = 0;
    if (entry.kind != Entry::Kind::line) {
      press(entry.kind == Entry::Kind::end ? "\x04" : entry.text);
      return true;
    }
    recorded_.text = entry.text;
    recorded_.bytes = entry.text + "\n";
    echo_ = entry.text;
    prompt_.clear();
    terminal().type(recorded_.bytes);
    return true;
  }

  /// A line from the editor; unedited where nobody can see, or must not.
  Entry next_entry() {
    const bool echoes = host().person_tty().termios().echo;
    if (keyboard_.is_terminal() && echoes) {
      keyboard_.push_back(std::exchange(ahead_, {}));
      return editor_.read(shown_ > 0 ? "" : prompt_, host().attached());
    }
    show_prompt();
    std::string line;
    if (!keyboard_.read_line(line)) return {Entry::Kind::end, ""};
    if (keyboard_.is_terminal() && line.ends_with('\x03')) {
      return {Entry::Kind::key, "\x03"};
    }
    if (!keyboard_.is_terminal()) show(line);  // So that it reads as a session.
    show("\n");
    return {Entry::Kind::line, line};
  }

  void press(const std::string& keys) {
    recorded_.bytes = keys;
    recorded_.text = scenario::key_text(keys);
    key_echo_ = recorded_.text;
    prompt_.clear();  // It is on the screen, and stays there.
    shown_ = 0;
    terminal().type(keys);
  }

  /// A program reads single keys: they reach it as they are pressed.
  bool pass_keys() {
    show_prompt();
    std::string keys = std::exchange(ahead_, {});
    if (keys.empty()) keys = keyboard_.wait(-1);
    if (keys.empty() && !keyboard_.ended()) return true;
    begin_record(Input::Kind::key);
    session_.world().pass(kSecond);
    press(keys.empty() ? "\x04" : keys);
    return true;
  }

  /// Nobody reads.  Time goes on; control keys are signals.
  bool stand_by(bool for_ever) {
    if (!keyboard_.is_terminal()) {
      begin_record(Input::Kind::key);
      press("\x03");  // Nobody is there who could end it.
      return true;
    }
    show_prompt();
    const std::string keys = keyboard_.wait(for_ever ? -1 : kSliceMilliseconds);
    waited_ += kSlice;
    if (keyboard_.ended()) return false;
    const auto control = std::ranges::find_if(keys, [](char key) {
      return key == '\x03' || key == '\x1a' || key == '\x1c' || key == '\x10';
    });
    if (control == keys.end()) {
      ahead_ += keys;
      return true;
    }
    begin_record(Input::Kind::key);
    recorded_.after = std::exchange(waited_, 0);
    press(std::string(control, keys.end()));
    return true;
  }

  bool undo() {
    finish_record();
    const Result<std::string> undone = session_.undo();
    if (!undone) {
      show(undone.error().text + "\n");
      return true;
    }
    show("undone: " + *undone + "\n");
    prompt_ = session_.prompt();
    shown_ = 0;
    return true;
  }

  /// What is of this shell and not of the host.
  bool own_command(const std::string& line) {
    const List words = split_blanks(line);
    if (words.empty()) return false;
    if (words.size() == 1 && words[0] == "help") {
      show(kHelp);
      return true;
    }
    if (words[0] != "drydock") return false;
    editor_.remember(line);
    finish_record();
    const std::string& verb = words.size() > 1 ? words[1] : "help";
    const std::string word = words.size() > 2 ? words[2] : "";
    if (verb == "state" && words.size() <= 3) {
      const auto text = state_text(session_.world().machine().engine(),
                                   word.empty() ? "text" : word);
      show(text ? *text : "drydock: " + text.error().text + "\n");
    } else if ((verb == "explain" || verb == "hints") &&
               (word == "on" || word == "off")) {
      (verb == "explain" ? setting_.explain : setting_.hints) = word == "on";
    } else if (verb == "save" && !word.empty()) {
      save(word);
    } else {
      show(kHelp);
    }
    return true;
  }

  const ShellCommand& command_;
  Session session_;
  Keyboard keyboard_;
  Editor editor_;
  Setting setting_;
  std::string prompt_, echo_, key_echo_;
  std::size_t shown_ = 0;  // How much of the prompt is on the screen.
  std::string ahead_;      // Typed before somebody read it.
  Input recorded_;
  bool recording_ = false;
  Nanoseconds waited_ = 0;
};

}  // namespace

int run_shell(const CommonOptions& common, const ShellCommand& command) {
  return Shell(common, command).run();
}

}  // namespace drydock::front
