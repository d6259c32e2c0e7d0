// conform.cc — `drydock conform`: the model against another docker.
//
// Histories are made up from the seed and run on both sides; answers are
// compared up to renaming.  A history that differs is made small, command by
// command, as long as it still differs, and shown as a transcript.

#include <unistd.h>

#include <cstdio>
#include <optional>

#include <fmt/format.h>

#include "sim/front/engines.h"
#include "sim/front/history.h"
#include "sim/front/options.h"
#include "sim/scenario/pipes.h"

namespace drydock::front {

namespace {

enum Status { kAgree = 0, kDiffer = 1, kUnusable = 2 };

struct Difference {
  std::size_t at = 0;               // Which command.
  std::vector<Reply> model, other;  // Plain, up to and with that command.
};

class Conformance {
 public:
  Conformance(const CommonOptions& common, const ConformCommand& command)
      : common_(common),
        command_(command),
        profile_(*cli::find_profile(common.profile)),
        other_(command.against) {}

  int run() {
    const Outcome ready = prepare();
    if (!ready) {
      fmt::print(stderr, "drydock: conform: {}\n", ready.error().text);
      return kUnusable;
    }
    for (int run = 1; run <= command_.runs; ++run) {
      const std::uint64_t seed = common_.seed + static_cast<unsigned>(run) - 1;
      const History history =
          make_history(Prng::stream(seed, "history"), profile_, command_.image,
                       command_.length);
      progress(run);
      const auto difference = compare(history);
      if (trouble_) return told_trouble();
      if (difference) return report(seed, shrink(history, *difference));
      asked_ += static_cast<int>(history.size());
    }
    progress(0);
    fmt::print("conform: {} histories, {} commands: all agree\n", command_.runs,
               asked_);
    return kAgree;
  }

 private:
  /// Both sides must have the image, and the other one must answer at all.
  Outcome prepare() {
    const Result<Reply> version = other_.ask({"version"});
    if (!version) return version.error();
    if (version->status == 127 || version->status == 126) {
      return Error{command_.against + ": cannot be run: " + version->err};
    }
    Result<Reply> there = other_.ask({"inspect", command_.image});
    if (there && there->status != 0) {
      there = other_.ask({"pull", command_.image});
    }
    if (!there) return there.error();
    if (there->status == 0) return done();
    return Error{fmt::format("{} has no image {}: {}", command_.against,
                             command_.image, there->err)};
  }

  /// Nothing if both agree on all of it.
  std::optional<Difference> compare(const History& history) {
    for (const List& command : clean_up(profile_)) {
      if (!ask_other(command)) return std::nullopt;
    }
    ModelEngine model(common_);
    static_cast<void>(model.ask({"pull", command_.image}));
    Difference difference;
    Plain ours, theirs;
    for (std::size_t at = 0; at < history.size(); ++at) {
      const std::optional<Reply> answer = ask_other(history[at]);
      if (!answer) return std::nullopt;
      difference.model.push_back(plain(model.ask(history[at]), ours));
      difference.other.push_back(plain(*answer, theirs));
      const Reply& mine = difference.model.back();
      const Reply& other = difference.other.back();
      difference.at = at;
      const bool same = mine.status == other.status && mine.out == other.out &&
                        mine.err == other.err;
      if (!same) return difference;
    }
    return std::nullopt;
  }

  std::optional<Reply> ask_other(const List& words) {
    Result<Reply> reply = other_.ask(words);
    if (reply) return *reply;
    trouble_ = reply.error();
    return std::nullopt;
  }

  static Reply plain(const Reply& reply, Plain& plainly) {
    Reply answer;
    answer.status = reply.status;
    answer.out = plainly.text(reply.out);
    answer.err = plainly.text(reply.err);
    return answer;
  }

  /// Leaves out what the difference does not need.
  std::pair<History, Difference> shrink(History history, Difference known) {
    history.resize(known.at + 1);
    bool smaller = true;
    while (smaller && !trouble_) {
      smaller = false;
      for (std::size_t at = history.size() - 1; at-- > 0;) {
        History shorter = history;
        shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(at));
        const auto difference = compare(shorter);
        if (!difference) continue;
        shorter.resize(difference->at + 1);
        history = std::move(shorter);
        known = *difference;
        smaller = true;
        at = std::min(at, history.size() - 1);
      }
    }
    return {history, known};
  }

  int report(std::uint64_t seed,
             const std::pair<History, Difference>& smallest) {
    progress(0);
    const auto& [history, difference] = smallest;
    std::string text = fmt::format(
        "conform: the model and `{}` differ (--seed {} --runs 1 --length {})\n"
        "\n```console pipes\n",
        command_.against, seed, command_.length);
    for (std::size_t at = 0; at <= difference.at; ++at) {
      List words = {"docker"};
      words.insert(words.end(), history[at].begin(), history[at].end());
      List quoted;
      for (const std::string& word : words) {
        quoted.push_back(scenario::quoted_word(word));
      }
      text += "$ " + join(quoted, " ") + "\n";
      if (at < difference.at) {
        text += difference.model[at].out + difference.model[at].err;
      }
    }
    text += "```\n\n";
    const Reply& mine = difference.model.back();
    const Reply& other = difference.other.back();
    text += side("stdout", mine.out, other.out);
    text += side("stderr", mine.err, other.err);
    if (mine.status != other.status) {
      text += fmt::format("status:\n  - {}  (the model)\n  + {}  (the other)\n",
                          mine.status, other.status);
    }
    fmt::print("{}", text);
    return kDiffer;
  }

  static std::string side(std::string_view what, const std::string& mine,
                          const std::string& other) {
    if (mine == other) return "";
    std::string text = fmt::format("{}:\n", what);
    const List ours = split(mine, '\n'), theirs = split(other, '\n');
    for (std::size_t at = 0; at < std::max(ours.size(), theirs.size()); ++at) {
      const bool both = at < ours.size() && at < theirs.size();
      if (both && ours[at] == theirs[at]) {
        if (!ours[at].empty()) text += "    " + ours[at] + "\n";
        continue;
      }
      if (at < ours.size() && !(ours[at].empty() && at + 1 == ours.size())) {
        text += "  - " + ours[at] + "  (the model)\n";
      }
      if (at < theirs.size() &&
          !(theirs[at].empty() && at + 1 == theirs.size())) {
        text += "  + " + theirs[at] + "  (the other)\n";
      }
    }
    return text;
  }

  int told_trouble() {
    fmt::print(stderr, "drydock: conform: {}\n", trouble_->text);
    return kUnusable;
  }

  /// A line that moves, for people; 0 ends it.
  void progress(int run) const {
    if (::isatty(STDERR_FILENO) == 0) return;
    if (run == 0) {
      fmt::print(stderr, "\r\x1b[K");
    } else {
      fmt::print(stderr, "\rhistory {} of {}, {} commands agree", run,
                 command_.runs, asked_);
    }
    std::fflush(stderr);
  }

  const CommonOptions& common_;
  const ConformCommand& command_;
  const cli::Profile& profile_;
  OtherEngine other_;
  int asked_ = 0;
  std::optional<Error> trouble_;
};

}  // namespace

int run_conform(const CommonOptions& common, const ConformCommand& command) {
  return Conformance(common, command).run();
}

}  // namespace drydock::front
