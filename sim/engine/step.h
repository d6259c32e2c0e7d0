// step.h — what the engine and its backend did, one typed step at a time.
//
// A step is a kind and its particulars by name.  Whoever wants words asks
// text_of(); hints look at kinds and particulars and never at words.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::engine {

enum class StepKind {
  // Containers.
  container_made,
  command,
  layer_writable,
  layer_gone,
  state,
  renamed,
  name_free,
  limits,
  auto_remove,
  // Mounts and volumes.
  bind,
  bind_masks,
  host_directory,
  volume_made,
  volume_mounted,
  volume_borrowed,
  volume_filled,
  volume_owners,
  volume_deleted,
  volume_kept,
  // Network.
  network,
  address,
  address_free,
  port,
  port_free,
  port_exposed,
  network_joined,
  link_made,
  link_gone,
  link_variables,
  link_hosts,
  file_written,
  // Processes.
  namespaces,
  cgroup,
  mounts,
  process,
  process_refused,
  exec_process,
  exec_ended,
  signal,
  signal_dropped,
  patience,
  patience_over,
  frozen,
  thawed,
  ended,
  out_of_memory,
  health_checked,
  restart_in,
  restart_over,
  // Files and streams.
  changes_read,
  tree_read,
  copied_in,
  copied_out,
  log_read,
  ports_read,
  attached,
  // Images.
  layer_committed,
  layer_imported,
  layer_shared,
  layer_empty,
  layer_dropped,
  image_added,
  image_gone,
  image_kept,
  tagged,
  tag_moved,
  untagged,
  archive_written,
  archive_read,
  // Registries.
  manifest,
  blob_present,
  blob_fetched,
  blob_sent,
  blob_there,
  manifest_sent,
  searched,
  logged_in,
  // Builds.
  context,
  base_image,
  cache_hit,
  cache_miss,
  cache_unasked,
  write_discarded,
  nothing_changed,
  context_left,
  context_ignored,
  // A refusal, as the client told it.
  refused,
  // The real world.
  system_call,
  trouble,
};

/// One thing that was done.
struct Step {
  StepKind kind;
  std::vector<std::pair<std::string_view, std::string>> fields;

  /// "" if it has no such field.
  std::string_view field(std::string_view name) const;
};

/// Name of a kind as it stands in StepKind: stable, for data and tests.
std::string_view name_of(StepKind kind);

/// The step as one line for people; ids are cut to twelve digits.
std::string text_of(const Step& step);

/// Who is told of each step; empty: nobody listens and nothing is made.
using Observer = std::function<void(const Step&)>;

}  // namespace drydock::engine
