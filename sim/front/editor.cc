// editor.cc — libedit, and the terminal in raw mode.

#include "sim/front/editor.h"

#include <histedit.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>

namespace drydock::front {

namespace {

volatile sig_atomic_t interrupted = 0;
void on_interrupt(int) { interrupted = 1; }

constexpr int kHistoryMax = 1000;

std::string common_front(const std::vector<std::string>& words) {
  std::string front = words.front();
  for (const std::string& word : words) {
    std::size_t same = 0;
    while (same < front.size() && same < word.size() &&
           front[same] == word[same]) {
      ++same;
    }
    front.resize(same);
  }
  return front;
}

}  // namespace

struct Editor::Library {
  EditLine* line = nullptr;
  History* history = nullptr;
  HistEvent event{};
  std::string prompt;
  Completer completer;
  std::string detach;  // Keys that ended the line in place of a newline.

  static Library& of(EditLine* line) {
    void* self = nullptr;
    el_get(line, EL_CLIENTDATA, &self);
    return *static_cast<Library*>(self);
  }
  static char* show_prompt(EditLine* line) { return of(line).prompt.data(); }
  static unsigned char complete(EditLine* line, int) {
    Library& self = of(line);
    const LineInfo* const info = el_line(line);
    const std::string before(info->buffer, info->cursor);
    const std::vector<std::string> words = self.completer(before);
    if (words.empty()) return CC_ERROR;
    const std::size_t begin = before.find_last_of(" \t") + 1;
    const std::string typed = before.substr(begin);
    const std::string front = common_front(words);
    if (front.size() > typed.size()) {
      std::string rest = front.substr(typed.size());
      if (words.size() == 1 && !front.ends_with('/')) rest += ' ';
      el_insertstr(line, rest.c_str());
      return CC_REFRESH;
    }
    if (words.size() == 1) {
      el_insertstr(line, " ");
      return CC_REFRESH;
    }
    std::fputs("\r\n", stdout);
    for (const std::string& word : words) std::printf("%s  ", word.c_str());
    std::fputs("\r\n", stdout);
    return CC_REDISPLAY;
  }
  static unsigned char leave(EditLine* line, int) {
    of(line).detach = "\x10\x11";
    return CC_NEWLINE;
  }
};

Editor::Editor(Completer completer) : library_(std::make_unique<Library>()) {
  Library& self = *library_;
  self.completer = std::move(completer);
  self.line = el_init("drydock", stdin, stdout, stderr);
  self.history = history_init();
  history(self.history, &self.event, H_SETSIZE, kHistoryMax);
  el_set(self.line, EL_CLIENTDATA, &self);
  el_set(self.line, EL_PROMPT, &Library::show_prompt);
  el_set(self.line, EL_EDITOR, "emacs");
  el_set(self.line, EL_HIST, history, self.history);
  el_set(self.line, EL_ADDFN, "complete", "complete the word",
         &Library::complete);
  el_set(self.line, EL_BIND, "^I", "complete", nullptr);
  el_set(self.line, EL_ADDFN, "detach", "detach from a container",
         &Library::leave);
  el_set(self.line, EL_BIND, "^P^Q", "detach", nullptr);
  el_source(self.line, nullptr);
}

Editor::~Editor() {
  history_end(library_->history);
  el_end(library_->line);
}

Entry Editor::read(const std::string& prompt) {
  Library& self = *library_;
  self.prompt = prompt;
  self.detach.clear();
  interrupted = 0;
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = on_interrupt;
  ::sigaction(SIGINT, &action, &before);
  int count = 0;
  const char* const text = el_gets(self.line, &count);
  ::sigaction(SIGINT, &before, nullptr);
  if (interrupted) return {Entry::Kind::key, "\x03"};
  if (!text || count <= 0) return {Entry::Kind::key, "\x04"};
  if (!self.detach.empty()) return {Entry::Kind::key, self.detach};
  std::string line(text, static_cast<std::size_t>(count));
  while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
  return {Entry::Kind::line, line};
}

void Editor::remember(const std::string& line) {
  history(library_->history, &library_->event, H_ENTER, line.c_str());
}

struct RawKeys::Saved {
  termios before{};
  bool terminal = false;
};

RawKeys::RawKeys() : saved_(std::make_unique<Saved>()) {
  saved_->terminal = ::tcgetattr(STDIN_FILENO, &saved_->before) == 0;
  if (!saved_->terminal) return;
  termios raw = saved_->before;
  ::cfmakeraw(&raw);
  raw.c_oflag |= OPOST | ONLCR;
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

RawKeys::~RawKeys() {
  if (saved_->terminal) {
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_->before);
  }
}

std::string RawKeys::wait(int milliseconds) {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (::poll(&input, 1, milliseconds) <= 0) return {};
  std::array<char, 256> buffer;
  const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  if (count <= 0) return "\x04";
  return {buffer.data(), static_cast<std::size_t>(count)};
}

}  // namespace drydock::front
