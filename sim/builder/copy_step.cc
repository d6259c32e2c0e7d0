// copy_step.cc — ADD and COPY: from the context into a container's files.

#include <fmt/format.h>

#include "sim/builder/ignore.h"
#include "sim/builder/session.h"
#include "sim/engine/explain.h"
#include "sim/vfs/memory_fs.h"
#include "sim/vfs/tar.h"

namespace drydock::builder {

using engine::StepKind;

namespace {

constexpr std::size_t kFileMax = std::size_t{1} << 24;
constexpr int kLinksMax = 40;

/// A destination as docker reads it: relative to WORKDIR, and a slash at the
/// end says that it is a directory.
std::string absolute(const std::string& destination,
                     const std::string& working_directory) {
  const bool directory = destination.ends_with('/') || destination == "." ||
                         destination.ends_with("/.");
  std::string path =
      destination.starts_with('/')
          ? vfs::clean_path(destination)
          : vfs::clean_path("/" + working_directory + "/" + destination);
  if (directory && path != "/") path += '/';
  return path;
}

/// The path up to its first wildcard.
std::string fixed_part(const std::string& path) {
  std::string fixed;
  for (const std::string& part : split(vfs::clean_path("/" + path), '/')) {
    if (part.empty()) continue;
    if (has_wildcards(part)) break;
    fixed += "/" + part;
  }
  return fixed.empty() ? "/" : fixed;
}

/// {"a", "b"} -> {"a", "a/b"}
List chain(const List& names) {
  List paths;
  for (const std::string& name : names) {
    paths.push_back(paths.empty() ? name : paths.back() + "/" + name);
  }
  return paths;
}

}  // namespace

Task<Done> Session::copy(Instruction step, Word word) {
  CopyOrder order;
  order.name = upper(step.word);
  order.sources.assign(step.args.begin(), step.args.end() - 1);
  order.destination = step.args.back();
  order.from = flag_value(step, "from");
  order.chown = flag_value(step, "chown");
  if (!flag_value(step, "chmod").empty()) {
    co_return fault(
        "the --chmod option requires BuildKit. Refer to "
        "https://docs.docker.com/go/buildkit/ to learn how to build images "
        "with BuildKit enabled");
  }
  Context other(engine_.backend().executor());
  if (!order.from.empty()) {
    const Done loaded = co_await load_other(order, other);
    if (!loaded) co_return loaded.error();
  }
  Context web(engine_.backend().executor());
  Fetched fetched;
  if (word == Word::add && request_.downloads) {
    const Answer<Fetched> brought = co_await fetch_urls(order, web);
    if (!brought) co_return brought.error();
    fetched = *brought;
  }
  Result<std::vector<CopySource>> sources =
      gather(order.from.empty() ? context_ : other, fetched, order, rules_);
  if (!sources) {
    if (engine_.backend().observer) tell_missing(order);
    co_return refuse(sources.error());
  }

  const std::string chown = order.chown.empty() ? "" : "--chown=" + order.chown;
  const std::string text =
      fmt::format("{} {}{} in {}{}", order.name, chown, hash_of(*sources),
                  order.destination, rules_.copy_tail);
  ContainerConfig made = stage_.config;
  made.cmd = nop_command(text, false);
  if (engine_.backend().observer) {
    sums_ = sums_of(*sources);
    engine_.copy_notes()[hash_of(*sources)] = sums_;
  }
  const bool hit = co_await use_cache(made);
  sums_.clear();
  if (hit) co_return engine::did_it();

  const Answer<std::string> container = co_await create(made, false);
  if (!container) co_return container.error();
  const bool extract = word == Word::add;
  Done done = co_await fill(*container, order, std::move(*sources), extract);
  if (done) done = co_await commit(*container, made, false);
  if (rules_.copy_leaves_container) {
    containers_.push_back(*container);
  } else {
    co_await remove_quietly(*container);
  }
  co_return done;
}

/// Why a source could not be found: it is outside, or .dockerignore has it.
void Session::tell_missing(const CopyOrder& order) const {
  const SysResult<Bytes> text = context_.read(".dockerignore");
  const Result<IgnoreRules> ignore =
      IgnoreRules::parse(text ? *text : "", rules_);
  for (const std::string& source : order.sources) {
    const std::string path = vfs::clean_path(source);
    if (path == ".." || path.starts_with("../")) {
      engine::explain(engine_.backend(), StepKind::context_left, "path",
                      source);
    } else if (ignore && ignore->excludes(path)) {
      engine::explain(engine_.backend(), StepKind::context_ignored, "path",
                      source);
    }
  }
}

/// --from: a stage by name or number, or else an image.
Task<Done> Session::load_other(CopyOrder order, Context& other) {
  std::string image_id;
  const std::optional<std::int64_t> number = parse_int(order.from);
  for (std::size_t i = 0; i < earlier_.size(); ++i) {
    const bool named = earlier_[i].name == lower(order.from);
    if (named || number == static_cast<std::int64_t>(i)) {
      image_id = earlier_[i].image_id;
    }
  }
  if (image_id.empty()) {
    const Answer<engine::ImageRef> image = co_await find_or_pull(order.from);
    if (!image) {
      co_return fault(fmt::format("invalid from flag value {}: {}", order.from,
                                  image.error().text));
    }
    image_id = (*image)->id;
  }
  engine::CreateRequest request;
  request.config.image = image_id;
  request.config.cmd = nop_command("COPY", false);
  const Answer<engine::Created> created =
      co_await engine_.create(std::move(request));
  if (!created) co_return fault(created.error().text);
  const Done loaded = co_await load_paths(created->id, order, other);
  co_await remove_quietly(created->id);
  co_return loaded;
}

Task<Done> Session::load_paths(std::string container, CopyOrder order,
                               Context& other) {
  for (const std::string& source : order.sources) {
    std::string path = fixed_part(source);
    // The link's own target must come too, or it would lead nowhere.
    for (int links = 0; links < kLinksMax; ++links) {
      const auto stat = co_await engine_.backend().stat_path(container, path);
      if (!stat) break;
      StringSink tar;
      const auto copied =
          co_await engine_.backend().copy_out(container, path, tar);
      if (!copied) break;
      StringSource bytes(tar.take());
      const Outcome loaded =
          co_await other.load_below(bytes, vfs::dir_name(path));
      if (!loaded) co_return refuse(loaded.error());
      if (!stat->symlink) break;
      path = stat->link_target.starts_with('/')
                 ? vfs::clean_path(stat->link_target)
                 : vfs::join_path(vfs::dir_name(path), stat->link_target);
    }
  }
  co_return engine::did_it();
}

Task<Done> Session::fill(std::string container, CopyOrder order,
                         std::vector<CopySource> sources, bool extract) {
  Owner owner;
  if (!order.chown.empty()) {
    const Result<Owner> found = co_await owner_for(container, order.chown);
    if (!found) co_return refuse(found.error());
    owner = *found;
  }
  const std::string destination =
      absolute(order.destination, stage_.config.working_dir);
  for (const CopySource& source : sources) {
    const Done placed =
        co_await place(container, source, destination, owner, extract);
    if (!placed) co_return placed.error();
  }
  co_return engine::did_it();
}

/// What a path of a container is, symlinks followed.
Task<Session::Place> Session::look_at(std::string container, std::string path) {
  Place place;
  for (int links = 0; links < kLinksMax; ++links) {
    const auto stat = co_await engine_.backend().stat_path(container, path);
    if (!stat) {
      if (stat.error().kind == engine::PathFault::not_directory) {
        place.blocker = path;
      }
      co_return place;
    }
    if (!stat->symlink) {
      place.exists = true;
      place.directory = stat->directory;
      co_return place;
    }
    path = stat->link_target.starts_with('/')
               ? vfs::clean_path(stat->link_target)
               : vfs::join_path(vfs::dir_name(path), stat->link_target);
  }
  co_return place;
}

Task<Answer<Session::Landing>> Session::find_landing(std::string container,
                                                     std::string target,
                                                     bool as_directory) {
  Landing landing;
  landing.there = co_await look_at(container, target);
  landing.base = target;
  Place at = landing.there;
  while (landing.base != "/" && !at.directory) {
    const bool itself = landing.base == target;
    const bool in_the_way = at.exists && (as_directory || !itself);
    if (in_the_way || !at.blocker.empty()) {
      const engine::HostInfo host = engine_.backend().host();
      co_return fault(fmt::format(
          "{}lstat {}/{}/{}/merged{}: not a directory",
          rules_.names_command_in_copy_errors ? "failed to copy files: " : "",
          host.docker_root_dir, host.storage_driver, container, target));
    }
    landing.missing.insert(landing.missing.begin(),
                           vfs::base_name(landing.base));
    landing.base = vfs::dir_name(landing.base);
    at = co_await look_at(container, landing.base);
  }
  co_return landing;
}

Task<Done> Session::put(std::string container, std::string base,
                        Bytes archive) {
  StringSource tar(std::move(archive));
  const auto copied = co_await engine_.backend().copy_in(container, base, tar);
  if (!copied) co_return fault(copied.error().text);
  co_return engine::did_it();
}

/// Puts one source at its destination; directories on the way are made.
Task<Done> Session::place(std::string container, CopySource source,
                          std::string destination, Owner owner, bool extract) {
  const bool slash = destination.ends_with('/');
  Answer<Landing> landing = co_await find_landing(
      container, vfs::clean_path(destination), source.directory);
  if (!landing) co_return landing.error();
  List names = landing->missing;
  const bool is_file = landing->there.exists && !landing->there.directory;
  if (extract && !source.directory && !source.fetched) {
    Result<std::optional<Bytes>> archive =
        co_await unpack(source, chain(names), join(names, "/"));
    if (!archive) co_return refuse(archive.error());
    if (*archive && is_file) {
      co_return fault(
          fmt::format("{}{}: not a directory",
                      rules_.names_command_in_copy_errors
                          ? "failed to copy files: Error processing tar file: "
                          : "",
                      destination));
    }
    if (*archive) {
      const Done done =
          co_await put(container, landing->base, std::move(**archive));
      co_return done;
    }
  }
  if (!source.directory && (slash || landing->there.directory)) {
    names.push_back(vfs::base_name(vfs::clean_path(source.path)));
  }
  const std::string name = join(names, "/");
  if (!source.directory) names.pop_back();
  const Done done = co_await put(container, landing->base,
                                 pack(source, chain(names), name, owner));
  co_return done;
}

Task<Answer<Bytes>> Session::read_file(std::string container,
                                       std::string path) {
  StringSink sink;
  const auto copied =
      co_await engine_.backend().copy_out(container, path, sink);
  if (!copied) co_return Bytes();  // No such file: nobody is in it.
  StringSource tar(sink.take());
  vfs::TarReader reader(tar, kFileMax);
  Result<std::optional<vfs::TarEntry>> entry = co_await reader.next();
  if (!entry) co_return fault(entry.error().text);
  if (!*entry) co_return Bytes();
  co_return (*entry)->content;
}

Task<Result<Owner>> Session::owner_for(std::string container,
                                       std::string chown) {
  const Answer<Bytes> passwd = co_await read_file(container, "/etc/passwd");
  if (!passwd) co_return Error{passwd.error().text};
  const Answer<Bytes> group = co_await read_file(container, "/etc/group");
  if (!group) co_return Error{group.error().text};
  co_return find_owner(chown, *passwd, *group);
}

}  // namespace drydock::builder
