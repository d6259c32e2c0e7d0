// stillness.h — whether nothing happens at a terminal until somebody types.
//
// Silence proves nothing on a machine that is busy.  What is looked at are the
// processes between the keyboard and the program that reads: all of them
// asleep, nothing on its way between them, and none has moved between two
// looks.  The kernel hands on what is in a terminal when it is polled, so an
// empty answer is one.

#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/text.h"
#include "sim/front/proc.h"

namespace drydock::front {

/// One terminal, seen from the side of its programs, and who is at it.
class Stillness {
 public:
  /// The process of the first container named so, as docker tells it.
  using FindProcess = std::function<pid_t(const std::string&)>;

  /// `terminal`: the path of its device.  `state`: docker's, where the daemon
  /// leaves its process id.
  Stillness(const std::string& terminal, pid_t shell, std::string state,
            FindProcess find_process);
  ~Stillness();
  Stillness(const Stillness&) = delete;
  Stillness& operator=(const Stillness&) = delete;

  /// To be called before something is typed: containers that run by then are
  /// not those that it starts.
  void remember_containers();

  /// Is somebody's turn at the keyboard?  `fresh`: what has been printed since
  /// something was typed.  True is certain; false may change by itself.
  bool is_reader_waiting(const std::string& fresh);

  /// Have the programs in all containers come to where they wait for
  /// something?  Those that have worked for longer than a start takes are not
  /// asked.
  bool are_containers_at_rest() const;

 private:
  class Scene;

  bool reads(pid_t pid, const std::string& fresh, Scene& scene);
  bool container_reads(pid_t shim, Scene& scene) const;
  pid_t shim_of(pid_t client, const List& words);
  std::vector<pid_t> shims() const;
  pid_t daemon() const;

  int slave_ = -1;
  std::optional<Thing> keyboard_;
  pid_t shell_;
  std::string state_;
  FindProcess find_process_;
  std::vector<pid_t> known_;
  pid_t client_ = 0, shim_ = 0;  // Whose client that is, once it is known.
};

}  // namespace drydock::front
