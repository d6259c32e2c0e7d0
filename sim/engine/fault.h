// fault.h — why the engine refused, in a form that clients can act on.

#pragma once

#include <string>
#include <utility>

#include "sim/base/result.h"
#include "sim/engine/messages.h"

namespace drydock::engine {

/// What a command was about, for clients that word it themselves.
enum class Object { none, container, image, volume, network, exec, tag };

/// `kind` is what the remote API says by HTTP status; `text` is the profile's
/// message, without "Error response from daemon: ".
struct Fault {
  enum class Kind {
    bad_parameter,   // 400
    unauthorized,    // 401
    forbidden,       // 403
    not_found,       // 404
    not_acceptable,  // 406
    conflict,        // 409
    internal,        // 500
    unavailable,     // 503
  };
  Kind kind = Kind::internal;
  std::string text;
  Object object = Object::none;
  /// What `docker run` ends with when this was a failed start: 125, 126, 127.
  int exit_code = 125;
  /// It came when output had begun: clients print it bare.
  bool in_stream = false;
  /// By which rule; none: words made for the occasion.
  Message message = Message::none;

  friend bool operator==(const Fault&, const Fault&) = default;
};

template <typename T>
using Answer = Result<T, Fault>;

/// The answer of a deed that yields nothing but its success.
using Done = Answer<std::monostate>;
inline Done did_it() { return std::monostate{}; }

}  // namespace drydock::engine
