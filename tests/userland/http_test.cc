// http_test.cc — HTTP messages, in sentences.

#include <catch2/catch.hpp>

#include "sim/userland/net/http.h"
#include "tests/support/machine.h"

namespace drydock::test {

using namespace userland::http;

namespace {

/// Hands out bytes in pieces of a given size; keeps what is written.
class ScriptedWire final : public Wire {
 public:
  explicit ScriptedWire(Bytes in, std::size_t piece = 3)
      : in_(std::move(in)), piece_(piece) {}
  Task<SysResult<Bytes>> read(std::size_t count) override {
    Bytes some = in_.substr(0, std::min(count, piece_));
    in_.erase(0, some.size());
    co_return some;
  }
  Task<SysOutcome> write(Bytes bytes) override {
    out += bytes;
    co_return ok();
  }
  Bytes out;

 private:
  Bytes in_;
  std::size_t piece_;
};

/// Runs a task that waits for nothing but ScriptedWires.
template <typename T>
T finish(Task<T> task) {
  struct Keeper {
    static Task<void> keep(Task<T> from, std::optional<T>* to) {
      T value = co_await std::move(from);
      *to = std::move(value);
    }
  };
  Scheduler scheduler;
  std::optional<T> kept;
  scheduler.spawn(Keeper::keep(std::move(task), &kept));
  (void)scheduler.run_ready();
  REQUIRE(kept);
  return std::move(*kept);
}

}  // namespace

TEST_CASE("a request is read head first, its body by its length") {
  ScriptedWire wire(
      "PUT /v2/x?a=b%20c HTTP/1.1\r\nHost: localhost:5000\r\n"
      "content-length:  5\r\n\r\nhelloGET / HTTP/1.0\r\n\r\n");
  Connection peer(wire);
  const auto request = finish(peer.read_request());
  REQUIRE(request);
  REQUIRE(*request);
  CHECK((*request)->method == "PUT");
  CHECK((*request)->headers.get("HOST") == "localhost:5000");
  const auto [path, query] = split_target((*request)->target);
  CHECK(path == "/v2/x");
  CHECK(query_value(query, "a") == "b c");
  CHECK_FALSE(query_value(query, "b"));
  CHECK(peer.body_length() == 5);
  CHECK(*finish(peer.read_body()) == "hello");

  const auto next = finish(peer.read_request());
  REQUIRE(next);
  CHECK((*next)->version == "HTTP/1.0");
  CHECK_FALSE(keeps_alive((*next)->version, (*next)->headers));
  CHECK(keeps_alive((*request)->version, (*request)->headers));
  const auto last = finish(peer.read_request());
  REQUIRE(last);
  CHECK_FALSE(*last);
}

TEST_CASE("a chunked body is put together again, whatever the pieces") {
  for (const std::size_t piece : {1, 2, 7, 1000}) {
    ScriptedWire wire(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
        "4;x=y\r\nWiki\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\nrest",
        piece);
    Connection peer(wire);
    const auto response = finish(peer.read_response("GET"));
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(*finish(peer.read_body()) == "Wiki0123456789");
  }
}

TEST_CASE("a response without a length goes on to the end of the connection") {
  ScriptedWire wire("HTTP/1.0 200 OK\r\n\r\nall of it");
  Connection peer(wire);
  REQUIRE(finish(peer.read_response("GET")));
  CHECK(*finish(peer.read_body()) == "all of it");

  ScriptedWire head("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
  Connection other(head);
  REQUIRE(finish(other.read_response("HEAD")));
  CHECK(finish(other.read_body())->empty());
}

TEST_CASE("what is not HTTP, cut short or endless is told apart") {
  using Kind = HttpFault::Kind;
  const auto read = [](Bytes bytes) {
    ScriptedWire wire(std::move(bytes), 4096);
    Connection peer(wire);
    const auto response = finish(peer.read_response("GET"));
    if (!response) return response.error();
    const auto body = finish(peer.read_body(16));
    REQUIRE_FALSE(body);
    return body.error();
  };
  CHECK(read("").kind == Kind::closed);
  CHECK(read("HTTP/1.1 20").kind == Kind::cut_short);
  CHECK(read("SSH-2.0-x\r\n\r\n").kind == Kind::malformed);
  CHECK(read("HTTP/1.1 200 OK\r\nno colon\r\n\r\n").text ==
        "bad header line \"no colon\"");
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n").text ==
        "bad Content-Length \"-1\"");
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfew").kind ==
        Kind::cut_short);
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" +
             std::string(99, 'x'))
            .kind == Kind::too_long);
  CHECK(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
            .text == "bad chunk size \"zz\"");
  CHECK(read(std::string(100'000, 'x')).kind == Kind::too_long);
}

TEST_CASE("a message is written with its length, an answer to HEAD bare") {
  ScriptedWire wire("");
  Connection peer(wire);
  Response response;
  response.headers.add("Content-Type", "text/plain");
  response.body = "hi";
  REQUIRE(finish(peer.write(response, false)));
  CHECK(wire.out ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
        "Content-Length: 2\r\n\r\nhi");
  wire.out.clear();
  REQUIRE(finish(peer.write(response, true)));
  CHECK(wire.out.ends_with("Content-Length: 2\r\n\r\n"));
  wire.out.clear();
  REQUIRE(finish(peer.write_chunk("0123456789")));
  REQUIRE(finish(peer.write_chunk("")));
  CHECK(wire.out == "a\r\n0123456789\r\n0\r\n\r\n");
  CHECK(reason_of(404) == "Not Found");
  CHECK(http_date(kEpochOfDrydock) == "Mon, 12 Oct 2015 08:00:00 GMT");
  CHECK(percent_decoded("/a%2Fb%20") == "/a/b ");
  CHECK_FALSE(percent_decoded("%2"));
}

}  // namespace drydock::test
