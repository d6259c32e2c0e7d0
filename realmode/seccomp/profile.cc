// profile.cc — a seccomp profile's JSON, rule by rule, into libseccomp's.

#include "realmode/seccomp/profile.h"

#include <errno.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "realmode/seccomp/program.h"

namespace drydock::realmode {

namespace {

using Json = nlohmann::ordered_json;

Error wrong(const std::string& why) {
  return Error{"decoding seccomp profile failed: " + why};
}

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

struct Action {
  std::string_view name;
  std::uint32_t value;
};
constexpr std::array kActions = {
    Action{"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
    Action{"SCMP_ACT_KILL", SCMP_ACT_KILL},
    Action{"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD},
    Action{"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
    Action{"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
    Action{"SCMP_ACT_LOG", SCMP_ACT_LOG},
};

Result<std::uint32_t> action_of(const std::string& name, const Json& number) {
  if (name == "SCMP_ACT_ERRNO") {
    const int what = number.is_number_integer() ? number.get<int>() : EPERM;
    return static_cast<std::uint32_t>(SCMP_ACT_ERRNO(what));
  }
  const auto row = std::ranges::find(kActions, name, &Action::name);
  if (row == kActions.end()) return wrong("unknown action \"" + name + "\"");
  return row->value;
}

struct Comparison {
  std::string_view name;
  scmp_compare value;
};
constexpr std::array kComparisons = {
    Comparison{"SCMP_CMP_NE", SCMP_CMP_NE},
    Comparison{"SCMP_CMP_LT", SCMP_CMP_LT},
    Comparison{"SCMP_CMP_LE", SCMP_CMP_LE},
    Comparison{"SCMP_CMP_EQ", SCMP_CMP_EQ},
    Comparison{"SCMP_CMP_GE", SCMP_CMP_GE},
    Comparison{"SCMP_CMP_GT", SCMP_CMP_GT},
    Comparison{"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ},
};

Result<std::vector<scmp_arg_cmp>> arguments_of(const Json& row) {
  std::vector<scmp_arg_cmp> all;
  const auto list = row.find("args");
  if (list == row.end() || list->is_null()) return all;
  if (!list->is_array()) return wrong("args is no list");
  for (const Json& each : *list) {
    const auto comparison =
        std::ranges::find(kComparisons, text_at(each, "op"), &Comparison::name);
    const std::uint64_t index = each.value("index", std::uint64_t{6});
    if (comparison == kComparisons.end() || index > 5) {
      return wrong("an argument is not understood: " + each.dump());
    }
    all.push_back({static_cast<unsigned>(index), comparison->value,
                   each.value("value", std::uint64_t{0}),
                   each.value("valueTwo", std::uint64_t{0})});
  }
  return all;
}

/// Whether one of the conditions below `key` holds here: "caps", "arches".
/// Nothing, if there is none of them.
std::optional<bool> holds(const Json& row, const char* key, bool all,
                          sys::CapabilitySet capabilities) {
  const auto rules = row.find(key);
  if (rules == row.end() || !rules->is_object()) return std::nullopt;
  std::vector<bool> answers;
  for (const Json& name : rules->value("caps", Json::array())) {
    const auto number = sys::capability_named(name.get<std::string>());
    answers.push_back(number && (capabilities >> *number & 1) != 0);
  }
  const Json arches = rules->value("arches", Json::array());
  if (!arches.empty()) {
    answers.push_back(std::ranges::find(arches, "amd64") != arches.end());
  }
  if (answers.empty()) return std::nullopt;
  return all ? std::ranges::all_of(answers, std::identity())
             : std::ranges::any_of(answers, std::identity());
}

std::vector<std::string> names_of(const Json& row) {
  std::vector<std::string> names;
  const std::string one = text_at(row, "name");
  if (!one.empty()) names.push_back(one);
  for (const Json& each : row.value("names", Json::array())) {
    if (each.is_string()) names.push_back(each.get<std::string>());
  }
  return names;
}

Outcome add_rule(const SeccompRules& rules, const Json& row,
                 std::uint32_t otherwise, sys::CapabilitySet capabilities) {
  if (!row.is_object()) return wrong("a rule is no object");
  if (holds(row, "includes", true, capabilities) == false) return done();
  if (holds(row, "excludes", false, capabilities) == true) return done();
  const auto action =
      action_of(text_at(row, "action"), row.value("errnoRet", Json()));
  if (!action) return action.error();
  if (*action == otherwise) return done();
  const auto arguments = arguments_of(row);
  if (!arguments) return arguments.error();
  for (const std::string& name : names_of(row)) {
    const int call = ::seccomp_syscall_resolve_name(name.c_str());
    if (call == __NR_SCMP_ERROR) continue;
    const int error = ::seccomp_rule_add_array(
        rules.get(), *action, call, static_cast<unsigned>(arguments->size()),
        arguments->data());
    if (error == 0 || error == -EEXIST || error == -EDOM) continue;
    return wrong(
        fmt::format("seccomp_rule_add({}): {}", name, std::strerror(-error)));
  }
  return done();
}

Result<std::string> compile(const Json& json, sys::CapabilitySet capabilities) {
  const auto otherwise = action_of(text_at(json, "defaultAction"),
                                   json.value("defaultErrnoRet", Json()));
  if (!otherwise) return otherwise.error();
  const SeccompRules rules(::seccomp_init(*otherwise));
  if (!rules) return Error{"seccomp_init()"};
  (void)::seccomp_attr_set(rules.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  for (const Json& row : json.value("syscalls", Json::array())) {
    const Outcome added = add_rule(rules, row, *otherwise, capabilities);
    if (!added) return added.error();
  }
  return export_program(rules);
}

}  // namespace

Result<std::string> seccomp_profile(const std::string& json,
                                    sys::CapabilitySet capabilities) {
  const Json parsed = Json::parse(json, nullptr, false);
  if (!parsed.is_object()) return wrong("it is no JSON object");
  try {
    return compile(parsed, capabilities);
  } catch (const nlohmann::json::exception& fault) {
    return wrong(fault.what());  // A name that is a number, say.
  }
}

}  // namespace drydock::realmode
