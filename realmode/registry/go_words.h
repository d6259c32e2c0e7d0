// go_words.h — how net/http of Go, in which docker is written, tells why a
// request came to nothing.

#pragma once

#include <curl/curl.h>

#include <string>

#include "realmode/registry/transport.h"

namespace drydock::realmode {

/// What libcurl knows of a request that failed.
struct TransferEnd {
  CURLcode code = CURLE_OK;
  std::string host, address;  // As asked for; as connected to, if it was.
  int port = 0;
  long system_error = 0;  // errno(3) of the connection.
  long verified = 0;      // X509_V_..., of the server's certificate.
  bool began = false;     // The head of an answer has come.
  bool headers_too_long = false;
};

HttpFault words_of(const TransferEnd& end);

}  // namespace drydock::realmode
