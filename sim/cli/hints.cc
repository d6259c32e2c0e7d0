// hints.cc — the table of hints.

#include "sim/cli/hints.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/cli/call.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/hint_rules.h"

namespace drydock::cli {

namespace {

using namespace hint_rules;

// clang-format off
constexpr Hint kHints[] = {
    {"EXIT_PID1_DONE",
     "after run or start: a shell without input ended at once, with status 0",
     "a container lives as long as its first process, and a shell without input is done at once",
     "give it something to do, or input and a terminal with -it",
     exit_pid1_done},
    {"ENOENT_EXEC",
     "a start failed because the image has no such program",
     "the program was looked for in the image, not on the host, and the image does not have it",
     "look what there is with another command, or name the program's whole path in the image",
     enoent_exec},
    {"EXEC_FORM_LITERAL_DOLLAR",
     "a container was made whose words hold a $ and whose program is no shell",
     "words in the exec form reach the program as they are: only a shell replaces $VARIABLES",
     "use the shell form, or sh -c with single quotes around the words",
     exec_form_literal_dollar},
    {"JSON_SINGLE_QUOTES",
     "a shell is to run a text that begins with ['",
     "a list in single quotes is no JSON, so the line was taken for the shell form",
     "write the list with double quotes: [\"program\", \"word\"]",
     json_single_quotes},
    {"SHELL_ENTRYPOINT_IGNORES_CMD",
     "a container was made whose entry point is in the shell form and that has a CMD or words",
     "an entry point in the shell form is sh -c TEXT, and words after TEXT do not become part of it",
     "write ENTRYPOINT as a JSON list",
     shell_entrypoint_ignores_cmd},
    {"NEW_CONTAINER_SAME_IMAGE",
     "run made a container of an image of which an ended one has files of its own",
     "run always makes a new container; what you wrote is still in the older one of the same image",
     "docker start goes on with the old one, which docker ps -a shows",
     new_container_same_image},
    {"EXPOSED_NOT_PUBLISHED",
     "a container started whose image exposes ports, of which none is published or linked to",
     "EXPOSE only notes a port: the host does not listen for it",
     "publish it when the container is made: -p HOST:CONTAINER, or -P for all",
     exposed_not_published},
    {"PORT_IN_USE",
     "a start was refused because a port of the host has an owner",
     "a port of the host has one owner at a time, and the order is -p HOST:CONTAINER",
     "choose another port before the colon, or stop the container that docker ps shows with it",
     port_in_use},
    {"PORT_ONLY_AT_RUN",
     "port asked about a container that exposes ports and publishes none",
     "ports are published when a container is made, and cannot be added later",
     "make another one of the same image with -p, after docker commit if its files matter",
     port_only_at_run},
    {"NAME_TAKEN",
     "create, run or rename was refused because another container has the name",
     "an ended container keeps its name until it is removed",
     "docker rm the old one, or run with --rm next time",
     name_taken},
    {"LINK_NEEDS_RUNNING",
     "a link was refused because its target is not there or does not run",
     "a link is made of the target's address, and only a container that runs has one",
     "start the target first, and name it in --link by its container's name",
     link_needs_running},
    {"LINK_ENV_STALE",
     "a container started again that a running one has a link to",
     "the target has another address now: /etc/hosts was rewritten, the variables still hold the old one",
     "use the alias as a host name instead of the variables, or restart the one that has the link",
     link_env_stale},
    {"BIND_MASKS",
     "a folder of the host was mounted where the image has something",
     "a folder of the host hides what the image has there; only a volume is filled from the image",
     "mount elsewhere, or use a volume: -v /PATH",
     bind_masks},
    {"HOST_DIR_CREATED",
     "-v named a folder that the host did not have",
     "the host had no such folder, so docker made an empty one that belongs to root",
     "check the path before the colon; it is one of the host and begins with a slash",
     host_dir_created},
    {"RM_WITH_DIRTY_LAYER",
     "rm took a container whose own layer had changes",
     "what the container had written to its own layer is gone with it",
     "keep data in a volume (-v), or docker commit before docker rm; docker diff shows what there is",
     rm_with_dirty_layer},
    {"VOLUME_ORPHANED",
     "rm without -v took the last owner of a volume",
     "the volume stays on the host though nobody owns it any more",
     "remove containers with docker rm -v, or run them with --rm",
     volume_orphaned},
    {"RM_V_KEEPS",
     "rm -v left a volume",
     "rm -v takes only volumes that nobody else owns and that are docker's own",
     "remove the other owners first; folders of the host are yours to remove",
     rm_v_keeps},
    {"COMMIT_IGNORES_VOLUME",
     "commit of a container that has volumes",
     "what is in a volume is no part of the container's layers, so the image does not have it",
     "copy it out of the volume first, or back the volume up with --volumes-from",
     commit_ignores_volume},
    {"VOL_WRITE_DISCARDED",
     "a RUN step wrote below a path that is declared a VOLUME",
     "after VOLUME, what RUN writes there lands in a volume that is thrown away with the step",
     "write first and declare the volume last",
     vol_write_discarded},
    {"STATE_NOT_FS",
     "a RUN step changed no file",
     "only files go from one step to the next: cd, export and services end with their step",
     "use WORKDIR and ENV, and start services with CMD",
     state_not_fs},
    {"WHITEOUT_NO_SHRINK",
     "a layer was committed that hides files of the layers below",
     "deleting in a later layer hides files and does not free their bytes",
     "delete in the same RUN step that made them",
     whiteout_no_shrink},
    {"COPYUP_DUP",
     "a layer was committed that changed much and added little",
     "changing a file's owner or mode copies it whole into the new layer",
     "set owners in the step that makes the files",
     copyup_dup},
    {"CACHE_ENDS_EARLY",
     "a COPY or ADD missed the cache because a file differs, and RUN steps follow",
     "the first step whose files differ ends the cache for all that follow",
     "copy what changes often as late as you can",
     cache_ends_early},
    {"CTX_ESCAPE",
     "COPY or ADD named a path outside of the context",
     "the daemon has nothing but the context, the folder that docker build was given",
     "build from a folder above, with -f for the Dockerfile, or move the file inside",
     ctx_escape},
    {"CTX_IGNORED",
     "COPY or ADD named a file that .dockerignore leaves out",
     "a line of .dockerignore kept this file out of the context",
     "except it with a line !PATH below that one",
     ctx_ignored},
    {"SECRET_IN_HISTORY",
     "a build set a variable whose name speaks of a secret",
     "ENV and ARG stay in the image: docker history and inspect show them to everybody",
     "hand secrets over when the container runs, by -e or a file in a volume",
     secret_in_history},
    {"DANGLING_CREATED",
     "a tag moved and left its old image without a name",
     "the name leads to the new image now, and the old one is <none>:<none>",
     "docker rmi $(docker images -q -f dangling=true) takes such images away",
     dangling_created},
    {"RMI_BLOCKED",
     "rmi was refused: a container, a child or another name needs the image",
     "an image stays as long as a container, a child or another name needs it",
     "remove what docker ps -a and docker images show of it first",
     rmi_blocked},
    {"RM_RUNNING",
     "rm was refused because the container runs",
     "what runs is not removed",
     "docker stop it first, or docker rm -f, which kills it",
     rm_running},
    {"EXEC_NOT_RUNNING",
     "exec, attach, top, kill or pause was refused because the container does not run",
     "this needs a container that runs, and this one does not",
     "docker start it first, or docker run a new one; docker logs tells how it ended",
     exec_not_running},
    {"STOP_TIMEOUT_KILL",
     "stop or restart waited in vain and killed",
     "PID 1 has no handler for the stop signal, so the kernel dropped it; docker waited and then sent SIGKILL: 137",
     "let PID 1 handle SIGTERM (trap, or exec the program), or stop with -t 0",
     stop_timeout_kill},
    {"ATTACH_SIGINT",
     "attach ended because PID 1 got ^C",
     "attach hands ^C to PID 1, and that was its end",
     "leave with ^P^Q, look with docker logs -f, or use docker exec",
     attach_sigint},
    {"LOGS_EMPTY",
     "logs of a container that ran and wrote nothing to stdout or stderr",
     "docker logs has what PID 1 writes to stdout and stderr, and that is nothing so far",
     "see whether the program writes to a file, or holds its output back in a buffer",
     logs_empty},
};
// clang-format on

/// "run" of {"run", ...} and of {"container", "run", ...}.
std::string verb_of(const Client& client, const List& words) {
  if (words.empty()) return "";
  const Entry* const entry = find_entry(words[0], client.profile.where);
  const bool group = entry && entry->group && words.size() > 1;
  return group ? words[1] : words[0];
}

}  // namespace

std::span<const Hint> hints() { return kHints; }

std::vector<const Hint*> hints_for(const Sight& sight) {
  std::vector<const Hint*> told;
  for (const Hint& hint : kHints) {
    if (hint.holds(sight)) told.push_back(&hint);
  }
  return told;
}

const engine::Step* Sight::find(engine::StepKind kind) const {
  const auto step = std::ranges::find(steps, kind, &engine::Step::kind);
  return step == steps.end() ? nullptr : &*step;
}

bool Sight::refused(engine::Message message) const {
  const std::string rule = std::to_string(static_cast<int>(message));
  return std::ranges::any_of(steps, [&](const engine::Step& step) {
    return step.kind == engine::StepKind::refused && step.field("rule") == rule;
  });
}

const engine::Container* Sight::container_of(engine::StepKind kind) const {
  const engine::Step* const step = find(kind);
  if (!step) return nullptr;
  const auto found = engine.find(step->field("container"));
  return found ? found->get() : nullptr;
}

HintScope::HintScope(Client& client, const List& words) : client_(client) {
  if (client.hints) verb_ = verb_of(client, words);
}

Task<void> HintScope::tell(int status) const {
  if (!client_.hints || !client_.steps) co_return;
  const Sight sight{client_.engine, verb_, *client_.steps, status};
  std::string text;
  for (const Hint* const hint : hints_for(sight)) {
    text += fmt::format("hint {}: {}.\n  {}.\n", hint->id, hint->reason,
                        hint->way_out);
  }
  co_await complain(client_, std::move(text));
}

}  // namespace drydock::cli
