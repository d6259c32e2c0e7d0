// progress_screen.h — a layer's line on a terminal, written over as it moves.

#pragma once

#include <map>
#include <string>

#include "sim/cli/docker.h"

namespace drydock::cli {

/// "[=====>      ]  1.05MB/3.97MB", as wide as docker makes it on a terminal
/// of so many columns; "" while nothing has come.
std::string progress_bar(const engine::Progress& step, const Profile& profile,
                         int columns);

/// docker's jsonmessage: each layer has a line, to which the cursor goes up and
/// from which it comes back.
class ProgressScreen {
 public:
  ProgressScreen(const Profile& profile, int columns)
      : profile_(profile), columns_(columns) {}

  /// What is to be written for a layer's step.
  std::string layer(const engine::Progress& step);
  /// Something else has been written: the lines above stay as they are.
  void forget() { lines_.clear(); }

 private:
  const Profile& profile_;
  int columns_;
  std::map<std::string, std::size_t> lines_;  // By id, from the top.
};

}  // namespace drydock::cli
