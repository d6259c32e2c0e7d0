// run_mounts.cc — -v, --mount, -p and --expose, read.

#include "sim/cli/run_mounts.h"

#include <fmt/format.h>

#include "sim/engine/ports.h"

namespace drydock::cli {

namespace {

/// "/a//b/../c/" -> "/a/c"
std::string cleaned(std::string_view path) {
  List kept;
  for (const std::string& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (!kept.empty()) kept.pop_back();
    } else {
      kept.push_back(part);
    }
  }
  return "/" + join(kept, "/");
}

bool good_mode(std::string_view mode) {
  for (const std::string& word : split(mode, ',')) {
    if (word != "ro" && word != "rw" && word != "z" && word != "Z") {
      return false;
    }
  }
  return true;
}

/// 1.8's client looks at -v before it asks (behaviour.md §run).
Outcome check_volume18(const std::string& spec) {
  const List parts = split(spec, ':');
  if (parts.size() > 3 || spec.empty()) {
    return Error{fmt::format("bad format for volumes: {}", spec)};
  }
  if (parts.size() == 1) {
    if (cleaned(spec) == "/") return Error{"Invalid volume: path can't be '/'"};
    if (!spec.starts_with('/')) {
      return Error{fmt::format("{} is not an absolute path", spec)};
    }
    return done();
  }
  if (parts[0].empty() || parts[1].empty()) {
    return Error{fmt::format("bad format for volumes: {}", spec)};
  }
  if (!parts[1].starts_with('/')) {
    return Error{fmt::format("{} is not an absolute path", parts[1])};
  }
  if (cleaned(parts[1]) == "/") {
    return Error{"Invalid bind mount: destination can't be '/'"};
  }
  if (parts.size() == 3 && !good_mode(parts[2])) {
    return Error{fmt::format("bad mount mode specified : {}", parts[2])};
  }
  return done();
}

Result<engine::MountRequest> parse_mount(const std::string& text) {
  engine::MountRequest mount;
  for (const std::string& field : split(text, ',')) {
    const std::size_t equals = field.find('=');
    const std::string key = lower(field.substr(0, equals));
    const std::string value =
        equals == std::string::npos ? "" : field.substr(equals + 1);
    if (equals == std::string::npos && key != "readonly" && key != "ro" &&
        key != "volume-nocopy") {
      return Error{
          fmt::format("invalid field '{}' must be a key=value pair", field)};
    }
    if (key == "type") {
      mount.type = lower(value);
    } else if (key == "source" || key == "src") {
      mount.source = value;
    } else if (key == "target" || key == "dst" || key == "destination") {
      mount.target = value;
    } else if (key == "readonly" || key == "ro") {
      mount.read_only = value.empty() || value == "true" || value == "1";
    } else if (key == "bind-propagation") {
      mount.propagation = value;
    } else if (key == "consistency") {
      continue;  // Only Docker for Mac minds it.
    } else if (key == "volume-label" || key == "volume-opt" ||
               key == "volume-driver" || key == "bind-nonrecursive") {
      return Error{fmt::format("drydock: {} of --mount is not modelled", key)};
    } else if (key == "volume-nocopy") {
      mount.no_copy = value.empty() || value == "true" || value == "1";
    } else if (key == "tmpfs-size") {
      const Result<std::int64_t> size = parse_size(value);
      if (!size) {
        return Error{fmt::format("invalid value for {}: {}", key, value)};
      }
      mount.tmpfs_size = *size;
    } else if (key == "tmpfs-mode") {
      std::uint32_t mode = 0;
      for (const char c : value)
        mode = mode * 8 + static_cast<unsigned>(c - '0') % 8;
      mount.tmpfs_mode = mode;
    } else {
      return Error{fmt::format("unexpected key '{}' in '{}'", key, field)};
    }
  }
  if (mount.target.empty()) return Error{"target is required"};
  return mount;
}

struct Range {
  int first = 0, last = 0;
};

/// "80" or "80-82"; nullopt: no ports.
std::optional<Range> parse_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = parse_int(text.substr(0, dash));
  const auto last =
      dash == std::string_view::npos ? first : parse_int(text.substr(dash + 1));
  if (!first || !last || *first < 0 || *last > 65535 || *first > *last) {
    return std::nullopt;
  }
  return Range{static_cast<int>(*first), static_cast<int>(*last)};
}

/// "[ip:][host:]container[/protocol]", each port maybe a range.
Outcome publish(const std::string& spec, bool modern,
                engine::CreateRequest& request) {
  const std::size_t slash = spec.find('/');
  const std::string protocol =
      slash == std::string::npos ? "tcp" : lower(spec.substr(slash + 1));
  const std::string ports = spec.substr(0, slash);
  const std::size_t last = ports.rfind(':');
  const std::string inner =
      last == std::string::npos ? ports : ports.substr(last + 1);
  std::string host_ip, host;
  if (last != std::string::npos) {
    const std::string front = ports.substr(0, last);
    const std::size_t before = front.rfind(':');
    host = before == std::string::npos ? front : front.substr(before + 1);
    if (before != std::string::npos) host_ip = front.substr(0, before);
  }
  if (host_ip.starts_with('[') && host_ip.ends_with(']')) {
    host_ip = host_ip.substr(1, host_ip.size() - 2);
  }
  if (!host_ip.empty() && !is_address(host_ip)) {
    return Error{fmt::format("Invalid ip address: {}", host_ip)};
  }
  if (inner.empty())
    return Error{fmt::format("No port specified: {}<empty>", spec)};
  const std::optional<Range> inside = parse_range(inner);
  if (!inside) return Error{fmt::format("Invalid containerPort: {}", inner)};
  std::optional<Range> outside = Range{};
  if (!host.empty()) {
    outside = parse_range(host);
    if (!outside) return Error{fmt::format("Invalid hostPort: {}", host)};
    if (outside->last - outside->first != inside->last - inside->first) {
      const bool one = inside->first == inside->last;
      if (!one || !modern) {
        return Error{
            fmt::format("Invalid ranges specified for container and "
                        "host Ports: {} and {}",
                        inner, host)};
      }
    }
  }
  if (protocol != "tcp" && protocol != "udp" && protocol != "sctp") {
    return Error{fmt::format("Invalid proto: {}", protocol)};
  }
  for (int i = 0; i <= inside->last - inside->first; ++i) {
    const std::string port = fmt::format("{}/{}", inside->first + i, protocol);
    request.config.exposed_ports.insert(port);
    // One port of the container, and any of a range of the host's.
    const bool any_of_range =
        inside->first == inside->last && outside->last > outside->first;
    const std::string wish = host.empty() ? ""
                             : any_of_range
                                 ? host
                                 : std::to_string(outside->first + i);
    request.host.own().port_bindings[port].push_back({host_ip, wish});
  }
  return done();
}

Outcome expose(const std::string& spec, bool modern,
               engine::CreateRequest& request) {
  const std::string_view invalid = modern ? "invalid" : "Invalid";
  if (spec.find(':') != std::string::npos) {
    return Error{fmt::format("{} port format for --expose: {}", invalid, spec)};
  }
  const std::size_t slash = spec.find('/');
  const std::string protocol =
      slash == std::string::npos ? "tcp" : lower(spec.substr(slash + 1));
  const std::optional<Range> range = parse_range(spec.substr(0, slash));
  if (!range) {
    return Error{
        fmt::format("{} range format for --expose: {}, error: invalid port",
                    invalid, spec)};
  }
  for (int port = range->first; port <= range->last; ++port) {
    request.config.exposed_ports.insert(fmt::format("{}/{}", port, protocol));
  }
  return done();
}

}  // namespace

bool is_address(std::string_view text) {
  if (text.find(':') != std::string_view::npos) {
    return text.find_first_not_of("0123456789abcdefABCDEF:.") ==
           std::string_view::npos;
  }
  const List parts = split(text, '.');
  if (parts.size() != 4) return false;
  for (const std::string& part : parts) {
    const bool digits =
        !part.empty() && part.size() <= 3 &&
        part.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || *parse_int(part) > 255) return false;
  }
  return true;
}

static bool has_drive(std::string_view spec) {
  if (spec.size() < 2 || spec[1] != ':') return false;
  const char letter = spec[0];
  return ('a' <= letter && letter <= 'z') || ('A' <= letter && letter <= 'Z');
}

Outcome read_mounts(const Call& call, engine::CreateRequest& request) {
  const bool modern = call.at().profile.modern;
  for (const std::string& spec : call.flags.list("volume")) {
    if (!modern) {
      const Outcome good = check_volume18(spec);
      if (!good) return good.error();
    }
    // A letter before the first colon is taken for a drive of Windows: later
    // clients see one path in "n:/c".
    const std::size_t colon = spec.find(':', modern && has_drive(spec) ? 2 : 0);
    const bool anonymous = colon == std::string::npos;
    if (anonymous) {
      if (!request.config.volumes) request.config.volumes.emplace();
      request.config.volumes->insert(modern ? spec : cleaned(spec));
    } else {
      request.host.own().binds.push_back(spec);
    }
  }
  for (const std::string& text : call.flags.list("mount")) {
    const Result<engine::MountRequest> mount = parse_mount(text);
    if (!mount) {
      return mount.error();
    }
    request.host.own().mounts.push_back(*mount);
  }
  return done();
}

Outcome read_ports(const Call& call, engine::CreateRequest& request) {
  const Flags& flags = call.flags;
  const bool modern = call.at().profile.modern;
  for (const std::string& spec : flags.list("publish")) {
    const Outcome published = publish(spec, modern, request);
    if (!published) return published.error();
  }
  for (const std::string& spec : flags.list("expose")) {
    const Outcome exposed = expose(spec, call.at().profile.modern, request);
    if (!exposed) return exposed.error();
  }
  return done();
}

}  // namespace drydock::cli
