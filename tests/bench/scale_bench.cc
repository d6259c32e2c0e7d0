// scale_bench.cc — what a command costs among few and among many.

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "tests/bench/bench.h"

namespace drydock::bench {

namespace {

using Words = std::vector<std::string>;

/// A command whose cost must not grow; `words` may differ from run to run.
struct Probe {
  std::string name;
  std::function<Words(int)> words;
};

constexpr int kBatches = 11, kOfBatch = 10;
constexpr int kRounds = kBatches * kOfBatch;

/// The median cost of a command, in microseconds: of batches, since the clock
/// of a process is a coarse one.
double cost_of(machine::Machine& machine, const Probe& probe) {
  std::vector<double> spans;
  for (int batch = 0; batch < kBatches; ++batch) {
    spans.push_back(own_seconds([&] {
      for (int i = 0; i < kOfBatch; ++i) {
        must(machine, probe.words(batch * kOfBatch + i));
      }
    }));
  }
  return median(spans) * 1e6 / kOfBatch;
}

/// Grows a machine and measures at each size.
class Growth {
 public:
  Growth(machine::Machine& machine, std::vector<Probe> probes)
      : machine_(machine), probes_(std::move(probes)) {
    for (const Probe& probe : probes_) curves_.push_back({probe.name, {}});
  }

  void measure(std::int64_t size) {
    progress(fmt::format("measuring at {}", size));
    for (std::size_t i = 0; i < probes_.size(); ++i) {
      const double cost = cost_of(machine_, probes_[i]);
      curves_[i].points.emplace_back(static_cast<double>(size), cost);
    }
  }

  /// A row for each command: the last size against `first`.
  void tell(Report& report, std::size_t first, std::string_view of_what) {
    for (const Curve& curve : curves_) {
      const auto& [size, cost] = curve.points[first];
      const auto& [size_now, cost_now] = curve.points.back();
      report.rows.push_back({fmt::format("{}, {:.0f} {} | {:.0f}", curve.name,
                                         size_now, of_what, size),
                             span(cost_now / 1e6), span(cost / 1e6),
                             cost_now / cost, 2});
      report.curves.push_back(curve);
    }
  }

 private:
  machine::Machine& machine_;
  std::vector<Probe> probes_;
  std::vector<Curve> curves_;
};

Words docker(Words rest) {
  rest.insert(rest.begin(), "docker");
  return rest;
}

}  // namespace

void bench_containers(Report& report) {
  machine::Machine machine{machine::MachineOptions{}};
  must(machine, docker({"pull", "busybox"}));
  must(machine, docker({"run", "-d", "--name", "one", "busybox", "true"}));
  Growth growth(machine, {{"run -d",
                           [](int) {
                             return docker({"run", "-d", "busybox", "true"});
                           }},
                          {"run --rm",
                           [](int) {
                             return docker({"run", "--rm", "busybox", "true"});
                           }},
                          {"ps -q",
                           [](int) {
                             return docker({"ps", "-q"});
                           }},
                          {"inspect", [](int) {
                             return docker({"inspect", "one"});
                           }}});
  std::int64_t count = 0;
  std::size_t before = 0;
  std::int64_t since = 0;
  for (const std::int64_t size : {100, 1'000, 10'000, 30'000, 100'000}) {
    for (; count < size; ++count) {
      must(machine, docker({"run", "-d", "busybox", "true"}));
    }
    if (size == 1'000) {
      before = allocated();
      since = count;
    }
    growth.measure(size);
    count += kRounds;  // Those of run -d.
  }
  const double each = static_cast<double>(allocated() - before) /
                      static_cast<double>(count - since);
  growth.tell(report, 1, "containers");
  report.rows.push_back({"memory of one container | 8 KiB",
                         fmt::format("{:.0f} B", each), "8192 B", each / 8192,
                         1});
}

void bench_images(Report& report) {
  machine::Machine machine{machine::MachineOptions{}};
  must(machine, docker({"pull", "busybox"}));
  must(machine,
       docker({"run", "--name", "one", "busybox", "touch", "/greeting"}));
  must(machine, docker({"commit", "one", "test/one"}));
  Growth growth(
      machine,
      {{"commit",
        [](int) {
          return docker({"commit", "one"});
        }},
       {"tag",
        [](int i) {
          return docker({"tag", "-f", "busybox", fmt::format("test/t{}", i)});
        }},
       {"inspect",
        [](int) {
          return docker({"inspect", "test/one"});
        }},
       {"run --rm", [](int) {
          return docker({"run", "--rm", "busybox", "true"});
        }}});
  std::int64_t count = 0;
  for (const std::int64_t size : {100, 1'000, 10'000}) {
    for (; count < size; ++count) {
      must(machine,
           docker({"commit", "one", fmt::format("test/image{}", count)}));
    }
    growth.measure(size);
    count += kRounds;
  }
  growth.tell(report, 0, "images");
}

void bench_volumes(Report& report) {
  constexpr int kVolumes = 100, kOwners = 10;  // Of each group.
  machine::Machine machine{machine::MachineOptions{}};
  must(machine, docker({"pull", "busybox"}));
  Growth growth(
      machine,
      {{"run --rm -v",
        [](int) {
          return docker({"run", "--rm", "-v", "/data", "busybox", "true"});
        }},
       {"run --rm --volumes-from",
        [](int) {
          return docker(
              {"run", "--rm", "--volumes-from", "g0-0", "busybox", "true"});
        }},
       {"inspect", [](int) {
          return docker({"inspect", "g0-0"});
        }}});
  int groups = 0;
  for (const int size : {1, 10, 100}) {
    for (; groups < size; ++groups) {
      Words words = docker({"create", "--name", fmt::format("g{}-0", groups)});
      for (int volume = 0; volume < kVolumes; ++volume) {
        words.insert(words.end(), {"-v", fmt::format("/v{}", volume)});
      }
      words.insert(words.end(), {"busybox", "true"});
      must(machine, words);
      for (int owner = 1; owner < kOwners; ++owner) {
        must(machine,
             docker({"create", "--name", fmt::format("g{}-{}", groups, owner),
                     "--volumes-from", fmt::format("g{}-0", groups), "busybox",
                     "true"}));
      }
    }
    growth.measure(std::int64_t{size} * kVolumes);
  }
  growth.tell(report, 0, "volumes with ten owners");
}

}  // namespace drydock::bench
