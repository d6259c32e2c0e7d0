// pull_progress.cc — steps of pull and push, written as they come.

#include "sim/cli/pull_progress.h"

#include <deque>
#include <memory>

#include <fmt/format.h>

#include "sim/base/wait.h"
#include "sim/cli/credentials.h"
#include "sim/cli/progress_screen.h"

namespace drydock::cli {

namespace {

using engine::Progress;

std::string line_of(const Progress& step) {
  switch (step.kind) {
    case Progress::Kind::pulling_from:
      return fmt::format("{}: Pulling from {}\n", step.id, step.text);
    case Progress::Kind::layer:
      return fmt::format("{}: {}\n", step.id, step.text);
    case Progress::Kind::digest:
      return fmt::format("Digest: {}\n", step.text);
    case Progress::Kind::status:
      return fmt::format("Status: {}\n", step.text);
    case Progress::Kind::repository:
    case Progress::Kind::pushed:
      break;
  }
  return step.text + "\n";
}

/// Steps come at once and must not wait; writing them may.  So they are kept
/// here, and a fiber of the client's writes them.
struct Journal {
  std::deque<std::string> lines;
  WaitQueue grown;
  /// Where layers take their time and somebody looks on; null: lines only.
  std::unique_ptr<ProgressScreen> screen;
};

std::shared_ptr<Journal> journal_for(Client& client) {
  auto journal = std::make_shared<Journal>();
  const bool moves = client.console.out_is_terminal() &&
                     client.engine.backend().registry().takes_time();
  if (moves) {
    journal->screen = std::make_unique<ProgressScreen>(
        client.profile, client.console.terminal_size().columns);
  }
  return journal;
}

Task<void> write_lines(Client& client, std::shared_ptr<Journal> journal,
                       bool on_stderr) {
  for (;;) {
    while (journal->lines.empty()) co_await journal->grown.wait();
    std::string line = std::move(journal->lines.front());
    journal->lines.pop_front();
    if (on_stderr) {
      co_await complain(client, std::move(line));
    } else {
      co_await say(client, std::move(line));
    }
  }
}

engine::ProgressSink sink_of(std::shared_ptr<Journal> journal) {
  return [journal](const Progress& step) {
    const bool layer = step.kind == Progress::Kind::layer;
    if (layer && journal->screen) {
      journal->lines.push_back(journal->screen->layer(step));
    } else if (layer && (step.current > 0 || step.total > 0)) {
      return;  // No bars but on a terminal.
    } else {
      if (journal->screen) journal->screen->forget();
      journal->lines.push_back(line_of(step));
    }
    journal->grown.notify_all();
  };
}

Task<void> write_rest(Client& client, std::shared_ptr<Journal> journal,
                      bool on_stderr) {
  std::string rest;
  for (const std::string& line : journal->lines) rest += line;
  journal->lines.clear();
  if (on_stderr) {
    co_await complain(client, std::move(rest));
  } else {
    co_await say(client, std::move(rest));
  }
}

}  // namespace

Task<engine::RegistryAuth> auth_for(Client& client, std::string reference) {
  const Result<image::Reference> parsed =
      image::parse_reference(reference, client.profile.rules->grammar);
  if (!parsed) co_return engine::RegistryAuth{};
  const std::string host = parsed->host();
  const Credentials credentials = co_await load_credentials(client);
  co_return credentials.of(host == "docker.io" ? std::string(kIndexServer)
                                               : host);
}

Task<engine::Done> pull_showing(Client& client, std::string reference,
                                bool all_tags, bool on_stderr) {
  engine::PullRequest request;
  request.auth = co_await auth_for(client, reference);
  request.reference = std::move(reference);
  request.all_tags = all_tags;
  const std::shared_ptr<Journal> journal = journal_for(client);
  engine::ProgressSink sink = sink_of(journal);
  FiberScope fibers(client.engine.backend().executor());
  fibers.spawn(write_lines(client, journal, on_stderr));
  const engine::Done done =
      co_await client.engine.pull(std::move(request), std::move(sink));
  co_await write_rest(client, journal, on_stderr);
  co_return done;
}

Task<engine::Done> push_showing(Client& client, std::string reference,
                                bool all_tags) {
  engine::PushRequest request;
  request.auth = co_await auth_for(client, reference);
  request.reference = std::move(reference);
  request.all_tags = all_tags;
  const std::shared_ptr<Journal> journal = journal_for(client);
  engine::ProgressSink sink = sink_of(journal);
  FiberScope fibers(client.engine.backend().executor());
  fibers.spawn(write_lines(client, journal, false));
  const engine::Done done =
      co_await client.engine.push(std::move(request), std::move(sink));
  co_await write_rest(client, journal, false);
  co_return done;
}

}  // namespace drydock::cli
