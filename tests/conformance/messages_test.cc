// messages_test.cc — every message that messages-1.8.md and messages-20.10.md
// list, said by their profile when its commands are typed.
//
// The pages are for people: under each heading a section of what is known of
// that Docker's behaviour, a message, how it is provoked, and the exit status.
// A section whose heading ends in "offline" has no way to the Hub.

#include <catch2/catch.hpp>

#include <fstream>
#include <iostream>
#include <memory>
#include <regex>
#include <sstream>
#include <vector>

#include "sim/base/text.h"
#include "sim/machine/machine.h"
#include "sim/machine/script.h"
#include "tests/conformance/compare.h"

namespace drydock::conformance {
namespace {

/// One "* ``message`` -> status" of the page, with the lines below it.
struct Case {
  int line = 0;
  std::string message, script;
  int status = 0;
};

/// What stands under one heading: first what is typed before all cases.
struct Section {
  std::string title, before;
  std::vector<Case> cases;
};

struct Page {
  std::vector<Section> sections;
  int left_out = 0;  // "* not shown: ..."
};

constexpr std::string_view kCode = "      ";

void take_line(Page& page, const std::string& line, int number) {
  static const std::regex kHead(R"(\* ``(.+)`` -> (\d+))");
  std::smatch found;
  if (line.starts_with("## ")) {
    page.sections.push_back({line.substr(3), "", {}});
  } else if (line.starts_with("* not shown: ")) {
    ++page.left_out;
  } else if (std::regex_match(line, found, kHead)) {
    page.sections.back().cases.push_back(
        {number, found[1], "", std::stoi(found[2])});
  } else if (line.starts_with(kCode) && !page.sections.empty()) {
    Section& section = page.sections.back();
    std::string& script =
        section.cases.empty() ? section.before : section.cases.back().script;
    script += line.substr(kCode.size()) + "\n";
  }
}

Page read_page(const std::string& name) {
  Page page;
  std::ifstream in(std::string(DRYDOCK_SOURCE_DIR) + "/tests/conformance/" +
                   name);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    take_line(page, line, ++number);
  }
  return page;
}

/// The message as a pattern: <id64> and <id12> are hexadecimal digits, <...>
/// is anything.
std::regex pattern_of(const std::string& message) {
  static const std::regex kSpecial(R"([.^$|()\[\]{}*+?\\])");
  std::string text = std::regex_replace(message, kSpecial, R"(\$&)");
  const auto put = [&text](const std::string& mark, const std::string& what) {
    for (std::size_t at = 0; (at = text.find(mark, at)) != text.npos;) {
      text.replace(at, mark.size(), what);
      at += what.size();
    }
  };
  put("<id64>", "[0-9a-f]{64}");
  put("<id12>", "[0-9a-f]{12}");
  put("<\\.\\.\\.>", ".*");
  return std::regex(text);
}

Outputs type(machine::Machine& machine, const std::string& script) {
  Outputs outputs;
  machine::ScriptStreams streams;
  streams.out = [&outputs](std::string_view bytes) { outputs.out += bytes; };
  streams.err = [&outputs](std::string_view bytes) { outputs.err += bytes; };
  const machine::ScriptResult result =
      machine::run_script(machine, {"sh", "-c", script}, "/root", streams, {});
  outputs.status = result.status;
  if (!result.trouble.empty()) outputs.err += result.trouble + "\n";
  return outputs;
}

bool says(const Outputs& outputs, const std::string& message) {
  const std::regex wanted = pattern_of(message);
  for (std::string line : split(outputs.out + outputs.err, '\n')) {
    while (line.ends_with('\r')) line.pop_back();
    if (std::regex_match(line, wanted)) return true;
  }
  return false;
}

void check_section(const Section& section, const cli::Profile& profile) {
  machine::MachineOptions options;
  options.profile = &profile;
  options.online = !section.title.ends_with("offline");
  machine::Machine machine(options);
  const Outputs before = type(machine, section.before);
  INFO(section.title << ": before: " << before.out << before.err);
  CHECK(before.status == 0);
  for (const Case& one : section.cases) {
    const Outputs outputs = type(machine, one.script);
    INFO("line " << one.line << ": " << one.message << "\n$ " << one.script
                 << "stdout: " << outputs.out << "\nstderr: " << outputs.err);
    CHECK(says(outputs, one.message));
    CHECK(outputs.status == one.status);
  }
}

void check_page(const std::string& name, const cli::Profile& profile) {
  const Page page = read_page(name);
  REQUIRE(page.sections.size() >= 5);
  std::size_t shown = 0;
  for (const Section& section : page.sections) {
    if (!section.cases.empty()) check_section(section, profile);
    shown += section.cases.size();
  }
  std::cout << "messages of " << profile.name << ": " << shown << " shown, "
            << page.left_out << " not\n";
}

}  // namespace

TEST_CASE("every listed message of docker 1.8 is said as it is quoted") {
  check_page("messages-1.8.md", cli::docker_1_8());
}

TEST_CASE("every listed message of docker 20.10 is said as it is quoted") {
  check_page("messages-20.10.md", cli::docker_20_10());
}

}  // namespace drydock::conformance
