// hint_rules.cc — looking at what was done and at what there is now.

#include "sim/cli/hint_rules.h"

#include <algorithm>
#include <array>

#include "sim/base/sha256.h"

namespace drydock::cli::hint_rules {

namespace {

using engine::Container;
using engine::Message;
using engine::State;
using engine::Step;
using engine::StepKind;

bool is_shell(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name == "sh" || name == "bash" || name == "dash" || name == "ash";
}

std::int64_t number(const Step& step, std::string_view field) {
  return parse_int(step.field(field)).value_or(0);
}

std::int64_t changes_of(const Sight& sight, const Container& container) {
  const auto facts = sight.engine.backend().rootfs_facts(container.id);
  if (!facts) return 0;
  // Making a place for a mount touches at most each directory on the way.
  std::int64_t mount_points = 0;
  for (const engine::MountPoint& mount : container.mounts) {
    mount_points += std::ranges::count(mount.destination, '/');
  }
  return facts->added + facts->changed + facts->deleted - mount_points;
}

bool any_step(const Sight& sight, bool (*holds)(const Step&)) {
  return std::ranges::any_of(sight.steps, holds);
}

bool any_refusal(const Sight& sight, std::initializer_list<Message> messages) {
  return std::ranges::any_of(
      messages, [&](Message message) { return sight.refused(message); });
}

}  // namespace

bool exit_pid1_done(const Sight& sight) {
  if (sight.verb != "run" && sight.verb != "start") return false;
  const Container* const made = sight.container_of(StepKind::process);
  return made && made->run.state == State::exited && made->run.exit_code == 0 &&
         is_shell(made->path) && made->args.empty() &&
         !made->config.open_stdin &&
         made->run.finished_at - made->run.started_at < kSecond;
}

bool enoent_exec(const Sight& sight) {
  const Step* const step = sight.find(StepKind::process_refused);
  return step && step->field("not_found") == "true";
}

bool exec_form_literal_dollar(const Sight& sight) {
  if (sight.verb != "run" && sight.verb != "create") return false;
  const Container* const made = sight.container_of(StepKind::container_made);
  return made && !is_shell(made->path) &&
         std::ranges::any_of(made->args, [](const std::string& word) {
           return word.find('$') != std::string::npos;
         });
}

bool json_single_quotes(const Sight& sight) {
  if (sight.verb == "build") return false;  // Its RUN steps are containers too.
  const Container* const made = sight.container_of(StepKind::container_made);
  return made && is_shell(made->path) && made->args.size() >= 2 &&
         made->args[0] == "-c" && made->args[1].starts_with("['");
}

bool shell_entrypoint_ignores_cmd(const Sight& sight) {
  if (sight.verb != "run" && sight.verb != "create") return false;
  const Container* const made = sight.container_of(StepKind::container_made);
  if (!made || !made->config.entrypoint) return false;
  const List& entry = *made->config.entrypoint;
  return entry.size() == 3 && is_shell(entry[0]) && entry[1] == "-c" &&
         made->config.cmd && !made->config.cmd->empty();
}

bool new_container_same_image(const Sight& sight) {
  if (sight.verb != "run") return false;
  const Step* const made = sight.find(StepKind::container_made);
  if (!made) return false;
  const Container* const now = sight.container_of(StepKind::container_made);
  if (!now) return false;  // It has gone with --rm: nobody meant to keep it.
  return std::ranges::any_of(sight.engine.containers(), [&](const auto& entry) {
    const Container& other = *entry.second;
    return &other != now && other.image && now->image &&
           other.image->id == now->image->id &&
           other.run.state == State::exited && changes_of(sight, other) > 0;
  });
}

bool exposed_not_published(const Sight& sight) {
  if (sight.verb != "run" && sight.verb != "start") return false;
  const Container* const made = sight.container_of(StepKind::port_exposed);
  return made && made->run.running() && made->network.ports.empty() &&
         !sight.engine.is_linked_to(made->id);
}

bool port_in_use(const Sight& sight) {
  return any_refusal(sight, {Message::port_taken, Message::port_taken_outside});
}

bool port_only_at_run(const Sight& sight) {
  if (sight.verb != "port") return false;
  const Container* const asked = sight.container_of(StepKind::ports_read);
  return asked && asked->network.ports.empty() &&
         !asked->config.exposed_ports.empty();
}

bool name_taken(const Sight& sight) {
  return sight.refused(Message::name_taken) ||
         sight.refused(Message::rename_failed);
}

bool link_needs_running(const Sight& sight) {
  return any_refusal(sight,
                     {Message::link_to_stopped, Message::link_to_unknown});
}

bool link_env_stale(const Sight& sight) {
  return sight.find(StepKind::link_hosts) != nullptr;
}

bool bind_masks(const Sight& sight) {
  return sight.find(StepKind::bind_masks) != nullptr;
}

bool host_dir_created(const Sight& sight) {
  return sight.find(StepKind::host_directory) != nullptr;
}

bool rm_with_dirty_layer(const Sight& sight) {
  return sight.verb == "rm" && any_step(sight, [](const Step& step) {
           return step.kind == StepKind::layer_gone &&
                  number(step, "written") > 0;
         });
}

bool volume_orphaned(const Sight& sight) {
  return sight.verb == "rm" && any_step(sight, [](const Step& step) {
           return step.kind == StepKind::volume_kept &&
                  number(step, "owners") == 0 && step.field("asked") == "false";
         });
}

bool rm_v_keeps(const Sight& sight) {
  return sight.verb == "rm" && any_step(sight, [](const Step& step) {
           return step.kind == StepKind::volume_kept &&
                  step.field("asked") == "true";
         });
}

bool commit_ignores_volume(const Sight& sight) {
  if (sight.verb != "commit") return false;
  const Container* const from = sight.container_of(StepKind::layer_committed);
  return from && !from->mounts.empty();
}

bool vol_write_discarded(const Sight& sight) {
  return sight.find(StepKind::write_discarded) != nullptr;
}

bool state_not_fs(const Sight& sight) {
  return sight.find(StepKind::nothing_changed) != nullptr;
}

bool whiteout_no_shrink(const Sight& sight) {
  return any_step(sight, [](const Step& step) {
    return step.kind == StepKind::layer_committed &&
           number(step, "deleted") > 0;
  });
}

bool copyup_dup(const Sight& sight) {
  constexpr std::int64_t kMuch = 1'000'000;
  return any_step(sight, [](const Step& step) {
    return step.kind == StepKind::layer_committed &&
           number(step, "size") >= kMuch && number(step, "changed") > 0 &&
           number(step, "changed") > 2 * number(step, "added");
  });
}

bool cache_ends_early(const Sight& sight) {
  const auto miss = std::ranges::find_if(sight.steps, [](const Step& step) {
    return step.kind == StepKind::cache_miss && step.field("cause") == "files";
  });
  return std::any_of(miss, sight.steps.end(), [](const Step& step) {
    return step.kind == StepKind::process;  // A RUN step had to be taken.
  });
}

bool ctx_escape(const Sight& sight) {
  return sight.find(StepKind::context_left) != nullptr;
}

bool ctx_ignored(const Sight& sight) {
  return sight.find(StepKind::context_ignored) != nullptr;
}

bool secret_in_history(const Sight& sight) {
  if (sight.verb != "build") return false;
  constexpr std::array<std::string_view, 4> kWords = {"PASSWORD", "SECRET",
                                                      "TOKEN", "APIKEY"};
  const Step* const added = sight.find(StepKind::image_added);
  if (!added) return false;
  return std::ranges::any_of(sight.steps, [&](const Step& step) {
    if (step.kind != StepKind::image_added) return false;
    const auto image = sight.engine.find_image(step.field("image"));
    if (!image) return false;
    const List env = (*image)->config.env.value_or(List());
    return std::ranges::any_of(env, [&](const std::string& entry) {
      const std::string key = upper(entry.substr(0, entry.find('=')));
      return std::ranges::any_of(kWords, [&](std::string_view word) {
        return replace_all(key, "_", "").find(word) != std::string::npos;
      });
    });
  });
}

bool dangling_created(const Sight& sight) {
  return std::ranges::any_of(sight.steps, [&](const Step& step) {
    if (step.kind != StepKind::tag_moved) return false;
    const std::string_view old = step.field("from");
    const auto& store = sight.engine.image_store();
    return store.get(old) && store.names_of(old).empty() &&
           store.children(old).empty();
  });
}

bool rmi_blocked(const Sight& sight) {
  return any_refusal(
      sight, {Message::image_tagged_twice, Message::image_used,
              Message::image_used_running, Message::image_used_running_forced,
              Message::image_kept, Message::reference_used,
              Message::image_cannot, Message::image_must});
}

bool rm_running(const Sight& sight) {
  return any_refusal(sight, {Message::remove_running, Message::remove_paused,
                             Message::remove_restarting});
}

bool exec_not_running(const Sight& sight) {
  return any_refusal(
      sight, {Message::exec_asleep, Message::attach_asleep, Message::top_asleep,
              Message::kill_asleep, Message::pause_asleep});
}

bool stop_timeout_kill(const Sight& sight) {
  return sight.find(StepKind::patience_over) != nullptr;
}

bool attach_sigint(const Sight& sight) {
  constexpr int kBySigint = 130;
  const Container* const met = sight.container_of(StepKind::attached);
  return sight.verb == "attach" && met && met->run.state == State::exited &&
         met->run.exit_code == kBySigint;
}

bool logs_empty(const Sight& sight) {
  if (sight.verb != "logs") return false;
  const Container* const asked = sight.container_of(StepKind::log_read);
  if (!asked || asked->run.state == State::created) return false;
  return sight.engine.backend().log_digest(asked->id) == sha256_hex("");
}

}  // namespace drydock::cli::hint_rules
