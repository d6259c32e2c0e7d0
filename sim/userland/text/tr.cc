// tr.cc — characters for characters.

#include <array>
#include <bitset>

#include <fmt/format.h>

#include "sim/userland/text/lines.h"
#include "sim/userland/text/regex_tree.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... SET1 [SET2]",
    .gnu = "c complement, C, d delete, s squeeze-repeats, t truncate-set1",
    .busybox = "c, C, d, s, t",
    .order = Order::stop_at_operand};

/// A set as it is written: characters in order, classes by name, one filler.
struct TrSet {
  std::string text;
  bool has_lower = false, has_upper = false, has_class = false;
  std::size_t filler_at = std::string::npos;  // [c*]: as long as needed.
  char filler = 0;
};

class SetReader {
 public:
  explicit SetReader(std::string_view text) : text_(text) {}

  Result<TrSet> read() {
    while (at_ < text_.size()) {
      if (rest().starts_with("[:")) {
        const Outcome named = read_class();
        if (!named) return named.error();
        if (took_) continue;
      }
      if (read_repeat()) continue;
      const char low = character();
      if (at_ + 1 < text_.size() && text_[at_] == '-') {
        ++at_;
        const char high = character();
        const auto from = static_cast<unsigned char>(low);
        const auto to = static_cast<unsigned char>(high);
        if (to < from) {
          return Error{fmt::format(
              "range-endpoints of '{}-{}' are in reverse collating sequence "
              "order",
              low, high)};
        }
        for (int c = from; c <= to; ++c) set_.text += static_cast<char>(c);
        continue;
      }
      set_.text += low;
    }
    return std::move(set_);
  }

 private:
  std::string_view rest() const { return text_.substr(at_); }

  Outcome read_class() {
    took_ = false;
    const std::size_t end = text_.find(":]", at_ + 2);
    if (end == text_.npos) return done();
    const std::string_view name = text_.substr(at_ + 2, end - at_ - 2);
    ByteSet bytes;
    if (!named_class(name, &bytes)) {
      return Error{fmt::format("invalid character class '{}'", name)};
    }
    set_.has_class = true;
    set_.has_lower = set_.has_lower || name == "lower";
    set_.has_upper = set_.has_upper || name == "upper";
    for (std::size_t c = 0; c < 256; ++c) {
      if (bytes[c]) set_.text += static_cast<char>(c);
    }
    at_ = end + 2;
    took_ = true;
    return done();
  }

  /// [c*n] and [c*]; [=c=].
  bool read_repeat() {
    const std::size_t begin = at_;
    if (!rest().starts_with('[') || at_ + 2 >= text_.size()) return false;
    if (rest().starts_with("[=") && text_.substr(at_ + 3).starts_with("=]")) {
      set_.text += text_[at_ + 2];
      at_ += 5;
      return true;
    }
    ++at_;
    const char c = character();
    const std::size_t close = text_.find(']', at_);
    if (at_ >= text_.size() || text_[at_] != '*' || close == text_.npos) {
      at_ = begin;
      return false;
    }
    const std::string_view digits = text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    const auto count = parse_int(digits).value_or(0);
    if (count == 0) {
      set_.filler_at = set_.text.size();
      set_.filler = c;
    } else {
      set_.text.append(
          static_cast<std::size_t>(std::min<std::int64_t>(count, 65'536)), c);
    }
    return true;
  }

  char character() {
    const char c = text_[at_++];
    if (c != '\\' || at_ >= text_.size()) return c;
    const char next = text_[at_++];
    constexpr std::string_view kNames = "abfnrtv\\";
    constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\";
    const std::size_t named = kNames.find(next);
    if (named != kNames.npos) return kValues[named];
    if (next < '0' || next > '7') return next;
    int value = next - '0';
    for (int i = 0; i < 2 && at_ < text_.size(); ++i) {
      const char digit = text_[at_];
      if (digit < '0' || digit > '7' || value * 8 + (digit - '0') > 255) break;
      value = value * 8 + (digit - '0');
      ++at_;
    }
    return static_cast<char>(value);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool took_ = false;
  TrSet set_;
};

struct Translation {
  std::array<char, 256> map{};
  std::bitset<256> deleted, squeezed;
};

std::string complement(const std::string& set) {
  std::bitset<256> in;
  for (const char c : set) in.set(static_cast<unsigned char>(c));
  std::string out;
  for (std::size_t c = 0; c < 256; ++c) {
    if (!in[c]) out += static_cast<char>(c);
  }
  return out;
}

void extend(TrSet* second, std::size_t size) {
  std::string& text = second->text;
  if (second->filler_at != std::string::npos && text.size() < size) {
    text.insert(second->filler_at, size - text.size(), second->filler);
  }
  if (!text.empty() && text.size() < size) text.resize(size, text.back());
}

std::bitset<256> bits_of(const std::string& set) {
  std::bitset<256> bits;
  for (const char c : set) bits.set(static_cast<unsigned char>(c));
  return bits;
}

Result<Translation> translation_of(const CommandLine& line) {
  Translation t;
  for (std::size_t c = 0; c < 256; ++c) t.map[c] = static_cast<char>(c);
  Result<TrSet> first = SetReader(line.operands[0]).read();
  if (!first) return first.error();
  const bool complements = line.has("c") || line.has("C");
  const bool two = line.operands.size() > 1;
  Result<TrSet> second = SetReader(two ? line.operands[1] : "").read();
  if (!second) return second.error();
  if (complements) first->text = complement(first->text);
  if (line.has("d")) {
    t.deleted = bits_of(first->text);
    if (two) t.squeezed = bits_of(second->text);
    return t;
  }
  if (!two) {
    t.squeezed = bits_of(first->text);
    return t;
  }
  if (second->text.empty() && second->filler_at == std::string::npos &&
      !line.has("t")) {
    return Error{"when not truncating set1, string2 must be non-empty"};
  }
  if (line.has("t")) {
    first->text.resize(std::min(first->text.size(), second->text.size()));
  }
  extend(&*second, first->text.size());
  for (std::size_t i = 0; i < first->text.size(); ++i) {
    t.map[static_cast<unsigned char>(first->text[i])] = second->text[i];
  }
  if (line.has("s")) t.squeezed = bits_of(second->text);
  return t;
}

std::string apply(const Translation& t, std::string_view text, int* last) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (t.deleted[byte]) continue;
    const auto mapped = static_cast<unsigned char>(t.map[byte]);
    if (t.squeezed[mapped] && *last == mapped) continue;
    *last = mapped;
    out += static_cast<char>(mapped);
  }
  return out;
}

std::optional<std::string> operand_complaint(const CommandLine& line) {
  const std::size_t count = line.operands.size();
  const bool deletes = line.has("d"), squeezes = line.has("s");
  if (count == 0) return "missing operand";
  const std::size_t most = deletes && !squeezes ? 1 : 2;
  const std::size_t least = deletes == squeezes ? 2 : 1;
  if (count < least) {
    return fmt::format(
        "missing operand after {}\n{}", quoted(line.operands[0]),
        deletes ? "Two strings must be given when both deleting and squeezing "
                  "repeats."
                : "Two strings must be given when translating.");
  }
  if (count > most) {
    std::string text =
        fmt::format("extra operand {}", quoted(line.operands[most]));
    if (most == 1 && count == 2) {
      text +=
          "\nOnly one string may be given when deleting without squeezing "
          "repeats.";
    }
    return text;
  }
  return std::nullopt;
}

}  // namespace

Task<int> tr_main(Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (const auto complaint = operand_complaint(line)) {
    const int status = refuse(out, kAbout, *complaint);
    co_return co_await out.finish(status);
  }
  const Result<Translation> translation = translation_of(line);
  if (!translation) {
    out.complain(translation.error().text);
    co_return co_await out.finish(1);
  }
  int last = -1;
  for (;;) {
    const SysResult<Bytes> chunk = co_await self.read(kStdin, kChunk);
    if (!chunk && chunk.error() == Errno::eintr) continue;
    if (!chunk) {
      out.complain("read error", chunk.error());
      co_return co_await out.finish(1);
    }
    if (chunk->empty()) break;
    out.say(apply(*translation, *chunk, &last));
    const bool written = co_await drain(out);
    if (!written) break;
  }
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
