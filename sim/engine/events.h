// events.h — what happened, and who wants to know: `docker events`.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/time.h"
#include "sim/base/wait.h"

namespace drydock::engine {

/// Keys and values, in the order in which they are told.
using Attributes = std::vector<std::pair<std::string, std::string>>;

/// What something happened to.  The events of one container share it.
struct EventSubject {
  std::string type;  // container, image, volume, network
  std::string id;    // Of a container or image; a volume's name.
  std::string from;  // A container's image, as typed.
  Attributes attributes;
};
using EventSubjectRef = std::shared_ptr<const EventSubject>;

/// One thing that happened (behaviour.md §events).
struct EventRecord {
  Time time;
  std::string action;     // "create", "exec_start: sh -c x"
  EventSubjectRef about;  // Never null.
};

/// OR within a key, AND across keys; an empty list lets all pass.
struct EventFilter {
  std::vector<std::string> events, images, containers, types, labels, volumes,
      networks;
  bool passes(const EventRecord& event) const;
};

class EventLog;

/// A reader: first what the log still has since a time, then what comes.
class EventStream {
 public:
  EventStream(EventLog& log, EventFilter filter, std::optional<Time> since,
              std::optional<Time> until);
  EventStream(const EventStream&) = delete;
  ~EventStream();

  /// Waits for the next one; nullopt once `until` has passed.
  Task<std::optional<EventRecord>> next();

 private:
  friend class EventLog;
  void offer(const EventRecord& event);

  EventLog& log_;
  EventFilter filter_;
  std::optional<Time> until_;
  std::deque<EventRecord> waiting_;
  WaitQueue arrived_;
};

/// The last so many events, in a ring.
class EventLog {
 public:
  EventLog(const Clock& clock, std::size_t kept) : clock_(clock), kept_(kept) {}

  void record(std::string_view action, EventSubjectRef about);  // Of now.
  /// Puts back what an earlier engine has recorded: the `number`-th event.
  void restore(EventRecord event, std::uint64_t number);
  const std::deque<EventRecord>& kept() const { return ring_; }
  std::uint64_t total() const { return total_; }

 private:
  friend class EventStream;
  const Clock& clock_;
  std::size_t kept_;
  std::uint64_t total_ = 0;
  std::deque<EventRecord> ring_;
  std::vector<EventStream*> streams_;  // In order of coming.
};

}  // namespace drydock::engine
