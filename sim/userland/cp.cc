// cp.cc — copy files and directories.

#include <fmt/format.h>

#include "sim/userland/copy.h"
#include "sim/userland/files.h"
#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace {

constexpr About kAbout{
    .usage = "[OPTION]... SOURCE... DEST",
    .gnu =
        "a archive, attributes-only, d, f force, i interactive, H, l link, "
        "L dereference, n no-clobber, P no-dereference, p, preserve?, "
        "no-preserve=, parents, R recursive, r, remove-destination, "
        "s symbolic-link, strip-trailing-slashes, t target-directory=, "
        "T no-target-directory, u update, v verbose, reflink?, sparse=",
    .busybox =
        "a, r, R, P, L, H, p, f, i, n, l, s, u, v, t target-directory=, "
        "T no-target-directory, d, parents"};

void keep(CopyOptions& options, const std::string& list, bool on) {
  for (const std::string& word : split(list, ',')) {
    const bool all = word == "all";
    if (all || word == "mode") options.keep_mode = on;
    if (all || word == "ownership") options.keep_owner = on;
    if (all || word == "timestamps") options.keep_times = on;
    if (all || word == "links") options.keep_links = on;
  }
}

void apply_keep(CopyOptions& options, const Option& option) {
  const std::string& key = option.key;
  if (key == "a") keep(options, "all", true);
  if (key == "d") keep(options, "links", true);
  if (key == "p" || (key == "preserve" && !option.has_value)) {
    keep(options, "mode,ownership,timestamps", true);
  }
  if (key == "preserve" && option.has_value) keep(options, option.value, true);
  if (key == "no-preserve") keep(options, option.value, false);
}

void apply_deed(CopyOptions& options, const std::string& key) {
  if (key == "r" || key == "R" || key == "a") options.recursive = true;
  if (key == "f") options.force = true;
  if (key == "i") options.ask = true;
  if (key == "i") options.no_clobber = false;
  if (key == "n") options.no_clobber = true;
  if (key == "n") options.ask = false;
  if (key == "u") options.update = true;
  if (key == "v") options.verbose = true;
  if (key == "l") options.hard_link = true;
  if (key == "s") options.symbolic_link = true;
  if (key == "T") options.no_target_directory = true;
  if (key == "attributes-only") options.attributes_only = true;
  if (key == "remove-destination") options.remove_destination = true;
}

CopyOptions options_of(const Options& given) {
  CopyOptions options;
  std::optional<CopyFollow> follow;
  for (const Option& option : given.given) {
    apply_keep(options, option);
    apply_deed(options, option.key);
    const std::string& key = option.key;
    if (key == "a" || key == "d" || key == "P") follow = CopyFollow::never;
    if (key == "L") follow = CopyFollow::always;
    if (key == "H") follow = CopyFollow::command_line;
  }
  const CopyFollow usual =
      options.recursive ? CopyFollow::never : CopyFollow::always;
  options.follow = follow.value_or(usual);
  return options;
}

std::string_view bad_word(const Options& given) {
  for (const Option& option : given.given) {
    const bool listed = option.key == "preserve" || option.key == "no-preserve";
    if (!listed || !option.has_value) continue;
    for (const std::string& word : split(option.value, ',')) {
      const List known =
          split("all mode ownership timestamps links context xattr", ' ');
      if (std::find(known.begin(), known.end(), word) == known.end()) {
        return option.value;
      }
    }
  }
  return {};
}

// --parents: the directories of the source's path, made below the target.
bool make_parents(Output& out, const CopyOptions& options,
                  const std::string& target, const std::string& source) {
  kernel::Process& self = out.self();
  for (std::size_t slash = source.find('/', 1); slash != source.npos;
       slash = source.find('/', slash + 1)) {
    const std::string original = source.substr(0, slash);
    const std::string made = concat(target, original);
    if (is_directory(self, made)) continue;
    const auto file = self.stat(original);
    const SysOutcome created = self.mkdir(made, file ? file->mode : 0777);
    if (!created) {
      out.complain(cannot(out, "make directory", made), created.error());
      return false;
    }
    if (options.verbose) {
      out.say(fmt::format("{} -> {}\n", original, made));
    }
    if (options.keep_mode && file) {
      static_cast<void>(self.chmod(made, file->mode));
    }
  }
  return true;
}

}  // namespace

Task<int> cp_main(kernel::Process& self) {
  Output out(self);
  const CommandLine line = read_command_line(out, kAbout);
  if (line.status) co_return co_await out.finish(*line.status);
  if (const std::string_view word = bad_word(line); !word.empty()) {
    const int status = refuse(
        out, kAbout,
        fmt::format("invalid argument {} for '--preserve'", quoted(word)));
    co_return co_await out.finish(status);
  }
  const CopyOptions options = options_of(line);
  const CopyPlan plan =
      plan_copy(out, line, kAbout, options.no_target_directory);
  if (plan.status) co_return co_await out.finish(*plan.status);
  Copier copier(out, options);
  bool well = true;
  for (std::string source : plan.sources) {
    if (line.has("strip-trailing-slashes")) source = strip_slashes(source);
    std::string to = destination_of(plan, source);
    if (line.has("parents")) {
      to = concat(plan.target, source);
      if (!make_parents(out, options, plan.target, source)) {
        well = false;
        continue;
      }
    }
    const bool copied = co_await copier.copy(source, to);
    well = well && copied;
  }
  const int status = well ? 0 : 1;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
