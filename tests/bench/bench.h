// bench.h — what a bench measures with, and how its figures are told.
//
// A figure alone says more about the machine than about the code.  So each row
// has a reference that is measured in the same process, in turns with it, and
// what counts is the ratio of the two.

#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/machine/machine.h"

namespace drydock::bench {

struct Row {
  std::string what, figure, reference;
  double ratio = 0;   // What the budget bounds.
  double budget = 0;  // Fine when the ratio is at most this.
};

/// One curve: cost in microseconds by size.
struct Curve {
  std::string name;
  std::vector<std::pair<double, double>> points;
};

/// All that one run has to tell.
struct Report {
  std::vector<Row> rows;
  std::vector<Curve> curves;
};

using Work = std::function<void()>;

/// Seconds that `work` takes by the clock on the wall.
double seconds(const Work& work);

/// Seconds that this process computes for it: what else the machine has to do
/// does not count.
double own_seconds(const Work& work);

/// A line for who waits, on standard error.
void progress(const std::string& text);

/// The medians, in seconds, of `rounds` runs of each, in turns.
std::pair<double, double> in_turns(const Work& one, const Work& other,
                                   int rounds);
double median(std::vector<double> values);

/// "12.3 us", "4.5 ms".
std::string span(double seconds);

/// A command of the host, from its words to its end; its output and status.
struct Ran {
  std::string out;
  int status = 0;
};
Ran run(machine::Machine& machine, std::vector<std::string> words);
/// The same for one that must end in 0: anything else ends the bench.
std::string must(machine::Machine& machine, std::vector<std::string> words);

/// Bytes that the program has asked for and not given back.
std::size_t allocated();

/// The curves as one picture, logarithmic both ways.
std::string svg(const std::string& title, const std::vector<Curve>& curves);

// The benches, each with the rows of design.md §11 that it is for.
void bench_run(Report& report);         // docker run --rm against a spawn.
void bench_replay(Report& report);      // All pages.
void bench_containers(Report& report);  // 1 000 to 100 000 of them.
void bench_images(Report& report);      // 100 to 10 000.
void bench_volumes(Report& report);     // 100 to 10 000, ten owners each.
void bench_layers(Report& report);      // 1 to 127.
void bench_changes(Report& report);     // diff and commit by files below.

}  // namespace drydock::bench
