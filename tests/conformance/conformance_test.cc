// conformance_test.cc — every recorded command, run against the model.
//
// The figure that this prints is the one in the README.  What disagrees must
// be listed in disagreements.md with its reason, and what is listed must
// disagree.

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "sim/base/text.h"
#include "tests/conformance/compare.h"
#include "tests/conformance/lab.h"

namespace drydock::conformance {
namespace {

const std::string kFolder =
    std::string(DRYDOCK_SOURCE_DIR) + "/tests/conformance/";

/// In the order in which they were recorded.
const std::vector<std::string> kSections = {"version",
                                            "images",
                                            "lifecycle",
                                            "inspect",
                                            "logs-exec-attach",
                                            "volumes",
                                            "limits-security",
                                            "commit-diff-cp-export",
                                            "build",
                                            "registry"};

std::vector<Record> records_of(const std::string& section) {
  std::vector<Record> records;
  std::ifstream in(kFolder + "recorded/" + section + ".jsonl");
  for (std::string line; std::getline(in, line);) {
    const auto json = nlohmann::json::parse(line);
    Record record;
    record.number = json.at("n");
    record.section = json.at("section");
    record.command = json.at("cmd");
    record.stable = json.value("stable", "identical");
    record.outputs = {json.at("rc"), json.at("stdout"), json.at("stderr")};
    records.push_back(std::move(record));
  }
  return records;
}

const std::string kPage = kFolder + "disagreements.md";

/// "123-125,130": what stands behind the star.
std::set<int> numbers_in(const std::string& ranges) {
  std::set<int> numbers;
  for (const std::string& part : split(ranges, ',')) {
    const List ends = split(part, '-');
    const auto first = parse_int(ends.front());
    const auto last = parse_int(ends.back());
    if (!first || !last) continue;
    for (auto n = *first; n <= *last; ++n) numbers.insert(static_cast<int>(n));
  }
  return numbers;
}

std::string ranges_of(const std::set<int>& numbers) {
  List parts;
  for (auto at = numbers.begin(); at != numbers.end();) {
    const int first = *at;
    int last = first;
    while (++at != numbers.end() && *at == last + 1) ++last;
    parts.push_back(first == last
                        ? std::to_string(first)
                        : std::to_string(first) + "-" + std::to_string(last));
  }
  return join(parts, ",");
}

/// "* 123 — reason" or "* 123-130 — reason", under the heading of a section.
std::set<int> listed() {
  std::set<int> numbers;
  std::ifstream in(kPage);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("* ")) continue;
    numbers.merge(numbers_in(split_blanks(line).at(1)));
  }
  return numbers;
}

/// DRYDOCK_REWRITE: the page with the numbers that disagree now.  Reasons stay
/// with their numbers; what is new is put under its section as open.
void rewrite_page(std::map<std::string, std::set<int>> disagreeing) {
  std::ifstream in(kPage);
  std::ostringstream page;
  std::string section;
  List rows;
  const auto end_section = [&] {
    while (!rows.empty() && rows.back().empty()) rows.pop_back();
    std::set<int>& fresh = disagreeing[section];
    if (!fresh.empty()) {
      rows.push_back("* " + ranges_of(fresh) + " — open: not looked at yet");
    }
    for (const std::string& row : rows) page << row << "\n";
    rows.clear();
  };
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) {
      end_section();
      if (!section.empty() || page.tellp() > 0) page << "\n";
      section = line.substr(3);
    }
    if (!line.starts_with("* ")) {
      rows.push_back(line);
      continue;
    }
    const std::string ranges = split_blanks(line).at(1);
    std::set<int> kept;
    for (const int number : numbers_in(ranges)) {
      if (disagreeing[section].erase(number) != 0) kept.insert(number);
    }
    if (kept.empty()) continue;
    rows.push_back("* " + ranges_of(kept) + line.substr(2 + ranges.size()));
  }
  end_section();
  in.close();
  std::ofstream(kPage) << page.str();
}

/// A description below a usage line is not part of the recording.
std::string without_descriptions(const std::string& text) {
  const std::size_t usage = text.find("\nUsage:");
  if (usage == std::string::npos) return text;
  const std::size_t blank = text.find("\n\n", usage + 1);
  return blank == std::string::npos ? text : text.substr(0, blank + 1);
}

bool comparable(const Record& record) {
  static const std::set<std::string> kinds = {"identical", "masked",
                                              "unordered", "rc"};
  return kinds.contains(record.stable);
}

struct Tally {
  int agree = 0, all = 0;
};

std::string visible(const Outputs& outputs) {
  std::ostringstream text;
  text << "rc " << outputs.status << "\n" << outputs.out;
  if (!outputs.err.empty()) text << "[stderr] " << outputs.err;
  return text.str();
}

}  // namespace

TEST_CASE("recorded commands of a real engine answer the same here") {
  const char* const only = std::getenv("DRYDOCK_SECTION");
  const char* const verbose = std::getenv("DRYDOCK_SHOW");
  const bool rewrites = std::getenv("DRYDOCK_REWRITE") != nullptr;
  const std::set<int> expected = listed();
  std::map<std::string, std::set<int>> disagreeing;
  std::map<std::string, Tally> tallies;
  Tally total;
  Lab lab;
  for (const std::string& section : kSections) {
    Renamer renamer;
    const bool wanted = !only || section == only;
    const bool needed = wanted || section == "images";
    if (!needed) continue;
    if (section == "registry") lab.open_registry();
    for (const Record& record : records_of(section)) {
      Outputs ours = lab.run(record.command);
      ours.out = without_descriptions(ours.out);
      ours.err = without_descriptions(ours.err);
      if (!comparable(record)) continue;
      const bool same = renamer.same(record, ours);
      Tally& tally = tallies[section];
      tally.agree += same;
      ++tally.all;
      if (!same && verbose && wanted) {
        std::cout << "#" << record.number << " $ " << record.command
                  << "\n--- recorded: " << visible(record.outputs)
                  << "--- ours: " << visible(ours) << "\n";
      }
      if (!same) disagreeing[section].insert(record.number);
      if (only || rewrites) continue;
      INFO("#" << record.number << " $ " << record.command << "\nrecorded: "
               << visible(record.outputs) << "ours: " << visible(ours));
      if (same) {
        CHECK_FALSE(expected.contains(record.number));
      } else {
        CHECK(expected.contains(record.number));
      }
    }
  }
  if (rewrites && !only) rewrite_page(disagreeing);
  for (const auto& [section, tally] : tallies) {
    std::cout << section << ": " << tally.agree << " of " << tally.all << "\n";
    total.agree += tally.agree;
    total.all += tally.all;
  }
  std::cout << "agree: " << total.agree << " of " << total.all << " recorded ("
            << total.agree * 1000 / std::max(total.all, 1) / 10.0 << " %)\n";
}

}  // namespace drydock::conformance
