// go_words.cc — a table of libcurl's reasons, and the look-up that failed.

#include "realmode/registry/go_words.h"

#include <arpa/inet.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "realmode/sys/fd.h"
#include "realmode/sys/files.h"
#include "sim/base/text.h"

namespace drydock::realmode {

namespace {

using Kind = HttpFault::Kind;

struct Words {
  CURLcode code;
  Kind kind;
  const char* text;
};
constexpr std::array kWords = {
    Words{CURLE_OPERATION_TIMEDOUT, Kind::cut, "i/o timeout"},
    Words{CURLE_GOT_NOTHING, Kind::cut, "EOF"},
    Words{CURLE_PARTIAL_FILE, Kind::cut, "unexpected EOF"},
    Words{CURLE_RECV_ERROR, Kind::cut, "read: connection reset by peer"},
    Words{CURLE_SEND_ERROR, Kind::cut, "write: broken pipe"},
    Words{CURLE_WEIRD_SERVER_REPLY, Kind::other, "malformed HTTP response"},
    Words{CURLE_UNSUPPORTED_PROTOCOL, Kind::other, "malformed HTTP response"},
    Words{CURLE_SSL_CACERT_BADFILE, Kind::tls,
          "the ca.crt of this registry cannot be read"},
    Words{CURLE_SSL_CERTPROBLEM, Kind::tls,
          "the client.cert of this registry cannot be used"},
};

std::string first_name_server() {
  const auto text = sys::read_file("/etc/resolv.conf");
  if (!text) return "";
  for (const std::string& line : split(*text, '\n')) {
    const List words = split_blanks(line);
    if (words.size() > 1 && words[0] == "nameserver") return words[1];
  }
  return "";
}

/// Why a name server was not even asked: "network is unreachable"; "".
std::string why_unasked(const std::string& server) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(53);
  if (::inet_pton(AF_INET, server.c_str(), &address.sin_addr) != 1) return "";
  const sys::Fd probe(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!probe) return "";
  const auto* const name = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(probe.get(), name, sizeof address) == 0) return "";
  return lower(std::strerror(errno));
}

HttpFault lookup_fault(const std::string& host) {
  HttpFault fault;
  fault.kind = Kind::lookup;
  fault.where = host;
  const std::string server = first_name_server();
  const std::string on = server.empty() ? "" : fmt::format(" on {}:53", server);
  const std::string unasked = server.empty() ? "" : why_unasked(server);
  fault.text =
      unasked.empty()
          ? fmt::format("dial tcp: lookup {}{}: no such host", host, on)
          : fmt::format("dial tcp: lookup {}{}: dial udp {}:53: connect: {}",
                        host, on, server, unasked);
  return fault;
}

HttpFault connect_fault(const TransferEnd& end) {
  HttpFault fault;
  fault.kind = Kind::connect;
  std::string address = end.address;
  if (address.empty())
    address = end.host == "localhost" ? "127.0.0.1" : end.host;
  if (address.find(':') != std::string::npos) address = "[" + address + "]";
  fault.where = fmt::format("{}:{}", address, end.port);
  const auto reason = static_cast<int>(end.system_error);
  fault.why = lower(std::strerror(reason == 0 ? ECONNREFUSED : reason));
  fault.text = fmt::format("dial tcp {}: connect: {}", fault.where, fault.why);
  return fault;
}

std::string certificate_words(const TransferEnd& end) {
  switch (end.verified) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "x509: certificate has expired or is not yet valid";
    case X509_V_OK:
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return fmt::format("x509: certificate is not valid for {}", end.host);
    default:
      return "x509: certificate signed by unknown authority";
  }
}

}  // namespace

HttpFault words_of(const TransferEnd& end) {
  if (end.code == CURLE_COULDNT_RESOLVE_HOST) return lookup_fault(end.host);
  if (end.code == CURLE_COULDNT_CONNECT) return connect_fault(end);
  HttpFault fault;
  if (end.code == CURLE_SSL_CONNECT_ERROR) {
    fault.kind = Kind::tls;
    fault.text = "http: server gave HTTP response to HTTPS client";
    return fault;
  }
  if (end.code == CURLE_PEER_FAILED_VERIFICATION) {
    fault.kind = Kind::tls;
    fault.text = certificate_words(end);
    return fault;
  }
  if (end.headers_too_long) {
    fault.text = "the answer's headers are too long";
    return fault;
  }
  for (const Words& words : kWords) {
    if (words.code != end.code) continue;
    fault.kind = words.kind;
    // An answer that had begun and broke off, whatever the reason.
    fault.text =
        end.began && words.kind == Kind::cut ? "unexpected EOF" : words.text;
    return fault;
  }
  fault.text = late::curl().easy_strerror(end.code);
  return fault;
}

}  // namespace drydock::realmode
