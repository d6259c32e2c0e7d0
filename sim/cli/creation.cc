// creation.cc — pulling, --cidfile, and the answer when it came to nothing.

#include "sim/cli/creation.h"

#include <fmt/format.h>

#include "sim/cli/pull_progress.h"
#include "sim/image/reference.h"

namespace drydock::cli {

namespace {

/// What `run` ends with when this is why: 125, 126 or 127 by the text of it.
int status_of(const Call& call, std::string_view text) {
  const Statuses& statuses = call.at().profile.statuses;
  const auto says = [&](std::string_view words) {
    return text.find(words) != std::string_view::npos;
  };
  if (says("executable file not found") || says("no such file or directory")) {
    return statuses.not_found;
  }
  if (says("permission denied") || says("not a directory")) {
    return statuses.not_runnable;
  }
  return statuses.refused;
}

/// The file of --cidfile: must not be there before, and holds the id after.
Result<std::monostate> check_cidfile(Call& call, const std::string& path) {
  if (path.empty()) return done();
  Client& client = call.at();
  const auto found = client.console.stat(path);
  if (!found) return done();
  return Error{
      fmt::format(fmt::runtime(client.profile.words.cidfile_exists), path)};
}

Task<Outcome> open_cidfile(Call& call, std::string path,
                           std::unique_ptr<ByteSink>& into) {
  auto sink = co_await call.at().console.open_sink(path, 0644);
  if (!sink) {
    co_return Error{fmt::format("failed to create the container ID file: {}",
                                path_error("open", path, sink.error()))};
  }
  into = *std::move(sink);
  co_return done();
}

/// Pulls what is missing; its progress goes to stderr.
Task<engine::Done> pull_missing(Call& call, std::string name) {
  Client& client = call.at();
  co_await complain(client,
                    fmt::format("Unable to find image '{}' locally\n", name));
  const engine::Done pulled = co_await pull_showing(client, name, false, true);
  co_return pulled;
}

/// No id was written: the file goes again.
void forget_file(Client& client, const std::string& path) {
  const SysOutcome gone = client.console.unlink(path);
  static_cast<void>(gone);
}

std::string with_tag(const Call& call, const std::string& image) {
  const Result<image::Reference> parsed =
      image::parse_reference(image, call.at().profile.rules->grammar);
  return parsed ? parsed->with_default_tag().str() : image;
}

/// Whether an image is for --platform "os/arch[/variant]", "os" or "arch".
bool runs_on(const image::Image& image, const std::string& platform) {
  if (platform.empty()) return true;
  const List parts = split(platform, '/');
  if (parts.size() == 1) {
    return parts[0] == image.os || parts[0] == image.architecture;
  }
  return parts[0] == image.os && parts[1] == image.architecture;
}

}  // namespace

std::string run_report(const Call& call, std::string text, bool with_help) {
  if (text.ends_with('.')) text.pop_back();
  std::string line = fmt::format("docker: {}.\n", text);
  if (with_help) line += fmt::format("See 'docker {} --help'.\n", call.path);
  return line;
}

Task<int> refuse_run(Call& call, std::string text, bool with_help,
                     bool mistyped) {
  const bool is_run = call.path.ends_with("run");
  Client& client = call.at();
  if (!is_run && client.profile.modern) {
    co_return co_await end_complaining(client, text);
  }
  const bool from_daemon = text.starts_with("Error response from daemon:");
  if (!client.profile.modern && from_daemon) {
    co_return co_await end_complaining(client, text);
  }
  const int status = !is_run    ? 1
                     : mistyped ? client.profile.statuses.refused
                                : status_of(call, text);
  const std::string line = run_report(call, std::move(text), with_help);
  co_return co_await end_complaining(client, line, status);
}

namespace {

/// Brings the image that is not here, or that is to be fetched in any case.
/// False: it said why not, and `status` is the answer.
Task<bool> fetch(Call& call, std::string image, int& status) {
  const std::string name = with_tag(call, image);
  const engine::Done pulled = co_await pull_missing(call, name);
  if (pulled) co_return true;
  const std::string text = told(call.at(), pulled.error());
  const bool in_stream = pulled.error().in_stream;
  if (in_stream) co_await complain(call.at(), text + "\n");
  status = 1;
  if (!in_stream) status = co_await refuse_run(call, text, true);
  co_return false;
}

/// Why no image can have this name; nothing where one may have it.
std::optional<std::string> misnamed(const Call& call,
                                    const std::string& image) {
  const Result<image::Reference> parsed =
      image::parse_reference(image, call.at().profile.rules->grammar);
  if (parsed) return std::nullopt;
  return parsed.error().text;
}

}  // namespace

Task<std::optional<engine::ContainerId>> create_container(Call& call,
                                                          RunOptions& options,
                                                          int& status) {
  Client& client = call.at();
  const Outcome fresh = check_cidfile(call, options.cidfile);
  if (!fresh) {
    status = co_await refuse_run(call, fresh.error().text, true);
    co_return std::nullopt;
  }
  const std::string& image = options.request.config.image;
  const auto found = client.engine.find_image(image);
  const auto wrong = found ? std::nullopt : misnamed(call, image);
  if (wrong) {
    status = co_await refuse_run(call, *wrong, true);
    co_return std::nullopt;
  }
  std::unique_ptr<ByteSink> cidfile;
  if (!options.cidfile.empty()) {
    const Outcome opened =
        co_await open_cidfile(call, options.cidfile, cidfile);
    if (!opened) {
      status = co_await refuse_run(call, opened.error().text, true);
      co_return std::nullopt;
    }
  }
  const std::string platform = call.flags.text("platform");
  const bool elsewhere = found && !runs_on(**found, platform);
  const bool missing =
      elsewhere ||
      (!found && found.error().kind == engine::Fault::Kind::not_found);
  if (options.pull == "always" || (missing && options.pull != "never")) {
    const bool fetched = co_await fetch(call, image, status);
    if (!fetched) {
      if (cidfile) forget_file(client, options.cidfile);
      co_return std::nullopt;
    }
  }
  if (elsewhere) {
    const std::string text =
        fmt::format("drydock: images for {} are not modelled", platform);
    status = co_await refuse_run(call, text, true);
    co_return std::nullopt;
  }
  auto created = co_await client.engine.create(std::move(options.request));
  if (!created) {
    if (cidfile) forget_file(client, options.cidfile);
    status = co_await refuse_run(call, told(client, created.error()), true);
    co_return std::nullopt;
  }
  for (const std::string& warning : created->warnings) {
    co_await complain(client, fmt::format("WARNING: {}\n", warning));
  }
  if (cidfile) {
    const Outcome written = co_await cidfile->write(created->id);
    static_cast<void>(written);
    cidfile->close();
  }
  co_return std::move(created->id);
}

}  // namespace drydock::cli
