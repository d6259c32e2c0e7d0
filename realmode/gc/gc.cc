// gc.cc — what `drydock gc` prints, and its exit status.

#include "realmode/gc/gc.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "realmode/sys/files.h"

namespace drydock::realmode {

namespace {

/// A link goes a moment after its namespace, a shim after its last word.
constexpr int kMomentMs = 2000;
constexpr int kLookMs = 50;

std::string line_of(const Garbage& garbage) {
  return fmt::format("{} {}\n", name_of(garbage.kind), garbage.what);
}

Result<std::vector<Garbage>> find_lasting(const Shelf& shelf,
                                          const sys::CgroupMounts& cgroups,
                                          const Known& known) {
  for (int waited = 0;; waited += kLookMs) {
    auto found = find_garbage(shelf, cgroups, known);
    if (!found || found->empty() || waited >= kMomentMs) return found;
    ::usleep(kLookMs * 1000);
  }
}

}  // namespace

Result<GcReport> collect(const Shelf& shelf, const sys::CgroupMounts& cgroups,
                         Store& store, bool check) {
  const auto records = store.load();
  if (!records) return records.error();
  const Known known = known_by(*records);
  GcReport report;
  const auto found = find_lasting(shelf, cgroups, known);
  if (!found) return found.error();
  for (const Garbage& garbage : *found) {
    if (check) {
      report.text += line_of(garbage);
      report.status = 1;
      continue;
    }
    const Outcome removed = remove(garbage);
    if (removed) {
      report.text += "removed " + line_of(garbage);
      continue;
    }
    report.text +=
        "kept " + line_of(garbage) + "  " + removed.error().text + "\n";
    report.status = 1;
  }
  return report;
}

Result<sys::Fd> lock_root(const std::string& root, int patience_ms) {
  auto file = sys::open(root + "/daemon.lock", O_RDWR | O_CREAT, 0600);
  if (!file) return file.error();
  for (int waited = 0;; waited += kLookMs) {
    if (::flock(file->get(), LOCK_EX | LOCK_NB) == 0) return file;
    if (errno != EWOULDBLOCK)
      return sys::refused("flock({}/daemon.lock)", root);
    if (waited >= patience_ms) {
      return Error{"another daemon is at work in " + root};
    }
    ::usleep(kLookMs * 1000);
  }
}

}  // namespace drydock::realmode
