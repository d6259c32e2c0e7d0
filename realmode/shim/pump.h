// pump.h — carries what a container reads and prints, until it has ended.
//
// Output goes to the log and to every client that is attached; a client that
// does not read makes the container wait, as a terminal would.

#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <poll.h>

#include "realmode/plan/step.h"
#include "realmode/shim/child.h"
#include "realmode/shim/log.h"
#include "realmode/sys/fd.h"

namespace drydock::realmode {

class Pump {
 public:
  Pump(const Plan& plan, Child child, sys::Fd control,
       std::vector<sys::Message> early);

  /// Until the process has ended and all its output is delivered; answers the
  /// shell's status of it.  By then it is in the file that keeps it.
  int run();

 private:
  struct Client {
    sys::Fd socket;
    bool in = false, out = false, err = false;
    bool owed = false;  // Has not yet got the piece at hand.
  };
  /// Who is behind an entry of poll(2)'s table.
  enum class Who { process, out, err, input, listener, control, client };
  struct Watch {
    Who who;
    std::size_t index;
  };

  void watch(Who who, int fd, short events, std::size_t index = 0);
  void build_table();
  void serve(const Watch& watch, short news);
  void take_output(bool is_err, sys::Fd& from);
  void deliver();
  void take_message(std::size_t index);
  void obey(const List& words, std::vector<sys::Fd> fds);
  void take_input(std::size_t index);
  void leave(std::size_t index);
  void feed();
  void end_input();
  bool is_drained() const;

  const Plan& plan_;
  Child child_;
  Log log_;
  sys::Fd listener_;
  std::vector<sys::Fd> controls_;
  std::vector<Client> clients_;
  std::optional<int> status_;  // Of the child, once it has ended.

  std::string piece_;  // The message that clients are owed.
  bool input_ends_ = false;
  std::string input_;

  std::vector<pollfd> table_;
  std::vector<Watch> watches_;
};

}  // namespace drydock::realmode
