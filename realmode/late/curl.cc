// curl.cc — libcurl's functions, looked up once.

#include "realmode/late/curl.h"

#include "realmode/late/library.h"

namespace drydock::late {

namespace {

/// Its version since 2006; distributions build it with OpenSSL under this name.
constexpr const char* kName = "libcurl.so.4";

Curl load() {
  const Library library(kName);
  Curl curl = {};
  library.find("curl_global_init", &curl.global_init);
  library.find("curl_free", &curl.free);
  library.find("curl_slist_append", &curl.slist_append);
  library.find("curl_slist_free_all", &curl.slist_free_all);
  library.find("curl_easy_init", &curl.easy_init);
  library.find("curl_easy_setopt", &curl.easy_setopt);
  library.find("curl_easy_getinfo", &curl.easy_getinfo);
  library.find("curl_easy_pause", &curl.easy_pause);
  library.find("curl_easy_strerror", &curl.easy_strerror);
  library.find("curl_easy_cleanup", &curl.easy_cleanup);
  library.find("curl_multi_init", &curl.multi_init);
  library.find("curl_multi_setopt", &curl.multi_setopt);
  library.find("curl_multi_assign", &curl.multi_assign);
  library.find("curl_multi_add_handle", &curl.multi_add_handle);
  library.find("curl_multi_remove_handle", &curl.multi_remove_handle);
  library.find("curl_multi_socket_action", &curl.multi_socket_action);
  library.find("curl_multi_info_read", &curl.multi_info_read);
  library.find("curl_multi_cleanup", &curl.multi_cleanup);
  library.find("curl_url", &curl.url);
  library.find("curl_url_set", &curl.url_set);
  library.find("curl_url_get", &curl.url_get);
  library.find("curl_url_cleanup", &curl.url_cleanup);
  // One certificate store, one set of threads for look-ups: once a process.
  curl.global_init(CURL_GLOBAL_DEFAULT);
  return curl;
}

}  // namespace

const Curl& curl() {
  static const Curl loaded = load();
  return loaded;
}

}  // namespace drydock::late
