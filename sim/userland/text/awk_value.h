// awk_value.h — awk's values: numbers, strings, and strings that look like one.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock::userland {

struct AwkValue;

/// Subscripts in the order of `for (k in a)`: whole numbers, then the rest.
struct AwkSubscriptOrder {
  bool operator()(const std::string& a, const std::string& b) const;
};
using AwkArray = std::map<std::string, AwkValue, AwkSubscriptOrder>;

struct AwkValue {
  enum class Kind { unset, number, string, input };  // input: user's, untyped.

  Kind kind = Kind::unset;
  double number = 0;
  std::string text;
  /// Set where the name is (or may become) an array.
  std::shared_ptr<AwkArray> array;

  static AwkValue of(double number) { return {Kind::number, number, "", {}}; }
  static AwkValue of(std::string text) {
    return {Kind::string, 0, std::move(text), {}};
  }
  /// A field, a line, an argument: a number if it looks like one.
  static AwkValue input(std::string text) {
    return {Kind::input, 0, std::move(text), {}};
  }

  double to_number() const;
  std::string to_text(const std::string& convfmt) const;
  bool truth() const;
  bool numeric() const;  // Compares as a number.
};

/// The number at the front of a text; 0 when there is none.
double awk_number(std::string_view text);

/// Is all of it, but for blanks around, a number?
bool looks_numeric(std::string_view text);

/// As print shows it: whole numbers as such, others by `format` ("%.6g").
std::string awk_number_text(double number, const std::string& format);

/// sprintf; the arguments are taken as they are asked for.
std::string awk_format(std::string_view format,
                       const std::vector<AwkValue>& arguments,
                       const std::string& convfmt);

/// < 0, 0, > 0: as numbers when both are numeric, else as strings.
int awk_compare(const AwkValue& a, const AwkValue& b,
                const std::string& convfmt);

}  // namespace drydock::userland
