// grep_filter.cc — selection, context and the ways to print a line.

#include "sim/userland/text/grep_filter.h"

#include <fmt/format.h>

namespace drydock::userland {

void GrepFilter::begin_file(std::string_view name) {
  name_ = name == "-" ? "(standard input)" : std::string(name);
  before_.clear();
  number_ = offset_ = count_ = after_left_ = printed_ = 0;
  binary_ = false;
}

bool GrepFilter::prints_lines() const {
  return !style_.count && !style_.quiet && !style_.files_with &&
         !style_.files_without;
}

bool GrepFilter::selected(std::string_view line) {
  const RegexFound found = regex_.matches(line);
  if (found == RegexFound::exhausted) exhausted_ = true;
  return (found == RegexFound::yes) != style_.invert;
}

bool GrepFilter::line(std::string_view line, bool terminated, Output& out) {
  ++number_;
  const std::int64_t offset = offset_;
  offset_ += static_cast<std::int64_t>(line.size()) + terminated;
  if (!style_.text && !style_.null_data && line.find('\0') != line.npos) {
    binary_ = true;
  }
  const bool full = style_.max_count && count_ >= *style_.max_count;
  if (full && (after_left_ == 0 || *style_.max_count == 0)) return false;
  if (!full && selected(line)) {
    ++count_;
    any_ = true;
    if (style_.quiet || style_.files_with || style_.files_without) {
      return false;
    }
    if (prints_lines() && binary_ && !style_.busybox) return false;
    if (prints_lines()) print_selected(line, out);
    const bool now_full = style_.max_count && count_ >= *style_.max_count;
    return !now_full || after_left_ > 0;
  }
  if (exhausted_) return false;
  if (!prints_lines()) return true;
  if (after_left_ > 0) {
    --after_left_;
    print(number_, offset, line, '-', out);
    return !full || after_left_ > 0;
  }
  if (style_.before > 0) {
    before_.push_back({number_, offset, std::string(line)});
    if (static_cast<std::int64_t>(before_.size()) > style_.before) {
      before_.pop_front();
    }
  }
  return true;
}

void GrepFilter::print_selected(std::string_view line, Output& out) {
  const std::int64_t first = before_.empty() ? number_ : before_.front().number;
  if (style_.context && any_printed_ && first > printed_ + 1) out.say("--\n");
  if (style_.context && any_printed_ && printed_ == 0 && first == 1) {
    out.say("--\n");
  }
  for (const Kept& kept : before_) {
    print(kept.number, kept.offset, kept.text, '-', out);
  }
  before_.clear();
  const std::int64_t offset =
      offset_ - static_cast<std::int64_t>(line.size()) - 1;
  if (style_.only_matching) {
    print_parts(line, out);
    printed_ = number_;
    any_printed_ = true;
  } else {
    print(number_, offset, line, ':', out);
  }
  after_left_ = style_.after;
}

void GrepFilter::print_head(std::int64_t number, std::int64_t offset, char mark,
                            Output& out) {
  std::string head;
  if (style_.with_names) {
    head += name_;
    head += style_.null_after_name ? '\0' : mark;
  }
  if (style_.line_numbers) head += fmt::format("{}{}", number, mark);
  if (style_.byte_offsets) head += fmt::format("{}{}", offset, mark);
  if (style_.initial_tab && !head.empty()) head += '\t';
  out.say(head);
}

void GrepFilter::print(std::int64_t number, std::int64_t offset,
                       std::string_view line, char mark, Output& out) {
  printed_ = number;
  any_printed_ = true;
  if (style_.only_matching) return;  // Context lines have no matches.
  print_head(number, offset, mark, out);
  say_line(out, line, true, style_.null_data ? '\0' : '\n');
}

void GrepFilter::print_parts(std::string_view line, Output& out) {
  if (style_.invert) return;
  const std::int64_t begin =
      offset_ - static_cast<std::int64_t>(line.size()) - 1;
  std::size_t at = 0;
  RegexMatch match;
  while (at <= line.size() &&
         regex_.search(line, at, 0, &match) == RegexFound::yes) {
    const auto from = static_cast<std::size_t>(match[0].begin);
    const auto to = static_cast<std::size_t>(match[0].end);
    if (to > from) {
      print_head(number_, begin + match[0].begin, ':', out);
      say_line(out, line.substr(from, to - from), true,
               style_.null_data ? '\0' : '\n');
    }
    at = std::max(to, from + (to == from));
  }
}

void GrepFilter::end_file(Output& out) {
  const bool some = count_ > 0;
  const std::string_view after = style_.null_after_name
                                     ? std::string_view("\0", 1)
                                     : std::string_view("\n");
  if (binary_ && some && prints_lines() && !style_.busybox) {
    out.say(fmt::format("Binary file {} matches\n", name_));
  }
  if (style_.quiet) return;
  if (style_.count) {
    if (style_.with_names) {
      out.say(name_);
      out.say(style_.null_after_name ? std::string_view("\0", 1) : ":");
    }
    out.say(fmt::format("{}\n", count_));
  }
  if ((style_.files_with && some) || (style_.files_without && !some)) {
    out.say(name_);
    out.say(after);
  }
}

}  // namespace drydock::userland
