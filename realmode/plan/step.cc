// step.cc — the names of steps and of their words; plans as bytes.

#include "realmode/plan/step.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "realmode/plan/packing.h"
#include "realmode/sys/capabilities.h"
#include "realmode/sys/flags.h"

namespace drydock::realmode {

namespace {

struct Row {
  Verb verb;
  std::string_view name;
  std::string_view words;  // Names; the last one is that of all further words.
};

// clang-format off
constexpr std::array kRows = {
    Row{Verb::join, "join", "namespaces of"},
    Row{Verb::slave_mounts, "slave_mounts", ""},
    Row{Verb::overlay, "overlay", "target upper work lower"},
    Row{Verb::source, "source", "slot path access alone below"},
    Row{Verb::enter_root, "enter_root", "path"},
    Row{Verb::mount, "mount", "type target attributes options"},
    Row{Verb::directory, "directory", "path mode"},
    Row{Verb::node, "node", "path major minor type mode uid gid"},
    Row{Verb::symlink, "symlink", "target path"},
    Row{Verb::place, "place", "slot target source"},
    Row{Verb::terminal, "terminal", ""},
    Row{Verb::mask, "mask", "path"},
    Row{Verb::read_only, "read_only", "path"},
    Row{Verb::read_only_root, "read_only_root", ""},
    Row{Verb::hostname, "hostname", "name"},
    Row{Verb::domainname, "domainname", "name"},
    Row{Verb::sysctl, "sysctl", "name value"},
    Row{Verb::wait, "wait", ""},
    Row{Verb::cgroup_namespace, "cgroup_namespace", ""},
    Row{Verb::loop_back, "loop_back", ""},
    Row{Verb::rlimit, "rlimit", "name soft hard"},
    Row{Verb::oom_score, "oom_score", "adjustment"},
    Row{Verb::user, "user", "user group"},
    Row{Verb::environment, "environment", "variable"},
    Row{Verb::working_directory, "working_directory", "path missing"},
    Row{Verb::no_new_privileges, "no_new_privileges", ""},
    Row{Verb::bounding_set, "bounding_set", "keep"},
    Row{Verb::seccomp, "seccomp", "program"},
    Row{Verb::init, "init", ""},
    Row{Verb::execute, "execute", "argument"},
};
// clang-format on

constexpr bool rows_are_in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].verb) != i) return false;
  }
  return true;
}
static_assert(rows_are_in_order());

/// Its words, with flags and sets by name.
List readable(const Step& step) {
  List words = step.words;
  const auto number = [&](std::size_t at) {
    return static_cast<std::uint64_t>(parse_int(words[at]).value_or(0));
  };
  if (step.verb == Verb::mount && words.size() > 2) {
    words[2] = sys::mount_attributes(number(2));
  }
  if (step.verb == Verb::join && !words.empty()) {
    words[0] = sys::clone_flags(number(0));
  }
  if (step.verb == Verb::bounding_set && !words.empty()) {
    words[0] = sys::capabilities_text(number(0));
  }
  return words;
}

std::string yes_or_no(bool truth) { return truth ? "1" : ""; }

List numbers(const std::vector<std::int64_t>& all) {
  List words;
  for (const std::int64_t number : all) words.push_back(std::to_string(number));
  return words;
}

}  // namespace

std::string text_of(const Step& step) {
  const Row& row = kRows[static_cast<std::size_t>(step.verb)];
  const List names = split(row.words, ' ');
  std::string text(row.name);
  if (step.verb == Verb::seccomp) {
    return text + fmt::format(" {} bytes", step.words.front().size());
  }
  const List words = readable(step);
  for (std::size_t i = 0; i < words.size(); ++i) {
    text +=
        fmt::format(" {}={}", names[std::min(i, names.size() - 1)], words[i]);
  }
  return text;
}

std::string encode(const Plan& plan) {
  List words = {std::to_string(plan.namespaces),
                plan.id,
                plan.socket,
                plan.log,
                plan.status,
                yes_or_no(plan.terminal),
                yes_or_no(plan.open_stdin),
                yes_or_no(plan.stdin_once),
                yes_or_no(plan.ask),
                yes_or_no(plan.explain),
                pack(numbers(plan.peers)),
                std::to_string(plan.among),
                pack(plan.groups),
                std::to_string(plan.log_bounds.max_size),
                std::to_string(plan.log_bounds.max_file)};
  for (const Step& step : plan.steps) {
    List of_step = {std::to_string(static_cast<int>(step.verb))};
    of_step.insert(of_step.end(), step.words.begin(), step.words.end());
    words.push_back(pack(of_step));
  }
  return pack(words);
}

std::optional<Plan> decode(std::string_view bytes) {
  constexpr std::size_t kHead = 15;
  const auto words = unpack(bytes);
  if (!words || words->size() < kHead) return std::nullopt;
  Plan plan;
  const List& all = *words;
  plan.namespaces = static_cast<std::uint64_t>(parse_int(all[0]).value_or(0));
  plan.id = all[1];
  plan.socket = all[2];
  plan.log = all[3];
  plan.status = all[4];
  plan.terminal = !all[5].empty();
  plan.open_stdin = !all[6].empty();
  plan.stdin_once = !all[7].empty();
  plan.ask = !all[8].empty();
  plan.explain = !all[9].empty();
  const auto peers = unpack(all[10]);
  const auto groups = unpack(all[12]);
  if (!peers || !groups) return std::nullopt;
  for (const std::string& peer : *peers) {
    plan.peers.push_back(parse_int(peer).value_or(0));
  }
  plan.among = parse_int(all[11]).value_or(0);
  plan.groups = *groups;
  plan.log_bounds.max_size = parse_int(all[13]).value_or(0);
  plan.log_bounds.max_file = parse_int(all[14]).value_or(1);
  for (std::size_t i = kHead; i < all.size(); ++i) {
    auto of_step = unpack(all[i]);
    if (!of_step || of_step->empty()) return std::nullopt;
    const auto verb = parse_int(of_step->front());
    if (!verb || *verb < 0 || *verb >= std::ssize(kRows)) return std::nullopt;
    of_step->erase(of_step->begin());
    plan.steps.push_back({static_cast<Verb>(*verb), std::move(*of_step)});
  }
  return plan;
}

std::string text_of(const Plan& plan) {
  std::string text =
      fmt::format("clone3 {}\n", sys::clone_flags(plan.namespaces));
  for (const Step& step : plan.steps) text += text_of(step) + "\n";
  return text;
}

}  // namespace drydock::realmode
