// seq.cc — numbers in a row; yes: the same again and again.

#include <algorithm>

#include <fmt/format.h>

#include "sim/userland/text/awk_value.h"
#include "sim/userland/text/lines.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kSeq{.usage = "[OPTION]... LAST",
                     .gnu = "f format=, s separator=, w equal-width",
                     .busybox = "w, s=",
                     .order = Order::stop_at_operand};

constexpr int kDigitsMax = 9;

/// A decimal as a whole number of its last digits.
struct Decimal {
  std::int64_t units = 0;
  int digits = 0;  // Behind the point.
};

std::optional<Decimal> parse_decimal(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view fraction =
      point == text.npos ? "" : text.substr(point + 1);
  std::string all(text.substr(0, point));
  all += fraction;
  if (fraction.size() > kDigitsMax || all.size() > 18) return std::nullopt;
  const auto units = parse_int(all);
  if (!units) return std::nullopt;
  return Decimal{*units, static_cast<int>(fraction.size())};
}

std::int64_t scaled(const Decimal& number, int digits) {
  std::int64_t value = number.units;
  for (int i = number.digits; i < digits; ++i) value *= 10;
  return value;
}

std::string decimal_text(std::int64_t value, int digits) {
  if (digits == 0) return fmt::format("{}", value);
  std::int64_t scale = 1;
  for (int i = 0; i < digits; ++i) scale *= 10;
  const std::int64_t size = value < 0 ? -value : value;
  return fmt::format("{}{}.{:0{}}", value < 0 ? "-" : "", size / scale,
                     size % scale, digits);
}

std::string widened(std::string text, std::size_t width) {
  const bool negative = text.starts_with('-');
  if (text.size() < width) {
    text.insert(negative ? 1 : 0, width - text.size(), '0');
  }
  return text;
}

/// "-1" is an operand here, not an option.
List with_end_of_options(List words) {
  if (!words.empty()) words.erase(words.begin());
  for (auto word = words.begin(); word != words.end(); ++word) {
    const bool number = word->size() > 1 && (*word)[0] == '-' &&
                        std::string_view("0123456789.").find((*word)[1]) !=
                            std::string_view::npos;
    if (!number && word->starts_with('-')) continue;
    if (!number) break;  // What follows an operand is none either.
    words.insert(word, "--");
    break;
  }
  return words;
}

}  // namespace

Task<int> seq_main(Process& self) {
  Output out(self);
  const List words = with_end_of_options(self.argv());
  const CommandLine line = read_words(out, kSeq, words);
  if (line.status) co_return co_await out.finish(*line.status);
  const List& operands = line.operands;
  if (operands.empty() || operands.size() > 3) {
    const std::string complaint =
        operands.empty() ? std::string("missing operand")
                         : fmt::format("extra operand {}", quoted(operands[3]));
    const int status = refuse(out, kSeq, complaint);
    co_return co_await out.finish(status);
  }
  std::vector<Decimal> numbers;
  for (const std::string& operand : operands) {
    const auto number = parse_decimal(operand);
    if (!number) {
      const std::string complaint =
          fmt::format("invalid floating point argument: {}", quoted(operand));
      const int status = refuse(out, kSeq, complaint);
      co_return co_await out.finish(status);
    }
    numbers.push_back(*number);
  }
  const Decimal first = operands.size() > 1 ? numbers[0] : Decimal{1, 0};
  const Decimal step = operands.size() > 2 ? numbers[1] : Decimal{1, 0};
  const int digits = std::max({first.digits, step.digits, 0});
  const int all = std::max(digits, numbers.back().digits);
  const std::int64_t by = scaled(step, all), last = scaled(numbers.back(), all);
  if (by == 0) {
    const std::string complaint =
        fmt::format("invalid Zero increment value: {}", quoted(operands[1]));
    const int status = refuse(out, kSeq, complaint);
    co_return co_await out.finish(status);
  }
  std::int64_t scale = 1;
  for (int i = digits; i < all; ++i) scale *= 10;
  const auto shown = [&](std::int64_t value) {
    return decimal_text(value / scale, digits);
  };
  const std::int64_t begin = scaled(first, all);
  std::size_t width = 0;
  if (line.has("w")) width = std::max(shown(begin).size(), shown(last).size());
  const std::string separator = line.value("s").value_or("\n");
  const std::string format = line.value("f").value_or("");
  bool any = false;
  for (std::int64_t at = begin; by > 0 ? at <= last : at >= last; at += by) {
    std::string text = widened(shown(at), width);
    if (!format.empty()) {
      text = awk_format(format, {AwkValue::input(shown(at))}, "%.6g");
    }
    if (any) out.say(separator);
    out.say(text);
    any = true;
    if (out.pending() < kChunk) continue;
    const bool written = co_await out.flush();
    if (!written) co_return co_await out.finish(1);
  }
  if (any) out.say("\n");
  co_return co_await out.finish(0);
}

Task<int> yes_main(Process& self) {
  Output out(self);
  List words(self.argv().begin() + 1, self.argv().end());
  if (words.empty()) words.push_back("y");
  const std::string line = join(words, " ") + "\n";
  std::string block;
  while (block.size() < 8192) block += line;
  for (;;) {
    out.say(block);
    const bool written = co_await out.flush();
    if (!written) break;
  }
  co_return co_await out.finish(1);
}

}  // namespace drydock::userland
