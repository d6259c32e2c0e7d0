// docker.cc — `drydock docker` and `drydock state`: one command at a time.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include <fmt/format.h>

#include "sim/front/session.h"
#include "sim/front/state.h"
#include "sim/machine/script.h"
#include "sim/scenario/pipes.h"
#include "sim/scenario/screen.h"

namespace drydock::front {

namespace {

std::string path_of(const SessionCommand& command) {
  return command.session.empty() ? default_session_path() : command.session;
}

/// The session so far; a file that is not there yet, or is empty, is an empty
/// session.
Outcome open_session(Session& session, const std::string& path) {
  struct stat file {};
  const bool fresh = ::stat(path.c_str(), &file) != 0 || file.st_size == 0;
  if (fresh) return done();
  const Outcome resumed = session.resume(path);
  if (resumed && !session.warning().empty()) {
    fmt::print(stderr, "drydock: {}", session.warning());
  }
  return resumed;
}

int refused(const Error& error) {
  fmt::print(stderr, "drydock: {}\n", error.text);
  return 2;
}

/// Real folders come in again only when they have changed.
Outcome bring_folders(Session& session, const List& folders) {
  const auto files = files_of(folders);
  if (!files) return files.error();
  for (const BroughtFile& file : *files) {
    const auto last = std::ranges::find_if(
        session.inputs().rbegin(), session.inputs().rend(),
        [&](const Input& input) {
          return input.kind == Input::Kind::file && input.text == file.path;
        });
    const bool known = last != session.inputs().rend() &&
                       last->bytes == file.content && last->mode == file.mode;
    if (known) continue;
    Input input;
    input.kind = Input::Kind::file;
    input.text = file.path;
    input.bytes = file.content;
    input.mode = file.mode;
    const Outcome put = session.bring(std::move(input));
    if (!put) return put;
  }
  return done();
}

std::string read_some() {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  if (count <= 0) return {};
  return {buffer.data(), static_cast<std::size_t>(count)};
}

/// Runs one docker command on our own streams and records what it was given.
int run_recorded(Session& session, const List& argv) {
  Input input;
  input.kind = Input::Kind::pipes;
  input.setting.pipes = true;
  input.setting.explain = session.common().explain;
  input.setting.hints = session.common().hints;
  input.prompt = "$ ";
  for (const std::string& word : argv) {
    input.text += (input.text.empty() ? "" : " ") + scenario::quoted_word(word);
  }
  std::string output;
  machine::ScriptStreams streams;
  streams.out = [&output](std::string_view bytes) {
    output += bytes;
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    std::fflush(stdout);
  };
  streams.err = [&output](std::string_view bytes) {
    output += bytes;
    std::fwrite(bytes.data(), 1, bytes.size(), stderr);
  };
  streams.in = [&input] {
    std::string piece = read_some();
    input.bytes += piece;
    return piece;
  };
  scenario::SimWorld& world = session.world();
  world.set_telling(input.setting.explain, input.setting.hints);
  world.pass(kSecond);
  const machine::ScriptResult result =
      machine::run_script(world.machine(), argv, "/root", streams);
  if (!result.trouble.empty()) {
    fmt::print(stderr, "drydock: {}\n", result.trouble);
    output += result.trouble + "\n";
  }
  input.output = scenario::screen_lines(output);
  if (input.output.back().empty()) input.output.pop_back();
  session.record(std::move(input));
  return result.status;
}

}  // namespace

int run_docker(const CommonOptions& common, const SessionCommand& command) {
  const std::string path = path_of(command);
  const auto lock = SessionLock::take(path);
  if (!lock) return refused(lock.error());
  Session session(common);
  const Outcome opened = open_session(session, path);
  if (!opened) return refused(opened.error());
  const Outcome brought = bring_folders(session, command.with);
  if (!brought) return refused(brought.error());
  List argv = {"docker"};
  argv.insert(argv.end(), command.words.begin(), command.words.end());
  const int status = run_recorded(session, argv);
  const Outcome saved = session.save(path);
  return saved ? status : refused(saved.error());
}

int run_state(const CommonOptions& common, const SessionCommand& command) {
  const std::string path = path_of(command);
  const auto lock = SessionLock::take(path);
  if (!lock) return refused(lock.error());
  Session session(common);
  const Outcome opened = open_session(session, path);
  if (!opened) return refused(opened.error());
  const Result<std::string> text =
      state_text(session.world().machine().engine(), command.format);
  if (!text) return refused(text.error());
  std::fwrite(text->data(), 1, text->size(), stdout);
  return 0;
}

}  // namespace drydock::front
