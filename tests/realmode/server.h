// server.h — an HTTP server that a test has in its hand: it answers as the test
// says, however wrongly, and remembers what it was asked.

#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "realmode/sys/fd.h"

namespace drydock::realmode {

struct Asked {
  std::string method, target;
  std::map<std::string, std::string> headers;  // By name in lower case.
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

struct Answered {
  int status = 200;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  /// What Content-Length says; -1: the truth.
  std::int64_t length = -1;
  /// Sends the body again and again, for as long as anybody listens.
  bool endless = false;
  /// Hangs up instead of answering.
  bool silent = false;
};

class Server {
 public:
  using Answer = std::function<Answered(const Asked&)>;

  /// Listens at 127.0.0.NUMBER on a port of its own.
  Server(int number, Answer answer);
  ~Server();

  std::string host() const { return host_; }  // "127.0.0.2:34567"
  /// What it was asked so far.
  std::vector<Asked> asked();
  /// Reads no more than this of the next body that comes in chunks.
  void cut_next_at(std::size_t bytes) { cut_ = bytes; }

 private:
  void serve();
  void serve_one(int connection);
  std::string chunks_from(int connection, std::string text);

  Answer answer_;
  sys::Fd listener_;
  std::string host_;
  std::mutex mutex_;
  std::vector<Asked> asked_;
  std::atomic<bool> ending_ = false;
  std::atomic<std::size_t> cut_ = SIZE_MAX;
  std::thread thread_;
};

}  // namespace drydock::realmode
