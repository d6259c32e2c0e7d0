// docker.cc — `drydock docker` and `drydock state`: one command at a time.

#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

#include "sim/front/session.h"
#include "sim/machine/script.h"
#include "sim/scenario/screen.h"

namespace drydock::front {

namespace {

/// A word as sh reads it back.
std::string quoted(const std::string& word) {
  const bool plain =
      !word.empty() && word.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX"
                           "YZ0123456789-_./:=,+@%") == std::string::npos;
  if (plain) return word;
  return "'" + replace_all(word, "'", "'\\''") + "'";
}

std::string path_of(const SessionCommand& command) {
  return command.session.empty() ? default_session_path() : command.session;
}

/// The session so far; a file that is not there yet is an empty session.
Outcome open_session(Session& session, const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) return done();
  return session.resume(path);
}

int refused(const Error& error) {
  fmt::print(stderr, "drydock: {}\n", error.text);
  return 2;
}

}  // namespace

int run_docker(const CommonOptions& common, const SessionCommand& command) {
  Session session(common);
  const std::string path = path_of(command);
  const Outcome opened = open_session(session, path);
  if (!opened) return refused(opened.error());

  List argv = {"docker"};
  argv.insert(argv.end(), command.words.begin(), command.words.end());
  Input input;
  input.prompt = "$ ";
  for (const std::string& word : argv) {
    input.text += (input.text.empty() ? "" : " ") + quoted(word);
  }
  std::string output;
  machine::ScriptStreams streams;
  streams.out = [&output](std::string_view bytes) {
    output += bytes;
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  };
  streams.err = [&output](std::string_view bytes) {
    output += bytes;
    std::fwrite(bytes.data(), 1, bytes.size(), stderr);
  };
  session.world().pass(kSecond);
  const machine::ScriptResult result =
      machine::run_script(session.world().machine(), argv, "/root", streams);
  if (!result.trouble.empty()) {
    fmt::print(stderr, "drydock: {}\n", result.trouble);
  }
  input.output = scenario::screen_lines(output);
  input.output.pop_back();
  session.record(std::move(input));
  const Outcome saved = session.save(path);
  if (!saved) return refused(saved.error());
  return result.status;
}

int run_state(const CommonOptions& common, const SessionCommand& command) {
  if (command.format == "text") {
    return refused(Error{"state --format text is not modelled yet"});
  }
  Session session(common);
  const Outcome opened = open_session(session, path_of(command));
  if (!opened) return refused(opened.error());
  const engine::Engine& engine = session.world().machine().engine();
  if (command.format == "dot") {
    fmt::print("{}", engine.state_dot());
  } else {
    fmt::print("{}\n", engine.state_json());
  }
  return 0;
}

}  // namespace drydock::front
