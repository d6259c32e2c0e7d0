// apply.cc — each step as the few system calls that it is.

#include "realmode/plan/apply.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "realmode/plan/execute.h"
#include "realmode/sys/files.h"
#include "realmode/sys/mount.h"
#include "realmode/sys/process.h"
#include "realmode/sys/sockets.h"
#include "realmode/sys/trace.h"

namespace drydock::realmode {

using engine::StartFault;
using Kind = StartFault::Kind;

namespace {

std::uint64_t number(const std::string& word) {
  return static_cast<std::uint64_t>(parse_int(word).value_or(0));
}

/// "a=b,ro" as keys and values.
sys::MountOptions options_in(const std::string& text) {
  sys::MountOptions options;
  for (const std::string& word : split(text, ',')) {
    if (word.empty()) continue;
    const std::size_t equals = word.find('=');
    options.emplace_back(word.substr(0, equals), equals == std::string::npos
                                                     ? ""
                                                     : word.substr(equals + 1));
  }
  return options;
}

/// Makes what a mount will cover, if it is not there.
Outcome make_target(const std::string& path, bool directory) {
  struct stat status;
  if (::stat(path.c_str(), &status) == 0) return done();
  const std::size_t slash = path.rfind('/');
  if (directory) return sys::make_directories(path);
  if (slash != 0 && slash != std::string::npos) {
    const Outcome made = sys::make_directories(path.substr(0, slash));
    if (!made) return made;
  }
  const auto file = sys::open(path, O_WRONLY | O_CREAT, 0644);
  if (!file) return file.error();
  return done();
}

bool is_directory(int fd) {
  const auto status = sys::fstat(fd);
  return status && S_ISDIR(status->st_mode);
}

// --- Mounts ------------------------------------------------------------------

Outcome join(Stage& stage, const List& words) {
  // Nobody in there may look at us while we are still one of the host's.
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return sys::refused("prctl(PR_SET_DUMPABLE, 0)");
  }
  const auto peer =
      stage.peers->find(static_cast<std::int64_t>(number(words[1])));
  if (peer == stage.peers->end()) return Error{"nobody to be joined"};
  return sys::setns(peer->second.get(), number(words[0]));
}

Outcome slave_mounts(Stage&, const List&) { return sys::make_slave("/"); }

/// Before Linux 6.8 there is no "lowerdir+", and all names must fit a page.
Result<sys::Fd> old_overlay(const List& words) {
  std::string lower;
  for (std::size_t i = 3; i < words.size(); ++i) {
    lower += (lower.empty() ? "" : ":") + words[i];
  }
  const Outcome mounted =
      sys::mount("overlay", words[0], "overlay", 0,
                 fmt::format("lowerdir={},upperdir={},workdir={}", lower,
                             words[1], words[2]));
  if (!mounted) return mounted.error();
  return sys::open(words[0], O_PATH | O_DIRECTORY);
}

Outcome overlay(Stage& stage, const List& words) {
  sys::MountOptions options;
  for (std::size_t i = 3; i < words.size(); ++i) {
    options.emplace_back("lowerdir+", words[i]);
  }
  options.emplace_back("upperdir", words[1]);
  options.emplace_back("workdir", words[2]);
  // A diff must show what was done, not how the kernel keeps it.
  options.emplace_back("redirect_dir", "off");
  options.emplace_back("metacopy", "off");
  auto made = sys::make_mount("overlay", options, 0);
  if (!made) {
    auto old = old_overlay(words);
    if (!old) return made.error();
    stage.root = std::move(*old);
    return done();
  }
  const Outcome placed = sys::move_mount(made->get(), words[0]);
  if (!placed) return placed.error();
  auto root = sys::open(words[0], O_PATH | O_DIRECTORY);
  if (!root) return root.error();
  stage.root = std::move(*root);
  return done();
}

/// What somebody else may have replaced by a symlink is opened below a folder.
Result<sys::Fd> clone_below(const std::string& folder,
                            const std::string& path) {
  const auto top = sys::open(folder, O_PATH | O_DIRECTORY);
  if (!top) return top.error();
  const auto source =
      sys::open_beneath(top->get(), path.substr(folder.size() + 1), O_PATH);
  if (!source) return source.error();
  return sys::clone_tree(source->get(), "", true);
}

Outcome hold_source(Stage& stage, const List& words) {
  const bool alone = words.size() > 3 && words[3] == "alone";
  auto tree = words.size() > 4 ? clone_below(words[4], words[1])
                               : sys::clone_tree(AT_FDCWD, words[1], !alone);
  if (!tree) return tree.error();
  if (words[2] == "ro") {
    const Outcome set =
        sys::set_attributes(tree->get(), MOUNT_ATTR_RDONLY, false);
    if (!set) return set.error();
  }
  // Ours are all slaves by now; most are to hear nothing of the host either.
  const std::string wish = words.size() > 3 ? words[3] : "";
  if (wish.empty() || alone || wish.ends_with("private")) {
    const Outcome apart = sys::make_private(tree->get());
    if (!apart) return apart;
  }
  stage.sources[words[0]] = std::move(*tree);
  return done();
}

Outcome enter_root(Stage& stage, const List&) {
  ::umask(0022);
  const Outcome entered = sys::enter_root(stage.root.get());
  stage.root.close();
  return entered;
}

Outcome mount_new(Stage&, const List& words) {
  const Outcome made = make_target(words[1], true);
  if (!made) return made;
  const auto fresh =
      sys::make_mount(words[0], options_in(words[3]), number(words[2]));
  if (!fresh) return fresh.error();
  return sys::move_mount(fresh->get(), words[1]);
}

/// A mount below /proc could show a container what is not its own: runc's
/// CVE-2019-16884 and its kin.  Its own /proc is as far as it goes.
Outcome check_target(const std::string& path) {
  const auto place = sys::open(path, O_PATH);
  if (!place) return place.error();
  const auto real =
      sys::readlinkat(AT_FDCWD, fmt::format("/proc/self/fd/{}", place->get()));
  if (!real) return real.error();
  if (*real == "/proc" || real->starts_with("/proc/")) {
    return Error{fmt::format(
        "\"{}\" cannot be mounted because it is inside /proc", path)};
  }
  return done();
}

Outcome place_source(Stage& stage, const List& words) {
  const auto source = stage.sources.find(words[0]);
  if (source == stage.sources.end()) return Error{"no source: " + words[0]};
  const Outcome made =
      make_target(words[1], is_directory(source->second.get()));
  if (!made) return made;
  const Outcome checked = check_target(words[1]);
  if (!checked) return checked;
  const auto target = sys::open(words[1], O_PATH);
  if (!target) return target.error();
  if (is_directory(target->get()) != is_directory(source->second.get())) {
    const std::string& what = words.size() > 2 ? words[2] : words[0];
    return Error{fmt::format(
        "error during container init: error mounting \"{}\" to rootfs at "
        "\"{}\": mount {}:{} (via /proc/self/fd/{}), flags: 0x5000: not a "
        "directory",
        what, words[1], what, words[1], target->get())};
  }
  const Outcome placed = sys::move_mount(source->second.get(), words[1]);
  stage.sources.erase(source);
  return placed;
}

// --- Devices, and what is hidden ---------------------------------------------

Outcome make_directory(Stage&, const List& words) {
  const Outcome made = sys::make_directories(words[0]);
  if (!made) return made;
  if (::chmod(words[0].c_str(), static_cast<mode_t>(number(words[1]))) != 0) {
    return sys::refused("chmod(\"{}\", {})", words[0], words[1]);
  }
  return done();
}

Outcome make_node(Stage&, const List& words) {
  const dev_t device = makedev(static_cast<unsigned>(number(words[1])),
                               static_cast<unsigned>(number(words[2])));
  const std::size_t slash = words[0].rfind('/');
  if (slash != std::string::npos && slash > 0) {
    const Outcome made = sys::make_directories(words[0].substr(0, slash));
    if (!made) return made;
  }
  const bool block = words.size() > 3 && words[3] == "b";
  const auto bits =
      words.size() > 4 ? static_cast<mode_t>(number(words[4])) : 0666U;
  const mode_t mode = (block ? S_IFBLK : S_IFCHR) | bits;
  const mode_t before = ::umask(0);
  const int made = ::mknod(words[0].c_str(), mode, device);
  (void)::umask(before);
  if (made != 0) {
    return sys::refused("mknod(\"{}\", {:#o}, {}:{})", words[0], mode, words[1],
                        words[2]);
  }
  sys::note("mknod(\"{}\", {:#o}, {}:{})", words[0], mode, words[1], words[2]);
  if (words.size() < 7 || (words[5] == "0" && words[6] == "0")) return done();
  if (::lchown(words[0].c_str(), static_cast<uid_t>(number(words[5])),
               static_cast<gid_t>(number(words[6]))) == 0) {
    return done();
  }
  return sys::refused("lchown(\"{}\", {}, {})", words[0], words[5], words[6]);
}

Outcome make_symlink(Stage&, const List& words) {
  if (::symlink(words[0].c_str(), words[1].c_str()) == 0) {
    sys::note("symlink(\"{}\", \"{}\")", words[0], words[1]);
    return done();
  }
  return sys::refused("symlink(\"{}\", \"{}\")", words[0], words[1]);
}

/// A terminal in the container's own devpts; the shim gets the other end.
Outcome open_terminal(Stage& stage, const List&) {
  const auto master = sys::open("/dev/pts/ptmx", O_RDWR | O_NOCTTY);
  if (!master) return master.error();
  int locked = 0, index = 0;
  if (::ioctl(master->get(), TIOCSPTLCK, &locked) != 0 ||
      ::ioctl(master->get(), TIOCGPTN, &index) != 0) {
    return sys::refused("ioctl({}, TIOCGPTN)", master->get());
  }
  const std::string name = fmt::format("/dev/pts/{}", index);
  const auto slave = sys::open(name, O_RDWR | O_NOCTTY);
  if (!slave) return slave.error();
  const Outcome sent = sys::send(stage.daemon, "terminal", 0, {master->get()});
  if (!sent) return sent;
  for (int fd = 0; fd < 3; ++fd) {
    if (::dup2(slave->get(), fd) < 0) return sys::refused("dup2({})", fd);
  }
  if (::setsid() < 0 && errno != EPERM) return sys::refused("setsid()");
  if (::ioctl(0, TIOCSCTTY, 0) != 0) return sys::refused("ioctl(TIOCSCTTY)");
  sys::note("open(\"/dev/pts/ptmx\"); ioctl(0, TIOCSCTTY) of {}", name);
  stage.has_terminal = true;
  if (::access("/dev/console", F_OK) == 0) return done();  // Of an exec.
  const Outcome made = make_target("/dev/console", false);
  if (!made) return made;
  const auto console = sys::clone_tree(AT_FDCWD, name, false);
  if (console) (void)sys::move_mount(console->get(), "/dev/console");
  return done();
}

/// A file system is dear to make: the first one hides all the others, too.
Outcome mask_folder(Stage& stage, int place) {
  if (stage.nothing) {
    const auto again = sys::clone_tree(stage.nothing.get(), "", false);
    if (!again) return again.error();
    return sys::move_mount(again->get(), place);
  }
  auto empty = sys::make_mount("tmpfs", {{"size", "0"}}, MOUNT_ATTR_RDONLY);
  if (!empty) return empty.error();
  const Outcome placed = sys::move_mount(empty->get(), place);
  stage.nothing = std::move(*empty);
  return placed;
}

Outcome mask(Stage& stage, const List& words) {
  const auto place = sys::open(words[0], O_PATH);
  if (!place) return done();  // Nothing there to hide.
  sys::note("open(\"{}\", O_PATH) = {}", words[0], place->get());
  if (is_directory(place->get())) return mask_folder(stage, place->get());
  const auto null = sys::clone_tree(AT_FDCWD, "/dev/null", false);
  if (!null) return null.error();
  return sys::move_mount(null->get(), place->get());
}

Outcome make_read_only(Stage&, const List& words) {
  const auto place = sys::open(words[0], O_PATH);
  if (!place) return done();
  sys::note("open(\"{}\", O_PATH) = {}", words[0], place->get());
  const auto again = sys::clone_tree(place->get(), "", true);
  if (!again) return again.error();
  const Outcome set =
      sys::set_attributes(again->get(), MOUNT_ATTR_RDONLY, true);
  if (!set) return set;
  return sys::move_mount(again->get(), place->get());
}

Outcome make_root_read_only(Stage&, const List&) {
  const auto root = sys::open("/", O_PATH);
  if (!root) return root.error();
  return sys::set_attributes(root->get(), MOUNT_ATTR_RDONLY, false);
}

// --- Names, limits, network --------------------------------------------------

Outcome set_hostname(Stage&, const List& words) {
  if (sys::sethostname(words[0])) return done();
  return Error{fmt::format("error during container init: sethostname: {}",
                           lower(std::strerror(errno)))};
}
Outcome set_domainname(Stage&, const List& words) {
  return sys::setdomainname(words[0]);
}

Outcome set_sysctl(Stage&, const List& words) {
  if (words[0].find('/') != std::string::npos) {
    return Error{"sysctl \"" + words[0] + "\": not a name"};
  }
  return sys::tell("/proc/sys/" + replace_all(words[0], ".", "/"), words[1]);
}

Outcome wait_for_daemon(Stage& stage, const List&) {
  const auto word = sys::receive(stage.daemon, 16);
  if (!word) return word.error();
  if (word->bytes == "go") return done();
  return Error{"the shim has given up"};
}

Outcome unshare_cgroup(Stage&, const List&) {
  return sys::unshare(CLONE_NEWCGROUP);
}

Outcome bring_up_loop_back(Stage&, const List&) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return sys::refused("socket(AF_INET, SOCK_DGRAM)");
  const sys::Fd owned(socket);
  ifreq request = {};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (::ioctl(socket, SIOCSIFFLAGS, &request) == 0) {
    sys::note("ioctl({}, SIOCSIFFLAGS, lo, IFF_UP)", socket);
    return done();
  }
  return sys::refused("ioctl(SIOCSIFFLAGS, lo, IFF_UP)");
}

struct Resource {
  std::string_view name;
  int number;
};
// clang-format off
constexpr std::array kResources = {
    Resource{"as", RLIMIT_AS}, Resource{"core", RLIMIT_CORE},
    Resource{"cpu", RLIMIT_CPU}, Resource{"data", RLIMIT_DATA},
    Resource{"fsize", RLIMIT_FSIZE}, Resource{"locks", RLIMIT_LOCKS},
    Resource{"memlock", RLIMIT_MEMLOCK}, Resource{"msgqueue", RLIMIT_MSGQUEUE},
    Resource{"nice", RLIMIT_NICE}, Resource{"nofile", RLIMIT_NOFILE},
    Resource{"nproc", RLIMIT_NPROC}, Resource{"rss", RLIMIT_RSS},
    Resource{"rtprio", RLIMIT_RTPRIO}, Resource{"rttime", RLIMIT_RTTIME},
    Resource{"sigpending", RLIMIT_SIGPENDING}, Resource{"stack", RLIMIT_STACK},
};
// clang-format on

/// What this machine's own root may not raise stays as low as it is.
Outcome set_rlimit(Stage&, const List& words) {
  const auto resource =
      std::ranges::find(kResources, words[0], &Resource::name);
  if (resource == kResources.end()) {
    return Error{"rlimit \"" + words[0] + "\": unknown"};
  }
  const auto which = static_cast<__rlimit_resource_t>(resource->number);
  rlimit bound = {number(words[1]), number(words[2])};
  if (::setrlimit(which, &bound) == 0) {
    sys::note("setrlimit({}, {}, {})", words[0], words[1], words[2]);
    return done();
  }
  rlimit now = {};
  if (errno != EPERM || ::getrlimit(which, &now) != 0) {
    return sys::refused("setrlimit({}, {}, {})", words[0], words[1], words[2]);
  }
  bound.rlim_max = std::min(bound.rlim_max, now.rlim_max);
  bound.rlim_cur = std::min(bound.rlim_cur, bound.rlim_max);
  (void)::setrlimit(which, &bound);
  return done();
}

/// Root may raise it; to lower it takes a capability that not every root has,
/// and then it stays as it is.
Outcome adjust_oom_score(Stage&, const List& words) {
  const Outcome told = sys::tell("/proc/self/oom_score_adj", words[0]);
  return told || errno == EACCES ? done() : told;
}

// --- Who it is ---------------------------------------------------------------

Outcome become_user(Stage& stage, const List& words) {
  return look_up_user(stage, words[0], List(words.begin() + 1, words.end()));
}

Outcome set_environment(Stage& stage, const List& words) {
  stage.environment = words;
  return done();
}

Outcome forbid_privileges(Stage&, const List&) {
  return sys::set_no_new_privileges();
}

Outcome bound_capabilities(Stage& stage, const List& words) {
  stage.capabilities = number(words[0]) & sys::bounding_set();
  return sys::limit_bounding_set(stage.capabilities);
}

Outcome filter_calls(Stage&, const List& words) {
  return sys::set_seccomp_filter(words[0]);
}

struct Deed {
  Verb verb;
  Kind kind;  // Of the fault when it fails.
  Outcome (*apply)(Stage&, const List&);
  std::size_t words;  // At least so many.
};
// clang-format off
constexpr std::array kDeeds = {
    Deed{Verb::join, Kind::other, join, 2},
    Deed{Verb::slave_mounts, Kind::other, slave_mounts, 0},
    Deed{Verb::overlay, Kind::other, overlay, 4},
    Deed{Verb::source, Kind::bad_mount, hold_source, 3},
    Deed{Verb::enter_root, Kind::other, enter_root, 1},
    Deed{Verb::mount, Kind::bad_mount, mount_new, 4},
    Deed{Verb::directory, Kind::other, make_directory, 2},
    Deed{Verb::node, Kind::other, make_node, 3},
    Deed{Verb::symlink, Kind::other, make_symlink, 2},
    Deed{Verb::place, Kind::bad_mount, place_source, 2},
    Deed{Verb::terminal, Kind::other, open_terminal, 0},
    Deed{Verb::mask, Kind::other, mask, 1},
    Deed{Verb::read_only, Kind::other, make_read_only, 1},
    Deed{Verb::read_only_root, Kind::other, make_root_read_only, 0},
    Deed{Verb::hostname, Kind::other, set_hostname, 1},
    Deed{Verb::domainname, Kind::other, set_domainname, 1},
    Deed{Verb::sysctl, Kind::other, set_sysctl, 2},
    Deed{Verb::wait, Kind::other, wait_for_daemon, 0},
    Deed{Verb::cgroup_namespace, Kind::other, unshare_cgroup, 0},
    Deed{Verb::loop_back, Kind::other, bring_up_loop_back, 0},
    Deed{Verb::rlimit, Kind::other, set_rlimit, 3},
    Deed{Verb::oom_score, Kind::other, adjust_oom_score, 1},
    Deed{Verb::user, Kind::no_user, become_user, 1},
    Deed{Verb::environment, Kind::other, set_environment, 0},
    Deed{Verb::working_directory, Kind::bad_workdir, enter_directory, 2},
    Deed{Verb::no_new_privileges, Kind::other, forbid_privileges, 0},
    Deed{Verb::bounding_set, Kind::other, bound_capabilities, 1},
    Deed{Verb::seccomp, Kind::other, filter_calls, 1},
};
// clang-format on

}  // namespace

Faulty apply(Stage& stage, const Step& step) {
  if (step.verb == Verb::execute) return execute(stage, step.words);
  if (step.verb == Verb::init) {
    stage.has_init = true;
    return std::monostate{};
  }
  const auto deed = std::ranges::find(kDeeds, step.verb, &Deed::verb);
  if (deed == kDeeds.end() || step.words.size() < deed->words) {
    return StartFault{Kind::other, "no such step: " + text_of(step)};
  }
  const Outcome outcome = deed->apply(stage, step.words);
  if (!outcome) return StartFault{deed->kind, outcome.error().text};
  return std::monostate{};
}

}  // namespace drydock::realmode
