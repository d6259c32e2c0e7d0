// session.h — the whole recording, command by command, against some docker.
//
// What disagrees must be listed on a page with its reason, and what is listed
// must disagree.  DRYDOCK_SECTION=NAME is one section alone (after "images",
// which makes what the others use), DRYDOCK_SHOW shows both sides of what
// disagrees, DRYDOCK_REWRITE writes the page anew.

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/conformance/compare.h"

namespace drydock::conformance {

/// What the recording's registry had already been sent: it was made twice.
inline constexpr const char* kPushedBefore =
    "docker tag busybox localhost:5000/busybox:v1;"
    "docker tag debian:bookworm localhost:5000/debian:b;"
    "printf 'FROM busybox\\nRUN echo 1 > /1\\nRUN echo 2 > /2\\nRUN rm /1\\n'"
    " | docker build -q -t localhost:5000/multi -;"
    "for i in busybox:v1 debian:b multi; do docker push localhost:5000/$i; "
    "done; docker rmi -f localhost:5000/busybox:v1 localhost:5000/debian:b "
    "localhost:5000/multi";

/// The names of the sections, in the order in which they were recorded.
const std::vector<std::string>& sections();

class Session {
 public:
  /// `page`: the list of disagreements, below tests/conformance/.
  explicit Session(const std::string& page);

  /// Where processes race for real: what is listed may agree as well, and so
  /// many commands may disagree without being listed.
  void allow(int unlisted) { unlisted_allowed_ = unlisted; }

  using Run = std::function<Outputs(const std::string& command)>;
  /// Runs all, compares, and checks the page.  `open_registry` is called
  /// before the section that needs one, which is left out when there is none.
  void check(const Run& run, const std::function<bool()>& open_registry);

 private:
  struct Tally {
    int agree = 0, all = 0;
  };
  void play(const std::string& section, const Run& run);
  void judge(const Record& record, const Outputs& ours, bool same);
  bool is_wanted(const std::string& section) const;
  void report() const;

  std::string page_;
  std::set<int> listed_;
  std::set<std::string> only_;  // Empty: all.
  std::optional<int> unlisted_allowed_;
  std::set<int> unlisted_;
  bool shows_ = false, rewrites_ = false, selects_ = false;
  std::map<std::string, std::set<int>> disagreeing_;
  std::map<std::string, Tally> tallies_;
};

}  // namespace drydock::conformance
