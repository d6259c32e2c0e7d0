// flags.h — a command's options as a table, and what a command line made of it.
//
// Docker has had two grammars: mflag up to 1.9, with -single-dash bundles,
// quotes that the client strips and `=false` for switches; and pflag since.
// Both read the same table: a row says in which profiles it exists.

#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/text.h"

namespace drydock::cli {

/// What a value must be.  A switch takes none.
enum class Kind : std::uint8_t {
  toggle,
  text,
  number,       // strconv.ParseInt
  uint16,       // strconv.ParseUint, 16 bits
  bytes,        // "64m": 1024-based
  decimal,      // "1.5"
  duration,     // "1m30s"
  list,         // May be given again.
  strings,      // The same, and commas separate too.
  map,          // "k=v", again and again
  filter,       // The same.
  stream,       // stdin, stdout or stderr
  environment,  // "K=V" or "K"
  reference,    // An image's name.
  sysctl,
  mount,   // --mount: a list of fields.
  ulimit,  // "nofile=100:200"
};

/// The profiles in which a row exists.
enum Where : std::uint8_t { k18 = 1, k20 = 2, kBoth = 3 };

struct Flag {
  char letter;  // 0 when there is no short form.
  std::string_view name;
  std::string_view value;  // What 20.10's help calls the argument.
  Kind kind;
  std::string_view preset;
  Where where;
  std::string_view help;          // Own words.
  std::string_view stands_for{};  // Another row's name that this one sets.
  bool hidden = false;            // Not in help pages.
};

/// Rows by name, so that one is found without looking at all of them; of the
/// same name there may be one a profile.
using FlagTable = std::span<const Flag>;
constexpr bool is_flag_table(FlagTable rows) {
  return std::ranges::is_sorted(rows, {}, &Flag::name);
}

/// What was given, in the order given.  Few are, so a look-up is a short walk.
class Flags {
 public:
  void set(std::string_view name, std::string value) {
    given_.emplace_back(name, std::move(value));
  }

  bool given(std::string_view name) const { return find(name) != nullptr; }
  bool on(std::string_view name, bool preset = false) const;
  /// The last value given, or the preset.
  std::string text(std::string_view name, std::string_view preset = {}) const;
  List list(std::string_view name) const;  // All values, as given.
  std::optional<std::int64_t> number(std::string_view name) const;

  using Given = std::vector<std::pair<std::string_view, std::string>>;
  const Given& all() const { return given_; }

 private:
  const std::string* find(std::string_view name) const;

  Given given_;
};

/// A command line that was read: its flags, and the words after them.
struct Parsed {
  Flags flags;
  List operands;
  bool help = false;  // --help was given.
};

/// What a grammar must know besides the table.
struct Grammar {
  Where profile = k18;
  bool single_dash_names = false;  // mflag
  bool strips_quotes = false;
  bool en_dashes = false;  // As textbooks print them: ––format.
  bool stops_at_operand = true;
};

/// Reads the words from `first` on.  The refusal's text is one line without
/// its newline.
Result<Parsed> parse(FlagTable table, Grammar grammar, const List& words,
                     std::size_t first = 0);

/// Value checks; each answers the value as it is kept, or Go's complaint.
Result<std::string> checked(Kind kind, std::string value);

/// "64m", "1.5g", "42": bytes, 1024-based (behaviour.md §0.5).
Result<std::int64_t> parse_size(std::string_view text);

/// "nofile=100:200": a resource and its bounds.
struct UlimitValue {
  std::string name;
  std::int64_t soft = 0, hard = 0;
};
Result<UlimitValue> parse_ulimit(std::string_view text);

/// Go's time.ParseDuration: "1h15m30.918s"; nanoseconds.
std::optional<std::int64_t> parse_duration(std::string_view text);

}  // namespace drydock::cli
