// shell.cc — `drydock shell`: a person at the simulated host.
//
// While the host waits for the person its clock stands still; each line costs
// one second.  While it works (a log that is followed, a shell attached to a
// clock) virtual time goes as fast as real time, and keys go straight through.

#include <unistd.h>

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "sim/front/completion.h"
#include "sim/front/editor.h"
#include "sim/front/session.h"
#include "sim/scenario/screen.h"

namespace drydock::front {

namespace {

constexpr int kSliceMilliseconds = 50;

void show(std::string_view bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  std::fflush(stdout);
}

class Shell {
 public:
  Shell(const CommonOptions& common, const ShellCommand& command)
      : command_(command), session_(common), editor_([this](const auto& line) {
          return complete(session_.world().machine(), line);
        }) {}

  int run() {
    const Outcome begun = begin();
    if (!begun) {
      fmt::print(stderr, "drydock: {}\n", begun.error().text);
      return 2;
    }
    while (step()) {
    }
    return end();
  }

 private:
  Outcome begin() {
    if (!command_.resume.empty()) {
      const Outcome resumed = session_.resume(command_.resume);
      if (!resumed) return resumed;
    }
    return bring_in(session_.world().machine(), command_.with);
  }

  int end() {
    const std::string path =
        command_.save.empty() ? default_session_path() : command_.save;
    if (session_.inputs().empty()) return 0;
    const Outcome saved = session_.save(path);
    if (saved) {
      fmt::print("session kept in {}; `drydock shell --resume {}` goes on\n",
                 path, path);
    } else {
      fmt::print(stderr, "drydock: {}\n", saved.error().text);
    }
    return 0;
  }

  scenario::Terminal& terminal() { return session_.world().terminal(1); }

  bool step() {
    const auto settled = terminal().settle(kSliceMilliseconds * kMillisecond);
    take_output();
    switch (settled) {
      case scenario::Settled::gone:
        return false;
      case scenario::Settled::waits:
        return read_line();
      case scenario::Settled::busy:
        return pass_keys(kSliceMilliseconds);
      case scenario::Settled::idle:
        return pass_keys(-1);
      case scenario::Settled::spins:
        break;
    }
    show("\r\ndrydock: this runs without end and without waiting; ^C sent\r\n");
    terminal().type("\x03");
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
    if (!whole.empty()) show(whole);
    if (recording_) {
      for (const std::string& line : scenario::screen_lines(whole)) {
        recorded_.output.push_back(line);
      }
      if (!recorded_.output.empty()) recorded_.output.pop_back();
    }
  }

  void finish_record() {
    if (recording_) session_.record(std::move(recorded_));
    recorded_ = Input{};
    recording_ = false;
  }

  bool read_line() {
    finish_record();
    const Entry entry = editor_.read(prompt_);
    if (entry.kind == Entry::Kind::line && entry.text == "undo") return undo();
    recorded_.prompt = prompt_;
    recording_ = true;
    session_.world().pass(kSecond);
    if (entry.kind == Entry::Kind::key) {
      press(entry.text);
      return true;
    }
    editor_.remember(entry.text);
    recorded_.text = entry.text;
    recorded_.bytes = entry.text + "\n";
    echo_ = entry.text;
    prompt_.clear();
    terminal().type(recorded_.bytes);
    return true;
  }

  void press(const std::string& keys) {
    recorded_.bytes = keys;
    for (const char key : keys) {
      recorded_.text += fmt::format("^{}", static_cast<char>(key + '@'));
    }
    terminal().type(keys);
  }

  bool pass_keys(int milliseconds) {
    if (!prompt_.empty()) show(std::exchange(prompt_, {}));
    RawKeys raw;
    const std::string keys = raw.wait(milliseconds);
    waited_ += kSliceMilliseconds * kMillisecond;
    if (keys.empty()) return true;
    finish_record();
    recording_ = true;
    recorded_.after = std::exchange(waited_, 0);
    press(keys);
    return true;
  }

  bool undo() {
    const Outcome undone = session_.undo();
    prompt_.clear();
    show(undone ? "(one line less)\r\n" : undone.error().text + "\r\n");
    (void)terminal().settle(0);
    const auto lines = scenario::screen_lines(terminal().take_output());
    prompt_ = lines.back();
    return true;
  }

  const ShellCommand& command_;
  Session session_;
  Editor editor_;
  std::string prompt_, echo_;
  Input recorded_;
  bool recording_ = false;
  Nanoseconds waited_ = 0;
};

}  // namespace

int run_shell(const CommonOptions& common, const ShellCommand& command) {
  return Shell(common, command).run();
}

}  // namespace drydock::front
