// uwsgi_packet.h — the uwsgi protocol between the http router and a worker:
// four bytes of header, then keys and values with two bytes of length each.

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/userland/net/http.h"

namespace drydock::userland {

using UwsgiVariables = std::vector<std::pair<std::string, std::string>>;

/// A packet with modifier 0: a WSGI request.
std::string uwsgi_packet(const UwsgiVariables& variables);

/// The variables behind the header; nullopt when it is cut or crooked.
std::optional<UwsgiVariables> parse_uwsgi_variables(std::string_view data);

/// What the router tells a worker about a request.
UwsgiVariables uwsgi_variables(const http::Request& request,
                               const std::string& server_port,
                               const kernel::SocketAddress& client,
                               const std::string& host_name);

}  // namespace drydock::userland
