// lifecycle.h — every state a container can be in, and every way out of it.
//
// The table is the specification (behaviour.md §1): the engine consults it, the
// tests walk it.  A pair left out, named twice or refused with side effects
// does not compile.  What the verbs not named here do (logs, cp, diff, commit,
// export, inspect, port, rename, wait) does not depend on the state.

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "sim/engine/messages.h"

namespace drydock::engine {

enum class State : std::uint8_t {
  created,
  running,
  paused,
  restarting,
  exited,
  dead,     // A removal that failed half way.
  removed,  // Nothing is asked of the removed: look-up does not find them.
};
enum class Verb : std::uint8_t {
  start,
  stop,
  restart,
  kill,    // With SIGKILL.
  signal,  // Kill with any other signal.
  pause,
  unpause,
  remove,
  force_remove,
  exec,
  attach,
  top,
};

inline constexpr std::array kStates = {
    State::created,    State::running, State::paused,
    State::restarting, State::exited,  State::dead,
};
inline constexpr std::array kVerbs = {
    Verb::start,        Verb::stop,  Verb::restart, Verb::kill,
    Verb::signal,       Verb::pause, Verb::unpause, Verb::remove,
    Verb::force_remove, Verb::exec,  Verb::attach,  Verb::top,
};

std::string_view name_of(State state);  // "created"
std::string_view name_of(Verb verb);    // "force_remove"

/// Where a verb leads to, or why it is refused.
struct Ruling {
  State to;
  Message refusal = Message::none;
};

struct Move {
  State from;
  Verb verb;
  Ruling docker_1_8, docker_20_10;

  constexpr Move(State f, Verb v, Ruling both)
      : from(f), verb(v), docker_1_8(both), docker_20_10(both) {}
  constexpr Move(State f, Verb v, Ruling old, Ruling recent)
      : from(f), verb(v), docker_1_8(old), docker_20_10(recent) {}
};

namespace table {

using enum State;
using enum Verb;
using M = Message;

// clang-format off
inline constexpr std::array kLifecycle = {
    //   from        verb          docker-1.8 (and 20.10)                 docker-20.10, where it differs
    Move{created,    start,        {running}},
    Move{created,    stop,         {created}},  // Stopping the still is no error.
    Move{created,    restart,      {running}},
    Move{created,    kill,         {created,    M::kill_asleep}},  // Killing it is.
    Move{created,    signal,       {created,    M::kill_asleep}},
    Move{created,    pause,        {created,    M::pause_asleep}},
    Move{created,    unpause,      {created,    M::unpause_asleep}},
    Move{created,    remove,       {removed}},
    Move{created,    force_remove, {removed}},
    Move{created,    exec,         {created,    M::exec_asleep}},
    Move{created,    attach,       {created,    M::attach_asleep}},
    Move{created,    top,          {created,    M::top_asleep}},

    Move{running,    start,        {running}},
    Move{running,    stop,         {exited}},
    Move{running,    restart,      {running}},
    Move{running,    kill,         {exited}},
    Move{running,    signal,       {running}},
    Move{running,    pause,        {paused}},
    Move{running,    unpause,      {running,    M::unpause_awake}},
    Move{running,    remove,       {running,    M::remove_running}},
    Move{running,    force_remove, {removed}},
    Move{running,    exec,         {running}},
    Move{running,    attach,       {running}},
    Move{running,    top,          {running}},

    Move{paused,     start,        {paused,     M::start_paused}},
    Move{paused,     stop,         {paused,     M::stop_paused},          {exited}},
    Move{paused,     restart,      {paused,     M::restart_paused},       {running}},
    Move{paused,     kill,         {paused,     M::kill_paused},          {exited}},
    Move{paused,     signal,       {paused,     M::kill_paused},          {running}},
    Move{paused,     pause,        {paused,     M::pause_paused}},
    Move{paused,     unpause,      {running}},
    Move{paused,     remove,       {paused,     M::remove_paused}},
    Move{paused,     force_remove, {paused,     M::force_remove_paused},  {removed}},
    Move{paused,     exec,         {paused,     M::exec_paused}},
    Move{paused,     attach,       {paused},                              {paused, M::attach_paused}},
    Move{paused,     top,          {paused}},

    Move{restarting, start,        {restarting}},
    Move{restarting, stop,         {exited}},
    Move{restarting, restart,      {running}},
    Move{restarting, kill,         {exited}},
    Move{restarting, signal,       {exited}},
    Move{restarting, pause,        {restarting, M::pause_restarting}},
    Move{restarting, unpause,      {restarting, M::unpause_awake}},
    Move{restarting, remove,       {restarting, M::remove_restarting}},
    Move{restarting, force_remove, {removed}},
    Move{restarting, exec,         {restarting, M::exec_restarting}},
    Move{restarting, attach,       {restarting},                          {restarting, M::attach_restarting}},
    Move{restarting, top,          {restarting, M::top_restarting}},

    Move{exited,     start,        {running}},
    Move{exited,     stop,         {exited}},
    Move{exited,     restart,      {running}},
    Move{exited,     kill,         {exited,     M::kill_asleep}},
    Move{exited,     signal,       {exited,     M::kill_asleep}},
    Move{exited,     pause,        {exited,     M::pause_asleep}},
    Move{exited,     unpause,      {exited,     M::unpause_asleep}},
    Move{exited,     remove,       {removed}},
    Move{exited,     force_remove, {removed}},
    Move{exited,     exec,         {exited,     M::exec_asleep}},
    Move{exited,     attach,       {exited,     M::attach_asleep}},
    Move{exited,     top,          {exited,     M::top_asleep}},

    Move{dead,       start,        {dead,       M::start_dead}},
    Move{dead,       stop,         {dead}},
    Move{dead,       restart,      {dead,       M::start_dead}},
    Move{dead,       kill,         {dead,       M::kill_asleep}},
    Move{dead,       signal,       {dead,       M::kill_asleep}},
    Move{dead,       pause,        {dead,       M::pause_asleep}},
    Move{dead,       unpause,      {dead,       M::unpause_asleep}},
    Move{dead,       remove,       {removed}},
    Move{dead,       force_remove, {removed}},
    Move{dead,       exec,         {dead,       M::exec_asleep}},
    Move{dead,       attach,       {dead,       M::attach_asleep}},
    Move{dead,       top,          {dead,       M::top_asleep}},
};
// clang-format on

}  // namespace table

using table::kLifecycle;

/// The row of this state and verb.  The table is in order of both.
constexpr const Move& move_for(State from, Verb verb) {
  return kLifecycle[static_cast<std::size_t>(from) * kVerbs.size() +
                    static_cast<std::size_t>(verb)];
}

constexpr bool is_total_and_in_order(auto const& rows) {
  if (rows.size() != kStates.size() * kVerbs.size()) return false;
  for (const State from : kStates) {
    for (const Verb verb : kVerbs) {
      const Move& move = rows[static_cast<std::size_t>(from) * kVerbs.size() +
                              static_cast<std::size_t>(verb)];
      if (move.from != from || move.verb != verb) return false;
    }
  }
  return true;
}

constexpr bool refusals_change_nothing(auto const& rows) {
  const auto harmless = [](State from, const Ruling& ruling) {
    return ruling.refusal == Message::none || ruling.to == from;
  };
  return std::ranges::all_of(rows, [&](const Move& move) {
    return harmless(move.from, move.docker_1_8) &&
           harmless(move.from, move.docker_20_10);
  });
}

static_assert(is_total_and_in_order(kLifecycle));
static_assert(refusals_change_nothing(kLifecycle));

}  // namespace drydock::engine
