// person.h — somebody at a real terminal, with drydock running in it.

#pragma once

#include <string>
#include <vector>

namespace drydock::front {

/// Runs build/drydock on a pseudo-terminal of its own.  HOME and the state
/// folder are `home`, or else a fresh directory that goes with it.
class Person {
 public:
  explicit Person(std::vector<std::string> words, int rows = 24,
                  int columns = 80, std::string home = "");
  Person(const Person&) = delete;
  ~Person();

  void type(const std::string& keys);
  void line(const std::string& text) { type(text + "\r"); }
  void resize(int rows, int columns);

  /// Waits until this appears after what was already taken; everything up to
  /// and with it, as plain text.  Fails the test when it does not come.
  std::string until(const std::string& text);

  /// Waits for the end; its status.
  int leave();

  const std::string& home() const { return home_; }

 private:
  bool read_more(int milliseconds);

  std::string home_;
  bool own_home_;
  int terminal_ = -1;
  int child_ = -1;
  std::string screen_;  // Not yet taken.
};

/// One run without a terminal.
struct Ran {
  int status = 0;
  std::string out, err;
};
Ran run_drydock(const std::string& arguments, const std::string& input = "");

/// A fresh directory; the caller removes it, or leaves it to /tmp.
std::string fresh_directory();

std::string content_of(const std::string& path);
void write_content(const std::string& path, const std::string& content);

}  // namespace drydock::front
