// step.cc — the words for each kind of step: one table, one printer.

#include "sim/engine/step.h"

#include <array>

#include "sim/base/id.h"

namespace drydock::engine {

namespace {

/// In `form`, {name} is a field and {#name} an id, cut to twelve digits.
struct Wording {
  StepKind kind;
  std::string_view name, form;
};

using enum StepKind;

// clang-format off
constexpr std::array kWordings = {
    Wording{container_made, "container_made", "container {#container} has the name {name}"},
    Wording{command, "command", "PID 1 will be {argv} (ENTRYPOINT {entrypoint}, CMD {cmd})"},
    Wording{layer_writable, "layer_writable", "layer {depth} (writable) on {below} read-only layers"},
    Wording{layer_gone, "layer_gone", "the writable layer of {#container} is gone, {changes} changed paths with it"},
    Wording{state, "state", "container {#container}: {from} → {to}"},
    Wording{renamed, "renamed", "name {from} → {to}"},
    Wording{name_free, "name_free", "the name {name} is free again"},
    Wording{limits, "limits", "cgroup of {#container}: memory {memory}, cpu shares {shares}, pids {pids}"},
    Wording{auto_remove, "auto_remove", "--rm: {#container} goes with its end"},
    Wording{bind, "bind", "bind: the host's {source} at {target}, {mode}"},
    Wording{bind_masks, "bind_masks", "bind: {count} names that the image has at {target} are hidden: {names}"},
    Wording{host_directory, "host_directory", "the host had no {path}: an empty directory was made"},
    Wording{volume_made, "volume_made", "volume {#volume} made at {path}"},
    Wording{volume_mounted, "volume_mounted", "volume {#volume} at {target}"},
    Wording{volume_borrowed, "volume_borrowed", "volume {#volume} at {target}, by --volumes-from"},
    Wording{volume_filled, "volume_filled", "volume {#volume} filled with what the image has at {target}"},
    Wording{volume_owners, "volume_owners", "volume {#volume} owners {from} → {to}"},
    Wording{volume_deleted, "volume_deleted", "volume {#volume} deleted: asked for, no bind, and nobody owns it any more"},
    Wording{volume_kept, "volume_kept", "volume {#volume} kept: {why}"},
    Wording{network, "network", "network: {what}"},
    Wording{address, "address", "address {address}/{prefix} on {bridge}, MAC {mac}"},
    Wording{address_free, "address_free", "address {address} is free again"},
    Wording{port, "port", "port {ip}:{port} of the host leads to {inside}/{protocol}"},
    Wording{port_free, "port_free", "port {ip}:{port} of the host is free again"},
    Wording{port_exposed, "port_exposed", "port {port} is exposed, not published: the host does not listen"},
    Wording{network_joined, "network_joined", "network {network}: {#container} is {address}"},
    Wording{link_made, "link_made", "link: {parent} knows {child} as {alias}"},
    Wording{link_gone, "link_gone", "link: {parent} knows nobody as {alias} any more"},
    Wording{link_variables, "link_variables", "environment: {count} variables come from links"},
    Wording{link_hosts, "link_hosts", "/etc/hosts of {#container}: {alias} is at {address} now; its environment keeps what it had"},
    Wording{file_written, "file_written", "{path} of {#container}: {lines} lines"},
    Wording{namespaces, "namespaces", "namespaces of its own: {own}; shared: {shared}"},
    Wording{cgroup, "cgroup", "cgroup {path}: memory {memory}, pids {pids}"},
    Wording{mounts, "mounts", "root: a union of {layers} layers; mounted in it: {targets}"},
    Wording{process, "process", "process {pid} of the host is PID 1 of {#container}: {argv}"},
    Wording{process_refused, "process_refused", "no process: {why}"},
    Wording{exec_process, "exec_process", "process {pid} of the host joins {#container}: {argv}"},
    Wording{exec_ended, "exec_ended", "exec in {#container} ended with {code}"},
    Wording{signal, "signal", "signal {signal} to PID 1 of {#container}"},
    Wording{signal_dropped, "signal_dropped", "PID 1 has no handler for {signal}: the kernel drops it"},
    Wording{patience, "patience", "stop waits {seconds} s for {#container} to end"},
    Wording{patience_over, "patience_over", "{seconds} s of virtual time are over: SIGKILL"},
    Wording{frozen, "frozen", "freezer: {count} processes of {#container} stand still"},
    Wording{thawed, "thawed", "freezer: {count} processes of {#container} go on"},
    Wording{ended, "ended", "PID 1 of {#container} ended with {code} after {lived}"},
    Wording{out_of_memory, "out_of_memory", "the memory cgroup of {#container} was full: killed"},
    Wording{health_checked, "health_checked", "the check of {#container} ended with {code}: {status}"},
    Wording{restart_in, "restart_in", "policy {policy}: restart {count} of {#container} in {ms} ms"},
    Wording{restart_over, "restart_over", "policy {policy}: {#container} stays down, {why}"},
    Wording{changes_read, "changes_read", "the writable layer of {#container} has {changes} changed paths; no other layer was looked at"},
    Wording{tree_read, "tree_read", "the union of {layers} layers of {#container} as one tree, without volumes"},
    Wording{copied_in, "copied_in", "a tar stream unpacked at {path} in {#container}"},
    Wording{copied_out, "copied_out", "a tar stream packed from {path} in {#container}"},
    Wording{log_read, "log_read", "the log of {#container}: what PID 1 wrote to stdout and stderr"},
    Wording{ports_read, "ports_read", "{count} ports of {#container} are published"},
    Wording{attached, "attached", "attached to {streams} of PID 1 of {#container}"},
    Wording{layer_committed, "layer_committed", "layer {#layer} frozen from the writable layer of {#container}: {size} bytes, {added} added, {changed} changed, {deleted} whiteouts"},
    Wording{layer_imported, "layer_imported", "layer {#layer}: {size} bytes, from a tar"},
    Wording{layer_shared, "layer_shared", "that layer is here already: {#layer}"},
    Wording{layer_empty, "layer_empty", "nothing changed: no layer is added"},
    Wording{layer_dropped, "layer_dropped", "layer {#layer}: nobody stands on it, removed"},
    Wording{image_added, "image_added", "image {#image} on {#parent}: {layers} layers, {size} bytes"},
    Wording{image_gone, "image_gone", "image {#image}: no tag, child or container needs it, removed"},
    Wording{image_kept, "image_kept", "image {#image} stays: {why}"},
    Wording{tagged, "tagged", "tag {name} → {#image}"},
    Wording{tag_moved, "tag_moved", "tag {name} moves: {#from} → {#image}"},
    Wording{untagged, "untagged", "tag {name} no longer leads to {#image}"},
    Wording{archive_written, "archive_written", "archive: {images} images with all layers below them"},
    Wording{archive_read, "archive_read", "archive: {files} files read"},
    Wording{manifest, "manifest", "registry {host}: manifest of {path}:{reference} names {layers} layers"},
    Wording{blob_present, "blob_present", "layer {#digest} is here already: not fetched"},
    Wording{blob_fetched, "blob_fetched", "layer {#digest} fetched"},
    Wording{blob_sent, "blob_sent", "layer {#digest} sent"},
    Wording{blob_there, "blob_there", "layer {#digest} is at the registry already: not sent"},
    Wording{manifest_sent, "manifest_sent", "registry {host}: {path}:{tag} names {layers} layers now"},
    Wording{searched, "searched", "registry: {hits} names match {term}"},
    Wording{logged_in, "logged_in", "registry {host}: knows {user}"},
    Wording{context, "context", "context: {files} files, {bytes} bytes; Dockerfile: {dockerfile}"},
    Wording{base_image, "base_image", "the build stands on image {#image}, {layers} layers"},
    Wording{cache_hit, "cache_hit", "cache hit: {#image} came of the same step on the same parent"},
    Wording{cache_miss, "cache_miss", "cache miss: {why}"},
    Wording{cache_unasked, "cache_unasked", "cache not asked: {why}"},
    Wording{write_discarded, "write_discarded", "{path} is a volume here: {changes} paths that this step wrote below it are not in the image"},
    Wording{nothing_changed, "nothing_changed", "this step changed no file: what else it did ended with its process"},
    Wording{context_left, "context_left", "{path} is outside of the build's context"},
    Wording{context_ignored, "context_ignored", "{path} was left out of the context by .dockerignore"},
    Wording{refused, "refused", "refused: {text}"},
    Wording{system_call, "system_call", "{call}"},
    Wording{trouble, "trouble", "{what}: {why}"},
};
// clang-format on

/// A row for each kind, in their order.
constexpr bool is_total() {
  for (std::size_t at = 0; at < kWordings.size(); ++at) {
    if (static_cast<std::size_t>(kWordings[at].kind) != at) return false;
  }
  return kWordings.size() == static_cast<std::size_t>(trouble) + 1;
}
static_assert(is_total());

/// Twelve digits, without what says how they were made.
std::string_view shown_id(std::string_view id) {
  constexpr std::string_view kAlgorithm = "sha256:";
  if (id.starts_with(kAlgorithm)) id.remove_prefix(kAlgorithm.size());
  return id.empty() ? "nothing" : short_id(id);
}

const Wording& wording_of(StepKind kind) {
  return kWordings[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string_view Step::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

std::string_view name_of(StepKind kind) { return wording_of(kind).name; }

std::string text_of(const Step& step) {
  const std::string_view form = wording_of(step.kind).form;
  std::string text;
  for (std::size_t at = 0; at < form.size();) {
    const std::size_t open = form.find('{', at);
    text += form.substr(at, open - at);
    if (open == std::string_view::npos) break;
    const std::size_t close = form.find('}', open);
    std::string_view name = form.substr(open + 1, close - open - 1);
    const bool id = name.starts_with('#');
    if (id) name.remove_prefix(1);
    const std::string_view value = step.field(name);
    text += id ? shown_id(value) : value;
    at = close + 1;
  }
  return text;
}

}  // namespace drydock::engine
