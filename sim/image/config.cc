// config.cc — image configs as the profiles' JSON, and merged environments.

#include "sim/image/config.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/base/sha256.h"

namespace drydock::image {

std::string go_time(Time time) {
  return time == kZeroTime ? "0001-01-01T00:00:00Z" : rfc3339(time);
}

namespace {

using Fields = std::vector<Field>;

Value list_value(const std::optional<List>& list) {
  return list ? Value::strings(*list) : Value::nil_slice();
}

/// {"80/tcp": {}}: a Go map used as a set.
Value set_value(const StringSet& set) {
  std::vector<std::pair<std::string, Value>> entries;
  for (const std::string& key : set) {
    entries.emplace_back(key, Value::structure("struct {}", {}));
  }
  return Value::map(std::move(entries));
}

Value labels_value(const std::optional<StringMap>& labels) {
  if (!labels) return Value::nil_map();
  std::vector<std::pair<std::string, Value>> entries;
  for (const auto& [key, value] : *labels) entries.emplace_back(key, value);
  return Value::map(std::move(entries));
}

Value healthcheck_value(const std::optional<Healthcheck>& check) {
  if (!check) return {};
  return Value::structure(
             "container.HealthConfig",
             {{"Test", Value::strings(check->test), Omit::when_empty, ""},
              {"Interval", check->interval, Omit::when_empty, ""},
              {"Timeout", check->timeout, Omit::when_empty, ""},
              {"StartPeriod", check->start_period, Omit::when_empty, ""},
              {"Retries", check->retries, Omit::when_empty, ""}})
      .pointer();
}

/// 1.8 wraps Cmd and Entrypoint in structs (JSON does not show it, templates
/// do: {[sh]}); a nil pointer to one is null.
Value words_value(const std::optional<List>& words, Grammar profile) {
  Value list = list_value(words);
  if (profile == Grammar::docker_20_10 || !words) return list;
  return std::move(list).wrapped("runconfig.Command");
}

void add_front(Fields& fields, const ContainerConfig& config) {
  fields.push_back({"Hostname", config.hostname});
  fields.push_back({"Domainname", config.domainname});
  fields.push_back({"User", config.user});
  fields.push_back({"AttachStdin", config.attach_stdin});
  fields.push_back({"AttachStdout", config.attach_stdout});
  fields.push_back({"AttachStderr", config.attach_stderr});
  fields.push_back({"ExposedPorts",
                    config.exposed_ports.empty()
                        ? Value::nil_map()
                        : set_value(config.exposed_ports),
                    Omit::when_empty});
}

void add_middle(Fields& fields, const ContainerConfig& config,
                Grammar profile) {
  fields.push_back({"Tty", config.tty});
  fields.push_back({"OpenStdin", config.open_stdin});
  fields.push_back({"StdinOnce", config.stdin_once});
  fields.push_back({"Env", list_value(config.env)});
  fields.push_back({"Cmd", words_value(config.cmd, profile)});
  if (profile == Grammar::docker_20_10) {
    fields.push_back({"Healthcheck", healthcheck_value(config.healthcheck),
                      Omit::when_empty});
  }
  fields.push_back({"Image", config.image});
  fields.push_back({"Volumes", config.volumes ? set_value(*config.volumes)
                                              : Value::nil_map()});
}

}  // namespace

Value config_value(const ContainerConfig& config, Grammar profile) {
  const bool recent = profile == Grammar::docker_20_10;
  Fields fields;
  add_front(fields, config);
  if (!recent) fields.push_back({"PublishService", "", Omit::when_empty});
  add_middle(fields, config, profile);
  if (!recent) {
    fields.push_back({"VolumeDriver", config.volume_driver, Omit::when_empty});
  }
  fields.push_back({"WorkingDir", config.working_dir});
  fields.push_back({"Entrypoint", words_value(config.entrypoint, profile)});
  fields.push_back(
      {"NetworkDisabled", config.network_disabled, Omit::when_empty});
  fields.push_back({"MacAddress", config.mac_address, Omit::when_empty});
  fields.push_back({"OnBuild", list_value(config.on_build)});
  fields.push_back({"Labels", labels_value(config.labels)});
  if (recent) {
    fields.push_back({"StopSignal", config.stop_signal, Omit::when_empty});
    const bool timed = config.stop_timeout.has_value();
    Value timeout = timed ? Value(*config.stop_timeout).pointer() : Value();
    fields.push_back({"StopTimeout", std::move(timeout),
                      timed ? Omit::never : Omit::always});
    fields.push_back({"Shell", list_value(config.shell), Omit::when_empty});
  }
  return Value::structure(recent ? "container.Config" : "runconfig.Config",
                          std::move(fields));
}

namespace {

Value history_value(const Image& image) {
  std::vector<Value> entries;
  for (const HistoryEntry& entry : image.history) {
    entries.push_back(Value::structure(
        "image.History",
        {{"created", go_time(entry.created)},
         {"author", entry.author, Omit::when_empty},
         {"created_by", entry.created_by, Omit::when_empty},
         {"comment", entry.comment, Omit::when_empty},
         {"empty_layer", entry.empty_layer, Omit::when_empty}}));
  }
  return Value::slice(std::move(entries));
}

Value content_value(const Image& image) {
  const Grammar profile = Grammar::docker_20_10;
  std::vector<std::pair<std::string, Value>> entries;
  const auto add = [&](const char* key, Value value, bool omit_empty = true) {
    if (omit_empty && value.empty()) return;
    entries.emplace_back(key, std::move(value));
  };
  add("architecture", image.architecture);
  add("author", image.author);
  add("comment", image.comment);
  add("config", config_value(image.config, profile));
  add("container", image.container);
  add("container_config", config_value(image.container_config, profile));
  add("created", go_time(image.created));
  add("docker_version", image.docker_version);
  add("history", history_value(image));
  add("os", image.os);
  add("rootfs", Value::structure("image.RootFS",
                                 {{"type", "layers"},
                                  {"diff_ids", Value::strings(image.diff_ids),
                                   Omit::when_empty}}));
  return Value::map(std::move(entries));
}

Value chain_value(const Image& image) {
  const Grammar profile = Grammar::docker_1_8;
  return Value::structure(
      "image.Image",
      {{"id", image.id},
       {"parent", image.parent, Omit::when_empty},
       {"comment", image.comment, Omit::when_empty},
       {"created", go_time(image.created)},
       {"container", image.container, Omit::when_empty},
       {"container_config", config_value(image.container_config, profile)},
       {"docker_version", image.docker_version, Omit::when_empty},
       {"author", image.author, Omit::when_empty},
       {"config", config_value(image.config, profile)},
       {"architecture", image.architecture, Omit::when_empty},
       {"os", image.os, Omit::when_empty},
       {"Size", image.size}});
}

}  // namespace

std::string image_json(const Image& image, Grammar profile) {
  if (profile == Grammar::docker_20_10 && !image.source.empty()) {
    return image.source;
  }
  JsonStyle style;
  style.escape_html = true;
  return to_json(profile == Grammar::docker_20_10 ? content_value(image)
                                                  : chain_value(image),
                 style);
}

std::string image_digest(const Image& image) {
  return sha256_hex(image_json(image, Grammar::docker_20_10));
}

std::string chain_id(const List& diff_ids) {
  std::string chain;
  for (const std::string& diff_id : diff_ids) {
    chain =
        chain.empty() ? diff_id : "sha256:" + sha256_hex(chain + " " + diff_id);
  }
  return chain;
}

// --- Reading -----------------------------------------------------------------

namespace {

using Json = nlohmann::ordered_json;

std::string string_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

bool bool_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::int64_t int_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer()
             ? found->get<std::int64_t>()
             : 0;
}

Time time_at(const Json& object, const char* key) {
  const std::string text = string_at(object, key);
  if (text.empty() || text.starts_with("0001-")) return kZeroTime;
  return parse_rfc3339(text).value_or(kZeroTime);
}

std::optional<List> list_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return std::nullopt;
  List list;
  for (const Json& item : *found) {
    if (item.is_string()) list.push_back(item.get<std::string>());
  }
  return list;
}

std::optional<StringSet> keys_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_object()) return std::nullopt;
  StringSet keys;
  for (const auto& item : found->items()) keys.insert(item.key());
  return keys;
}

std::optional<StringMap> map_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_object()) return std::nullopt;
  StringMap map;
  for (const auto& item : found->items()) {
    if (item.value().is_string()) {
      map[item.key()] = item.value().get<std::string>();
    }
  }
  return map;
}

std::optional<Healthcheck> healthcheck_at(const Json& object) {
  const auto found = object.find("Healthcheck");
  if (found == object.end() || !found->is_object()) return std::nullopt;
  Healthcheck check;
  check.test = list_at(*found, "Test").value_or(List{});
  check.interval = int_at(*found, "Interval");
  check.timeout = int_at(*found, "Timeout");
  check.start_period = int_at(*found, "StartPeriod");
  check.retries = static_cast<int>(int_at(*found, "Retries"));
  return check;
}

ContainerConfig config_of(const Json& object) {
  ContainerConfig config;
  if (!object.is_object()) return config;
  config.hostname = string_at(object, "Hostname");
  config.domainname = string_at(object, "Domainname");
  config.user = string_at(object, "User");
  config.attach_stdin = bool_at(object, "AttachStdin");
  config.attach_stdout = bool_at(object, "AttachStdout");
  config.attach_stderr = bool_at(object, "AttachStderr");
  config.exposed_ports = keys_at(object, "ExposedPorts").value_or(StringSet{});
  config.tty = bool_at(object, "Tty");
  config.open_stdin = bool_at(object, "OpenStdin");
  config.stdin_once = bool_at(object, "StdinOnce");
  config.env = list_at(object, "Env");
  config.cmd = list_at(object, "Cmd");
  config.healthcheck = healthcheck_at(object);
  config.image = string_at(object, "Image");
  config.volumes = keys_at(object, "Volumes");
  config.volume_driver = string_at(object, "VolumeDriver");
  config.working_dir = string_at(object, "WorkingDir");
  config.entrypoint = list_at(object, "Entrypoint");
  config.network_disabled = bool_at(object, "NetworkDisabled");
  config.mac_address = string_at(object, "MacAddress");
  config.on_build = list_at(object, "OnBuild");
  config.labels = map_at(object, "Labels");
  config.stop_signal = string_at(object, "StopSignal");
  if (object.contains("StopTimeout")) {
    config.stop_timeout = static_cast<int>(int_at(object, "StopTimeout"));
  }
  config.shell = list_at(object, "Shell");
  return config;
}

void read_history(const Json& object, Image& image) {
  const auto history = object.find("history");
  if (history == object.end() || !history->is_array()) return;
  for (const Json& item : *history) {
    if (!item.is_object()) continue;
    HistoryEntry entry;
    entry.created = time_at(item, "created");
    entry.created_by = string_at(item, "created_by");
    entry.author = string_at(item, "author");
    entry.comment = string_at(item, "comment");
    entry.empty_layer = bool_at(item, "empty_layer");
    image.history.push_back(std::move(entry));
  }
}

}  // namespace

Result<Image> parse_image_json(std::string_view json) {
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object()) return Error{"invalid character in image JSON"};
  Image image;
  image.id = string_at(object, "id");
  image.parent = string_at(object, "parent");
  image.comment = string_at(object, "comment");
  image.created = time_at(object, "created");
  image.container = string_at(object, "container");
  image.docker_version = string_at(object, "docker_version");
  image.author = string_at(object, "author");
  image.architecture = string_at(object, "architecture");
  image.os = string_at(object, "os");
  image.size = int_at(object, "Size");
  if (object.contains("container_config")) {
    image.container_config = config_of(object["container_config"]);
  }
  if (object.contains("config")) image.config = config_of(object["config"]);
  const auto rootfs = object.find("rootfs");
  if (rootfs != object.end() && rootfs->is_object()) {
    image.diff_ids = list_at(*rootfs, "diff_ids").value_or(List{});
  }
  read_history(object, image);
  return image;
}

// --- Environments ------------------------------------------------------------

std::string_view env_key(std::string_view entry) {
  return entry.substr(0, entry.find('='));
}

List merge_env(const List& over, const List& under) {
  List merged = over;
  for (const std::string& entry : under) {
    const std::string_view key = env_key(entry);
    const bool given = std::ranges::any_of(
        over, [&](const std::string& own) { return env_key(own) == key; });
    if (!given) merged.push_back(entry);
  }
  return merged;
}

void set_env(List& env, std::string_view entry) {
  const std::string_view key = env_key(entry);
  for (std::string& present : env) {
    if (env_key(present) != key) continue;
    present = entry;
    return;
  }
  env.emplace_back(entry);
}

}  // namespace drydock::image
