// session.cc — replaying a session, and taking back its last line.

#include "sim/front/session.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/scenario/page.h"
#include "sim/scenario/pipes.h"
#include "sim/scenario/replay.h"
#include "sim/scenario/screen.h"

namespace drydock::front {

namespace {

constexpr Nanoseconds kSettleMax = 600 * kSecond;

/// How a block of a page sets its terminal up.
Setting setting_of(const scenario::Block& block) {
  Setting setting;
  const auto number = [&](const char* option, int preset) {
    const auto value = block.options.find(option);
    if (value == block.options.end()) return preset;
    return static_cast<int>(parse_int(value->second).value_or(preset));
  };
  setting.terminal = number("terminal", 1);
  setting.explain = block.options.contains("explain");
  setting.hints = block.options.contains("hints");
  setting.pipes = block.options.contains("pipes");
  const auto size = block.options.find("size");
  if (size == block.options.end()) return setting;
  const std::size_t cross = size->second.find('x');
  setting.rows =
      static_cast<int>(parse_int(size->second.substr(0, cross)).value_or(24));
  setting.columns =
      static_cast<int>(parse_int(size->second.substr(cross + 1)).value_or(80));
  return setting;
}

Input input_of(const scenario::Step& step, const Setting& setting) {
  Input input;
  input.setting = setting;
  input.prompt = step.prompt;
  input.text = step.entered;
  input.bytes = step.pipes ? scenario::input_of(step.input) : step.bytes;
  input.after = step.after;
  input.output = step.actual;
  const bool line = step.bytes.ends_with('\n');
  input.kind = step.pipes ? Input::Kind::pipes
               : line     ? Input::Kind::line
                          : Input::Kind::key;
  return input;
}

Input file_of(const scenario::Block& block) {
  Input input;
  input.kind = Input::Kind::file;
  input.text = block.options.at("file");
  input.bytes = scenario::file_content(block);
  const auto mode = block.options.find("mode");
  if (mode == block.options.end()) return input;
  input.mode = 0;
  for (const char c : mode->second) input.mode = input.mode * 8 + (c - '0');
  return input;
}

/// Types one thing again as it was typed first.
void type_one(scenario::SimWorld& world, const std::vector<Input>& inputs,
              std::size_t at) {
  const Input& input = inputs[at];
  switch (input.kind) {
    case Input::Kind::file:
      static_cast<void>(world.write_file(input.text, input.bytes, input.mode));
      return;
    case Input::Kind::pipes:
      world.pass(kSecond);
      static_cast<void>(
          world.run(scenario::split_words(input.text), input.bytes));
      return;
    case Input::Kind::line:
    case Input::Kind::key:
      break;
  }
  scenario::Terminal& terminal = world.terminal(input.setting.terminal);
  terminal.resize(input.setting.rows, input.setting.columns);
  // A key that came after some time ended what the line before it began.
  const bool ended_by_key = at + 1 < inputs.size() && inputs[at + 1].after;
  world.pass(input.after.value_or(kSecond));
  terminal.type(input.bytes);
  static_cast<void>(terminal.settle(ended_by_key ? 0 : kSettleMax));
}

}  // namespace

Session::Session(CommonOptions common)
    : common_(std::move(common)),
      world_(std::make_unique<scenario::SimWorld>(machine_options(common_))) {}

Outcome Session::bring(Input file) {
  const Outcome written = world_->write_file(file.text, file.bytes, file.mode);
  if (written) record(std::move(file));
  return written;
}

void Session::type_again(const std::vector<Input>& inputs) {
  world_ = std::make_unique<scenario::SimWorld>(machine_options(common_));
  static_cast<void>(world_->terminal(1).settle(kSettleMax));
  for (std::size_t at = 0; at < inputs.size(); ++at) {
    const Setting& setting = inputs[at].setting;
    world_->set_telling(setting.explain, setting.hints);
    type_one(*world_, inputs, at);
  }
  const auto lines = scenario::screen_lines(world_->terminal(1).take_output());
  prompt_ = lines.back();
  inputs_ = inputs;
}

Result<std::string> Session::undo() {
  std::vector<Input> inputs = inputs_;
  while (!inputs.empty() && inputs.back().kind == Input::Kind::file) {
    inputs.pop_back();
  }
  if (inputs.empty()) return Error{"there is nothing to undo"};
  const std::string undone = inputs.back().text;
  inputs.pop_back();
  type_again(inputs);
  return undone;
}

void Session::adopt(const scenario::Page& page,
                    const scenario::Replay& replay) {
  for (const scenario::Block& block : page.blocks) {
    if (!applies(block, {common_.world, common_.profile})) continue;
    if (block.kind == scenario::Block::Kind::file) {
      record(file_of(block));
      continue;
    }
    const std::size_t end = block.first_line + block.lines.size();
    for (const scenario::Step& step : replay.steps) {
      const bool inside = step.line >= block.first_line && step.line < end;
      const bool typed = step.pipes || !step.bytes.empty();
      if (inside && typed) record(input_of(step, setting_of(block)));
    }
  }
}

Outcome Session::resume(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{path + ": cannot be read"};
  std::ostringstream text;
  text << in.rdbuf();
  const Result<scenario::Page> page = scenario::parse_page(path, text.str());
  if (!page) return page.error();
  if (!page->profiles.empty() && !common_.profile_given) {
    common_.profile = page->profiles.front();
  }
  if (page->seed && !common_.seed_given) common_.seed = *page->seed;
  const bool written = page->profiles.empty() ||
                       std::ranges::count(page->profiles, common_.profile) > 0;
  if (!written) {
    return Error{fmt::format("{}: this session is one of {}, not of {}", path,
                             join(page->profiles, ", "), common_.profile)};
  }
  world_ = std::make_unique<scenario::SimWorld>(machine_options(common_));
  scenario::ReplayOptions options;
  options.conditions = {common_.world, common_.profile};
  options.explain = common_.explain;
  options.hints = common_.hints;
  const Result<scenario::Replay> replay =
      scenario::replay(*page, *world_, options);
  if (!replay) return replay.error();
  if (!replay->matched()) {
    warning_ = fmt::format(
        "{} does not come out as it is written; going on from what came:\n{}",
        path, scenario::differences(*page, *replay));
  }
  inputs_.clear();
  adopt(*page, *replay);
  prompt_ = replay->prompt;
  // It is gone on with: what left the host's shell is not typed again.
  while (world_->host_terminal(1).status() && undo()) {
  }
  return done();
}

}  // namespace drydock::front
