// build.cc — `docker build`: what the client does before the builder builds.

#include "sim/builder/build.h"

#include <fmt/format.h>

#include "sim/builder/context.h"
#include "sim/cli/build_context.h"
#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/credentials.h"
#include "sim/cli/download.h"
#include "sim/image/reference.h"

namespace drydock::cli {

namespace {

// clang-format off
constexpr Flag kBuildFlags[] = {
    {0, "add-host", "list", Kind::list, "", k20, "Put another host:ip line into /etc/hosts"},
    {0, "build-arg", "list", Kind::list, "", k20, "Give a build argument its value"},
    {0, "cache-from", "strings", Kind::strings, "", k20, "Images whose layers may serve as cache"},
    {0, "cgroup-parent", "string", Kind::text, "", kBoth, "Cgroup below which the container's own is made"},
    {0, "compress", "", Kind::toggle, "", k20, "Send the context through gzip"},
    {0, "cpu-period", "int", Kind::number, "", kBoth, "CFS period of the CPU limit, in microseconds"},
    {0, "cpu-quota", "int", Kind::number, "", kBoth, "CFS quota of the CPU limit, in microseconds"},
    {'c', "cpu-shares", "int", Kind::number, "", kBoth, "Relative share of CPU time"},
    {0, "cpuset-cpus", "string", Kind::text, "", kBoth, "CPUs it may run on (0-3, 0,1)"},
    {0, "cpuset-mems", "string", Kind::text, "", kBoth, "Memory nodes it may use (0-3, 0,1)"},
    {0, "disable-content-trust", "", Kind::toggle, "true", kBoth, "Do not verify signatures"},
    {'f', "file", "string", Kind::text, "", kBoth, "The Dockerfile's path (PATH/Dockerfile if not given)"},
    {0, "force-rm", "", Kind::toggle, "", kBoth, "Remove intermediate containers in any case"},
    {0, "iidfile", "string", Kind::text, "", k20, "File that gets the image's ID"},
    {0, "isolation", "string", Kind::text, "", k20, "Technology that isolates it"},
    {0, "label", "list", Kind::list, "", k20, "Label it, key=value"},
    {'m', "memory", "bytes", Kind::bytes, "", kBoth, "Bound on memory of each step"},
    {0, "memory-swap", "bytes", Kind::bytes, "", kBoth, "Bound on memory and swap together; '-1' for none on swap"},
    {0, "network", "string", Kind::text, "default", k20, "Network of the RUN steps"},
    {0, "no-cache", "", Kind::toggle, "", kBoth, "Build each step anew"},
    {0, "pull", "", Kind::toggle, "", kBoth, "Ask the registry for a newer base image"},
    {'q', "quiet", "", Kind::toggle, "", kBoth, "Print nothing but the image's ID"},
    {0, "rm", "", Kind::toggle, "true", kBoth, "Remove intermediate containers when done"},
    {0, "security-opt", "strings", Kind::strings, "", k20, "Security option"},
    {0, "shm-size", "bytes", Kind::bytes, "", k20, "Size of /dev/shm"},
    {'t', "tag", "list", Kind::reference, "", kBoth, "Name of the image, 'name:tag'"},
    {0, "target", "string", Kind::text, "", k20, "Stage to build up to"},
    {0, "ulimit", "ulimit", Kind::list, "[]", kBoth, "Bound as of setrlimit(2)"},
};
// clang-format on

/// Passes the builder's words on, and remembers whether there were any.  A
/// silent one holds them back: they are shown only if the build fails.
class Output final : public builder::BuildOutput {
 public:
  Output(Client& client, bool silent) : client_(client), silent_(silent) {}

  Task<Outcome> write(std::string text) override {
    wrote_ = wrote_ || !text.empty();
    if (silent_) {
      held_ += text;
      co_return done();
    }
    const Outcome written = co_await client_.console.out().write(text);
    co_return written;
  }
  bool wrote() const { return wrote_; }
  const std::string& held() const { return held_; }

 private:
  Client& client_;
  bool silent_;
  bool wrote_ = false;
  std::string held_;
};

/// What ADD fetches comes by way of the client: both are on one host.
class ClientDownloads final : public builder::Downloads {
 public:
  explicit ClientDownloads(Client& client) : client_(client) {}

  Task<Result<File>> get(std::string url) override {
    Result<Downloaded> brought = co_await download(client_, std::move(url));
    if (!brought) co_return brought.error();
    File file;
    file.content = std::move(brought->content);
    file.modified = brought->modified;
    co_return file;
  }

 private:
  Client& client_;
};

engine::StringMap pairs_of(const Call& call, std::string_view flag) {
  engine::StringMap pairs;
  for (const std::string& entry : call.flags.list(flag)) {
    const std::size_t equals = entry.find('=');
    if (equals != std::string::npos) {
      pairs[entry.substr(0, equals)] = entry.substr(equals + 1);
      continue;
    }
    const auto value = call.at().console.getenv(entry);
    if (flag == "label") {
      pairs[entry] = "";
    } else if (value) {
      pairs[entry] = *value;
    }
  }
  return pairs;
}

Result<builder::BuildRequest> request_of(const Call& call) {
  const Flags& flags = call.flags;
  builder::BuildRequest request;
  request.tags = flags.list("tag");
  request.no_cache = flags.on("no-cache");
  request.pull = flags.on("pull");
  request.quiet = flags.on("quiet");
  request.remove = flags.on("rm", true);
  request.force_remove = flags.on("force-rm");
  request.build_args = pairs_of(call, "build-arg");
  request.labels = pairs_of(call, "label");
  request.target = flags.text("target");
  engine::HostConfig& host = request.host;
  host.network_mode = flags.text("network", "default");
  host.extra_hosts = flags.list("add-host");
  host.cgroup_parent = flags.text("cgroup-parent");
  host.limits.cpu_shares = flags.number("cpu-shares").value_or(0);
  host.limits.cpu_period = flags.number("cpu-period").value_or(0);
  host.limits.cpu_quota = flags.number("cpu-quota").value_or(0);
  host.limits.cpuset_cpus = flags.text("cpuset-cpus");
  host.limits.cpuset_mems = flags.text("cpuset-mems");
  for (const std::string& text : flags.list("ulimit")) {
    const Result<UlimitValue> limit = parse_ulimit(text);
    if (!limit) return limit.error();
    host.ulimits.push_back({limit->name, limit->soft, limit->hard});
  }
  if (flags.given("shm-size")) {
    const Result<std::int64_t> size = parse_size(flags.text("shm-size"));
    if (!size) return size.error();
    host.shm_size = *size;
  }
  host.security_opt = flags.list("security-opt");
  if (flags.given("memory")) {
    const Result<std::int64_t> memory = parse_size(flags.text("memory"));
    if (!memory) return memory.error();
    host.limits.memory = *memory;
  }
  if (flags.given("memory-swap") && flags.text("memory-swap") != "-1") {
    const Result<std::int64_t> swap = parse_size(flags.text("memory-swap"));
    if (!swap) return swap.error();
    host.limits.memory_swap = *swap;
  }
  return request;
}

/// -t is looked at before anything is sent.
Task<int> refuse_tags(Call& call) {
  Client& client = call.at();
  for (const std::string& tag : call.flags.list("tag")) {
    const Result<image::Reference> parsed =
        image::parse_new_reference(tag, client.profile.rules->grammar);
    if (parsed) continue;
    if (!client.profile.modern) {
      co_return co_await end_complaining(client, parsed.error().text);
    }
    co_return co_await end_complaining(
        client,
        fmt::format("invalid argument {} for \"-t, --tag\" flag: {}\n"
                    "See 'docker {} --help'.",
                    go_quote(tag), parsed.error().text, call.path),
        client.profile.statuses.usage);
  }
  co_return 0;
}

/// What is not modelled is refused, not ignored.
std::string unmodelled_flag(const Flags& flags) {
  for (const std::string_view name : {"cache-from", "compress", "isolation",
                                      "platform", "ssh", "secret", "output"}) {
    const bool usual = name == "isolation" && flags.text(name) == "default";
    if (flags.given(name) && !usual) return std::string(name);
  }
  return "";
}

Task<int> write_id_file(Call& call, std::string id) {
  const std::string path = call.flags.text("iidfile");
  if (path.empty()) co_return 0;
  auto sink = co_await call.at().console.open_sink(path, 0644);
  if (!sink) {
    co_return co_await end_complaining(call.at(),
                                       path_error("open", path, sink.error()));
  }
  const Outcome written = co_await (*sink)->write("sha256:" + id);
  (*sink)->close();
  co_return written ? 0 : 1;
}

Task<int> build(Call call) {
  Client& client = call.at();
  const int refused = co_await refuse_tags(call);
  if (refused != 0) co_return refused;
  const std::string odd = unmodelled_flag(call.flags);
  if (!odd.empty()) {
    co_return co_await end_complaining(
        client,
        fmt::format("drydock: 'docker build --{}' is not modelled", odd));
  }
  Result<builder::BuildRequest> request = request_of(call);
  if (!request) {
    co_return co_await end_complaining(client, request.error().text);
  }
  Result<SentContext> context = co_await prepare_context(
      client, call.operands.front(), call.flags.text("file"));
  if (!context) {
    co_return co_await end_complaining(client, context.error().text);
  }
  request->dockerfile = context->dockerfile;
  const Credentials credentials = co_await load_credentials(client);
  request->auth = credentials.of(std::string(kIndexServer));
  const bool silent = request->quiet && client.profile.modern;
  const std::string size = human_size(static_cast<double>(context->tar.size()),
                                      {4, client.profile.formats.size.blank});
  const std::string sending =
      fmt::format(fmt::runtime(client.profile.words.sending_context), size);
  if (!silent) co_await say(client, sending);
  StringSource tar(std::move(context->tar));
  Output output(client, silent);
  ClientDownloads downloads(client);
  request->downloads = &downloads;
  const auto built =
      co_await builder::build(client.engine, *std::move(request), tar, output);
  if (built) {
    if (silent) co_await say(client, "sha256:" + built->image_id + "\n");
    co_return co_await write_id_file(call, built->image_id);
  }
  const std::string text =
      output.wrote() ? built.error().text : told(client, built.error());
  if (silent) co_await complain(client, sending + output.held());
  co_return co_await end_complaining(client, text, built.error().exit_code);
}

}  // namespace

const Command kBuild = {.synopsis = "PATH | URL | -",
                        .synopsis18 = {},
                        .brief = "Build an image from a Dockerfile",
                        .operands_min = 1,
                        .operands_max = 1,
                        .flags = kBuildFlags,
                        .run = build};

}  // namespace drydock::cli
