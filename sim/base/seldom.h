// seldom.h — a large value that is mostly left as it was made.

#pragma once

#include <memory>

namespace drydock {

/// A T in the room of a pointer.  As long as nothing of it was changed there
/// is none, and all who read it read the same one; whoever changes something
/// has a T of its own from then on.  Copies are deep.
template <typename T>
class Seldom {
 public:
  Seldom() = default;
  Seldom(T value) : own_(std::make_unique<T>(std::move(value))) {}
  Seldom(const Seldom& other)
      : own_(other.own_ ? std::make_unique<T>(*other.own_) : nullptr) {}
  Seldom(Seldom&&) noexcept = default;
  Seldom& operator=(Seldom other) noexcept {
    own_ = std::move(other.own_);
    return *this;
  }

  const T& operator*() const { return own_ ? *own_ : untouched(); }
  const T* operator->() const { return &**this; }

  /// To change it.
  T& own() {
    if (!own_) own_ = std::make_unique<T>();
    return *own_;
  }

 private:
  static const T& untouched() {
    static const T value;
    return value;
  }

  std::unique_ptr<T> own_;  // Null: as it was made.
};

}  // namespace drydock
