// reader.h — the characters of a script, with aliases spliced in.

#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace drydock::userland::sh {

using TextRef = std::shared_ptr<const std::string>;

/// Hands out characters, counts lines, and joins lines that end in a backslash.
class Reader {
 public:
  static constexpr int kEnd = -1;

  Reader(TextRef text, std::size_t at, int line)
      : line_(line), frames_{Frame{std::move(text), at, {}, false}} {}

  /// The next character; a backslash before a newline, and it, are not there.
  int peek() {
    join_lines();
    return raw_peek();
  }
  int get() {
    join_lines();
    return raw_get();
  }
  /// The character after the next one, within this text.
  int peek_second();

  /// The same without joining lines.
  int raw_peek() {
    const Frame& top = frames_.back();
    if (top.at < top.text->size()) {
      return static_cast<unsigned char>((*top.text)[top.at]);
    }
    return frames_.size() == 1 ? kEnd : below();
  }
  int raw_get();

  /// Takes `c` if it is next.
  bool take(char c) {
    if (peek() != static_cast<unsigned char>(c)) return false;
    get();
    return true;
  }

  int line() const { return line_; }
  std::size_t offset() const { return frames_.front().at; }
  const std::string& text() const { return *frames_.front().text; }

  /// Reads `value` before what follows, in place of the alias `name`.
  void splice(std::string name, std::string value);
  /// Whether what is read now came, however indirectly, from this alias.
  bool is_active(const std::string& alias) const;
  /// Whether there is text of an alias left to read.
  bool within_alias() {
    raw_peek();
    return frames_.size() > 1;
  }
  /// A token begins: aliases left before it no longer hold it back.
  void begin_token() { left_.clear(); }
  /// Whether an alias that ended in a blank was just left: then the next word
  /// may be one too.  Asking clears it.
  bool take_alias_blank() { return std::exchange(alias_blank_, false); }

  /// The text ended just behind a backslash and a newline.
  bool ended_in_continuation() const { return continued_; }

  /// For going back when a guess was wrong; not across the end of an alias.
  struct Mark {
    std::size_t at;
    int line;
    std::size_t depth;
  };
  Mark mark() const { return {frames_.back().at, line_, frames_.size()}; }
  void reset(const Mark& mark) {
    if (frames_.size() != mark.depth) return;
    frames_.back().at = mark.at;
    line_ = mark.line;
  }

  /// From now on, nothing more comes: after a syntax error.
  void stop() {
    frames_.resize(1);
    frames_.front().at = frames_.front().text->size();
  }

 private:
  struct Frame {
    TextRef text;
    std::size_t at;
    std::set<std::string> aliases;  // It came from.
    bool ends_in_blank;
  };

  void join_lines() {
    const Frame& top = frames_.back();
    if (top.at < top.text->size() && (*top.text)[top.at] == '\\') skip_joints();
  }
  void skip_joints();
  int below();

  int line_;
  bool continued_ = false;
  bool alias_blank_ = false;
  std::vector<Frame> frames_;
  std::set<std::string> left_;  // Read to their end within this token.
};

}  // namespace drydock::userland::sh
