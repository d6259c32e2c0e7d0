// session.cc — one command after the other, as they were recorded.

#include "tests/conformance/session.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "tests/conformance/listing.h"

namespace drydock::conformance {

namespace {

const std::string kFolder =
    std::string(DRYDOCK_SOURCE_DIR) + "/tests/conformance/";

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

std::string visible(const Outputs& outputs) {
  std::ostringstream text;
  text << "rc " << outputs.status << "\n" << outputs.out;
  if (!outputs.err.empty()) text << "[stderr] " << outputs.err;
  return text.str();
}

}  // namespace

const std::vector<std::string>& sections() {
  static const std::vector<std::string> all = {"version",
                                               "images",
                                               "lifecycle",
                                               "inspect",
                                               "logs-exec-attach",
                                               "volumes",
                                               "limits-security",
                                               "commit-diff-cp-export",
                                               "build",
                                               "registry"};
  return all;
}

Session::Session(const std::string& page)
    : page_(kFolder + page),
      listed_(listed_numbers(page_)),
      shows_(std::getenv("DRYDOCK_SHOW") != nullptr),
      rewrites_(std::getenv("DRYDOCK_REWRITE") != nullptr) {
  if (const char* const only = std::getenv("DRYDOCK_SECTION")) {
    only_ = {only};
    selects_ = true;
  }
}

bool Session::is_wanted(const std::string& section) const {
  return only_.empty() || only_.contains(section);
}

void Session::judge(const Record& record, const Outputs& ours, bool same) {
  Tally& tally = tallies_[record.section];
  tally.agree += same;
  ++tally.all;
  if (!same && shows_) {
    std::cout << "#" << record.number << " $ " << record.command
              << "\n--- recorded: " << visible(record.outputs)
              << "--- ours: " << visible(ours) << "\n"
              << std::flush;
  }
  if (!same) disagreeing_[record.section].insert(record.number);
  if (selects_ || rewrites_) return;
  if (unlisted_allowed_) {
    if (!same && !listed_.contains(record.number)) {
      unlisted_.insert(record.number);
      WARN("not listed: #" << record.number << " $ " << record.command
                           << "\nrecorded: " << visible(record.outputs)
                           << "ours: " << visible(ours));
    }
    return;
  }
  INFO("#" << record.number << " $ " << record.command << "\nrecorded: "
           << visible(record.outputs) << "ours: " << visible(ours));
  if (same) {
    CHECK_FALSE(listed_.contains(record.number));
  } else {
    CHECK(listed_.contains(record.number));
  }
}

void Session::play(const std::string& section, const Run& run) {
  Renamer renamer;
  for (const Record& record : records_of(section)) {
    Outputs ours = run(record.command);
    ours.out = without_descriptions(ours.out);
    ours.err = without_descriptions(ours.err);
    if (!comparable(record) || !is_wanted(section)) continue;
    const bool same = renamer.same(record, ours);
    judge(record, ours, same);
  }
}

void Session::report() const {
  Tally total;
  for (const auto& [section, tally] : tallies_) {
    std::cout << section << ": " << tally.agree << " of " << tally.all << "\n";
    total.agree += tally.agree;
    total.all += tally.all;
  }
  std::cout << "agree: " << total.agree << " of " << total.all << " recorded ("
            << total.agree * 1000 / std::max(total.all, 1) / 10.0 << " %)\n";
}

void Session::check(const Run& run,
                    const std::function<bool()>& open_registry) {
  for (const std::string& section : sections()) {
    if (!is_wanted(section) && section != "images") continue;
    if (section == "registry") {
      const bool open = open_registry();
      if (!open) continue;
    }
    play(section, run);
  }
  if (unlisted_allowed_) {
    CHECK(static_cast<int>(unlisted_.size()) <= *unlisted_allowed_);
  }
  if (rewrites_ && !selects_) rewrite_listing(page_, disagreeing_);
  report();
}

}  // namespace drydock::conformance
