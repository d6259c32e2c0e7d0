// output.h — what a program says: standard output, buffered, and complaints.
//
// Most programs do their work in plain functions and only say things; those
// are kept here in order and written by flush().  As in error(3), a complaint
// comes after everything said before it.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/errno.h"
#include "sim/kernel/process.h"

namespace drydock::userland {

class Output {
 public:
  explicit Output(kernel::Process& self);

  kernel::Process& self() const { return self_; }
  bool busybox() const { return busybox_; }

  /// How the program calls itself: argv[0]; busybox by its base name.
  const std::string& name() const { return name_; }

  void say(std::string_view text);       // Standard output, as it is.
  void complain(std::string_view text);  // "NAME: text\n" on stderr.
  void complain(std::string_view text, Errno error);  // "NAME: text: why\n"
  void complain_plain(std::string_view text);  // Standard error, as it is.

  /// Whether anything has been complained about.
  bool complained() const { return complained_; }

  /// How many bytes wait to be written.
  std::size_t pending() const { return pending_; }

  /// Writes all that was said so far; false when standard output failed.
  Task<bool> flush();

  /// flush(), then the status to exit with: `status`, or `failure` after
  /// "NAME: write error: why".
  Task<int> finish(int status, int failure = 1);

 private:
  void append(kernel::Fd fd, std::string_view text);

  kernel::Process& self_;
  std::string name_;
  bool busybox_;
  bool complained_ = false;
  std::vector<std::pair<kernel::Fd, std::string>> pieces_;
  std::size_t pending_ = 0;
  Errno write_error_{};
};

/// coreutils' quotes for a file name inside of a message: always quoted, as
/// a shell would read it back: 'x', "it's", 'a'$'\n''b'.
std::string quoted(std::string_view text);

/// The same for a name before a colon: quoted only where a shell would need it.
std::string quoted_if_needed(std::string_view text);

/// The same in the program's flavour: busybox puts the text in '' as it is.
std::string quoted(const Output& out, std::string_view text);

/// "cannot remove 'x'" of coreutils, "can't remove 'x'" of busybox.
std::string cannot(const Output& out, std::string_view deed,
                   std::string_view path);

/// Asks on standard error and reads a line: yes when it begins with y or Y.
Task<bool> ask(Output& out, std::string question);

}  // namespace drydock::userland
