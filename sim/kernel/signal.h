// signal.h — signal(7): numbers, names and default actions, as a table.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace drydock::kernel {

enum class DefaultAction { terminate, core, ignore, stop, resume };

struct SignalRow {
  int number;
  std::string_view name;  // Without "SIG".
  DefaultAction action;
  std::string_view text;  // strsignal(3), as shells print it.
};

using enum DefaultAction;

// clang-format off
inline constexpr std::array kSignals = {
    SignalRow{1,  "HUP",    terminate, "Hangup"},
    SignalRow{2,  "INT",    terminate, "Interrupt"},
    SignalRow{3,  "QUIT",   core,      "Quit"},
    SignalRow{4,  "ILL",    core,      "Illegal instruction"},
    SignalRow{5,  "TRAP",   core,      "Trace/breakpoint trap"},
    SignalRow{6,  "ABRT",   core,      "Aborted"},
    SignalRow{7,  "BUS",    core,      "Bus error"},
    SignalRow{8,  "FPE",    core,      "Floating point exception"},
    SignalRow{9,  "KILL",   terminate, "Killed"},
    SignalRow{10, "USR1",   terminate, "User defined signal 1"},
    SignalRow{11, "SEGV",   core,      "Segmentation fault"},
    SignalRow{12, "USR2",   terminate, "User defined signal 2"},
    SignalRow{13, "PIPE",   terminate, "Broken pipe"},
    SignalRow{14, "ALRM",   terminate, "Alarm clock"},
    SignalRow{15, "TERM",   terminate, "Terminated"},
    SignalRow{16, "STKFLT", terminate, "Stack fault"},
    SignalRow{17, "CHLD",   ignore,    "Child exited"},
    SignalRow{18, "CONT",   resume,    "Continued"},
    SignalRow{19, "STOP",   stop,      "Stopped (signal)"},
    SignalRow{20, "TSTP",   stop,      "Stopped"},
    SignalRow{21, "TTIN",   stop,      "Stopped (tty input)"},
    SignalRow{22, "TTOU",   stop,      "Stopped (tty output)"},
    SignalRow{23, "URG",    ignore,    "Urgent I/O condition"},
    SignalRow{24, "XCPU",   core,      "CPU time limit exceeded"},
    SignalRow{25, "XFSZ",   core,      "File size limit exceeded"},
    SignalRow{26, "VTALRM", terminate, "Virtual timer expired"},
    SignalRow{27, "PROF",   terminate, "Profiling timer expired"},
    SignalRow{28, "WINCH",  ignore,    "Window changed"},
    SignalRow{29, "POLL",   terminate, "I/O possible"},
    SignalRow{30, "PWR",    terminate, "Power failure"},
    SignalRow{31, "SYS",    core,      "Bad system call"},
};
// clang-format on

inline constexpr int kSigHup = 1, kSigInt = 2, kSigQuit = 3, kSigKill = 9,
                     kSigPipe = 13, kSigTerm = 15, kSigChld = 17, kSigCont = 18,
                     kSigStop = 19, kSigTstp = 20, kSigTtin = 21, kSigTtou = 22,
                     kSigWinch = 28, kSigSys = 31;

/// Null when there is no such signal.
const SignalRow* signal_row(int number);

/// "9", "KILL", "SIGKILL", "kill": the number; nullopt when it is none.
std::optional<int> parse_signal(std::string_view text);

}  // namespace drydock::kernel
