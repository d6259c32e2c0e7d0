// hint_rules.h — when each hint holds: one predicate a hint, by its id.

#pragma once

#include "sim/cli/hints.h"

namespace drydock::cli::hint_rules {

bool exit_pid1_done(const Sight& sight);
bool enoent_exec(const Sight& sight);
bool exec_form_literal_dollar(const Sight& sight);
bool json_single_quotes(const Sight& sight);
bool shell_entrypoint_ignores_cmd(const Sight& sight);
bool new_container_same_image(const Sight& sight);
bool exposed_not_published(const Sight& sight);
bool port_in_use(const Sight& sight);
bool port_only_at_run(const Sight& sight);
bool name_taken(const Sight& sight);
bool link_needs_running(const Sight& sight);
bool link_env_stale(const Sight& sight);
bool bind_masks(const Sight& sight);
bool host_dir_created(const Sight& sight);
bool rm_with_dirty_layer(const Sight& sight);
bool volume_orphaned(const Sight& sight);
bool rm_v_keeps(const Sight& sight);
bool commit_ignores_volume(const Sight& sight);
bool vol_write_discarded(const Sight& sight);
bool state_not_fs(const Sight& sight);
bool whiteout_no_shrink(const Sight& sight);
bool copyup_dup(const Sight& sight);
bool cache_ends_early(const Sight& sight);
bool ctx_escape(const Sight& sight);
bool ctx_ignored(const Sight& sight);
bool secret_in_history(const Sight& sight);
bool dangling_created(const Sight& sight);
bool rmi_blocked(const Sight& sight);
bool rm_running(const Sight& sight);
bool exec_not_running(const Sight& sight);
bool stop_timeout_kill(const Sight& sight);
bool attach_sigint(const Sight& sight);
bool logs_empty(const Sight& sight);

}  // namespace drydock::cli::hint_rules
