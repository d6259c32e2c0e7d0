// workers.cc — fork(2), a file for what each worker prints, wait(2).

#include "sim/front/workers.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>

namespace drydock::front {

namespace {

constexpr int kDied = 2;

/// One worker: where its output and its report go.
struct Worker {
  pid_t child = -1;
  std::FILE* printed = nullptr;
  std::FILE* reported = nullptr;
};

std::string content_of(std::FILE* file) {
  std::string text;
  std::rewind(file);
  std::array<char, 65536> buffer;
  for (;;) {
    const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file);
    if (count == 0) break;
    text.append(buffer.data(), count);
  }
  std::fclose(file);
  return text;
}

Worker begin(std::size_t index, const Work& work) {
  Worker worker{-1, std::tmpfile(), std::tmpfile()};
  if (!worker.printed || !worker.reported) return worker;
  std::fflush(nullptr);
  worker.child = ::fork();
  if (worker.child != 0) return worker;
  ::dup2(::fileno(worker.printed), STDOUT_FILENO);
  std::string report;
  const int status = work(index, report);
  std::fwrite(report.data(), 1, report.size(), worker.reported);
  std::fflush(nullptr);
  ::_exit(status);
}

int finish(Worker& worker, std::string& report) {
  if (worker.child < 0) return kDied;
  int status = 0;
  ::waitpid(worker.child, &status, 0);
  const std::string printed = content_of(worker.printed);
  std::fwrite(printed.data(), 1, printed.size(), stdout);
  report = content_of(worker.reported);
  return WIFEXITED(status) ? WEXITSTATUS(status) : kDied;
}

}  // namespace

int in_workers(std::size_t count, int jobs, bool apart, const Work& work,
               std::vector<std::string>& reports) {
  reports.assign(count, "");
  int worst = 0;
  if (jobs <= 1 && !apart) {
    for (std::size_t at = 0; at < count; ++at) {
      worst = std::max(worst, work(at, reports[at]));
    }
    return worst;
  }
  std::deque<Worker> busy;
  const auto width = static_cast<std::size_t>(std::max(jobs, 1));
  std::size_t done = 0;
  for (std::size_t next = 0; done < count;) {
    while (next < count && busy.size() < width) {
      busy.push_back(begin(next++, work));
    }
    worst = std::max(worst, finish(busy.front(), reports[done++]));
    busy.pop_front();
  }
  return worst;
}

}  // namespace drydock::front
