// exec.cc — `docker exec`: one more process in a running container.

#include <utility>

#include "sim/engine/engine.h"
#include "sim/engine/explain.h"

namespace drydock::engine {

namespace {

std::string command_text(const List& words) { return join(words, " "); }

}  // namespace

Answer<ExecId> Engine::exec_create(std::string_view who, ExecRequest request) {
  const Answer<ContainerRef> found = find(who);
  if (!found) return found.error();
  Container& container = **found;
  const std::optional<Fault> refused = refuse(container, Verb::exec, who);
  if (refused) return *refused;
  if (request.cmd.empty()) {
    return rules_.fault(Fault::Kind::bad_parameter, Object::exec,
                        Message::no_command);
  }
  ExecRecord exec;
  exec.id = backend_.ids().next();
  exec.container = container.id;
  exec.process.argv = std::move(request.cmd);
  exec.process.env = environment_of(container);
  for (const std::string& entry : request.env) {
    image::set_env(exec.process.env, entry);
  }
  if (request.tty && !container.config.tty) {
    image::set_env(exec.process.env, "TERM=xterm");
  }
  exec.process.cwd = !request.working_dir.empty() ? request.working_dir
                     : container.config.working_dir.empty()
                         ? "/"
                         : container.config.working_dir;
  exec.process.user =
      request.user.empty() ? container.config.user : request.user;
  exec.process.groups = container.host->group_add;
  exec.process.tty = request.tty;
  exec.process.lists_own_group = rules_.own_group_listed;
  exec.process.make_cwd = false;
  exec.process.privileged = request.privileged || container.host->privileged;
  exec.open_stdin = request.in;
  exec.open_stdout = request.out;
  exec.open_stderr = request.err;
  exec.detach_keys = std::move(request.detach_keys);
  note(container, "exec_create: " + command_text(exec.process.argv));
  const ExecId id = exec.id;
  execs_.emplace(id, container.id);
  container.execs.emplace(id, std::move(exec));
  return id;
}

/// The record and its container; both null if the exec is unknown.
std::pair<ContainerRef, ExecRecord*> Engine::exec_of(const ExecId& id) const {
  const auto owner = execs_.find(id);
  if (owner == execs_.end()) return {nullptr, nullptr};
  const auto container = by_id_.find(owner->second);
  if (container == by_id_.end()) return {nullptr, nullptr};
  const auto exec = container->second->execs.find(id);
  if (exec == container->second->execs.end()) return {nullptr, nullptr};
  return {container->second, &exec->second};
}

Fault Engine::unknown_exec(const ExecId& id) const {
  return rules_.fault(Fault::Kind::not_found, Object::exec,
                      Message::no_such_exec, fmt::arg("typed", id));
}

Answer<std::unique_ptr<Attachment>> Engine::exec_attach(const ExecId& id) {
  const auto [container, exec] = exec_of(id);
  if (!exec) return unknown_exec(id);
  const AttachSpec spec{exec->open_stdin, exec->open_stdout, exec->open_stderr,
                        true};
  return backend_.attach(container->id, id, spec);
}

Task<Done> Engine::exec_start(ExecId id, bool detach) {
  return detached(backend_.executor(), exec_now(std::move(id), detach));
}

Task<Done> Engine::exec_now(ExecId id, bool detach) {
  const auto [container, exec] = exec_of(id);
  if (!exec) co_return unknown_exec(id);
  const std::optional<Fault> refused =
      refuse(*container, Verb::exec, container->id);
  if (refused) co_return *refused;
  exec->started = exec->running = true;
  note(*container, "exec_start: " + command_text(exec->process.argv));
  ProcessSpec process = exec->process;
  Result<Started, StartFault> started = co_await backend_.exec(
      container->id, id, std::move(process), exec->open_stdin);
  if (!started) {
    explain(backend_, StepKind::process_refused, "container", container->id,
            "why", started.error().text);
    execs_.erase(id);
    container->execs.erase(id);
    co_return exec_fault(started.error());
  }
  const auto [still, record] = exec_of(id);
  if (!record) co_return did_it();  // The container ended meanwhile.
  record->pid = started->pid;
  explain(backend_, StepKind::exec_process, "container", container->id, "pid",
          started->pid, "argv", command_text(record->process.argv));
  backend_.executor().spawn(watch_exec(container, id, detach));
  co_return did_it();
}

Fault Engine::exec_fault(const StartFault& fault) const {
  Fault answer{Fault::Kind::internal, fault.text, Object::exec};
  const bool bare = fault.kind == StartFault::Kind::no_user;
  if (!bare && rules_.start_failure_by_kind) {
    const bool relative = fault.text.starts_with("Cwd must");
    answer.text = fmt::format(
        "OCI runtime exec failed: exec failed: {}{}: unknown",
        relative ? "" : "unable to start container process: ", fault.text);
  }
  answer.exit_code = rules_.start_failure_by_kind ? 126 : -1;
  return answer;
}

Task<void> Engine::watch_exec(ContainerRef container, ExecId id, bool forget) {
  const ExitStatus status = co_await backend_.wait_exec(container->id, id);
  const auto exec = container->execs.find(id);
  if (exec == container->execs.end()) co_return;
  exec->second.running = false;
  exec->second.pid = 0;
  exec->second.exit_code = status.code;
  explain(backend_, StepKind::exec_ended, "container", container->id, "code",
          status.code);
  if (forget) {
    execs_.erase(id);
    container->execs.erase(exec);
  }
  container->changed.notify_all();
}

Task<Answer<int>> Engine::exec_wait(ExecId id) {
  const auto [container, first] = exec_of(id);
  if (!first) co_return unknown_exec(id);
  for (;;) {
    const auto exec = container->execs.find(id);
    // Whoever ends with the container is killed.
    if (exec == container->execs.end()) co_return 137;
    if (!exec->second.running) break;
    co_await container->changed.wait();
  }
  const int code = container->execs.at(id).exit_code;
  execs_.erase(id);
  container->execs.erase(id);
  co_return code;
}

Task<Done> Engine::exec_resize(ExecId id, int rows, int columns) {
  const auto [container, exec] = exec_of(id);
  if (!exec) co_return unknown_exec(id);
  const Outcome resized =
      co_await backend_.resize(container->id, id, rows, columns);
  if (!resized) co_return Fault{Fault::Kind::internal, resized.error().text};
  co_return did_it();
}

}  // namespace drydock::engine
