// dock.h — an engine in a fake world, for tests that speak docker's language.

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/engine.h"
#include "sim/vfs/tar.h"
#include "tests/support/fake_backend.h"

namespace drydock::engine {

template <typename T>
Task<void> put_answer(Task<T> work, std::optional<T>& into) {
  T answer = co_await work;
  into.emplace(std::move(answer));
}

class Dock {
 public:
  explicit Dock(const Rules& rules, std::uint16_t port_last = 61000)
      : backend(1, port_last), engine(backend, rules, 7) {
    base = image("base:latest", "base", "");
  }

  FakeBackend backend;
  Engine engine;
  std::string base;  // The id of base:latest, whose Cmd is `true`.

  /// Runs a request to its end, in virtual time.
  template <typename T>
  T run(Task<T> task) {
    std::optional<T> answer;
    Fiber fiber(backend.scheduler(), put_answer(std::move(task), answer),
                nullptr);
    fiber.wake();
    backend.scheduler().run_until([&] { return answer.has_value(); });
    return std::move(*answer);
  }

  /// Runs it for this long only; nothing if it has not ended.
  template <typename T>
  std::optional<T> run_for(Nanoseconds span, Task<T> task) {
    std::optional<T> answer;
    Fiber fiber(backend.scheduler(), put_answer(std::move(task), answer),
                nullptr);
    fiber.wake();
    backend.scheduler().run_for(span);
    return answer;
  }

  void pass(Nanoseconds span) { backend.scheduler().run_for(span); }

  /// An image of one layer more than its parent.
  std::string image(const std::string& name, const std::string& content,
                    const std::string& parent) {
    Image image;
    image.parent = parent;
    image.created = engine.now();
    image.config.cmd = List{"true"};
    image.container_config.cmd = List{"make " + content};
    StringSource tar(tar_of(content));
    const Answer<std::string> id = run(engine.add_image(image, &tar));
    if (!name.empty()) {
      const Done tagged = run(engine.tag(shown(*id), name, true));
      if (!tagged) return tagged.error().text;
    }
    return *id;
  }
  std::string shown(const std::string& id) { return engine.shown_id(id); }

  /// An archive of one file.
  static Bytes tar_of(const std::string& content) {
    vfs::TarWriter writer;
    vfs::TarEntry entry;
    entry.name = "content";
    entry.size = static_cast<std::int64_t>(content.size());
    entry.content = content;
    writer.add(entry);
    writer.end();
    return writer.take();
  }

  CreateRequest request(const std::string& name, const List& cmd) {
    CreateRequest wanted;
    wanted.name = name;
    wanted.config.image = "base";
    wanted.config.cmd = cmd;
    return wanted;
  }

  Answer<Created> create(const std::string& name, const List& cmd) {
    return run(engine.create(request(name, cmd)));
  }

  /// Creates and starts; the text of the fault, if any.
  std::string up(const std::string& name, const List& cmd) {
    const Answer<Created> created = create(name, cmd);
    if (!created) return created.error().text;
    return text_of(run(engine.start(name)));
  }

  Container& container(const std::string& name) { return **engine.find(name); }
  State state(const std::string& name) {
    const Answer<ContainerRef> found = engine.find(name);
    return found ? (*found)->run.state : State::removed;
  }

  template <typename T>
  static std::string text_of(const Answer<T>& answer) {
    return answer ? "" : answer.error().text;
  }

  /// "create start die": what has happened to containers, oldest first.
  std::string history() const {
    std::string words;
    for (const EventRecord& event : engine.event_log().kept()) {
      if (event.about->type != "container") continue;
      words += (words.empty() ? "" : " ") + event.action;
    }
    return words;
  }
};

}  // namespace drydock::engine
