// report.cc — what a replay says: differences, blessed pages, JUnit.

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/scenario/replay.h"

namespace drydock::scenario {

namespace {

std::vector<Pattern> patterns_of(const Step& step,
                                 const Conditions& conditions) {
  std::vector<Pattern> patterns;
  for (const std::string& line : step.expected) {
    patterns.push_back(parse_pattern(line, conditions));
  }
  return patterns;
}

/// Whether a line begins as prompts do: "$ ", "root@pier:/# ", "redis:6379> ".
bool looks_typed(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == 0 || blank == std::string_view::npos) return false;
  if (line.front() == '<') return false;  // A capture, or a nameless image.
  constexpr std::string_view kEnds = "$#>";
  return kEnds.find(line[blank - 1]) != std::string_view::npos;
}

/// The output of a failed step as the page should have it.
std::vector<std::string> blessed(const Step& step,
                                 const Conditions& conditions) {
  const std::vector<Pattern> patterns = patterns_of(step, conditions);
  const auto where = align(patterns, step.actual);
  const std::vector<std::string>& now = step.in_page_words;
  std::vector<std::string> lines;
  std::size_t next = 0;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    // A session that went astray must not take the rest of its page along.
    const bool typed = !where[i] && looks_typed(step.expected[i]);
    const bool elsewhere = !patterns[i].applies;
    if (elsewhere || typed) lines.push_back(step.expected[i]);
    if (!where[i]) continue;
    for (; next < *where[i]; ++next) lines.push_back(now[next]);
    lines.push_back(step.expected[i]);  // The pattern still matches: keep it.
    ++next;
  }
  for (; next < now.size(); ++next) lines.push_back(now[next]);
  return lines;
}

std::string difference(const Page& page, const Step& step) {
  std::string text =
      fmt::format("{}:{}: $ {}\n", page.path, step.line + 1, step.typed);
  const auto where = align(patterns_of(step, Conditions{}), step.actual);
  std::size_t next = 0;
  for (std::size_t i = 0; i < step.expected.size(); ++i) {
    if (!where[i]) {
      text += "  - " + step.expected[i] + "\n";
      continue;
    }
    for (; next < *where[i]; ++next) text += "  + " + step.actual[next] + "\n";
    text += "    " + step.actual[next++] + "\n";
  }
  for (; next < step.actual.size(); ++next) {
    text += "  + " + step.actual[next] + "\n";
  }
  if (!step.remark.empty()) text += "  (" + step.remark + ")\n";
  return text;
}

std::string xml_text(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? ' ' : c;
    }
  }
  return safe;
}

}  // namespace

std::vector<std::optional<std::size_t>> align(
    const std::vector<Pattern>& patterns,
    const std::vector<std::string>& lines) {
  const std::size_t rows = patterns.size(), columns = lines.size();
  std::vector<std::vector<std::size_t>> best(
      rows + 1, std::vector<std::size_t>(columns + 1, 0));
  const auto common = [&](std::size_t i, std::size_t j) {
    Renaming fresh;
    return patterns[i].kind != Pattern::Kind::skip &&
           matches(patterns[i], lines[j], fresh);
  };
  for (std::size_t i = rows; i-- > 0;) {
    for (std::size_t j = columns; j-- > 0;) {
      best[i][j] = common(i, j) ? best[i + 1][j + 1] + 1
                                : std::max(best[i + 1][j], best[i][j + 1]);
    }
  }
  std::vector<std::optional<std::size_t>> where(rows);
  for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
    if (common(i, j)) {
      where[i++] = j++;
    } else if (best[i + 1][j] >= best[i][j + 1]) {
      ++i;
    } else {
      ++j;
    }
  }
  return where;
}

std::string bless(const Page& page, const Replay& replay,
                  const Conditions& conditions) {
  std::vector<std::string> lines;
  std::size_t copied = 0;
  for (const Step& step : replay.steps) {
    if (step.matched) continue;
    for (; copied < step.output_line; ++copied) {
      lines.push_back(page.lines[copied]);
    }
    for (const std::string& line : blessed(step, conditions)) {
      lines.push_back(line);
    }
    copied = step.output_line + step.expected.size();
  }
  for (; copied < page.lines.size(); ++copied) {
    lines.push_back(page.lines[copied]);
  }
  return join(lines, "\n") + "\n";
}

std::string differences(const Page& page, const Replay& replay) {
  std::string text;
  for (const Step& step : replay.steps) {
    if (!step.matched) text += difference(page, step);
  }
  return text;
}

std::string junit_suite(const Replay& replay) {
  const auto failures = std::ranges::count_if(
      replay.steps, [](const Step& step) { return !step.matched; });
  std::string text =
      fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n",
                  xml_text(replay.path), replay.steps.size(), failures);
  for (const Step& step : replay.steps) {
    text += fmt::format("    <testcase name=\"line {}: {}\"", step.line + 1,
                        xml_text(step.typed));
    if (step.matched) {
      text += "/>\n";
      continue;
    }
    text += "><failure>" +
            xml_text("expected:\n" + join(step.expected, "\n") + "\nfound:\n" +
                     join(step.actual, "\n")) +
            "</failure></testcase>\n";
  }
  return text + "  </testsuite>\n";
}

std::string junit(const std::vector<std::string>& suites) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n" +
         join(suites, "") + "</testsuites>\n";
}

}  // namespace drydock::scenario
