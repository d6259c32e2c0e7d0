// engines.h — two docker-compatible commands, asked the same.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "sim/base/result.h"
#include "sim/base/text.h"
#include "sim/front/options.h"

namespace drydock::front {

struct Reply {
  int status = 0;
  std::string out, err;
};

/// The model: a fresh simulated host.
class ModelEngine {
 public:
  explicit ModelEngine(const CommonOptions& common);
  Reply ask(const List& words);  // Without "docker".

 private:
  std::unique_ptr<machine::Machine> machine_;
};

/// Another command, run with these words added; a shell reads `command`.
class OtherEngine {
 public:
  explicit OtherEngine(std::string command) : command_(std::move(command)) {}
  /// Status 124: it did not end in time.
  Result<Reply> ask(const List& words) const;

 private:
  std::string command_;
};

/// A reply with what is its own alone put aside: ids become <id1>, <id2> ...
/// in order of appearance, one numbering for a whole history; times, spans,
/// random names, addresses and pids become <time> and so on.
class Plain {
 public:
  std::string text(std::string_view bytes);

 private:
  std::map<std::string, std::string> ids_;
};

}  // namespace drydock::front
