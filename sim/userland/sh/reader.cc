// reader.cc — splicing of aliases and joining of lines.

#include "sim/userland/sh/reader.h"

#include <algorithm>

namespace drydock::userland::sh {

/// Leaves the aliases that are read to their end.
int Reader::below() {
  while (frames_.size() > 1 &&
         frames_.back().at == frames_.back().text->size()) {
    alias_blank_ = alias_blank_ || frames_.back().ends_in_blank;
    left_.merge(frames_.back().aliases);
    frames_.pop_back();
  }
  const Frame& top = frames_.back();
  if (top.at == top.text->size()) return kEnd;
  return static_cast<unsigned char>((*top.text)[top.at]);
}

int Reader::raw_get() {
  const int c = raw_peek();
  if (c == kEnd) return c;
  ++frames_.back().at;
  if (c == '\n' && frames_.size() == 1) ++line_;
  return c;
}

void Reader::skip_joints() {
  while (true) {
    Frame& top = frames_.back();
    if (top.at + 1 >= top.text->size() || (*top.text)[top.at] != '\\' ||
        (*top.text)[top.at + 1] != '\n') {
      return;
    }
    top.at += 2;
    if (frames_.size() == 1) {
      ++line_;
      continued_ = top.at == top.text->size();
    }
  }
}

int Reader::peek_second() {
  if (peek() == kEnd) return kEnd;
  const Frame& top = frames_.back();
  std::size_t at = top.at + 1;
  while (at + 1 < top.text->size() && (*top.text)[at] == '\\' &&
         (*top.text)[at + 1] == '\n') {
    at += 2;
  }
  if (at < top.text->size()) return static_cast<unsigned char>((*top.text)[at]);
  return kEnd;
}

void Reader::splice(std::string name, std::string value) {
  const bool blank =
      !value.empty() && (value.back() == ' ' || value.back() == '\t');
  std::set<std::string> aliases = left_;
  aliases.insert(std::move(name));
  frames_.push_back({std::make_shared<const std::string>(std::move(value)), 0,
                     std::move(aliases), blank});
}

bool Reader::is_active(const std::string& alias) const {
  return left_.contains(alias) ||
         std::ranges::any_of(frames_, [&](const Frame& frame) {
           return frame.aliases.contains(alias);
         });
}

}  // namespace drydock::userland::sh
