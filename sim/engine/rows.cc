// rows.cc — fields to JSON and back.

#include "sim/engine/rows.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sim/base/base64.h"
#include "sim/engine/row_fields.h"

namespace drydock::engine {

namespace {

using Json = nlohmann::json;

// --- Writing
// -------------------------------------------------------------------

/// Whether JSON may carry it as it is: plain ASCII.
bool is_text(std::string_view bytes) {
  return std::ranges::all_of(
      bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Bytes of any kind: what is not plain ASCII comes in a box.
Json written(const std::string& text) {
  if (is_text(text)) return text;
  return Json{{"base64", base64(text)}};
}
Json written(bool truth) { return truth; }
Json written(Time time) { return time.since_epoch; }
template <std::integral T>
Json written(T number) {
  return number;
}
template <typename T>
requires std::is_enum_v<T> Json written(T value) {
  return static_cast<int>(value);
}

template <typename T>
Json written(const std::optional<T>& value);
template <typename T>
Json written(const std::vector<T>& items);
template <typename A, typename B>
Json written(const std::pair<A, B>& two);
template <typename T>
Json written(const Seldom<T>& value);
Json written(const StringSet& items);
template <typename T>
Json written(const std::map<std::string, T>& entries);
template <typename T>
requires std::is_class_v<T> Json written(const T& record);

struct Writer {
  Json json = Json::object();

  template <typename T>
  void operator()(const char* name, const T& value) {
    json[name] = written(value);
  }
};

template <typename T>
Json written(const std::optional<T>& value) {
  return value ? written(*value) : Json();
}

template <typename T>
Json written(const std::vector<T>& items) {
  Json json = Json::array();
  for (const T& item : items) json.push_back(written(item));
  return json;
}

template <typename A, typename B>
Json written(const std::pair<A, B>& two) {
  Json json = Json::array();
  json.push_back(written(two.first));
  json.push_back(written(two.second));
  return json;
}

template <typename T>
Json written(const Seldom<T>& value) {
  return written(*value);
}

Json written(const StringSet& items) {
  return written(List(items.begin(), items.end()));
}

/// As pairs: keys are bytes of any kind, too.
template <typename T>
Json written(const std::map<std::string, T>& entries) {
  Json json = Json::array();
  for (const auto& [key, value] : entries) {
    Json entry = Json::array();
    entry.push_back(written(key));
    entry.push_back(written(value));
    json.push_back(std::move(entry));
  }
  return json;
}

template <typename T>
requires std::is_class_v<T> Json written(const T& record) {
  Writer writer;
  fields(writer, record);
  return std::move(writer.json);
}

// --- Reading
// -------------------------------------------------------------------

void take(const Json& json, std::string* text) {
  if (json.is_string()) *text = json.get<std::string>();
  if (json.is_object()) *text = from_base64(json.value("base64", ""));
}
void take(const Json& json, bool* truth) {
  if (json.is_boolean()) *truth = json.get<bool>();
}
void take(const Json& json, Time* time) {
  if (json.is_number()) time->since_epoch = json.get<Nanoseconds>();
}
template <std::integral T>
void take(const Json& json, T* number) {
  if (json.is_number()) *number = json.get<T>();
}
template <typename T>
requires std::is_enum_v<T>
void take(const Json& json, T* value) {
  if (json.is_number()) *value = static_cast<T>(json.get<int>());
}

template <typename T>
void take(const Json& json, std::optional<T>* value);
template <typename T>
void take(const Json& json, std::vector<T>* items);
template <typename A, typename B>
void take(const Json& json, std::pair<A, B>* two);
template <typename T>
void take(const Json& json, Seldom<T>* value);
void take(const Json& json, StringSet* items);
template <typename T>
void take(const Json& json, std::map<std::string, T>* entries);
template <typename T>
requires std::is_class_v<T>
void take(const Json& json, T* record);

struct Reader {
  const Json& json;

  template <typename T>
  void operator()(const char* name, T& value) {
    const auto found = json.find(name);
    if (found != json.end()) take(*found, &value);
  }
};

template <typename T>
void take(const Json& json, std::optional<T>* value) {
  value->reset();
  if (!json.is_null()) take(json, &value->emplace());
}

template <typename T>
void take(const Json& json, std::vector<T>* items) {
  items->clear();
  for (const Json& item : json) take(item, &items->emplace_back());
}

template <typename A, typename B>
void take(const Json& json, std::pair<A, B>* two) {
  if (!json.is_array() || json.size() != 2) return;
  take(json[0], &two->first);
  take(json[1], &two->second);
}

template <typename T>
void take(const Json& json, Seldom<T>* value) {
  take(json, &value->own());
}

void take(const Json& json, StringSet* items) {
  List all;
  take(json, &all);
  *items = StringSet(all.begin(), all.end());
}

template <typename T>
void take(const Json& json, std::map<std::string, T>* entries) {
  entries->clear();
  for (const Json& item : json) {
    std::pair<std::string, T> entry;
    take(item, &entry);
    entries->insert(std::move(entry));
  }
}

template <typename T>
requires std::is_class_v<T>
void take(const Json& json, T* record) {
  if (!json.is_object()) return;
  Reader reader{json};
  fields(reader, *record);
}

std::optional<Json> parsed(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() && !json.is_array()) return std::nullopt;
  return json;
}

template <typename T>
bool take_row(std::string_view text, T* record) {
  const auto json = parsed(text);
  if (json) take(*json, record);
  return json.has_value();
}

}  // namespace

std::string to_row(const Container& container) {
  Json json = written(container);
  json["image"] = container.image ? container.image->id : "";
  return json.dump();
}

bool from_row(std::string_view text, Container* container, std::string* image) {
  const auto json = parsed(text);
  if (!json || !json->is_object()) return false;
  take(*json, container);
  *image = json->value("image", "");
  return true;
}

std::string to_row(const Image& image) { return written(image).dump(); }
std::string to_row(const image::LayerStore::Entry& layer) {
  return written(layer).dump();
}
std::string to_row(const Volume& volume) { return written(volume).dump(); }
std::string to_row(const Network& network) {
  Json json = written(network);
  json["gateway"] = network.pool ? network.pool->gateway() : "";
  return json.dump();
}
std::string to_row(const EventRecord& event) {
  const EventSubject& about = *event.about;
  const EventRow row{event.time, about.type, event.action,
                     about.id,   about.from, about.attributes};
  return written(row).dump();
}
std::string to_row(const std::map<std::string, ContainerId>& links) {
  return written(links).dump();
}

bool from_row(std::string_view text, Image* image) {
  return take_row(text, image);
}
bool from_row(std::string_view text, image::LayerStore::Entry* layer) {
  return take_row(text, layer);
}
bool from_row(std::string_view text, Volume* volume) {
  return take_row(text, volume);
}
bool from_row(std::string_view text, Network* network, std::string* gateway) {
  const auto json = parsed(text);
  if (!json || !json->is_object()) return false;
  take(*json, network);
  *gateway = json->value("gateway", "");
  return true;
}
bool from_row(std::string_view text, EventRecord* event) {
  EventRow row;
  if (!take_row(text, &row)) return false;
  EventSubject about{std::move(row.type), std::move(row.id),
                     std::move(row.from), std::move(row.attributes)};
  *event = {row.time, std::move(row.action),
            std::make_shared<const EventSubject>(std::move(about))};
  return true;
}
bool from_row(std::string_view text, StringMap* links) {
  return take_row(text, links);
}

}  // namespace drydock::engine
