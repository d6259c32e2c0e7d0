// both_worlds.cc — compares the simulated programs with those of this machine.

#include "tests/userland/both_worlds.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "sim/base/text.h"
#include "tests/userland/tree_spec.h"

namespace drydock::test {

namespace {

bool is_busybox(const std::vector<std::string>& words) {
  return words.front() == "busybox";
}

std::string real_path(const std::string& program) {
  for (const char* const place : {"/usr/bin/", "/bin/", "/usr/sbin/"}) {
    if (std::filesystem::exists(place + program)) return place + program;
  }
  return "";
}

// Usage texts are our own words, so only what stands before them counts.
std::string without_usage(const std::string& err) {
  std::string kept;
  for (const std::string& line : split(err, '\n')) {
    if (line.starts_with("BusyBox v") || line.starts_with("Usage:")) break;
    kept += line + "\n";
  }
  return std::string(trim(kept));
}

std::string shown(const Verdict& verdict) {
  std::string text;
  for (const Answer& answer : verdict.answers) {
    text += "--- out\n" + answer.out + "--- err\n" + without_usage(answer.err) +
            "\n--- status " + std::to_string(answer.status) + "\n";
  }
  return text + "--- tree\n" + verdict.tree;
}

// The lines that only one of the two has: "-" the real ones, "+" ours.
std::string difference(const std::string& ours, const std::string& real) {
  if (ours == real) return "";
  const List mine = split(ours, '\n'), theirs = split(real, '\n');
  std::string text;
  const auto tell = [&](const List& some, const List& others, char mark) {
    std::multiset<std::string> rest(others.begin(), others.end());
    for (const std::string& line : some) {
      const auto found = rest.find(line);
      if (found == rest.end()) {
        text += mark + line + "\n";
      } else {
        rest.erase(found);
      }
    }
  };
  tell(theirs, mine, '-');
  tell(mine, theirs, '+');
  return text.empty() ? "the same lines in another order:\n" + ours : text;
}

}  // namespace

std::vector<std::vector<std::string>> words_of(std::string_view command) {
  std::vector<std::vector<std::string>> commands(1);
  std::string word;
  bool open = false, quoted = false;
  const auto end_word = [&] {
    if (open && !quoted && word == ";") {
      commands.emplace_back();
    } else if (open) {
      commands.back().push_back(word);
    }
    word.clear();
    open = quoted = false;
  };
  bool inside = false;
  for (const char c : command) {
    if (c == '\'') {
      inside = !inside;
      open = quoted = true;
    } else if (c == ' ' && !inside) {
      end_word();
    } else {
      word += c;
      open = true;
    }
  }
  end_word();
  return commands;
}

bool can_run_for_real(const Case& one) {
  for (const auto& words : words_of(one.command)) {
    const bool applet = is_busybox(words);
    if (real_path(applet ? "busybox" : words.front()).empty()) return false;
  }
  return true;
}

Verdict run_for_real(const Case& one) {
  RealTree tree(one.tree);
  Verdict verdict;
  for (std::vector<std::string> words : words_of(one.command)) {
    std::string path = real_path(words.front());
    if (is_busybox(words)) words.erase(words.begin());
    verdict.answers.push_back(tree.run(path, words, std::string(one.input)));
  }
  verdict.tree = tree.describe();
  return verdict;
}

Verdict run_simulated(const Case& one) {
  SimulatedTree tree(one.tree);
  Verdict verdict;
  for (std::vector<std::string> words : words_of(one.command)) {
    if (is_busybox(words)) {
      words.erase(words.begin());
      words.front() = "/bb/" + words.front();
    }
    verdict.answers.push_back(tree.run(words, std::string(one.input)));
  }
  verdict.tree = tree.describe();
  return verdict;
}

void check_cases(const std::vector<Case>& cases) {
  std::set<std::string> missing;
  for (const Case& one : cases) {
    if (!can_run_for_real(one)) {
      missing.insert(words_of(one.command).front().front());
      continue;
    }
    const Verdict real = run_for_real(one);
    const Verdict simulated = run_simulated(one);
    INFO("tree:\n" << one.tree << "\ncommand: " << one.command);
    const std::string differs = difference(shown(simulated), shown(real));
    CHECK(differs == "");
  }
  for (const std::string& program : missing) {
    WARN("not compared, this machine has no '" << program << "'");
  }
}

}  // namespace drydock::test
