// exchange.cc — one request of libcurl's: how it is set up, what it calls.

#include <openssl/x509_vfy.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "realmode/registry/go_words.h"
#include "realmode/registry/transport.h"

namespace drydock::realmode {

namespace {

/// Of a body that nobody reads yet; then the connection is left to fill.
constexpr std::size_t kHeldMax = std::size_t{1} << 20;
constexpr std::size_t kHeadersMax = 256 * 1024;
constexpr long kConnectSeconds = 30, kStallSeconds = 60;

bool is_file(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

Exchange::Exchange(Transport& transport, HttpRequest request)
    : transport_(transport), request_(std::move(request)) {
  transport_.begin();
  easy_.reset(late::curl().easy_init());
  outgoing_ = std::move(request_.body);
  all_sent_ = !request_.streams_body;
  set_up();
  set_up_tls();
  late::curl().multi_add_handle(transport_.multi_, easy_.get());
}

Exchange::~Exchange() {
  late::curl().multi_remove_handle(transport_.multi_, easy_.get());
}

void Exchange::set_up() {
  CURL* const easy = easy_.get();
  late::curl().easy_setopt(easy, CURLOPT_URL, request_.url.text.c_str());
  late::curl().easy_setopt(easy, CURLOPT_PRIVATE, this);
  late::curl().easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  late::curl().easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  late::curl().easy_setopt(easy, CURLOPT_NETRC,
                           static_cast<long>(CURL_NETRC_IGNORED));
  late::curl().easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  late::curl().easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  late::curl().easy_setopt(easy, CURLOPT_HTTP_VERSION,
                           static_cast<long>(CURL_HTTP_VERSION_1_1));
  late::curl().easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  late::curl().easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  late::curl().easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, kStallSeconds);
  late::curl().easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  late::curl().easy_setopt(easy, CURLOPT_HEADERDATA, this);
  late::curl().easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  late::curl().easy_setopt(easy, CURLOPT_WRITEDATA, this);
  // What is on this machine needs no proxy, as in Go.
  if (is_loopback(request_.url.host))
    late::curl().easy_setopt(easy, CURLOPT_PROXY, "");
  const bool sends = request_.streams_body || !outgoing_.empty();
  if (sends) {
    late::curl().easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    late::curl().easy_setopt(easy, CURLOPT_READFUNCTION, on_send);
    late::curl().easy_setopt(easy, CURLOPT_READDATA, this);
    const auto size = static_cast<curl_off_t>(outgoing_.size());
    late::curl().easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
                             request_.streams_body ? curl_off_t{-1} : size);
  } else if (request_.method != "GET" && request_.method != "HEAD") {
    request_.headers.emplace_back("Content-Length: 0");
  }
  if (request_.method == "HEAD")
    late::curl().easy_setopt(easy, CURLOPT_NOBODY, 1L);
  late::curl().easy_setopt(easy, CURLOPT_CUSTOMREQUEST,
                           request_.method.c_str());
  request_.headers.emplace_back("Expect:");  // Ask nobody whether to send.
  for (const std::string& header : request_.headers) {
    curl_slist* const longer =
        late::curl().slist_append(headers_.get(), header.c_str());
    (void)headers_.release();
    headers_.reset(longer);
  }
  late::curl().easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
}

/// As docker has it: ca.crt, client.cert and client.key in certs.d/HOST.
void Exchange::set_up_tls() {
  CURL* const easy = easy_.get();
  late::curl().easy_setopt(easy, CURLOPT_SSL_VERIFYPEER,
                           request_.verifies ? 1L : 0L);
  late::curl().easy_setopt(easy, CURLOPT_SSL_VERIFYHOST,
                           request_.verifies ? 2L : 0L);
  late::curl().easy_setopt(easy, CURLOPT_SSLVERSION,
                           static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  const std::string& folder = request_.certificates;
  if (folder.empty()) return;
  authorities_ = folder + "/ca.crt";
  certificate_ = folder + "/client.cert";
  key_ = folder + "/client.key";
  if (is_file(authorities_)) {
    late::curl().easy_setopt(easy, CURLOPT_CAINFO, authorities_.c_str());
  }
  if (!is_file(certificate_) || !is_file(key_)) return;
  late::curl().easy_setopt(easy, CURLOPT_SSLCERT, certificate_.c_str());
  late::curl().easy_setopt(easy, CURLOPT_SSLKEY, key_.c_str());
}

// --- What libcurl calls ------------------------------------------------------

bool Exchange::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kHeadersMax) return false;
  line = trim(line);
  if (line.starts_with("HTTP/")) {
    head_ = {};
    const List words = split_blanks(std::string(line));
    if (words.size() > 1) {
      head_.status = static_cast<int>(parse_int(words[1]).value_or(0));
    }
    const std::size_t reason = line.find(' ', line.find(' ') + 1);
    if (reason != std::string_view::npos)
      head_.reason = line.substr(reason + 1);
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    std::string& value = head_.headers[lower(line.substr(0, colon))];
    // Several challenges may come on lines of their own.
    if (!value.empty() && lower(line).starts_with("www-authenticate:")) {
      value += ", ";
    } else {
      value.clear();
    }
    value += trim(line.substr(colon + 1));
  }
  if (line.empty() && head_.status >= 200) {
    has_head_ = true;
    changed_.notify_all();
  }
  return true;
}

std::size_t Exchange::on_header(char* data, std::size_t one, std::size_t count,
                                void* self) {
  const std::size_t size = one * count;
  auto& exchange = *static_cast<Exchange*>(self);
  // What comes behind the body is no header of ours.
  if (exchange.has_head_) return size;
  return exchange.take_header({data, size}) ? size : 0;
}

std::size_t Exchange::on_body(char* data, std::size_t one, std::size_t count,
                              void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  if (exchange.body_.size() >= kHeldMax) {
    exchange.body_paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  exchange.body_.append(data, one * count);
  exchange.changed_.notify_all();
  return one * count;
}

std::size_t Exchange::on_send(char* room, std::size_t one, std::size_t count,
                              void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  Bytes& bytes = exchange.outgoing_;
  if (bytes.empty() && !exchange.all_sent_) {
    exchange.send_paused_ = true;
    return CURL_READFUNC_PAUSE;
  }
  const std::size_t size = std::min(bytes.size(), one * count);
  std::memcpy(room, bytes.data(), size);
  bytes.erase(0, size);
  exchange.changed_.notify_all();
  return size;
}

void Exchange::finish(CURLcode code) {
  ended_ = code;
  changed_.notify_all();
}

// --- What fibers call --------------------------------------------------------

Task<bool> Exchange::send(Bytes piece) {
  while (outgoing_.size() >= kHeldMax && !ended_) {
    co_await changed_.wait();
  }
  if (ended_) co_return false;
  all_sent_ = piece.empty();
  outgoing_ += piece;
  if (std::exchange(send_paused_, false)) {
    late::curl().easy_pause(easy_.get(), CURLPAUSE_CONT);
  }
  co_return true;
}

Task<HttpResult<HttpHead>> Exchange::head() {
  while (!has_head_ && !ended_) {
    co_await changed_.wait();
  }
  if (has_head_) co_return head_;
  co_return fault();
}

Task<HttpResult<Bytes>> Exchange::read() {
  while (body_.empty() && !ended_) {
    co_await changed_.wait();
  }
  if (body_.empty() && *ended_ != CURLE_OK) co_return fault();
  Bytes piece = std::exchange(body_, {});
  if (std::exchange(body_paused_, false) && !ended_) {
    late::curl().easy_pause(easy_.get(), CURLPAUSE_CONT);
  }
  co_return piece;
}

Task<HttpResult<Bytes>> Exchange::read_all(std::size_t limit) {
  Bytes all;
  for (;;) {
    const HttpResult<Bytes> piece = co_await read();
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return all;
    all += *piece;
    if (all.size() <= limit) continue;
    HttpFault fault;
    fault.text = fmt::format("the answer is longer than {} bytes", limit);
    co_return fault;
  }
}

HttpFault Exchange::fault() const {
  TransferEnd end;
  end.code = ended_.value_or(CURLE_OK);
  end.host = request_.url.host;
  end.port = request_.url.port;
  char* address = nullptr;
  late::curl().easy_getinfo(easy_.get(), CURLINFO_PRIMARY_IP, &address);
  if (address) end.address = address;
  late::curl().easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &end.system_error);
  late::curl().easy_getinfo(easy_.get(), CURLINFO_SSL_VERIFYRESULT,
                            &end.verified);
  end.began = has_head_;
  end.headers_too_long = header_bytes_ > kHeadersMax;
  return words_of(end);
}

}  // namespace drydock::realmode
