// fields.h — the text of a word while it is expanded: each byte knows where it
// came from, since that decides whether it splits, matches or just stands.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/text.h"

namespace drydock::userland::sh {

class Shell;

/// Where a byte came from.
enum Origin : char {
  kQuoted = 'q',    // Quoted: never special again.
  kWritten = 'w',   // Unquoted text of the script: may match.
  kExpanded = 'e',  // Unquoted result: may match, and splits at IFS.
  kNothing = 'n',   // No byte at all, but "" stood here: the field exists.
};

struct Marked {
  std::string text;
  std::string origin;  // One Origin for each byte.

  void add(std::string_view bytes, Origin from) {
    text += bytes;
    origin.append(bytes.size(), from);
  }
  void add_nothing() {
    text += '\0';
    origin += static_cast<char>(kNothing);
  }
  std::string plain() const;    // Without the marks.
  std::string pattern() const;  // Quoted bytes behind backslashes.
  std::string regex() const;    // The same for regular expressions.
  bool may_match() const;       // Has *, ? or [ that is not quoted.
};

/// Fields under construction.
class Fields {
 public:
  Marked& last() {
    if (fields_.empty()) fields_.emplace_back();
    return fields_.back();
  }
  void add(std::string_view bytes, Origin from) { last().add(bytes, from); }
  /// A quoted piece: even when empty, the field is there.
  void add_quoted(std::string_view bytes) {
    if (bytes.empty()) {
      last().add_nothing();
    } else {
      last().add(bytes, kQuoted);
    }
  }
  void start_next() {
    last();
    fields_.emplace_back();
  }
  std::vector<Marked>& all() { return fields_; }

 private:
  std::vector<Marked> fields_;
};

/// Field splitting: POSIX.1-2017, XCU 2.6.5.
std::vector<Marked> split_fields(const Marked& field, std::string_view ifs);

/// Pathname expansion; empty when nothing matches.
List expand_paths(Shell& shell, const Marked& field);

}  // namespace drydock::userland::sh
