// workers.h — the same work on many things, several processes at a time.

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace drydock::front {

/// Does the work on one thing, printing as it likes; answers a status and
/// leaves a report.
using Work = std::function<int(std::size_t index, std::string& report)>;

/// All from 0 to `count`, at most `jobs` at a time; `apart`: each in a process
/// of its own even when that is one.  What they print comes out
/// in their order, whoever was first.  The highest status, 2 for a worker that
/// died.
int in_workers(std::size_t count, int jobs, bool apart, const Work& work,
               std::vector<std::string>& reports);

}  // namespace drydock::front
