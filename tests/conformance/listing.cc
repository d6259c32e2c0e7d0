// listing.cc — reading and rewriting a page of disagreements.

#include "tests/conformance/listing.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "sim/base/text.h"

namespace drydock::conformance {

namespace {

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

}  // namespace

std::set<int> listed_numbers(const std::string& page) {
  std::set<int> numbers;
  std::ifstream in(page);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("* ")) continue;
    numbers.merge(numbers_in(split_blanks(line).at(1)));
  }
  return numbers;
}

void rewrite_listing(const std::string& page_name,
                     std::map<std::string, std::set<int>> disagreeing) {
  std::ifstream in(page_name);
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
  std::ofstream(page_name) << page.str();
}

}  // namespace drydock::conformance
