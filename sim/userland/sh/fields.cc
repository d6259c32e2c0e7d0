// fields.cc — field splitting, and what is left of marks at the end.

#include "sim/userland/sh/fields.h"

#include <utility>

namespace drydock::userland::sh {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

std::string escaped(const Marked& field, std::string_view special) {
  std::string text;
  for (std::size_t i = 0; i < field.text.size(); ++i) {
    if (field.origin[i] == kNothing) continue;
    const bool escapes = field.origin[i] == kQuoted &&
                         special.find(field.text[i]) != special.npos;
    if (escapes) text += '\\';
    text += field.text[i];
  }
  return text;
}

}  // namespace

std::string Marked::plain() const {
  if (origin.find(static_cast<char>(kNothing)) == std::string::npos) {
    return text;
  }
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (origin[i] != kNothing) result += text[i];
  }
  return result;
}

std::string Marked::pattern() const { return escaped(*this, "\\*?[]!-^()|+@"); }

std::string Marked::regex() const { return escaped(*this, "\\.[]*^$+?(){}|"); }

bool Marked::may_match() const {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (origin[i] != kWritten && origin[i] != kExpanded) continue;
    const char c = text[i];
    if (c == '*' || c == '?' || c == '[') return true;
    if (c == '(' && i > 0 &&
        std::string_view("@!+").find(text[i - 1]) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::vector<Marked> split_fields(const Marked& field, std::string_view ifs) {
  std::vector<Marked> result;
  Marked current;
  const std::size_t size = field.text.size();
  const auto splits = [&](std::size_t i) {
    return field.origin[i] == kExpanded && ifs.find(field.text[i]) != ifs.npos;
  };
  const auto blank = [&](std::size_t i) {
    return splits(i) && is_blank(field.text[i]);
  };
  std::size_t i = 0;
  while (i < size && blank(i)) ++i;
  bool open = i < size;  // A field has begun, or must come.
  while (i < size) {
    if (!splits(i)) {
      std::size_t end = i;
      while (end < size && !splits(end)) ++end;
      current.text.append(field.text, i, end - i);
      current.origin.append(field.origin, i, end - i);
      open = true;
      i = end;
      continue;
    }
    while (i < size && blank(i)) ++i;
    if (i < size && splits(i)) {
      ++i;
      while (i < size && blank(i)) ++i;
    }
    result.push_back(std::exchange(current, Marked()));
    open = false;
  }
  if (open && !current.text.empty()) result.push_back(std::move(current));
  return result;
}

}  // namespace drydock::userland::sh
