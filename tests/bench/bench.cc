// bench.cc — the budgets of the simulator, measured: build/tests/bench/bench
// [NAME].

#include "tests/bench/bench.h"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "sim/machine/script.h"

namespace drydock::bench {

double seconds(const Work& work) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double own_seconds(const Work& work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

void progress(const std::string& text) {
  fmt::print(stderr, "bench: {}\n", text);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

std::pair<double, double> in_turns(const Work& one, const Work& other,
                                   int rounds) {
  std::vector<double> ones, others;
  for (int round = 0; round < rounds; ++round) {
    ones.push_back(seconds(one));
    others.push_back(seconds(other));
  }
  return {median(ones), median(others)};
}

std::string span(double seconds) {
  if (seconds < 1e-3) return fmt::format("{:.1f} us", seconds * 1e6);
  if (seconds < 1) return fmt::format("{:.1f} ms", seconds * 1e3);
  return fmt::format("{:.2f} s", seconds);
}

Ran run(machine::Machine& machine, std::vector<std::string> words) {
  Ran ran;
  machine::ScriptStreams streams;
  streams.out = [&ran](std::string_view bytes) { ran.out += bytes; };
  streams.err = streams.out;
  const machine::ScriptResult result =
      machine::run_script(machine, std::move(words), "/root", streams);
  ran.status = result.status;
  ran.out += result.trouble;
  return ran;
}

std::string must(machine::Machine& machine, std::vector<std::string> words) {
  Ran ran = run(machine, words);
  if (ran.status == 0) return std::move(ran.out);
  fmt::print(stderr, "bench: {}: status {}: {}\n", fmt::join(words, " "),
             ran.status, ran.out);
  std::exit(2);
}

std::size_t allocated() { return ::mallinfo2().uordblks; }

namespace {

struct Bench {
  std::string name;
  void (*measure)(Report&);
};

const std::vector<Bench>& benches() {
  static const std::vector<Bench> all = {
      {"run", bench_run},
      {"replay", bench_replay},
      {"layers", bench_layers},
      {"changes", bench_changes},
      {"volumes", bench_volumes},
      {"images", bench_images},
      {"containers", bench_containers},
  };
  return all;
}

/// Prints the table; how many rows are over their budgets.
int print(const Report& report) {
  int over = 0;
  fmt::print("\n{:<50} {:>10} {:>10} {:>8} {:>8}\n", "what", "figure",
             "reference", "ratio", "budget");
  for (const Row& row : report.rows) {
    const bool fine = row.ratio <= row.budget;
    if (!fine) ++over;
    fmt::print("{:<50} {:>10} {:>10} {:>8.3f} {:>8.3f} {}\n", row.what,
               row.figure, row.reference, row.ratio, row.budget,
               fine ? "ok" : "OVER");
  }
  return over;
}

int main_with(const std::string& filter) {
  const std::filesystem::path folder = "build/bench";
  std::filesystem::create_directories(folder);
  int over = 0;
  bool any = false;
  for (const Bench& bench : benches()) {
    if (bench.name.find(filter) == std::string::npos) continue;
    any = true;
    Report report;
    bench.measure(report);
    over += print(report);
    for (const Curve& curve : report.curves) {
      for (const auto& [size, cost] : curve.points) {
        fmt::print("  {:<40} {:>8.0f}  {:>10.1f} us\n", curve.name, size, cost);
      }
    }
    std::fflush(stdout);
    if (report.curves.empty()) continue;
    const std::filesystem::path picture = folder / (bench.name + ".svg");
    std::ofstream(picture) << svg(bench.name, report.curves);
    fmt::print("  drawn: {}\n", picture.string());
  }
  if (!any) {
    fmt::print(stderr, "bench: no bench is called '{}'\n", filter);
    return 2;
  }
  fmt::print("\n{} over budget\n", over);
  return over == 0 ? 0 : 1;
}

}  // namespace
}  // namespace drydock::bench

int main(int argc, char** argv) {
  return drydock::bench::main_with(argc > 1 ? argv[1] : "");
}
