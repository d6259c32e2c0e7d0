// version.cc — `docker version`.

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/template/template.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kVersionFlags[] = {
    {'f', "format", "string", Kind::text, "", kBoth, "Print by this Go template"},
};
// clang-format on

Field field(std::string_view name, std::string_view text,
            std::string_view go = {}) {
  Field made;
  made.name = name;
  made.value = Value(text);
  made.go_name = go;
  return made;
}

Value client_value(const Profile& profile) {
  const Versions& v = profile.versions;
  std::vector<Field> fields;
  if (profile.modern) {
    Field platform;
    platform.name = "Platform";
    std::vector<Field> inner{field("Name", "")};
    platform.value = Value::structure("types.Platform", std::move(inner));
    fields.push_back(std::move(platform));
  }
  fields.push_back(field("Version", v.client));
  fields.push_back(field("ApiVersion", v.api, "APIVersion"));
  if (profile.modern) fields.push_back(field("DefaultAPIVersion", v.api));
  fields.push_back(field("GitCommit", v.git));
  fields.push_back(field("GoVersion", v.go));
  fields.push_back(field("Os", "linux"));
  fields.push_back(field("Arch", "amd64"));
  fields.push_back(field("BuildTime", v.built));
  if (profile.modern) {
    fields.push_back(field("Context", "default"));
    Field experimental;
    experimental.name = "Experimental";
    experimental.value = Value(true);
    fields.push_back(std::move(experimental));
  }
  return Value::structure("version.clientVersion", std::move(fields));
}

Value server_value(const Profile& profile, const engine::HostInfo& host) {
  const engine::VersionFacts& facts = profile.rules->facts;
  std::vector<Field> fields;
  fields.push_back(field("Version", facts.version));
  fields.push_back(field("ApiVersion", facts.api_version, "APIVersion"));
  if (profile.modern) {
    fields.push_back(field("MinAPIVersion", facts.api_version_min));
  }
  fields.push_back(field("GitCommit", facts.git_commit));
  fields.push_back(field("GoVersion", facts.go_version));
  fields.push_back(field("Os", "linux"));
  fields.push_back(field("Arch", "amd64"));
  if (profile.modern) {
    fields.push_back(field("KernelVersion", host.kernel_version));
  }
  fields.push_back(field("BuildTime", facts.built));
  return Value::structure("types.Version", std::move(fields));
}

std::string text18(const Profile& profile) {
  const Versions& v = profile.versions;
  const engine::VersionFacts& f = profile.rules->facts;
  const auto block = [](std::string_view title, std::string_view version,
                        std::string_view api, std::string_view go,
                        std::string_view git, std::string_view built) {
    return fmt::format(
        "{}:\n Version:      {}\n API version:  {}\n Go version:   {}\n"
        " Git commit:   {}\n Built:        {}\n OS/Arch:      linux/amd64\n",
        title, version, api, go, git, built);
  };
  return block("Client", v.client, v.api, v.go, v.git, v.built) + "\n" +
         block("Server", f.version, f.api_version, f.go_version, f.git_commit,
               f.built);
}

std::string text20(const Profile& profile) {
  const Versions& v = profile.versions;
  const engine::VersionFacts& f = profile.rules->facts;
  return fmt::format(
      "Client:\n"
      " Version:           {}\n API version:       {}\n"
      " Go version:        {}\n Git commit:        {}\n"
      " Built:             {}\n OS/Arch:           linux/amd64\n"
      " Context:           default\n Experimental:      true\n"
      "\nServer:\n Engine:\n"
      "  Version:          {}\n"
      "  API version:      {} (minimum version {})\n"
      "  Go version:       {}\n  Git commit:       {}\n"
      "  Built:            {}\n  OS/Arch:          linux/amd64\n"
      "  Experimental:     false\n"
      " containerd:\n  Version:          1.6.20~ds1\n"
      "  GitCommit:        1.6.20~ds1-1+deb12u3\n"
      " runc:\n  Version:          1.1.5+ds1\n"
      "  GitCommit:        1.1.5+ds1-1+deb12u1\n"
      " docker-init:\n  Version:          0.19.0\n  GitCommit:        \n",
      v.client, v.api, v.go, v.git, v.built, f.version, f.api_version,
      f.api_version_min, f.go_version, f.git_commit, f.built);
}

Task<int> version(Call call) {
  Client& client = call.at();
  const Profile& profile = client.profile;
  const std::string format = call.flags.text("format");
  if (format.empty()) {
    const std::string text = profile.modern ? text20(profile) : text18(profile);
    co_return co_await end_saying(client, text);
  }
  std::vector<Field> fields(2);
  fields[0].name = "Client";
  fields[0].value = client_value(profile);
  fields[1].name = "Server";
  fields[1].value = server_value(profile, client.engine.backend().host());
  const Value value =
      Value::structure("version.versionInfo", std::move(fields));
  const Result<Template> parsed = Template::parse(format);
  if (!parsed) {
    co_return co_await end_complaining(
        client, fmt::format("Template parsing error: {}", parsed.error().text),
        64);
  }
  const Result<std::string> text = parsed->execute(value, {});
  if (!text) {
    co_return co_await end_complaining(client, text.error().text);
  }
  co_return co_await end_saying(client, *text + "\n");
}

}  // namespace

const Command kVersion = {.synopsis = "",
                          .synopsis18 = {},
                          .brief = "Show the Docker version information",
                          .operands_min = 0,
                          .operands_max = 0,
                          .flags = kVersionFlags,
                          .run = version};

}  // namespace drydock::cli
