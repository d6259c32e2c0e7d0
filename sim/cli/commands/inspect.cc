// inspect.cc — `docker inspect`, of containers, images and volumes.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/template/template.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kInspectFlags[] = {
    {'f', "format", "string", Kind::text, "", kBoth, "Print by this Go template"},
    {'s', "size", "", Kind::toggle, "", k20, "Sizes of containers too"},
    {0, "type", "string", Kind::text, "", kBoth, "Kind of object to look for"},
};
// clang-format on
// clang-format off
constexpr Flag kContainerInspectFlags[] = {
    {'f', "format", "string", Kind::text, "", k20, "Print by this Go template"},
    {'s', "size", "", Kind::toggle, "", k20, "Print sizes too"},
};
// clang-format on
// clang-format off
constexpr Flag kImageInspectFlags[] = {
    {'f', "format", "string", Kind::text, "", k20, "Print by this Go template"},
};
// clang-format on
// clang-format off
constexpr Flag kNetworkInspectFlags[] = {
    {'f', "format", "string", Kind::text, "", k20, "Print by this Go template"},
    {'v', "verbose", "", Kind::toggle, "", k20, "Tell more of a swarm's networks"},
};
// clang-format on
// clang-format off
constexpr Flag kVolumeInspectFlags[] = {
    {'f', "format", "string", Kind::text, "", k20, "Print by this Go template"},
};
// clang-format on

/// Go's own: a template that does not parse ends the client with 64.
constexpr int kBadTemplate = 64;

/// What is looked for, where, and what is said when it is not there.
enum class Scope { any, container, image, network, volume };

Task<engine::Answer<Value>> find_one(Call& call, std::string name,
                                     Scope scope) {
  engine::Engine& engine = call.at().engine;
  const engine::Fault none{engine::Fault::Kind::not_found, "",
                           engine::Object::none};
  engine::Answer<Value> found = none;
  if (scope == Scope::any || scope == Scope::container) {
    found = co_await engine.inspect_container(name, call.flags.on("size"));
    const bool missing =
        !found && found.error().kind == engine::Fault::Kind::not_found;
    if (!missing) co_return found;
  }
  if (scope == Scope::any || scope == Scope::image) {
    found = engine.inspect_image(name);
    const bool missing =
        !found && found.error().kind == engine::Fault::Kind::not_found;
    if (!missing) co_return found;
  }
  const bool modern = call.at().profile.modern;
  if ((scope == Scope::any && modern) || scope == Scope::network) {
    found = engine.inspect_network(name);
    if (found || scope == Scope::network) co_return found;
  }
  if ((scope == Scope::any && modern) || scope == Scope::volume) {
    found = engine.inspect_volume(name);
  }
  co_return found;
}

std::string missing_text(const Call& call, Scope scope,
                         const std::string& name) {
  const Profile& profile = call.at().profile;
  switch (scope) {
    case Scope::container:
      return fmt::format("Error: No such container: {}", name);
    case Scope::image:
      return fmt::format("Error: No such image: {}", name);
    case Scope::network:
      return fmt::format("Error: No such network: {}", name);
    case Scope::volume:
      return fmt::format("Error: No such volume: {}", name);
    case Scope::any:
      break;
  }
  return fmt::format(fmt::runtime(profile.words.no_such_object), name);
}

/// As Go's client does: first with the typed value, and if that fails with
/// what the JSON says.
Result<std::string> render(const Profile& profile, const Template& format,
                           const Value& value) {
  TemplateOptions typed;
  typed.escape_html = !profile.modern;
  typed.context_max = profile.modern ? 0 : 20;
  Result<std::string> text = format.execute(value, typed);
  if (text) return text;
  TemplateOptions raw = typed;
  raw.raw = true;
  raw.missing_is_error = profile.modern;
  const Value plain = value.raw();
  Result<std::string> second = format.execute(plain, raw);
  if (profile.modern) return second;
  // 1.8 keeps its first complaint when the JSON has no such thing either.
  const bool lacks = !second || second->find("<no value>") != std::string::npos;
  return lacks ? text : second;
}

/// All objects as one JSON array.
std::string as_json(const Profile& profile, const std::vector<Value>& values) {
  if (values.empty()) return "[]\n";
  JsonStyle style;
  style.indent = "    ";
  std::string text = "[\n";
  for (const Value& value : values) {
    if (&value != &values.front()) text += ",\n";
    // 1.8's outer braces stand at the margin.
    style.prefix = profile.modern ? "    " : "";
    text += style.prefix + to_json(value, style);
  }
  return text + "\n]\n";
}

Task<int> inspect_in(Call& call, Scope scope) {
  Client& client = call.at();
  const Profile& profile = client.profile;
  const std::string format = call.flags.text("format");
  std::optional<Template> parsed;
  if (!format.empty()) {
    Result<Template> tmpl = Template::parse(format);
    if (!tmpl) {
      const std::string text = std::string(profile.formats.template_error) +
                               tmpl.error().text + "\n";
      co_return co_await end_complaining(client, text, kBadTemplate);
    }
    parsed = *std::move(tmpl);
  }
  std::vector<Value> values;
  std::string output, complaints;
  for (const std::string& name : call.operands) {
    engine::Answer<Value> found = co_await find_one(call, name, scope);
    if (!found) {
      const bool missing = found.error().kind == engine::Fault::Kind::not_found;
      complaints += (missing ? missing_text(call, scope, name)
                             : told(client, found.error())) +
                    "\n";
      continue;
    }
    if (!parsed) {
      values.push_back(*std::move(found));
      continue;
    }
    const Result<std::string> text = render(profile, *parsed, *found);
    if (text) {
      output += *text + "\n";
    } else {
      complaints += std::string(profile.formats.template_error) +
                    text.error().text + "\n";
    }
  }
  if (!parsed) output = as_json(profile, values);
  // Where templates gave nothing at all, today's client ends the line.
  if (parsed && output.empty() && profile.modern) output = "\n";
  co_await say(client, output);
  if (complaints.empty()) co_return 0;
  co_return co_await end_complaining(client, complaints);
}

Task<int> inspect(Call call) {
  const std::string type = call.flags.text("type");
  Scope scope = Scope::any;
  if (type == "container") {
    scope = Scope::container;
  } else if (type == "image") {
    scope = Scope::image;
  } else if (type == "network" && call.at().profile.modern) {
    scope = Scope::network;
  } else if (type == "volume" && call.at().profile.modern) {
    scope = Scope::volume;
  } else if (!type.empty()) {
    const std::string text =
        fmt::format("{} is not a valid value for --type", go_quote(type));
    co_return co_await end_complaining(call.at(), text);
  }
  co_return co_await inspect_in(call, scope);
}

Task<int> inspect_containers(Call call) {
  co_return co_await inspect_in(call, Scope::container);
}
Task<int> inspect_images(Call call) {
  co_return co_await inspect_in(call, Scope::image);
}
Task<int> inspect_networks(Call call) {
  co_return co_await inspect_in(call, Scope::network);
}
Task<int> inspect_volumes(Call call) {
  co_return co_await inspect_in(call, Scope::volume);
}

}  // namespace

const Command kInspect = {
    .synopsis = "NAME|ID [NAME|ID...]",
    .synopsis18 = "CONTAINER|IMAGE [CONTAINER|IMAGE...]",
    .brief = "Return low-level information on Docker objects",
    .operands_min = 1,
    .flags = kInspectFlags,
    .run = inspect};
const Command kContainerInspect = {
    .synopsis = "CONTAINER [CONTAINER...]",
    .synopsis18 = {},
    .brief = "Display detailed information on one or more containers",
    .operands_min = 1,
    .flags = kContainerInspectFlags,
    .run = inspect_containers};
const Command kImageInspect = {
    .synopsis = "IMAGE [IMAGE...]",
    .synopsis18 = {},
    .brief = "Display detailed information on one or more images",
    .operands_min = 1,
    .flags = kImageInspectFlags,
    .run = inspect_images};
const Command kNetworkInspect = {
    .synopsis = "NETWORK [NETWORK...]",
    .synopsis18 = {},
    .brief = "Display detailed information on one or more networks",
    .operands_min = 1,
    .flags = kNetworkInspectFlags,
    .run = inspect_networks};
const Command kVolumeInspect = {
    .synopsis = "VOLUME [VOLUME...]",
    .synopsis18 = {},
    .brief = "Display detailed information on one or more volumes",
    .operands_min = 1,
    .flags = kVolumeInspectFlags,
    .run = inspect_volumes};

}  // namespace drydock::cli
