// editor.cc — libedit, fed with our own keys.

#include "sim/front/editor.h"

#include <histedit.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

namespace drydock::front {

namespace {

constexpr int kHistoryMax = 1000;
constexpr std::size_t kShownMax = 200;  // Completions at once.

std::string common_front(const std::vector<std::string>& words) {
  std::string front = words.front();
  for (const std::string& word : words) {
    const auto [end, ignored] = std::ranges::mismatch(front, word);
    front.erase(end, front.end());
  }
  return front;
}

/// Where the word begins that is completed.
std::size_t word_begin(const std::string& line) {
  return line.find_last_of(" \t|;&(<>=") + 1;
}

}  // namespace

std::string in_columns(const std::vector<std::string>& words, int width) {
  std::size_t longest = 1;
  for (const std::string& word : words) {
    longest = std::max(longest, word.size() + 2);
  }
  const std::size_t columns =
      std::max<std::size_t>(1, static_cast<std::size_t>(width) / longest);
  const std::size_t rows = (words.size() + columns - 1) / columns;
  std::string text;
  for (std::size_t row = 0; row < rows; ++row) {
    std::string line;
    for (std::size_t at = row; at < words.size(); at += rows) {
      line += fmt::format("{:<{}}", words[at], longest);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\r\n";
  }
  return text;
}

struct Editor::Library {
  explicit Library(Keyboard& board) : keyboard(board) {}

  Keyboard& keyboard;
  EditLine* line = nullptr;
  History* history = nullptr;
  HistEvent event{};
  std::string prompt, path;
  Completer completer;
  bool detaches = false;
  std::string key;  // Ended the line in place of a newline.

  static Library& of(EditLine* line) {
    void* self = nullptr;
    el_get(line, EL_CLIENTDATA, &self);
    return *static_cast<Library*>(self);
  }
  static char* show_prompt(EditLine* line) { return of(line).prompt.data(); }

  /// libedit asks for wide characters; ours come as UTF-8.
  static int next_key(EditLine* line, wchar_t* key) {
    Library& self = of(line);
    char byte = 0;
    if (!self.keyboard.next(byte)) return 0;
    const auto first = static_cast<unsigned char>(byte);
    const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0;
    std::uint32_t code =
        more == 0 ? first
                  : first & (0xffU >> (static_cast<unsigned>(more) + 2));
    for (int i = 0; i < more && self.keyboard.next(byte); ++i) {
      code = code << 6 | (static_cast<unsigned char>(byte) & 0x3f);
    }
    *key = static_cast<wchar_t>(code);
    return 1;
  }

  unsigned char end_with(std::string keys) {
    key = std::move(keys);
    return CC_NEWLINE;
  }
  static unsigned char interrupt(EditLine* line, int key) {
    return of(line).end_with(std::string(1, static_cast<char>(key)));
  }
  static unsigned char end_of_file(EditLine* line, int) {
    const LineInfo* const info = el_line(line);
    if (info->buffer == info->lastchar) return of(line).end_with("\x04");
    if (info->cursor == info->lastchar) return CC_ERROR;
    el_push(line, "\033[3~");  // Delete the character under the cursor.
    return CC_NORM;
  }
  /// ^P is the line before; where docker holds it back, ^Q may follow.
  static unsigned char previous(EditLine* line, int) {
    Library& self = of(line);
    if (self.detaches) {
      char after = 0;
      if (!self.keyboard.next(after)) return CC_EOF;
      if (after == '\x11') return self.end_with("\x10\x11");
      self.keyboard.push_back(std::string(1, after));
    }
    el_push(line, "\033[A");
    return CC_NORM;
  }
  static unsigned char complete(EditLine* line, int) {
    Library& self = of(line);
    const LineInfo* const info = el_line(line);
    const std::string before(info->buffer, info->cursor);
    const std::vector<std::string> words = self.completer(before);
    if (words.empty()) return CC_ERROR;
    const std::string typed = before.substr(word_begin(before));
    const std::string front = common_front(words);
    if (words.size() == 1 || front.size() > typed.size()) {
      std::string rest = front.substr(std::min(typed.size(), front.size()));
      const bool goes_on = front.ends_with('/') || front.ends_with('=');
      if (words.size() == 1 && !goes_on) rest += ' ';
      el_insertstr(line, rest.c_str());
      return CC_REFRESH;
    }
    if (words.size() > kShownMax) return CC_ERROR;
    show("\r\n" + in_columns(words, self.keyboard.size().columns));
    return CC_REDISPLAY;
  }

  void bind(const char* keys, const char* name, const char* help,
            unsigned char (*function)(EditLine*, int)) {
    el_set(line, EL_ADDFN, name, help, function);
    el_set(line, EL_BIND, keys, name, nullptr);
  }
};

Editor::Editor(Keyboard& keyboard, Completer completer,
               std::string history_path)
    : library_(std::make_unique<Library>(keyboard)) {
  std::setlocale(LC_CTYPE, "C.UTF-8");  // For what libedit shows.
  Library& self = *library_;
  self.completer = std::move(completer);
  self.path = std::move(history_path);
  self.history = history_init();
  history(self.history, &self.event, H_SETSIZE, kHistoryMax);
  history(self.history, &self.event, H_SETUNIQUE, 1);
  history(self.history, &self.event, H_LOAD, self.path.c_str());
  self.line = el_init("drydock", stdin, stdout, stderr);
  el_set(self.line, EL_CLIENTDATA, &self);
  el_set(self.line, EL_PROMPT, &Library::show_prompt);
  el_set(self.line, EL_EDITOR, "emacs");
  el_set(self.line, EL_HIST, history, self.history);
  el_set(self.line, EL_GETCFN, &Library::next_key);
  // Keys that would be signals or flow control are ours.
  el_set(self.line, EL_SETTY, "-d", "-isig", "-ixon", nullptr);
  // Between two lines too, or what is typed ahead would be echoed, and ^R and
  // ^D taken, by the terminal itself.
  el_set(self.line, EL_SETTY, "-x", "-isig", "-ixon", "-icanon", "-iexten",
         "-echo", nullptr);
  keyboard.make_raw();
  self.bind("^I", "drydock-complete", "complete the word", &Library::complete);
  self.bind("^C", "drydock-interrupt", "interrupt", &Library::interrupt);
  self.bind("^Z", "drydock-suspend", "suspend", &Library::interrupt);
  self.bind("^\\", "drydock-quit", "quit", &Library::interrupt);
  self.bind("^D", "drydock-end", "end of file", &Library::end_of_file);
  self.bind("^P", "drydock-previous", "previous line", &Library::previous);
  el_set(self.line, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  el_set(self.line, EL_BIND, "^W", "ed-delete-prev-word", nullptr);
  el_set(self.line, EL_BIND, "\033[3~", "ed-delete-next-char", nullptr);
  el_set(self.line, EL_BIND, "\033[H", "ed-move-to-beg", nullptr);
  el_set(self.line, EL_BIND, "\033[F", "ed-move-to-end", nullptr);
  el_source(self.line, nullptr);  // The person's own ~/.editrc comes last.
}

Editor::~Editor() {
  el_end(library_->line);
  history_end(library_->history);
}

Entry Editor::read(const std::string& prompt, bool detaches) {
  Library& self = *library_;
  self.prompt = prompt;
  self.detaches = detaches;
  self.key.clear();
  el_resize(self.line);
  int count = 0;
  const char* const text = el_gets(self.line, &count);
  self.keyboard.make_raw();
  if (!self.key.empty()) return {Entry::Kind::key, self.key};
  if (!text || count <= 0) return {Entry::Kind::end, ""};
  std::string line(text, static_cast<std::size_t>(count));
  while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
  return {Entry::Kind::line, line};
}

void Editor::remember(const std::string& line) {
  Library& self = *library_;
  if (line.find_first_not_of(' ') == std::string::npos) return;
  history(self.history, &self.event, H_ENTER, line.c_str());
  std::error_code ignored;
  const std::filesystem::path folder =
      std::filesystem::path(self.path).parent_path();
  std::filesystem::create_directories(folder, ignored);
  history(self.history, &self.event, H_SAVE, self.path.c_str());
}

}  // namespace drydock::front
