// session.cc — reading, writing and replaying a session's page.

#include "sim/front/session.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/scenario/page.h"
#include "sim/scenario/replay.h"
#include "sim/scenario/screen.h"

namespace drydock::front {

namespace fs = std::filesystem;

namespace {

std::string shown(const Input& input) {
  if (input.after == 0) return input.text;
  return fmt::format("{} after {}ms", input.text, input.after / kMillisecond);
}

}  // namespace

Session::Session(CommonOptions common)
    : common_(std::move(common)),
      world_(std::make_unique<scenario::SimWorld>(machine_options(common_))) {}

Outcome Session::type_again(std::vector<Input> inputs) {
  world_ = std::make_unique<scenario::SimWorld>(machine_options(common_));
  inputs_.clear();
  scenario::Terminal& terminal = world_->terminal(1);
  (void)terminal.settle(600 * kSecond);
  for (Input& input : inputs) {
    world_->pass(input.after == 0 ? kSecond : input.after);
    terminal.type(input.bytes);
    const bool key = input.bytes.size() == 1 && input.bytes[0] < ' ';
    const auto settled = terminal.settle(key ? 60 * kSecond : kSecond);
    if (settled == scenario::Settled::gone) break;
    inputs_.push_back(std::move(input));
  }
  return done();
}

Outcome Session::undo() {
  if (inputs_.empty()) return Error{"there is nothing to undo"};
  std::vector<Input> inputs = inputs_;
  inputs.pop_back();
  return type_again(std::move(inputs));
}

Outcome Session::resume(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{path + ": cannot be read"};
  std::ostringstream text;
  text << in.rdbuf();
  const Result<scenario::Page> page = scenario::parse_page(path, text.str());
  if (!page) return page.error();
  world_ = std::make_unique<scenario::SimWorld>(machine_options(common_));
  scenario::ReplayOptions options;
  options.conditions = {common_.world, common_.profile};
  const Result<scenario::Replay> replay =
      scenario::replay(*page, *world_, options);
  if (!replay) return replay.error();
  for (const scenario::Step& step : replay->steps) {
    if (step.typed.empty()) continue;
    Input input;
    const std::string& line = page->lines[step.line];
    input.prompt = line.substr(0, line.size() - step.typed.size());
    input.text = step.typed;
    input.bytes = step.typed + "\n";
    input.output = step.actual;
    inputs_.push_back(std::move(input));
  }
  return done();
}

std::string Session::page() const {
  std::string text = "# A session\n\n```console\n";
  for (const Input& input : inputs_) {
    const bool key = input.text.starts_with('^');
    text += key ? shown(input) : input.prompt + input.text;
    text += "\n";
    for (const std::string& line : input.output) text += line + "\n";
  }
  return text + "```\n";
}

Outcome Session::save(const std::string& path) const {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  std::ofstream out(path, std::ios::binary);
  out << page();
  out.flush();
  if (!out) return Error{path + ": cannot be written"};
  return done();
}

std::string default_session_path() {
  const char* const state = std::getenv("XDG_STATE_HOME");
  const char* const home = std::getenv("HOME");
  const fs::path base = state && *state
                            ? fs::path(state)
                            : fs::path(home ? home : ".") / ".local" / "state";
  return (base / "drydock" / "session.md").string();
}

}  // namespace drydock::front
