// events.cc — the ring of events, its filters and its readers.

#include "sim/engine/events.h"

#include <algorithm>

namespace drydock::engine {

namespace {

using Words = std::vector<std::string>;

std::string_view attribute(const EventRecord& event, std::string_view key) {
  for (const auto& [name, value] : event.about->attributes) {
    if (name == key) return value;
  }
  return {};
}

bool one_of(const Words& wanted, std::string_view word) {
  return std::ranges::find(wanted, word) != wanted.end();
}

/// "exec_start: sh -c x" answers to "exec_start" as well.
bool is_action(const Words& wanted, std::string_view action) {
  return one_of(wanted, action) ||
         one_of(wanted, action.substr(0, action.find(':')));
}

/// An image is meant by its id, by its name and by its name without tag.
bool is_image(const Words& wanted, const EventRecord& event) {
  const std::string_view subject = event.about->type == "image"
                                       ? std::string_view(event.about->id)
                                       : event.about->from;
  const std::string_view name =
      event.about->type == "image" ? attribute(event, "name") : subject;
  const auto bare = [](std::string_view text) {
    return text.substr(0, text.rfind(':'));
  };
  return one_of(wanted, subject) || one_of(wanted, name) ||
         one_of(wanted, bare(subject)) || one_of(wanted, bare(name));
}

/// By id, prefix of one, or name.
bool is_container(const Words& wanted, const EventRecord& event) {
  if (event.about->type != "container") return false;
  return std::ranges::any_of(wanted, [&](std::string_view text) {
    if (text.starts_with('/')) text.remove_prefix(1);
    return !text.empty() && (event.about->id.starts_with(text) ||
                             attribute(event, "name") == text);
  });
}

bool is_labelled(const Words& wanted, const EventRecord& event) {
  return std::ranges::all_of(wanted, [&](std::string_view label) {
    const std::size_t equals = label.find('=');
    const std::string_view key = label.substr(0, equals);
    return std::ranges::any_of(event.about->attributes, [&](const auto& entry) {
      return entry.first == key && (equals == std::string_view::npos ||
                                    entry.second == label.substr(equals + 1));
    });
  });
}

bool is_of_type(const Words& wanted, const EventRecord& event,
                std::string_view type) {
  if (event.about->type != type) return false;
  return one_of(wanted, event.about->id) ||
         one_of(wanted, attribute(event, "name"));
}

}  // namespace

bool EventFilter::passes(const EventRecord& event) const {
  return (events.empty() || is_action(events, event.action)) &&
         (images.empty() || is_image(images, event)) &&
         (containers.empty() || is_container(containers, event)) &&
         (types.empty() || one_of(types, event.about->type)) &&
         (labels.empty() || is_labelled(labels, event)) &&
         (volumes.empty() || is_of_type(volumes, event, "volume")) &&
         (networks.empty() || is_of_type(networks, event, "network"));
}

EventStream::EventStream(EventLog& log, EventFilter filter,
                         std::optional<Time> since, std::optional<Time> until)
    : log_(log), filter_(std::move(filter)), until_(until) {
  log_.streams_.push_back(this);
  if (!since) return;
  for (const EventRecord& event : log_.ring_) {
    if (event.time >= *since) offer(event);
  }
}

EventStream::~EventStream() { std::erase(log_.streams_, this); }

void EventStream::offer(const EventRecord& event) {
  if (until_ && event.time > *until_) return;
  if (!filter_.passes(event)) return;
  waiting_.push_back(event);
  arrived_.notify_all();
}

Task<std::optional<EventRecord>> EventStream::next() {
  while (waiting_.empty()) {
    if (until_ && log_.clock_.now() >= *until_) co_return std::nullopt;
    if (until_) {
      co_await arrived_.wait_until(*until_);
    } else {
      co_await arrived_.wait();
    }
  }
  std::optional<EventRecord> event = std::move(waiting_.front());
  waiting_.pop_front();
  co_return event;
}

void EventLog::record(std::string_view action, EventSubjectRef about) {
  const EventRecord& event = ring_.emplace_back(
      EventRecord{clock_.now(), std::string(action), std::move(about)});
  ++total_;
  for (EventStream* const stream : streams_) stream->offer(event);
  if (ring_.size() > kept_) ring_.pop_front();
}

void EventLog::restore(EventRecord event, std::uint64_t number) {
  total_ = number;
  ring_.push_back(std::move(event));
  if (ring_.size() > kept_) ring_.pop_front();
}

}  // namespace drydock::engine
