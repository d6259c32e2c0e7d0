// stty.cc — show and change the modes of the terminal on standard input.
//
// Only what termios(3) of the kernel models can be changed: echo, icanon, isig,
// opost and icrnl.  Other settings are shown as Linux has them at the start.

#include <fmt/format.h>

#include "sim/userland/options.h"
#include "sim/userland/system.h"

namespace drydock::userland {

using namespace kernel;

namespace {

constexpr About kAbout{.usage = "[-F DEVICE | --file=DEVICE] [SETTING]...",
                       .gnu = "a all, g save, F file=",
                       .busybox = "a, g, F="};

struct Mode {
  std::string_view name;
  bool Termios::*field;
};

// clang-format off
constexpr Mode kModes[] = {
    {"echo",   &Termios::echo},
    {"icanon", &Termios::canonical},
    {"isig",   &Termios::signals},
    {"opost",  &Termios::output_crlf},
    {"onlcr",  &Termios::output_crlf},
    {"icrnl",  &Termios::input_cr_to_nl},
};

// Known to stty(1), without an effect on this terminal.
constexpr std::string_view kOthers =
    " echoe echok echonl echoctl echoke crterase crtkill ctlecho noflsh tostop"
    " iexten xcase ixon ixoff ixany imaxbel iutf8 inlcr igncr iuclc istrip"
    " inpck ignpar parmrk brkint ignbrk olcuc ocrnl onocr onlret ofill ofdel"
    " parenb parodd cs8 cs7 hupcl cstopb cread clocal crtscts hup ";
// clang-format on

void set_all(Termios& termios, bool cooked) {
  termios.canonical = termios.signals = cooked;
  termios.output_crlf = termios.input_cr_to_nl = cooked;
}

enum class Known { changed, nothing, unknown };

Known set_mode(Termios& termios, std::string_view word) {
  const bool off = word.starts_with('-');
  const std::string_view name = off ? word.substr(1) : word;
  if (name == "raw" || name == "cooked") {
    set_all(termios, (name == "cooked") != off);
    return Known::changed;
  }
  if (word == "sane") {
    termios = Termios();
    return Known::changed;
  }
  for (const Mode& mode : kModes) {
    if (mode.name != name) continue;
    termios.*mode.field = !off;
    return Known::changed;
  }
  const std::string key = " " + std::string(name) + " ";
  return kOthers.find(key) == kOthers.npos ? Known::unknown : Known::nothing;
}

std::string flag(std::string_view name, bool on) {
  return (on ? "" : "-") + std::string(name);
}

// -a: the settings in stty's own order and lines.
std::string all_of(const Termios& t, WindowSize size) {
  return fmt::format(
      "speed 38400 baud; rows {}; columns {}; line = 0;\n"
      "intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; "
      "eol = <undef>;\neol2 = <undef>; swtch = <undef>; start = ^Q; "
      "stop = ^S; susp = ^Z; rprnt = ^R;\nwerase = ^W; lnext = ^V; "
      "flush = ^O; min = 1; time = 0;\n"
      "-parenb -parodd -cmspar cs8 -hupcl -cstopb cread -clocal -crtscts\n"
      "-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr {} "
      "ixon -ixoff\n-iuclc -ixany -imaxbel -iutf8\n"
      "{} -olcuc -ocrnl {} -onocr -onlret -ofill -ofdel nl0 cr0 tab0 bs0 "
      "vt0 ff0\n{} {} iexten {} echoe echok -echonl -noflsh -xcase -tostop "
      "-echoprt\nechoctl echoke\n",
      size.rows, size.columns, flag("icrnl", t.input_cr_to_nl),
      flag("opost", t.output_crlf), flag("onlcr", t.output_crlf),
      flag("isig", t.signals), flag("icanon", t.canonical),
      flag("echo", t.echo));
}

// Without an option: what differs from "sane".
std::string differing(const Termios& termios) {
  const Termios sane;
  List words;
  for (const Mode& mode : kModes) {
    const bool on = termios.*mode.field;
    if (on != sane.*mode.field) words.push_back(flag(mode.name, on));
  }
  std::string text = "speed 38400 baud; line = 0;\n";
  if (!words.empty()) text += join(words, " ") + "\n";
  return text;
}

struct Change {
  Termios termios;
  WindowSize size;
  std::string said;
  std::string complaint;
  std::string missing;  // The setting that lacks its number.
};

Change read_settings(const List& words, Termios termios, WindowSize size) {
  Change change{termios, size, "", "", ""};
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "size") {
      change.said +=
          fmt::format("{} {}\n", change.size.rows, change.size.columns);
    } else if (word == "speed") {
      change.said += "38400\n";
    } else if (word == "rows" || word == "cols" || word == "columns") {
      const auto number =
          at + 1 < words.size() ? parse_int(words[at + 1]) : std::nullopt;
      if (at + 1 >= words.size()) {
        change.missing = word;
        return change;
      }
      ++at;
      if (!number || *number < 0 || *number > 0xffff) {
        change.complaint =
            fmt::format("invalid integer argument: '{}'", words[at]);
        return change;
      }
      int& side = word == "rows" ? change.size.rows : change.size.columns;
      side = static_cast<int>(*number);
    } else if (set_mode(change.termios, word) == Known::unknown) {
      change.complaint = fmt::format("invalid argument '{}'", word);
      return change;
    }
  }
  return change;
}

/// "-echo" is a setting, "-a" an option.
List without_options(const List& argv, std::string* options,
                     std::string* device) {
  List settings;
  for (std::size_t at = 1; at < argv.size(); ++at) {
    const std::string& word = argv[at];
    if (word == "-a" || word == "--all") {
      *options += 'a';
    } else if (word == "-g" || word == "--save") {
      *options += 'g';
    } else if (word == "-F" && at + 1 < argv.size()) {
      *device = argv[++at];
    } else if (word.starts_with("-F") || word.starts_with("--file=")) {
      *device = word.substr(word[1] == 'F' ? 2 : 7);
    } else {
      settings.push_back(word);
    }
  }
  return settings;
}

Task<int> apply(Output* out, Fd terminal, List words, Termios before,
                WindowSize size) {
  const Change change = read_settings(words, before, size);
  if (!change.missing.empty()) {
    const int status = refuse(
        *out, kAbout, fmt::format("missing argument to '{}'", change.missing));
    co_return co_await out->finish(status);
  }
  if (!change.complaint.empty()) {
    const int status = refuse(*out, kAbout, change.complaint);
    co_return co_await out->finish(status);
  }
  Process& self = out->self();
  static_cast<void>(self.tcsetattr(terminal, change.termios));
  if (change.size.rows != size.rows || change.size.columns != size.columns) {
    static_cast<void>(self.set_window_size(terminal, change.size));
  }
  out->say(change.said);
  co_return co_await out->finish(0);
}

}  // namespace

Task<int> stty_main(Process& self) {
  Output out(self);
  std::string options, device;
  const List words = without_options(self.argv(), &options, &device);
  if (words.size() == 1 && words[0] == "--help") {
    const CommandLine line = read_words(out, kAbout, words);
    co_return co_await out.finish(line.status.value_or(0));
  }
  Fd terminal = kStdin;
  if (!device.empty()) {
    const SysResult<Fd> file = co_await self.open(device, kReadWrite);
    if (!file) {
      out.complain(device, file.error());
      co_return co_await out.finish(1);
    }
    terminal = *file;
  }
  const SysResult<Termios> termios = self.tcgetattr(terminal);
  if (!termios) {
    const std::string name = device.empty() ? "'standard input'" : device;
    out.complain(out.busybox() && device.empty() ? "standard input" : name,
                 termios.error());
    co_return co_await out.finish(1);
  }
  const SysResult<WindowSize> window = self.window_size(terminal);
  const WindowSize size = window ? *window : WindowSize();
  if (options.find('g') != options.npos) {
    out.complain_plain("drydock: stty -g is not modelled\n");
    co_return co_await out.finish(1);
  }
  if (!words.empty()) {
    co_return co_await apply(&out, terminal, words, *termios, size);
  }
  out.say(options.empty() ? differing(*termios) : all_of(*termios, size));
  co_return co_await out.finish(0);
}

}  // namespace drydock::userland
