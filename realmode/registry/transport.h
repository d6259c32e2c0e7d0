// transport.h — HTTP and HTTPS over the daemon's own loop.
//
// libcurl does the talking, and nothing but that: it follows no redirect,
// knows no cookie, no user and no other protocol.  Its sockets and its alarm
// are in one epoll set that the loop watches, so that it never waits by itself.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "realmode/daemon/loop.h"
#include "realmode/late/curl.h"
#include "realmode/registry/url.h"
#include "realmode/sys/fd.h"
#include "sim/base/stream.h"
#include "sim/base/text.h"
#include "sim/base/wait.h"

namespace drydock::realmode {

struct HttpRequest {
  std::string method = "GET";
  Url url;
  List headers;  // "Name: value"
  Bytes body;
  /// A body of unknown length comes by Exchange::send() instead.
  bool streams_body = false;
  bool verifies = true;      // The server's certificate.
  std::string certificates;  // A folder of certs.d; "": the system's alone.
};

/// Names in lower case; the last of equal ones counts.
struct HttpHead {
  int status = 0;
  std::string reason;
  std::map<std::string, std::string> headers;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

/// Why there was no answer, in the words of Go's net/http.
struct HttpFault {
  enum class Kind { lookup, connect, tls, cut, other };
  Kind kind = Kind::other;
  std::string text;   // "dial tcp 127.0.0.1:5000: connect: connection refused"
  std::string where;  // Of `connect`: "127.0.0.1:5000".
  std::string why;    // Likewise: "connection refused".
};

template <typename T>
using HttpResult = Result<T, HttpFault>;

class Transport;

/// One request and its answer.  Forgetting it breaks it off.
class Exchange {
 public:
  Exchange(Transport& transport, HttpRequest request);
  Exchange(const Exchange&) = delete;
  ~Exchange();

  /// The next piece of a body that streams; empty: that was all.  False: the
  /// answer is here already, or none will be.
  Task<bool> send(Bytes piece);
  Task<HttpResult<HttpHead>> head();
  /// A piece of the answer's body; empty: that was all.
  Task<HttpResult<Bytes>> read();
  /// All of it, if that is not more than `limit`.
  Task<HttpResult<Bytes>> read_all(std::size_t limit);

 private:
  friend class Transport;
  struct Easy {
    void operator()(CURL* easy) const { late::curl().easy_cleanup(easy); }
    void operator()(curl_slist* list) const {
      late::curl().slist_free_all(list);
    }
  };

  void set_up();
  void set_up_tls();
  void finish(CURLcode code);
  HttpFault fault() const;
  static std::size_t on_header(char* data, std::size_t one, std::size_t count,
                               void* self);
  static std::size_t on_body(char* data, std::size_t one, std::size_t count,
                             void* self);
  static std::size_t on_send(char* room, std::size_t one, std::size_t count,
                             void* self);
  bool take_header(std::string_view line);

  Transport& transport_;
  HttpRequest request_;
  std::unique_ptr<CURL, Easy> easy_;
  std::unique_ptr<curl_slist, Easy> headers_;
  std::string certificate_, key_, authorities_;  // Outlive the handle.
  HttpHead head_;
  std::size_t header_bytes_ = 0;
  bool has_head_ = false;
  std::optional<CURLcode> ended_;
  Bytes body_, outgoing_;
  bool body_paused_ = false, send_paused_ = false, all_sent_ = false;
  WaitQueue changed_;
};

class Transport {
 public:
  explicit Transport(Loop& loop);
  Transport(const Transport&) = delete;
  ~Transport();

  Loop& loop() { return loop_; }

 private:
  friend class Exchange;

  void begin();
  static Task<void> serve(Transport& transport);
  void act_on_events();
  void tell_ended();
  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self,
                       void* known);
  static int on_alarm(CURLM* multi, long milliseconds, void* self);

  Loop& loop_;
  CURLM* multi_ = nullptr;
  sys::Fd events_, alarm_;  // epoll(7) and timerfd(2).
  std::unique_ptr<Watched> watched_;
  std::unique_ptr<Fiber> server_;
};

}  // namespace drydock::realmode
