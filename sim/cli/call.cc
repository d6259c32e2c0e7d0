// call.cc — talking to people, and telling refusals.

#include "sim/cli/call.h"

#include <fmt/format.h>

namespace drydock::cli {

Task<void> say(Client& client, std::string text) {
  if (text.empty()) co_return;
  ByteSink& out = client.console.out();
  const Outcome written = co_await out.write(std::move(text));
  // Nobody reads on: a client has no one left to tell.
  static_cast<void>(written);
}

Task<void> complain(Client& client, std::string text) {
  if (text.empty()) co_return;
  ByteSink& err = client.console.err();
  const Outcome written = co_await err.write(std::move(text));
  static_cast<void>(written);
}

Task<int> end_saying(Client& client, std::string text) {
  co_await say(client, std::move(text));
  co_return 0;
}

Task<int> end_complaining(Client& client, std::string text, int status) {
  if (!text.ends_with('\n')) text += '\n';
  co_await complain(client, std::move(text));
  co_return status;
}

std::string told(const Client& client, const engine::Fault& fault) {
  if (client.steps) {
    engine::Step step{engine::StepKind::refused, {}};
    step.fields.emplace_back("rule",
                             std::to_string(static_cast<int>(fault.message)));
    step.fields.emplace_back("text", fault.text);
    client.steps->push_back(std::move(step));
  }
  // What goes wrong while progress is streamed has no prefix.
  if (fault.in_stream) return fault.text;
  return "Error response from daemon: " + fault.text;
}

std::string told_by_client(const Client& client, const engine::Fault& fault) {
  const bool missing = fault.kind == engine::Fault::Kind::not_found &&
                       fault.object != engine::Object::none;
  if (client.profile.modern && missing) return "Error: " + fault.text;
  return told(client, fault);
}

Task<int> refuse(Client& client, engine::Fault fault) {
  co_return co_await end_complaining(client, told(client, fault));
}

Task<int> refuse_by_client(Client& client, engine::Fault fault) {
  co_return co_await end_complaining(client, told_by_client(client, fault));
}

Task<int> for_each(Call& call, EachDeed deed, EachStyle style) {
  Client& client = call.at();
  const bool modern = client.profile.modern;
  List failed;
  std::string complaints;
  for (const std::string& who : call.operands) {
    const engine::Done done = co_await deed(call, who);
    if (done) {
      co_await say(client, who + "\n");
      continue;
    }
    failed.push_back(who);
    const std::string line =
        (style.by_client ? told_by_client(client, done.error())
                         : told(client, done.error())) +
        "\n";
    // Cobra's clients tell all that went wrong at the end.
    if (modern && !style.always_summary) {
      complaints += line;
    } else {
      co_await complain(client, line);
    }
  }
  if (failed.empty()) co_return 0;
  if (!modern) {
    complaints += fmt::format("Error: failed to {} {}: [{}]\n", style.verb,
                              style.noun, join(failed, " "));
  } else if (style.always_summary) {
    complaints += fmt::format("Error: failed to {} {}: {}\n", style.verb,
                              style.noun, join(failed, ", "));
  }
  co_await complain(client, complaints);
  co_return 1;
}

std::string wait_canceled(const Client& client) {
  Time now = client.console.now();
  now.since_epoch -= now.since_epoch % kSecond;
  return fmt::format(fmt::runtime(client.profile.words.wait_canceled),
                     rfc3339(now));
}

std::string absolute(const Client& client, std::string_view path) {
  std::string whole(path);
  if (!path.starts_with('/')) {
    whole = client.console.cwd() + "/" + std::string(path);
  }
  List kept;
  for (const std::string& part : split(whole, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (!kept.empty()) kept.pop_back();
    } else {
      kept.push_back(part);
    }
  }
  return "/" + join(kept, "/");
}

std::string path_error(std::string_view verb, std::string_view path,
                       Errno error) {
  return fmt::format("{} {}: {}", verb, path, lower(text_of(error)));
}

Task<int> not_modelled(Call call) {
  co_return co_await end_complaining(
      call.at(),
      fmt::format("drydock: 'docker {}' is not modelled", call.path));
}

}  // namespace drydock::cli
