// undertaker.h — lets go of trees of any depth without recursion.
//
// A tree whose directories own their entries would be destroyed by one nested
// destructor a level, and a hundred thousand levels are more than the stack
// holds.  So destructors hand what they own over instead; the outermost one
// lets go of all of it, one after the other.

#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace drydock::vfs {

class Undertaker {
 public:
  static void take(std::shared_ptr<const void> last_reference) {
    if (pile_ != nullptr) {
      pile_->push_back(std::move(last_reference));
      return;
    }
    std::vector<std::shared_ptr<const void>> pile;
    pile_ = &pile;
    last_reference.reset();
    while (!pile.empty()) {
      const std::shared_ptr<const void> next = std::move(pile.back());
      pile.pop_back();
    }
    pile_ = nullptr;
  }

 private:
  static inline std::vector<std::shared_ptr<const void>>* pile_ = nullptr;
};

}  // namespace drydock::vfs
