// link.h — a ring of members that leave it by themselves when they end.
//
// Wait queues and run queues hold things that may be destroyed at any moment
// (SIGKILL destroys a coroutine where it is suspended), so membership must end
// with the member, in constant time and without telling the queue's owner.

#pragma once

namespace drydock {

/// A place in a ring.  A Link that is alone is in no ring.
class Link {
 public:
  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() { unlink(); }

  bool linked() const { return next_ != this; }

  void unlink() {
    before_->next_ = next_;
    next_->before_ = before_;
    next_ = before_ = this;
  }

  /// Puts this link just before `other`; at the end, when that is the head.
  void insert_before(Link& other) {
    unlink();
    before_ = other.before_;
    next_ = &other;
    before_->next_ = this;
    other.before_ = this;
  }

  Link* next() const { return next_; }

 private:
  Link* next_ = this;
  Link* before_ = this;
};

}  // namespace drydock
