// awk_machine.cc — the stack and the instructions that do not wait.

#include "sim/userland/text/awk_machine.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace drydock::userland {

namespace {

using Op = AwkOp;

constexpr std::size_t kFramesMax = 10'000;
constexpr std::size_t kTextMax = std::size_t{1} << 28;
constexpr std::int64_t kStepsPerTurn = 200;

AwkPlace place_of(int number) { return static_cast<AwkPlace>(number); }

}  // namespace

AwkMachine::AwkMachine(Output& out, const AwkProgram& program,
                       AwkDialect dialect)
    : out_(out),
      self_(out.self()),
      program_(program),
      dialect_(dialect),
      streams_(out),
      globals_(program.globals.size()),
      ranges_(static_cast<std::size_t>(program.ranges), 0) {
  const auto preset = [this](AwkSpecial special, std::string text) {
    globals_[special] = AwkValue::of(std::move(text));
  };
  preset(kFs, " ");
  preset(kOfs, " ");
  preset(kOrs, "\n");
  preset(kRs, "\n");
  preset(kSubsep, "\034");
  preset(kConvfmt, "%.6g");
  preset(kOfmt, "%.6g");
  for (const AwkSpecial special : {kNr, kFnr, kRstart, kNf}) {
    globals_[special] = AwkValue::of(0.0);
  }
  globals_[kRlength] = AwkValue::of(-1.0);
  AwkArray& environ = array(AwkPlace::global, kEnviron);
  for (const std::string& entry : self_.environ()) {
    const std::size_t equals = entry.find('=');
    if (equals == entry.npos) continue;
    environ[entry.substr(0, equals)] =
        AwkValue::input(entry.substr(equals + 1));
  }
}

AwkValue AwkMachine::pop() {
  AwkValue value = std::move(stack_.back());
  stack_.pop_back();
  return value;
}

void AwkMachine::fail(std::string text) {
  if (error_.empty()) error_ = std::move(text);
  flow_ = Flow::failed;
  running_ = false;
}

Task<AwkMachine::Flow> AwkMachine::execute(int entry) {
  if (entry < 0) co_return Flow::done;
  stack_.clear();
  frames_.clear();
  each_.clear();
  pc_ = entry;
  flow_ = Flow::done;
  running_ = true;
  for (std::int64_t steps = 1; running_; ++steps) {
    const AwkInstruction instruction =
        program_.code[static_cast<std::size_t>(pc_++)];
    if (waits(instruction)) {
      co_await wait_for(instruction);
    } else {
      step(instruction);
    }
    if (steps % kStepsPerTurn == 0) co_await self_.sched_yield();
  }
  co_return flow_;
}

bool AwkMachine::waits(const AwkInstruction& instruction) const {
  if (instruction.op == Op::getline || instruction.op == Op::print) return true;
  if (instruction.op != Op::builtin) return false;
  const std::string_view name =
      kAwkBuiltins[static_cast<std::size_t>(instruction.a)];
  return name == "system" || name == "close" || name == "fflush";
}

void AwkMachine::step(const AwkInstruction& instruction) {
  switch (instruction.op) {
    case Op::constant:
    case Op::arithmetic:
    case Op::negate:
    case Op::plus:
    case Op::invert:
    case Op::concatenate:
    case Op::compare:
    case Op::match:
    case Op::match_line:
    case Op::truth:
    case Op::pop:
    case Op::copy:
      return step_value(instruction);
    case Op::load:
    case Op::load_keep:
    case Op::store:
    case Op::increment:
    case Op::store_line:
      return step_place(instruction);
    case Op::subscript:
    case Op::in:
    case Op::remove:
    case Op::length_of:
    case Op::array_argument:
    case Op::argument:
    case Op::each_begin:
    case Op::each_next:
    case Op::each_end:
      return step_array(instruction);
    case Op::builtin:
      return builtin(instruction);
    default:
      return step_control(instruction);
  }
}

void AwkMachine::arithmetic(int letter) {
  const double b = pop().to_number();
  const double a = pop().to_number();
  if ((letter == '/' || letter == '%') && b == 0) {
    std::string_view text = "division by zero";
    if (letter == '%') text = "division by zero in %";
    if (dialect_ == AwkDialect::gawk) {
      fail(fmt::format("cmd. line:1: fatal: division by zero attempted{}",
                       letter == '%' ? " in `%'" : ""));
    } else if (dialect_ == AwkDialect::busybox) {
      fail("cmd. line:1: Division by zero");
    } else {
      fail(std::string(text));
    }
    return;
  }
  switch (letter) {
    case '+':
      return push(a + b);
    case '-':
      return push(a - b);
    case '*':
      return push(a * b);
    case '/':
      return push(a / b);
    case '%':
      return push(std::fmod(a, b));
    default:
      return push(std::pow(a, b));
  }
}

void AwkMachine::compare(int letter) {
  const AwkValue b = pop();
  const AwkValue a = pop();
  const int order = awk_compare(a, b, convfmt());
  bool holds = false;
  switch (letter) {
    case '<':
      holds = order < 0;
      break;
    case 'l':
      holds = order <= 0;
      break;
    case '=':
      holds = order == 0;
      break;
    case '!':
      holds = order != 0;
      break;
    case '>':
      holds = order > 0;
      break;
    default:
      holds = order >= 0;
      break;
  }
  push(holds ? 1.0 : 0.0);
}

void AwkMachine::step_value(const AwkInstruction& instruction) {
  const int a = instruction.a;
  switch (instruction.op) {
    case Op::constant:
      return push(program_.constants[static_cast<std::size_t>(a)]);
    case Op::arithmetic:
      return arithmetic(a);
    case Op::negate:
      return push(-pop().to_number());
    case Op::plus:
      return push(pop().to_number());
    case Op::invert:
      return push(pop().truth() ? 0.0 : 1.0);
    case Op::truth:
      return push(pop().truth() ? 1.0 : 0.0);
    case Op::concatenate: {
      const std::string second = text(pop());
      std::string first = text(pop());
      first += second;
      if (first.size() > kTextMax) return fail("out of memory");
      return push(std::move(first));
    }
    case Op::compare:
      return compare(a);
    case Op::match: {
      const std::string pattern = text(pop());
      const std::string subject = text(pop());
      const bool found = matches(subject, pattern);
      return push(found != (a != 0) ? 1.0 : 0.0);
    }
    case Op::match_line: {
      const AwkValue& pattern = program_.constants[static_cast<std::size_t>(a)];
      const std::string subject = text(field(0));
      return push(matches(subject, pattern.text) ? 1.0 : 0.0);
    }
    case Op::pop:
      stack_.pop_back();
      return;
    default:
      return push(count_);  // copy
  }
}

void AwkMachine::step_place(const AwkInstruction& instruction) {
  const AwkPlace place = place_of(instruction.a);
  const int index = instruction.b;
  std::string subscript;
  switch (instruction.op) {
    case Op::load:
      if (has_subscript(place)) subscript = text(pop());
      return push(load(place, index, subscript));
    case Op::load_keep:
      if (has_subscript(place)) subscript = text(stack_.back());
      return push(load(place, index, subscript));
    case Op::store: {
      AwkValue value = pop();
      if (has_subscript(place)) subscript = text(pop());
      const bool skipped = instruction.c != 0 && count_ == 0;
      value.array.reset();
      if (!skipped) store(place, index, subscript, value);
      return push(std::move(value));
    }
    case Op::increment: {
      if (has_subscript(place)) subscript = text(pop());
      const double before = load(place, index, subscript).to_number();
      const double after = before + ((instruction.c & 1) != 0 ? -1 : 1);
      store(place, index, subscript, AwkValue::of(after));
      return push((instruction.c & 2) != 0 ? before : after);
    }
    default:
      break;
  }
  // store_line: the status, and where to put the line.
  if (instruction.c != 0 && has_subscript(place)) subscript = text(pop());
  const AwkValue status = pop();
  if (instruction.c == 0 && has_subscript(place)) subscript = text(pop());
  if (status.number > 0) {
    if (place == AwkPlace::none) {
      set_record(std::exchange(line_, ""));
    } else {
      store(place, index, subscript, AwkValue::input(std::exchange(line_, "")));
    }
  }
  push(status.number);
}

void AwkMachine::step_array(const AwkInstruction& instruction) {
  const AwkPlace place = place_of(instruction.a);
  const int index = instruction.b;
  switch (instruction.op) {
    case Op::subscript: {
      std::string joined = text(pop());
      const std::string between = text_of_special(kSubsep);
      for (int i = 1; i < instruction.a; ++i) {
        joined = text(pop()) + between + joined;
      }
      return push(std::move(joined));
    }
    case Op::in: {
      const std::string subscript = text(pop());
      return push(array(place, index).contains(subscript) ? 1.0 : 0.0);
    }
    case Op::remove: {
      const AwkPlace owner = place == AwkPlace::element_of_local
                                 ? AwkPlace::local
                                 : AwkPlace::global;
      if (instruction.c != 0) {
        array(owner, index).clear();
      } else {
        array(owner, index).erase(text(pop()));
      }
      return;
    }
    case Op::length_of: {
      const AwkValue& value = variable(place, index);
      if (value.array && value.kind == AwkValue::Kind::unset) {
        return push(static_cast<double>(value.array->size()));
      }
      return push(static_cast<double>(text(load(place, index, "")).size()));
    }
    case Op::array_argument: {
      array(place, index);
      AwkValue value;
      value.array = variable(place, index).array;
      return push(std::move(value));
    }
    case Op::argument: {
      if (variable(place, index).kind == AwkValue::Kind::unset) {
        array(place, index);  // It may become one in the function.
      }
      AwkValue value = load(place, index, "");
      value.array = variable(place, index).array;
      return push(std::move(value));
    }
    case Op::each_begin: {
      Each each;
      for (const auto& [subscript, value] : array(place, index)) {
        each.subscripts.push_back(subscript);
      }
      each_.push_back(std::move(each));
      return;
    }
    case Op::each_next: {
      Each& each = each_.back();
      if (each.at >= each.subscripts.size()) {
        pc_ = instruction.a;
        return;
      }
      return push(AwkValue::input(each.subscripts[each.at++]));
    }
    default:
      each_.pop_back();
      return;
  }
}

void AwkMachine::enter(int function, int arguments) {
  const AwkFunction& callee =
      program_.functions[static_cast<std::size_t>(function)];
  if (frames_.size() >= kFramesMax) {
    return fail(
        fmt::format("function call nesting too deep in {}", callee.name));
  }
  if (arguments > callee.parameters) {
    return fail(fmt::format("too many arguments in call to {}", callee.name));
  }
  Frame frame;
  frame.return_to = pc_;
  frame.base = stack_.size() - static_cast<std::size_t>(arguments);
  frame.loops = each_.size();
  for (int i = arguments; i < callee.parameters; ++i) push(AwkValue());
  frames_.push_back(frame);
  pc_ = callee.entry;
}

void AwkMachine::leave() {
  AwkValue value = pop();
  value.array.reset();
  const Frame frame = frames_.back();
  frames_.pop_back();
  stack_.resize(frame.base);
  each_.resize(frame.loops);
  pc_ = frame.return_to;
  push(std::move(value));
}

void AwkMachine::step_control(const AwkInstruction& instruction) {
  const auto stop = [this](Flow flow) {
    flow_ = flow;
    running_ = false;
  };
  switch (instruction.op) {
    case Op::jump:
      pc_ = instruction.a;
      return;
    case Op::jump_false:
      if (!pop().truth()) pc_ = instruction.a;
      return;
    case Op::jump_true:
      if (pop().truth()) pc_ = instruction.a;
      return;
    case Op::call:
      return enter(instruction.a, instruction.b);
    case Op::give_back:
      return leave();
    case Op::next:
      return stop(Flow::next);
    case Op::next_file:
      return stop(Flow::next_file);
    case Op::exit:
      if (instruction.a != 0) {
        status_ = static_cast<int>(
            static_cast<std::int64_t>(pop().to_number()) & 255);
      }
      return stop(Flow::exit);
    case Op::range:
      if (ranges_[static_cast<std::size_t>(instruction.a)]) pc_ = instruction.b;
      return;
    case Op::range_set:
      ranges_[static_cast<std::size_t>(instruction.a)] = instruction.b != 0;
      return;
    default:
      return stop(Flow::done);
  }
}

}  // namespace drydock::userland
