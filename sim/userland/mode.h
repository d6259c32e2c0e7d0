// mode.h — file modes as chmod reads them: "755", "u+rwX,go-w", "a=r", "g=u".

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/vfs/inode.h"

namespace drydock::userland {

class ModeChange {
 public:
  /// Nullopt when it is neither octal nor symbolic.
  static std::optional<ModeChange> parse(std::string_view text);

  /// The mode that follows from `mode`.  Clauses without a "who" leave alone
  /// the bits of `umask`.  An octal mode of at most four digits leaves a
  /// directory's set-id bits.
  vfs::Mode apply(vfs::Mode mode, bool directory, vfs::Mode umask) const;

 private:
  struct Clause {
    vfs::Mode who = 0;  // 0: nobody named.
    char deed = '=';
    vfs::Mode bits = 0;     // As for everybody.
    bool x_if_any = false;  // 'X'
    char copied = 0;        // 'u', 'g' or 'o' on the right side.
  };

  static bool parse_clause(std::string_view text, std::vector<Clause>& into);

  bool octal_ = false;
  bool keeps_directory_bits_ = false;
  vfs::Mode absolute_ = 0;
  std::vector<Clause> clauses_;
};

}  // namespace drydock::userland
