// events.cc — `docker events`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/filters.h"
#include "sim/cli/moment.h"
#include "sim/cli/template/template.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kEventsFlags[] = {
    {'f', "filter", "filter", Kind::filter, "", kBoth, "Only what meets this condition"},
    {0, "format", "string", Kind::text, "", k20, "Print by this Go template"},
    {0, "since", "string", Kind::text, "", kBoth, "Only what came after this time"},
    {0, "until", "string", Kind::text, "", kBoth, "Only what came before this time"},
};
// clang-format on

engine::EventFilter filter_of(const Flags& flags) {
  engine::EventFilter filter;
  for (const auto& [key, values] : filters_of(flags)) {
    if (key == "event") filter.events = values;
    if (key == "image") filter.images = values;
    if (key == "container") filter.containers = values;
    if (key == "type") filter.types = values;
    if (key == "label") filter.labels = values;
    if (key == "volume") filter.volumes = values;
    if (key == "network") filter.networks = values;
  }
  return filter;
}

std::string line_of(const Profile& profile, const engine::EventRecord& event) {
  const std::string time = rfc3339_nine(event.time);
  if (!profile.modern) {
    const std::string from = event.about->from.empty()
                                 ? ""
                                 : fmt::format("(from {}) ", event.about->from);
    return fmt::format("{} {}: {}{}\n", time, event.about->id, from,
                       event.action);
  }
  List attributes;
  for (const auto& [key, value] : event.about->attributes) {
    attributes.push_back(key + "=" + value);
  }
  const std::string tail =
      attributes.empty() ? "" : fmt::format(" ({})", join(attributes, ", "));
  return fmt::format("{} {} {} {}{}\n", time, event.about->type, event.action,
                     event.about->id, tail);
}

Value event_value(const engine::EventRecord& event) {
  const auto field = [](std::string_view name, Value value,
                        std::string_view go = {}, Omit omit = Omit::never) {
    Field made;
    made.name = name;
    made.value = std::move(value);
    made.go_name = go;
    made.omit = omit;
    return made;
  };
  std::vector<std::pair<std::string, Value>> attributes;
  for (const auto& [key, value] : event.about->attributes) {
    attributes.emplace_back(key, Value(value));
  }
  std::vector<Field> actor;
  actor.push_back(field("ID", Value(event.about->id)));
  actor.push_back(field("Attributes", Value::map(std::move(attributes))));
  std::vector<Field> fields;
  if (event.about->type == "container" || event.about->type == "image") {
    fields.push_back(field("status", Value(event.action), "Status"));
    fields.push_back(field("id", Value(event.about->id), "ID"));
    fields.push_back(
        field("from", Value(event.about->from), "From", Omit::when_empty));
  }
  fields.push_back(field("Type", Value(event.about->type)));
  fields.push_back(field("Action", Value(event.action)));
  fields.push_back(
      field("Actor", Value::structure("events.Actor", std::move(actor))));
  fields.push_back(field("scope", Value("local"), "Scope"));
  fields.push_back(field("time", Value(event.time.seconds()), "Time"));
  fields.push_back(
      field("timeNano", Value(event.time.since_epoch), "TimeNano"));
  return Value::structure("events.Message", std::move(fields));
}

Task<int> events(Call call) {
  Client& client = call.at();
  const Time now = client.engine.now();
  const auto since = parse_moment(call.flags.text("since"), "since", now);
  const auto until = parse_moment(call.flags.text("until"), "until", now);
  if (!since || !until) {
    const Error& error = !since ? since.error() : until.error();
    co_return co_await end_complaining(client, error.text);
  }
  std::optional<Template> format;
  if (call.flags.given("format")) {
    Result<Template> parsed = Template::parse(call.flags.text("format"));
    if (!parsed) {
      co_return co_await end_complaining(
          client, "Error parsing format: " + parsed.error().text, 64);
    }
    format = *std::move(parsed);
  }
  const auto stream =
      client.engine.events(filter_of(call.flags), *since, *until);
  for (;;) {
    const auto event = co_await stream->next();
    if (!event) co_return 0;
    std::string line = line_of(client.profile, *event);
    if (format) {
      const Value value = event_value(*event);
      const Result<std::string> text = format->execute(value, {});
      if (!text) {
        co_return co_await end_complaining(client, text.error().text);
      }
      line = *text + "\n";
    }
    co_await say(client, std::move(line));
  }
}

}  // namespace

const Command kEvents = {.synopsis = "",
                         .synopsis18 = {},
                         .brief = "Get real time events from the server",
                         .operands_min = 0,
                         .operands_max = 0,
                         .flags = kEventsFlags,
                         .run = events};

}  // namespace drydock::cli
