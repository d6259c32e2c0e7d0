// run_limits.cc — resources, devices, health and security, from flags.

#include "sim/cli/run_limits.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace drydock::cli {

namespace {

Outcome read_size(const Flags& flags, std::string_view name,
                  std::int64_t& into) {
  if (!flags.given(name)) return done();
  const std::string text = flags.text(name);
  if (text == "-1") {
    into = -1;
    return done();
  }
  const Result<std::int64_t> bytes = parse_size(text);
  if (!bytes) return bytes.error();
  into = *bytes;
  return done();
}

/// "0.5" CPUs in billionths; the text has been checked.
std::int64_t nano_cpus(const std::string& text) {
  const bool negative = text.starts_with('-');
  const std::string digits =
      text.substr(negative || text.starts_with('+') ? 1 : 0);
  const std::size_t dot = digits.find('.');
  std::string fraction =
      dot == std::string::npos ? "" : digits.substr(dot + 1, 9);
  fraction.resize(9, '0');
  const std::int64_t whole = parse_int(digits.substr(0, dot)).value_or(0);
  const std::int64_t nano = whole * kSecond + parse_int(fraction).value_or(0);
  return negative ? -nano : nano;
}

struct Throttle {
  std::string_view flag;
  std::vector<engine::DeviceBound> engine::Limits::*into;
  bool bytes;
};
constexpr std::array kThrottles = {
    Throttle{"device-read-bps", &engine::Limits::read_bps, true},
    Throttle{"device-write-bps", &engine::Limits::write_bps, true},
    Throttle{"device-read-iops", &engine::Limits::read_iops, false},
    Throttle{"device-write-iops", &engine::Limits::write_iops, false},
};

/// "/dev/sda:1mb"
Result<engine::DeviceBound> parse_throttle(const std::string& text,
                                           bool bytes) {
  const List parts = split(text, ':');
  if (parts.size() != 2) return Error{fmt::format("bad format: {}", text)};
  if (!parts[0].starts_with("/dev/")) {
    return Error{fmt::format("bad format for device path: {}", text)};
  }
  const Result<std::int64_t> size = parse_size(parts[1]);
  const auto number = parse_int(parts[1]);
  const bool good = bytes ? size && *size >= 0 : number && *number >= 0;
  if (!good) {
    return Error{fmt::format(
        "invalid rate for device: {}. The correct format is "
        "<device-path>:<number>{}. Number must be a positive integer{}",
        text, bytes ? "[<unit>]" : "",
        bytes ? ". Unit is optional and can be kb, mb, or gb" : "")};
  }
  return engine::DeviceBound{parts[0], bytes ? *size : *number};
}

Outcome read_block_io(const Flags& flags, engine::Limits& limits) {
  for (const Throttle& row : kThrottles) {
    for (const std::string& text : flags.list(row.flag)) {
      const Result<engine::DeviceBound> bound = parse_throttle(text, row.bytes);
      if (!bound) return bound.error();
      (limits.*row.into).push_back(*bound);
    }
  }
  for (const std::string& text : flags.list("blkio-weight-device")) {
    const List parts = split(text, ':');
    if (parts.size() != 2) return Error{fmt::format("bad format: {}", text)};
    if (!parts[0].starts_with("/dev/")) {
      return Error{fmt::format("bad format for device path: {}", text)};
    }
    const auto weight = parse_int(parts[1]);
    if (!weight || (*weight != 0 && (*weight < 10 || *weight > 1000))) {
      return Error{fmt::format("invalid weight for device: {}", text)};
    }
    limits.blkio_weight_device.push_back({parts[0], *weight});
  }
  return done();
}

}  // namespace

Outcome read_limits(const Flags& flags, engine::Limits& limits) {
  for (const Outcome& read :
       {read_size(flags, "memory", limits.memory),
        read_size(flags, "memory-swap", limits.memory_swap),
        read_size(flags, "memory-reservation", limits.memory_reservation),
        read_size(flags, "kernel-memory", limits.kernel_memory)}) {
    if (!read) return read.error();
  }
  limits.cpu_shares = flags.number("cpu-shares").value_or(0);
  limits.cpu_period = flags.number("cpu-period").value_or(0);
  limits.cpu_quota = flags.number("cpu-quota").value_or(0);
  limits.cpu_rt_period = flags.number("cpu-rt-period").value_or(0);
  limits.cpu_rt_runtime = flags.number("cpu-rt-runtime").value_or(0);
  limits.cpuset_cpus = flags.text("cpuset-cpus");
  limits.cpuset_mems = flags.text("cpuset-mems");
  limits.blkio_weight = flags.number("blkio-weight").value_or(0);
  if (flags.given("cpus")) limits.nano_cpus = nano_cpus(flags.text("cpus"));
  return done();
}

Outcome read_resources(const Flags& flags, engine::HostConfig& host) {
  engine::Limits& limits = host.limits;
  for (const Outcome& read :
       {read_limits(flags, limits), read_size(flags, "shm-size", host.shm_size),
        read_block_io(flags, limits)}) {
    if (!read) return read.error();
  }
  limits.oom_kill_disable = flags.on("oom-kill-disable");
  host.pids_limit = flags.number("pids-limit");
  if (host.pids_limit) limits.pids = *host.pids_limit;
  host.oom_score_adj =
      static_cast<int>(flags.number("oom-score-adj").value_or(0));
  const std::int64_t swappiness =
      flags.number("memory-swappiness").value_or(-1);
  if (swappiness < -1 || swappiness > 100) {
    return Error{
        fmt::format("invalid value: {}. Valid memory swappiness range is 0-100",
                    swappiness)};
  }
  limits.memory_swappiness = static_cast<int>(swappiness);
  for (const std::string& text : flags.list("ulimit")) {
    const Result<UlimitValue> limit = parse_ulimit(text);
    if (!limit) return limit.error();
    host.ulimits.push_back({limit->name, limit->soft, limit->hard});
  }
  return done();
}

namespace {

bool is_device_mode(std::string_view mode) {
  return !mode.empty() && mode.size() <= 3 &&
         mode.find_first_not_of("rwm") == std::string_view::npos &&
         std::set<char>(mode.begin(), mode.end()).size() == mode.size();
}

/// "HOST[:CONTAINER][:rwm]"
Result<engine::Device> parse_device(const std::string& text) {
  const List parts = split(text, ':');
  if (parts.size() > 3) {
    return Error{fmt::format("bad format for path: {}", text)};
  }
  engine::Device device{parts[0], parts[0], "rwm"};
  if (parts.size() == 3) {
    if (!is_device_mode(parts[2])) {
      return Error{fmt::format("bad mode specified: {}", parts[2])};
    }
    device = {parts[0], parts[1], parts[2]};
  }
  if (parts.size() == 2) {
    (is_device_mode(parts[1]) ? device.permissions : device.in_container) =
        parts[1];
  }
  for (const std::string* const path :
       {&device.on_host, &device.in_container}) {
    if (!path->starts_with('/')) {
      return Error{fmt::format("{} is not an absolute path", *path)};
    }
  }
  return device;
}

/// "c 1:3 rwm"
bool is_device_rule(std::string_view text) {
  const List words = split(text, ' ');
  if (words.size() != 3) return false;
  const bool type = words[0] == "a" || words[0] == "b" || words[0] == "c";
  const List numbers = split(words[1], ':');
  const bool counted =
      numbers.size() == 2 &&
      std::ranges::all_of(numbers, [](const std::string& number) {
        return number == "*" || parse_int(number).value_or(-1) >= 0;
      });
  return type && counted && !words[2].empty() && words[2].size() <= 3 &&
         words[2].find_first_not_of("rwm") == std::string::npos;
}

}  // namespace

Outcome read_devices(const Flags& flags, engine::HostConfig& host) {
  for (const std::string& text : flags.list("device")) {
    const Result<engine::Device> device = parse_device(text);
    if (!device) return device.error();
    host.devices.push_back(*device);
  }
  for (const std::string& rule : flags.list("device-cgroup-rule")) {
    if (!is_device_rule(rule)) {
      return Error{fmt::format("invalid device cgroup format '{}'", rule)};
    }
    host.device_cgroup_rules.push_back(rule);
  }
  host.gpus = flags.text("gpus");
  for (const std::string& option : flags.list("storage-opt")) {
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos) {
      return Error{"invalid storage option"};
    }
    host.storage_opt[option.substr(0, equals)] = option.substr(equals + 1);
  }
  return done();
}

Outcome read_health(const Flags& flags, image::ContainerConfig& config) {
  const std::string command = flags.text("health-cmd");
  const auto span = [&flags](std::string_view name) {
    return parse_duration(flags.text(name, "0s")).value_or(0);
  };
  image::Healthcheck check;
  check.interval = span("health-interval");
  check.timeout = span("health-timeout");
  check.start_period = span("health-start-period");
  check.retries = static_cast<int>(flags.number("health-retries").value_or(0));
  const bool any = !command.empty() || check != image::Healthcheck{};
  if (flags.on("no-healthcheck")) {
    if (any) {
      return Error{"--no-healthcheck conflicts with --health-* options"};
    }
    check.test = {"NONE"};
    config.healthcheck = check;
    return done();
  }
  if (!any) return done();
  const std::array negative = {
      std::pair("interval", check.interval < 0),
      std::pair("timeout", check.timeout < 0),
      std::pair("retries", check.retries < 0),
      std::pair("start-period", check.start_period < 0)};
  for (const auto& [name, is] : negative) {
    if (is) return Error{fmt::format("--health-{} cannot be negative", name)};
  }
  if (!command.empty()) check.test = {"CMD-SHELL", command};
  config.healthcheck = check;
  return done();
}

namespace {

/// As later clients send them: in upper case, with CAP_, sorted; "ALL" makes
/// the others needless.
List normalized(const List& words) {
  std::set<std::string> names;
  for (const std::string& word : words) {
    std::string name = upper(trim(word));
    if (name != "ALL" && !name.starts_with("CAP_")) name = "CAP_" + name;
    names.insert(name);
  }
  if (names.contains("ALL")) return {"ALL"};
  return {names.begin(), names.end()};
}

}  // namespace

Outcome read_capabilities(const Call& call, engine::HostConfig& host) {
  host.cap_add = call.flags.list("cap-add");
  host.cap_drop = call.flags.list("cap-drop");
  if (!call.at().profile.modern) return done();
  host.cap_add = normalized(host.cap_add);
  host.cap_drop = normalized(host.cap_drop);
  std::erase_if(host.cap_drop, [&](const std::string& name) {
    return std::ranges::count(host.cap_add, name) > 0;
  });
  return done();
}

Outcome read_modes(const Call& call, engine::CreateRequest& request) {
  const Flags& flags = call.flags;
  const bool modern = call.at().profile.modern;
  engine::HostConfig& host = request.host.own();
  host.ipc_mode = flags.text("ipc");
  host.pid_mode = flags.text("pid");
  host.uts_mode = flags.text("uts");
  host.userns_mode = flags.text("userns");
  host.cgroupns_mode = flags.text("cgroupns");
  const auto shares = [](const std::string& mode) {
    return mode.starts_with(engine::kContainerMode) &&
           mode.size() > engine::kContainerMode.size();
  };
  const auto host_or_none = [](const std::string& mode) {
    return mode.empty() || mode == "host";
  };
  const bool pid =
      host_or_none(host.pid_mode) || (modern && shares(host.pid_mode));
  if (!pid) return Error{"--pid: invalid PID mode"};
  if (!host_or_none(host.uts_mode)) return Error{"--uts: invalid UTS mode"};
  if (!host_or_none(host.userns_mode)) {
    return Error{"--userns: invalid USER mode"};
  }
  const bool ipc = host_or_none(host.ipc_mode) || shares(host.ipc_mode);
  if (!modern && !ipc) return Error{"--ipc: invalid IPC mode"};
  const std::string& cgroupns = host.cgroupns_mode;
  if (!host_or_none(cgroupns) && cgroupns != "private") {
    return Error{"--cgroupns: invalid CGROUP mode"};
  }
  const bool named = !request.config.hostname.empty();
  if (!modern && host.uts_mode == "host" && named) {
    return Error{"Conflicting options: -h and the UTS mode (--uts)"};
  }
  return done();
}

namespace {

/// encoding/json's complaint about a text; nothing when it is JSON.
std::optional<std::string> json_complaint(const std::string& text) {
  if (nlohmann::json::accept(text)) return std::nullopt;
  std::size_t at = 0;
  try {
    const auto parsed = nlohmann::json::parse(text);
    assert(false && "what is not accepted does not parse");
  } catch (const nlohmann::json::parse_error& error) {
    at = error.byte;
  }
  if (at == 0 || at > text.size() || trim(text.substr(at - 1)).empty()) {
    return "unexpected end of JSON input";
  }
  return fmt::format("invalid character '{}' in JSON text", text[at - 1]);
}

}  // namespace

Task<Result<std::monostate>> read_security(Call& call,
                                           engine::HostConfig& host) {
  for (const std::string& option : call.flags.list("security-opt")) {
    const std::size_t equals = option.find_first_of("=:");
    const std::string key = option.substr(0, equals);
    const std::string value =
        equals == std::string::npos ? "" : option.substr(equals + 1);
    if (call.at().profile.modern && key == "systempaths" &&
        value == "unconfined") {
      host.masked_paths.emplace();
      host.read_only_paths.emplace();
      continue;
    }
    if (key != "seccomp" || value == "unconfined" ||
        !call.at().profile.modern) {
      host.security_opt.push_back(option);
      continue;
    }
    const SysResult<Bytes> bytes = co_await call.at().console.read_file(value);
    if (!bytes) {
      co_return Error{fmt::format("opening seccomp profile ({}) failed: {}",
                                  value,
                                  path_error("open", value, bytes.error()))};
    }
    const auto complaint = json_complaint(*bytes);
    if (complaint) {
      co_return Error{
          fmt::format("compacting json for seccomp profile ({}) failed: {}",
                      value, *complaint)};
    }
    const auto json = nlohmann::ordered_json::parse(*bytes, nullptr, false);
    host.security_opt.push_back("seccomp=" + json.dump());
  }
  co_return done();
}

Outcome refuse_unmodelled(const Call& call) {
  const Flags& flags = call.flags;
  const auto refused = [](std::string_view flag) {
    return Error{fmt::format("drydock: --{} is not modelled", flag)};
  };
  for (const std::string_view flag : {"ip6", "link-local-ip"}) {
    if (flags.given(flag)) return refused(flag);
  }
  if (!flags.on("disable-content-trust", true)) {
    return refused("disable-content-trust=false");
  }
  const std::string platform = flags.text("platform");
  if (!platform.empty() && platform != "linux/amd64" && platform != "linux") {
    return refused("platform " + platform);
  }
  if (flags.given("lxc-conf")) {
    return Error{
        "Error response from daemon: Cannot use --lxc-conf with execdriver: "
        "native-0.2"};
  }
  return done();
}

}  // namespace drydock::cli
