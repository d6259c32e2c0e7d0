// streams.cc — attach, logs, cp, export, top, diff, stats: what goes through.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/packing.h"
#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/inspect.h"

namespace drydock::engine {

namespace {

Fault broken(const Error& error) {
  return Fault{Fault::Kind::internal, error.text};
}

/// A directory before what is in it; of that, what is gone comes last.
bool comes_before(const PathChange& a, const PathChange& b) {
  const List left = split(a.path, '/'), right = split(b.path, '/');
  const auto rank = [](const PathChange& change, const List& parts,
                       std::size_t at) {
    return change.kind == 'D' && at + 1 == parts.size();
  };
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (left[i] == right[i]) continue;
    const bool gone = rank(a, left, i), other_gone = rank(b, right, i);
    return gone != other_gone ? other_gone : left[i] < right[i];
  }
  return left.size() < right.size();
}

}  // namespace

Answer<std::unique_ptr<Attachment>> Engine::attach(std::string_view who,
                                                   AttachRequest request,
                                                   bool before_start) {
  const Answer<ContainerRef> found = find(who);
  if (!found) return found.error();
  Container& container = **found;
  if (!before_start) {
    const std::optional<Fault> refused = refuse(container, Verb::attach, who);
    if (refused) return *refused;
  }
  const AttachSpec spec{request.in && container.config.open_stdin, request.out,
                        request.err, container.config.stdin_once};
  note(container, "attach");
  explain(backend_, StepKind::attached, "container", container.id, "streams",
          spec.in ? "stdin, stdout and stderr" : "stdout and stderr");
  return backend_.attach(container.id, "", spec);
}

Task<Done> Engine::resize(std::string who, int rows, int columns) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  const Outcome resized =
      co_await backend_.resize(container->id, "", rows, columns);
  if (!resized) co_return broken(resized.error());
  note(*container, "resize");
  co_return did_it();
}

Answer<std::unique_ptr<LogReader>> Engine::logs(std::string_view who,
                                                LogsRequest request) {
  const Answer<ContainerRef> found = find(who);
  if (!found) return found.error();
  const Container& container = **found;
  const std::string& driver = container.host->log_config.type;
  if (driver != "json-file") {
    return rules_.fault(Fault::Kind::internal, Object::none,
                        Message::logs_unsupported, fmt::arg("typed", driver));
  }
  LogSpec spec;
  spec.follow = request.follow && container.run.running();
  spec.since = request.since;
  spec.until = request.until;
  spec.tail = request.tail;
  explain(backend_, StepKind::log_read, "container", container.id);
  return backend_.logs(container.id, spec);
}

Task<Answer<TopTable>> Engine::top(std::string who, List ps_options) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  const std::optional<Fault> refused = refuse(*container, Verb::top, who);
  if (refused) co_return *refused;
  if (ps_options.empty()) ps_options = {"-ef"};
  const Result<List> lines = co_await backend_.top(container->id, ps_options);
  if (!lines) co_return broken(lines.error());
  TopTable table;
  if (lines->empty()) co_return table;
  table.titles = split_blanks(lines->front());
  if (std::ranges::find(table.titles, "PID") == table.titles.end()) {
    co_return rules_.fault(Fault::Kind::internal, Object::none,
                           Message::no_pid_column);
  }
  for (std::size_t at = 1; at < lines->size(); ++at) {
    List cells = split_blanks((*lines)[at]);
    if (cells.size() > table.titles.size()) {
      // The last column swallows the rest.
      const auto last =
          cells.begin() + static_cast<std::ptrdiff_t>(table.titles.size()) - 1;
      *last = join(List(last, cells.end()), " ");
      cells.resize(table.titles.size());
    }
    table.rows.push_back(std::move(cells));
  }
  note(*container, "top");
  co_return table;
}

Task<Answer<std::vector<PathChange>>> Engine::diff(std::string who) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  Result<std::vector<PathChange>> changes =
      co_await backend_.changes(container->id);
  if (!changes) co_return broken(changes.error());
  explain(backend_, StepKind::changes_read, "container", container->id,
          "changes", changes->size());
  if (rules_.diff_deletions_last) {
    std::ranges::stable_sort(*changes, comes_before);
  }
  co_return std::move(*changes);
}

Task<Answer<StatsSample>> Engine::stats(std::string who) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  StatsSample sample;
  sample.id = container->id;
  sample.name = container->name;
  if (!container->run.has_process()) co_return sample;
  const Result<Usage> usage = co_await backend_.usage(container->id);
  if (!usage) co_return broken(usage.error());
  sample.usage = *usage;
  co_return sample;
}

Task<Answer<Result<PathStat, PathError>>> Engine::stat_path(std::string who,
                                                            std::string path) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  Result<PathStat, PathError> stat =
      co_await backend_.stat_path(container->id, path);
  if (!stat && stat.error().kind == PathFault::not_directory) {
    const std::string merged =
        fmt::format("{}/{}/{}/merged", host_.docker_root_dir,
                    host_.storage_driver, layer_folder(container->id));
    const std::string_view slash = path.starts_with('/') ? "" : "/";
    stat = PathError{
        PathFault::not_directory,
        fmt::format("lstat {}{}{}: not a directory", merged, slash, path)};
  }
  co_return stat;
}

Task<Answer<Result<std::monostate, PathError>>> Engine::copy_out(
    std::string who, std::string path, ByteSink& tar) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  note(*container, "archive-path");
  explain(backend_, StepKind::copied_out, "container", container->id, "path",
          path);
  Result<std::monostate, PathError> copied =
      co_await backend_.copy_out(container->id, std::move(path), tar);
  co_return copied;
}

Task<Answer<Result<std::monostate, PathError>>> Engine::copy_in(
    std::string who, std::string directory, ByteSource& tar) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  explain(backend_, StepKind::copied_in, "container", container->id, "path",
          directory);
  UnpackingSource plain(tar);
  Result<std::monostate, PathError> copied =
      co_await backend_.copy_in(container->id, std::move(directory), plain);
  if (!copied && copied.error().kind == PathFault::other) {
    copied = PathError{PathFault::other, tar_fault(copied.error().text).text};
  }
  if (copied) note(*container, "extract-to-dir");
  co_return copied;
}

Task<Done> Engine::export_container(std::string who, ByteSink& tar) {
  const Answer<ContainerRef> found = find(who);
  if (!found) co_return found.error();
  const ContainerRef container = *found;
  const Outcome exported = co_await backend_.export_rootfs(container->id, tar);
  if (!exported) co_return broken(exported.error());
  note(*container, "export");
  if (backend_.observer) {
    const int below =
        container->image ? stack_depth(container->image->layer) : 0;
    explain(backend_, StepKind::tree_read, "container", container->id, "layers",
            below + 1);
  }
  co_return did_it();
}

Answer<std::vector<std::pair<Port, PortBinding>>> Engine::ports(
    std::string_view who) const {
  const Answer<ContainerRef> found = find(who);
  if (!found) return found.error();
  std::vector<std::pair<Port, PortBinding>> published;
  for (const PortBinding& binding : (*found)->network.ports) {
    published.emplace_back(Port{binding.container_port, binding.protocol},
                           binding);
  }
  explain(backend_, StepKind::ports_read, "container", (*found)->id, "count",
          published.size());
  return published;
}

}  // namespace drydock::engine
