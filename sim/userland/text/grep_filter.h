// grep_filter.h — which lines grep selects, and how it prints them.

#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/regex.h"

namespace drydock::userland {

struct GrepStyle {
  bool invert = false, count = false, quiet = false, only_matching = false;
  bool files_with = false, files_without = false;  // -l, -L
  bool line_numbers = false, byte_offsets = false, text = false;
  bool with_names = false, null_after_name = false, initial_tab = false;
  bool null_data = false;  // -z
  bool busybox = false;
  std::optional<std::int64_t> max_count;
  std::int64_t before = 0, after = 0;
  bool context = false;  // Groups are parted by "--".
};

/// One grep over all its files.
class GrepFilter final : public LineFilter {
 public:
  GrepFilter(Regex regex, GrepStyle style)
      : regex_(std::move(regex)), style_(style) {}

  void begin_file(std::string_view name) override;
  bool line(std::string_view line, bool terminated, Output& out) override;
  void end_file(Output& out) override;

  bool any_selected() const { return any_; }
  bool exhausted() const { return exhausted_; }

 private:
  struct Kept {
    std::int64_t number, offset;
    std::string text;
  };

  bool selected(std::string_view line);
  void print(std::int64_t number, std::int64_t offset, std::string_view line,
             char mark, Output& out);
  void print_head(std::int64_t number, std::int64_t offset, char mark,
                  Output& out);
  void print_parts(std::string_view line, Output& out);
  void print_selected(std::string_view line, Output& out);
  bool prints_lines() const;

  Regex regex_;
  GrepStyle style_;
  std::string name_;
  std::deque<Kept> before_;
  std::int64_t number_ = 0, offset_ = 0, count_ = 0, after_left_ = 0;
  std::int64_t printed_ = 0;  // The number of the last line printed.
  bool any_ = false, exhausted_ = false, binary_ = false, any_printed_ = false;
};

}  // namespace drydock::userland
