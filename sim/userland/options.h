// options.h — getopt_long(3) for the programs of the userland.
//
// A program lists its options in one line of text:
//
//     "a all, A almost-all, w width=, color?, 1, help"
//
// Each item is a letter, a long name, or both; '=' takes a value and '?' may
// take one (only attached: -i.bak, --color=auto).  Words may come in any order
// (permutation), short ones in bundles, long ones as unique prefixes.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/text.h"
#include "sim/userland/output.h"

namespace drydock::userland {

/// One option as it was given.  `key` is the item's letter, or its long name
/// when it has no letter.
struct Option {
  std::string key;
  std::string value;
  bool has_value = false;
};

struct Options {
  std::vector<Option> given;  // In order.
  List operands;

  /// Set when the command line is refused: getopt's words, without the
  /// program's name: "invalid option -- 'q'".
  std::optional<std::string> error;

  bool has(std::string_view key) const;

  /// The value that was given last.
  std::optional<std::string> value(std::string_view key) const;

  /// The key among `keys` that was given last; "" when none was.
  std::string last_of(const List& keys) const;
};

enum class Order {
  permute,          // Options may follow operands (GNU).
  stop_at_operand,  // The first operand ends the options: env, nice, ...
};

/// Reads `arguments` (argv without its first word).  "--help" and "--version"
/// are known to every GNU program and need not be listed.
Options parse_options(const List& arguments, std::string_view items,
                      Order order = Order::permute);

/// How a program presents itself.
struct About {
  std::string_view usage;  // "[OPTION]... FILE...": after the name.
  std::string_view gnu;    // Items of the GNU (or only) program.
  std::string_view busybox = gnu;
  Order order = Order::permute;
  int refusal = 1;  // The exit status after a usage error; busybox: always 1.
};

/// Parses the program's own argv and answers --help, --version and mistakes:
/// then `status` is set, the words are in `out`, and the program ends with
/// out.finish(*status).
struct CommandLine : Options {
  std::optional<int> status;
};
CommandLine read_command_line(Output& out, const About& about);

/// The same for words that were changed first: chmod's "-w" is no option.
CommandLine read_words(Output& out, const About& about, const List& words);

/// "Try 'ls --help' for more information.", or busybox's usage.
void advise(Output& out, const About& about);

/// A complaint about the command line as a whole (busybox only shows how it is
/// to be called), then advise(); answers the status to end with.
int refuse(Output& out, const About& about, std::string_view complaint);

}  // namespace drydock::userland
