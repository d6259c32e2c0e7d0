// line_discipline.cc — what each key does: stty(1), "Special characters".

#include "sim/kernel/line_discipline.h"

#include <cctype>

namespace drydock::kernel {

namespace {

constexpr char control(char letter) { return static_cast<char>(letter & 037); }

constexpr char kErase = 0177;
constexpr char kInterrupt = control('C');
constexpr char kQuit = 034;
constexpr char kSuspend = control('Z');
constexpr char kEndOfFile = control('D');
constexpr char kKill = control('U');
constexpr char kWordErase = control('W');
constexpr char kReprint = control('R');
constexpr char kLiteralNext = control('V');

bool is_control(char key) {
  const auto byte = static_cast<unsigned char>(key);
  return byte < 32 || byte == 127;
}

/// The second and later bytes of a character in UTF-8.
bool is_continuation(char key) {
  return (static_cast<unsigned char>(key) & 0xc0) == 0x80;
}

bool is_word(char key) {
  const auto byte = static_cast<unsigned char>(key);
  return byte >= 128 || std::isalnum(byte) || key == '_';
}

}  // namespace

void LineDiscipline::set_termios(const Termios& termios) {
  // What was typed ahead in canonical mode is there for raw readers.
  if (termios_.canonical && !termios.canonical && !line_.empty()) finish_line();
  termios_ = termios;
}

Bytes LineDiscipline::screen(std::string_view written) const {
  if (!termios_.output_crlf) return Bytes(written);
  Bytes out;
  out.reserve(written.size());
  for (const char byte : written) {
    if (byte == '\n') out += '\r';
    out += byte;
  }
  return out;
}

/// ECHOCTL: control characters show as ^X.
Bytes LineDiscipline::echo_of(char key) const {
  if (!is_control(key) || key == '\t') return Bytes(1, key);
  if (key == '\n') return screen("\n");
  return Bytes{'^', static_cast<char>(key ^ 0100)};
}

void LineDiscipline::finish_line() {
  ready_bytes_ += line_.size();
  ready_.push_back(std::move(line_));
  line_.clear();
}

void LineDiscipline::erase_one(KeyEffect* effect) {
  if (line_.empty()) return;
  while (line_.size() > 1 && is_continuation(line_.back())) line_.pop_back();
  const char last = line_.back();
  line_.pop_back();
  if (!termios_.echo) return;
  effect->echo += "\b \b";
  if (is_control(last)) effect->echo += "\b \b";
}

void LineDiscipline::erase_word(KeyEffect* effect) {
  while (!line_.empty() && !is_word(line_.back())) erase_one(effect);
  while (!line_.empty() && is_word(line_.back())) erase_one(effect);
}

void LineDiscipline::erase_all(KeyEffect* effect) {
  while (!line_.empty()) erase_one(effect);
}

bool LineDiscipline::signal_key(char key, KeyEffect* effect) {
  if (!termios_.signals) return false;
  if (key == kInterrupt) effect->signal = kSigInt;
  if (key == kQuit) effect->signal = kSigQuit;
  if (key == kSuspend) effect->signal = kSigTstp;
  if (effect->signal == 0) return false;
  line_.clear();
  ready_.clear();
  ready_bytes_ = 0;
  if (termios_.echo) effect->echo = echo_of(key);
  return true;
}

void LineDiscipline::add(char key, KeyEffect* effect) {
  if (!termios_.canonical) {
    if (!has_room()) return;
    if (ready_.empty()) ready_.emplace_back();
    ready_.back() += key;
    ++ready_bytes_;
  } else {
    // Beyond the limit keys are lost, but a line can always be ended.
    if (line_.size() >= kLineMax && key != '\n') return;
    line_ += key;
    if (key == '\n') finish_line();
  }
  if (termios_.echo) effect->echo += echo_of(key);
}

bool LineDiscipline::edit(char key, KeyEffect* effect) {
  switch (key) {
    case kErase:
      erase_one(effect);
      return true;
    case kKill:
      erase_all(effect);
      return true;
    case kWordErase:
      erase_word(effect);
      return true;
    case kEndOfFile:
      finish_line();
      return true;
    case kReprint:
      if (!termios_.echo) return true;
      effect->echo = echo_of(key) + screen("\n");
      for (const char typed : line_) effect->echo += echo_of(typed);
      return true;
    case kLiteralNext:
      literal_next_ = true;
      if (termios_.echo) effect->echo = "^\b";
      return true;
    default:
      return false;
  }
}

KeyEffect LineDiscipline::key(char key) {
  KeyEffect effect;
  if (literal_next_) {
    literal_next_ = false;
    add(key, &effect);
    return effect;
  }
  if (signal_key(key, &effect)) return effect;
  if (key == '\r' && termios_.input_cr_to_nl) key = '\n';
  if (termios_.canonical && edit(key, &effect)) return effect;
  add(key, &effect);
  return effect;
}

Bytes LineDiscipline::take(std::size_t count) {
  Bytes& first = ready_.front();
  Bytes bytes = first.substr(0, count);
  ready_bytes_ -= bytes.size();
  if (bytes.size() == first.size()) {
    ready_.pop_front();
  } else {
    first.erase(0, bytes.size());
  }
  return bytes;
}

}  // namespace drydock::kernel
