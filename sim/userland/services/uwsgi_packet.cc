// uwsgi_packet.cc — packing and unpacking of request variables.

#include "sim/userland/services/uwsgi_packet.h"

#include "sim/base/text.h"

namespace drydock::userland {

namespace {

void add_size(std::string& out, std::size_t size) {
  out += static_cast<char>(size & 0xff);
  out += static_cast<char>(size >> 8 & 0xff);
}

}  // namespace

std::string uwsgi_packet(const UwsgiVariables& variables) {
  std::string data;
  for (const auto& [key, value] : variables) {
    add_size(data, key.size());
    data += key;
    add_size(data, value.size());
    data += value;
  }
  std::string packet(1, '\0');
  add_size(packet, data.size());
  packet += '\0';
  return packet + data;
}

std::optional<UwsgiVariables> parse_uwsgi_variables(std::string_view data) {
  UwsgiVariables out;
  const auto part = [&]() -> std::optional<std::string> {
    if (data.size() < 2) return std::nullopt;
    const std::size_t size =
        static_cast<unsigned char>(data[0]) |
        static_cast<std::size_t>(static_cast<unsigned char>(data[1])) << 8;
    if (data.size() < 2 + size) return std::nullopt;
    std::string text(data.substr(2, size));
    data.remove_prefix(2 + size);
    return text;
  };
  while (!data.empty()) {
    const auto key = part();
    const auto value = key ? part() : std::nullopt;
    if (!value) return std::nullopt;
    out.emplace_back(*key, *value);
  }
  return out;
}

UwsgiVariables uwsgi_variables(const http::Request& request,
                               const std::string& server_port,
                               const kernel::SocketAddress& client,
                               const std::string& host_name) {
  const auto [path, query] = http::split_target(request.target);
  UwsgiVariables out = {
      {"REQUEST_METHOD", request.method},
      {"REQUEST_URI", request.target},
      {"PATH_INFO", http::percent_decoded(path).value_or(path)},
      {"QUERY_STRING", query},
      {"SERVER_PROTOCOL", request.version},
      {"SCRIPT_NAME", ""},
      {"SERVER_NAME", host_name},
      {"SERVER_PORT", server_port},
      {"UWSGI_ROUTER", "http"},
      {"REMOTE_ADDR", kernel::format_ipv4(client.ip)},
      {"REMOTE_PORT", std::to_string(client.port)},
  };
  for (const auto& [name, value] : request.headers.fields()) {
    std::string key = replace_all(upper(name), "-", "_");
    if (key != "CONTENT_TYPE" && key != "CONTENT_LENGTH") key = "HTTP_" + key;
    out.emplace_back(std::move(key), value);
  }
  return out;
}

}  // namespace drydock::userland
