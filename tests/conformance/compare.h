// compare.h — a recorded answer and ours: the same up to renaming?

#pragma once

#include <map>
#include <string>
#include <string_view>

namespace drydock::conformance {

/// What one command gave.
struct Outputs {
  int status = 0;
  std::string out, err;
};

/// One line of a recording (tests/conformance/recorded/README.md).
struct Record {
  int number = 0;
  std::string section, command, stable;
  Outputs outputs;
};

/// Ids are unified one to one over a section: 12 digits are the front of 64.
class Renamer {
 public:
  /// True if the texts are equal once ids are renamed and what belongs to one
  /// recording alone (times, image sizes, addresses, pids) is masked.
  bool same(const Record& recorded, const Outputs& ours);

 private:
  std::string renamed(std::string_view text,
                      const std::map<std::string, std::string>& names) const;
  void learn(std::string_view recorded, std::string_view ours);

  std::map<std::string, std::string> to_name_;  // Recorded id -> name.
  std::map<std::string, std::string> ours_to_name_;
  int next_ = 0;
};

/// What depends on the hour, the host or the sizes of images.
std::string masked(std::string_view text);

}  // namespace drydock::conformance
