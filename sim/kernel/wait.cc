// wait.cc — wait4(2): news of children.

#include "sim/kernel/kernel_process.h"

namespace drydock::kernel {

bool KernelProcess::is_child_wanted(const KernelProcess& child, Pid pid) const {
  if (pid == -1) return true;
  const PidNamespace& here = *namespaces_->pid;
  if (pid > 0) return child.pid_in(here) == pid;
  if (pid == 0) return child.group_ == group_;
  return child.group_->numbers->in(here) == -pid;
}

/// What there is to tell of this child that has not been told.
std::optional<WaitStatus> KernelProcess::report_of(KernelProcess& child,
                                                   const WaitOptions& options) {
  WaitStatus news = child.status_;
  news.pid = child.pid_in(*namespaces_->pid);
  if (child.state_ == State::zombie) {
    child.reap();
    return news;
  }
  const bool stopped = child.state_ == State::stopped;
  if (options.untraced && stopped && child.stop_unreported_) {
    child.stop_unreported_ = false;
    return news;
  }
  if (options.continued && child.continue_unreported_) {
    child.continue_unreported_ = false;
    news.kind = WaitStatus::Kind::continued;
    news.code = kSigCont;
    return news;
  }
  return std::nullopt;
}

SysResult<std::optional<WaitStatus>> KernelProcess::look_for_child(
    Pid pid, const WaitOptions& options) {
  bool any = false;
  for (Link* place = children_.next(); place != &children_;) {
    KernelProcess& child = *process_at<SiblingPlace>(place, children_);
    place = place->next();
    if (!is_child_wanted(child, pid)) continue;
    any = true;
    const std::optional<WaitStatus> news = report_of(child, options);
    if (news) return news;
  }
  if (!any) return Errno::echild;
  return std::optional<WaitStatus>();
}

Task<SysResult<WaitStatus>> KernelProcess::wait4(Pid pid, WaitOptions options) {
  co_await enter();
  for (;;) {
    const SysResult<std::optional<WaitStatus>> found =
        look_for_child(pid, options);
    if (!found) co_return found.error();
    if (*found) co_return **found;
    if (options.no_hang) co_return WaitStatus();
    if (interrupted()) co_return Errno::eintr;
    co_await EitherWait(&child_news_, signals_);
  }
}

}  // namespace drydock::kernel
