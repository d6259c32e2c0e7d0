// lab.h — a docker host for builds: an engine, files, and what was printed.

#pragma once

#include <map>
#include <string>

#include "sim/builder/build.h"
#include "sim/engine/engine.h"
#include "tests/builder/workshop.h"

namespace drydock::test {

/// A file of a context: its content, mode and owner.
struct ContextFile {
  std::string content;
  vfs::Mode mode = 0644;
  std::uint32_t owner = 0;
  std::string link;  // A symlink's target.
};
using Files = std::map<std::string, ContextFile>;

/// The tar that a client would send.
Bytes tar_of(const Files& files);

class Screenful final : public builder::BuildOutput {
 public:
  Task<Outcome> write(std::string text) override {
    text_ += text;
    co_return done();
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// What one build gave.
struct Built {
  std::string image;   // 64 digits, or empty.
  std::string output;  // With ids as <1>, <2> ... in order of appearance.
  std::string error;
  int code = 0;
};

class Lab {
 public:
  /// Holds an image "busybox" of a few files, /etc/passwd among them.
  explicit Lab(const engine::Rules& rules);

  Built build(const std::string& dockerfile, Files files = {},
              builder::BuildRequest request = {});
  Built build(builder::BuildRequest request, const std::string& dockerfile) {
    return build(dockerfile, {}, std::move(request));
  }

  engine::ImageRef image(const std::string& name) {
    const auto found = engine_.find_image(name);
    return found ? *found : nullptr;
  }

  /// "drwxr-xr-x 0:0", or "-rw-r--r-- 0:0 content", or why there is nothing.
  std::string look(const std::string& image, const std::string& path);

  /// Of its layers and those below, texts as `docker history` shows them.
  List history(const std::string& image);

  engine::Engine& engine() { return engine_; }
  Workshop& workshop() { return workshop_; }

 private:
  Workshop workshop_;
  engine::Engine engine_;
};

/// Twelve-digit ids renamed to <1>, <2> ... in order of appearance.
std::string rename_ids(const std::string& text);

}  // namespace drydock::test
