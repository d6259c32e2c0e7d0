// explain.cc — steps as lines that cannot be taken for the command's own.

#include "sim/cli/explain.h"

#include "sim/cli/call.h"

namespace drydock::cli {

Task<void> ExplainScope::tell() const {
  if (!client_.explain || !client_.steps) co_return;
  std::string text;
  for (std::size_t at = 0; at < client_.steps->size(); ++at) {
    const engine::Step& step = (*client_.steps)[at];
    if (step.kind == engine::StepKind::refused) continue;  // Was just told.
    text += at < before_ ? "  | meanwhile: " : "  | ";
    text += engine::text_of(step) + "\n";
  }
  if (!text.empty()) co_await complain(client_, std::move(text));
}

}  // namespace drydock::cli
