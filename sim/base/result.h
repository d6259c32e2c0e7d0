// result.h — a value, or the reason there is none.

#pragma once

#include <string>
#include <utility>
#include <variant>

namespace drydock {

/// Why something could not be done, in words fit to show a user: lower case,
/// no full stop, saying what was asked and what was answered.
struct Error {
  std::string text;

  friend bool operator==(const Error&, const Error&) = default;
};

/// A `T`, or why not.  `E` is Error for what users read and Errno for what
/// system calls answer.  Success leaves the error alone and the other way
/// round.
template <typename T, typename E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : slot_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : slot_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return slot_.index() == 0; }

  const T& operator*() const& { return std::get<0>(slot_); }
  T& operator*() & { return std::get<0>(slot_); }
  T&& operator*() && { return std::get<0>(std::move(slot_)); }
  const T* operator->() const { return &std::get<0>(slot_); }
  T* operator->() { return &std::get<0>(slot_); }

  const E& error() const { return std::get<1>(slot_); }

 private:
  std::variant<T, E> slot_;
};

/// The result of a deed that yields nothing but its success.
using Outcome = Result<std::monostate>;
inline Outcome done() { return std::monostate{}; }

}  // namespace drydock
