// copy_plan.cc — which operand of cp and mv goes where.

#include <fmt/format.h>

#include "sim/userland/copy.h"
#include "sim/userland/files.h"
#include "sim/userland/options.h"

namespace drydock::userland {

namespace {

// The target of several sources must be a directory.
void want_directory(Output& out, CopyPlan& plan, std::string_view flavour) {
  if (is_directory(out.self(), plan.target)) return;
  const auto there = out.self().stat(plan.target);
  const Errno error = there ? Errno::enotdir : there.error();
  out.complain(fmt::format("{} {}", flavour, quoted(out, plan.target)), error);
  plan.status = 1;
}

}  // namespace

CopyPlan plan_copy(Output& out, const Options& options, const About& about,
                   bool no_target_directory) {
  CopyPlan plan;
  plan.sources = options.operands;
  const auto directory = options.value("t");
  if (plan.sources.empty()) {
    plan.status = refuse(out, about, "missing file operand");
    return plan;
  }
  if (directory) {
    plan.target = *directory;
    plan.into_directory = true;
    if (!out.busybox()) want_directory(out, plan, "target directory");
    return plan;
  }
  if (plan.sources.size() == 1) {
    plan.status = refuse(out, about,
                         "missing destination file operand after " +
                             quoted(out, plan.sources[0]));
    return plan;
  }
  plan.target = plan.sources.back();
  plan.sources.pop_back();
  if (no_target_directory) {
    if (plan.sources.size() > 1) {
      plan.status =
          refuse(out, about, "extra operand " + quoted(out, plan.target));
    }
    return plan;
  }
  plan.into_directory =
      plan.sources.size() > 1 || is_directory(out.self(), plan.target);
  if (plan.sources.size() > 1 && !out.busybox()) {
    want_directory(out, plan, "target");
  }
  return plan;
}

std::string destination_of(const CopyPlan& plan, const std::string& source) {
  if (!plan.into_directory) return plan.target;
  const std::string bare = strip_slashes(source);
  const std::string last = bare.substr(bare.rfind('/') + 1);
  if (last == "." || last == "..") return plan.target;
  return concat(plan.target, last);
}

}  // namespace drydock::userland
