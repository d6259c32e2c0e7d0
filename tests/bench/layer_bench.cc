// layer_bench.cc — what layers cost: a lookup through them, a change on them.

#include <array>

#include <fmt/format.h>

#include "sim/base/scheduler.h"
#include "sim/vfs/layer.h"
#include "sim/vfs/memory_fs.h"
#include "tests/bench/bench.h"

namespace drydock::bench {

namespace {

/// A layer with so many files in directories of a hundred each.
vfs::LayerRef layer_of(int files, const Clock& clock) {
  const vfs::UnionMountRef mount = vfs::make_union_mount(nullptr, clock);
  const vfs::InodeRef root = mount->root();
  for (int file = 0; file < files; ++file) {
    const std::string folder = fmt::format("/usr/share/d{}", file / 100);
    (void)vfs::make_directories(*root, folder);
    (void)vfs::write_file(*root, fmt::format("{}/f{}", folder, file), "text");
  }
  return mount->commit({});
}

/// The same with layers of one file each on it, `depth` in all.
vfs::LayerRef stack_of(int depth, const Clock& clock) {
  vfs::LayerRef top = layer_of(1'000, clock);
  for (int at = 1; at < depth; ++at) {
    const vfs::UnionMountRef mount = vfs::make_union_mount(top, clock);
    (void)vfs::write_file(*mount->root(), fmt::format("/etc/l{}", at), "text");
    top = mount->commit({});
  }
  return top;
}

/// Finds a file of the lowest layer.
void look_up(vfs::FileSystem& files) {
  vfs::InodeRef at = files.root();
  for (const std::string_view name : {"usr", "share", "d5", "f555"}) {
    const auto next = at->lookup(name);
    if (!next) std::exit(2);
    at = *next;
  }
}

void change_some(vfs::Inode& root, int changes) {
  for (int i = 0; i < changes; ++i) {
    const std::string path = fmt::format("/usr/share/d0/f{}", i);
    (void)vfs::write_file(root, path, "changed");
  }
}

}  // namespace

void bench_layers(Report& report) {
  Scheduler clock;
  constexpr int kEach = 2'000;
  Curve curve{"lookup", {}};
  const vfs::UnionMountRef shallow =
      vfs::make_union_mount(stack_of(1, clock), clock);
  const Work one = [&] {
    for (int i = 0; i < kEach; ++i) look_up(*shallow);
  };
  for (const int depth : {1, 2, 8, 32, 126}) {
    const vfs::UnionMountRef deep =
        vfs::make_union_mount(stack_of(depth, clock), clock);
    const Work many = [&] {
      for (int i = 0; i < kEach; ++i) look_up(*deep);
    };
    const auto [ours, theirs] = in_turns(many, one, 25);
    curve.points.emplace_back(depth + 1, ours / kEach * 1e6);
    if (depth < 126) continue;
    report.rows.push_back({"lookup through 127 layers | through one",
                           span(ours / kEach), span(theirs / kEach),
                           ours / theirs, 2});
  }
  report.curves.push_back(curve);
}

void bench_changes(Report& report) {
  Scheduler clock;
  constexpr int kChanges = 10, kEach = 200;
  const std::array<int, 4> sizes = {100, 1'000, 10'000, 100'000};
  std::vector<vfs::UnionMountRef> mounts;
  for (const int size : sizes) {
    mounts.push_back(vfs::make_union_mount(layer_of(size, clock), clock));
    change_some(*mounts.back()->root(), kChanges);
  }
  const auto diff = [&](std::size_t which) -> Work {
    return [&mounts, which] {
      for (int i = 0; i < kEach; ++i) {
        if (mounts[which]->changes().empty()) std::exit(2);
      }
    };
  };
  const auto commit = [&](std::size_t which) -> Work {
    return [&mounts, which] {
      for (int i = 0; i < kEach; ++i) {
        if (mounts[which]->commit({}) == nullptr) std::exit(2);
      }
    };
  };
  Curve diffs{"diff, 10 changes", {}}, commits{"commit, 10 changes", {}};
  for (std::size_t which = 0; which < sizes.size(); ++which) {
    const auto [diff_now, diff_first] = in_turns(diff(which), diff(0), 15);
    const auto [commit_now, commit_first] =
        in_turns(commit(which), commit(0), 15);
    diffs.points.emplace_back(sizes[which], diff_now / kEach * 1e6);
    commits.points.emplace_back(sizes[which], commit_now / kEach * 1e6);
    if (which + 1 < sizes.size()) continue;
    report.rows.push_back({"diff, 10 changes on 100000 files | on 100",
                           span(diff_now / kEach), span(diff_first / kEach),
                           diff_now / diff_first, 2});
    report.rows.push_back({"commit, 10 changes on 100000 files | on 100",
                           span(commit_now / kEach), span(commit_first / kEach),
                           commit_now / commit_first, 2});
  }
  report.curves.push_back(diffs);
  report.curves.push_back(commits);
}

}  // namespace drydock::bench
