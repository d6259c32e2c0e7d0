// lifecycle.cc — the names of states and verbs.

#include "sim/engine/lifecycle.h"

namespace drydock::engine {

std::string_view name_of(State state) {
  switch (state) {
    case State::created:
      return "created";
    case State::running:
      return "running";
    case State::paused:
      return "paused";
    case State::restarting:
      return "restarting";
    case State::exited:
      return "exited";
    case State::dead:
      return "dead";
    case State::removed:
      return "removed";
  }
  return "";
}

std::string_view name_of(Verb verb) {
  switch (verb) {
    case Verb::start:
      return "start";
    case Verb::stop:
      return "stop";
    case Verb::restart:
      return "restart";
    case Verb::kill:
      return "kill";
    case Verb::signal:
      return "signal";
    case Verb::pause:
      return "pause";
    case Verb::unpause:
      return "unpause";
    case Verb::remove:
      return "remove";
    case Verb::force_remove:
      return "force_remove";
    case Verb::exec:
      return "exec";
    case Verb::attach:
      return "attach";
    case Verb::top:
      return "top";
  }
  return "";
}

}  // namespace drydock::engine
