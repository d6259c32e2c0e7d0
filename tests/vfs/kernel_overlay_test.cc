// kernel_overlay_test.cc — our union mount against the kernel's overlayfs.
//
// A child process in a mount namespace of its own lives each history on a real
// overlay mount over a tmpfs and writes down every answer and the trees; all
// of it is gone when the child ends.

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <sstream>

#include <fmt/format.h>
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include "sim/vfs/layer.h"
#include "tests/vfs/history.h"

using namespace drydock;
using namespace drydock::vfs;

namespace {

/// One history for each layer, the last one for the writable layer.
using Past = std::vector<History>;

/// What somebody who lived it tells.
struct Report {
  bool able = true;     // False where mounting is not permitted.
  std::string answers;  // Of each operation.
  Tree before, after;   // Without and with the writable layer.
};

// --- The child: system calls ------------------------------------------------

int write_real(const Operation& operation, int flag) {
  const int fd = ::open(operation.path.c_str(),
                        O_WRONLY | O_CREAT | O_NONBLOCK | flag, 0644);
  if (fd < 0) return errno;
  const std::string text(static_cast<std::size_t>(operation.number),
                         operation.path.back());
  const auto written = ::write(fd, text.data(), text.size());
  const int error = written < 0 ? errno : 0;
  ::close(fd);
  return error;
}

int run_real(const Operation& operation) {
  const char* const path = operation.path.c_str();
  const char* const other = operation.other.c_str();
  const auto number = static_cast<unsigned>(operation.number);
  const auto answer = [](long result) { return result < 0 ? errno : 0; };
  switch (operation.call) {
    case Call::write:
      return write_real(operation, O_TRUNC);
    case Call::append:
      return write_real(operation, O_APPEND);
    case Call::truncate: {
      struct stat st {};
      (void)::stat(path, &st);  // A failure shows below.
      return answer(::truncate(path, size_after(operation, st.st_size)));
    }
    case Call::mkdir:
      return answer(::mkdir(path, kModes[number]));
    case Call::rmdir:
      return answer(::rmdir(path));
    case Call::unlink:
      return answer(::unlink(path));
    case Call::rename:
      return answer(::rename(path, other));
    case Call::rename_no_replace:
      return answer(
          ::renameat2(AT_FDCWD, path, AT_FDCWD, other, RENAME_NOREPLACE));
    case Call::link:
      return answer(::link(path, other));
    case Call::symlink:
      return answer(::symlink(other, path));
    case Call::chmod:
      return answer(::chmod(path, kModes[number]));
    case Call::chown:
      return answer(::chown(path, 1000 + number, 1000 + number));
    case Call::lchown:
      return answer(::lchown(path, 1000 + number, 1000 + number));
    case Call::mkfifo:
      return answer(::mkfifo(path, 0600));
    case Call::utimens: {
      const timespec then{500 + operation.number, 0};
      const timespec both[2] = {then, then};
      return answer(::utimensat(AT_FDCWD, path, both, 0));
    }
    case Call::setxattr: {
      const std::string value = std::to_string(operation.number);
      return answer(
          ::setxattr(path, "user.note", value.data(), value.size(), 0));
    }
  }
  return ENOSYS;
}

std::string content_at(const std::string& path) {
  std::string content(4096, '\0');
  const int fd = ::open(path.c_str(), O_RDONLY);
  const auto count = ::read(fd, content.data(), content.size());
  ::close(fd);
  content.resize(static_cast<std::size_t>(count));
  return content;
}

Seen seen_at(const std::string& path) {
  struct stat st;
  ::lstat(path.c_str(), &st);
  Seen seen{'?',       st.st_mode & 07777, st.st_uid,
            st.st_gid, st.st_size,         st.st_nlink,
            "",        st.st_mtim.tv_sec,  st.st_mtim.tv_nsec,
            ""};
  seen.ino = st.st_ino;
  switch (st.st_mode & S_IFMT) {
    case S_IFREG:
      seen.type = '-';
      seen.content = content_at(path);
      break;
    case S_IFDIR:
      seen.type = 'd';
      break;
    case S_IFIFO:
      seen.type = 'p';
      break;
    case S_IFLNK: {
      seen.type = 'l';
      char target[256];
      const auto length = ::readlink(path.c_str(), target, sizeof target);
      seen.content.assign(target, static_cast<std::size_t>(length));
      break;
    }
    default:
      break;
  }
  char note[16];
  const auto length = ::lgetxattr(path.c_str(), "user.note", note, sizeof note);
  if (length > 0) seen.xattr.assign(note, static_cast<std::size_t>(length));
  return seen;
}

std::vector<std::string> names_at(const std::string& path) {
  std::vector<std::string> names;
  DIR* const directory = ::opendir(path.c_str());
  while (const dirent* const entry = ::readdir(directory)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  ::closedir(directory);
  return names;
}

Tree real_tree(const std::string& root) {
  Tree tree;
  std::vector<std::string> todo = {""};
  while (!todo.empty()) {
    const std::string path = todo.back();
    todo.pop_back();
    const Seen seen = seen_at(root + path);
    if (!path.empty()) tree[path] = seen;
    if (seen.type != 'd') continue;
    for (const std::string& name : names_at(root + path)) {
      todo.push_back(path + "/" + name);
    }
  }
  return tree;
}

/// Kernel time moves in steps of milliseconds, so what a layer wrote is made
/// old, each file by another time, lest writes look simultaneous.
void make_old(const std::string& root, int layer) {
  int seconds = 1000 * (layer + 1);
  for (const auto& [path, seen] : real_tree(root)) {
    if (seen.type == 'd' || seen.seconds < 1000) continue;
    const timespec then{++seconds, 0};
    const timespec both[2] = {then, then};
    ::utimensat(AT_FDCWD, (root + path).c_str(), both, AT_SYMLINK_NOFOLLOW);
  }
}

void tell_tree(std::ostream& out, const Tree& tree) {
  out << tree.size() << "\n";
  for (const auto& [path, f] : tree) {
    out << path << " " << f.type << " " << f.mode << " " << f.uid << " "
        << f.gid << " " << f.size << " " << f.links << " =" << f.content << " "
        << f.seconds << " " << f.nanoseconds << " " << f.ino << " =" << f.xattr
        << "\n";
  }
}

Tree hear_tree(std::istream& in) {
  std::size_t count = 0;
  in >> count;
  Tree tree;
  for (std::size_t i = 0; i < count; ++i) {
    std::string path;
    Seen f{};
    in >> path >> f.type >> f.mode >> f.uid >> f.gid >> f.size >> f.links >>
        f.content >> f.seconds >> f.nanoseconds >> f.ino >> f.xattr;
    f.content.erase(0, 1);
    f.xattr.erase(0, 1);
    // What was truncated to be longer ends in zeros, which `>>` reads too.
    tree[path] = f;
  }
  return tree;
}

bool mount_overlay(const std::string& lower, int layer) {
  const std::string upper = "/tmp/u" + std::to_string(layer);
  const std::string work = "/tmp/w" + std::to_string(layer);
  ::mkdir(upper.c_str(), 0755);
  ::mkdir(work.c_str(), 0755);
  const std::string options =
      "redirect_dir=off,index=off,metacopy=off,lowerdir=" + lower +
      ",upperdir=" + upper + ",workdir=" + work;
  return ::mount("overlay", "/tmp/m", "overlay", 0, options.c_str()) == 0;
}

/// A place of its own, which ends with this process.
bool move_out() {
  ::umask(0);
  return ::unshare(CLONE_NEWNS) == 0 &&
         ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", "/tmp", "tmpfs", 0, nullptr) == 0 &&
         ::mkdir("/tmp/m", 0755) == 0 && ::mkdir("/tmp/base", 0755) == 0;
}

/// Lives one history with /tmp/m for the root directory.
bool live_one(const History& history, std::ostream& answers) {
  const int outside = ::open("/", O_RDONLY | O_DIRECTORY);
  if (::chroot("/tmp/m") != 0 || ::chdir("/") != 0) return false;
  for (const Operation& operation : history) {
    answers << run_real(operation) << " ";
  }
  const bool back = ::fchdir(outside) == 0 && ::chroot(".") == 0;
  ::close(outside);
  return back;
}

void live_on_overlay(const Past& past, std::ostream& out) {
  if (!move_out()) return;
  std::string lower = "/tmp/base";
  std::ostringstream answers, trees;
  for (std::size_t i = 0; i < past.size(); ++i) {
    const int layer = static_cast<int>(i);
    const bool last = i + 1 == past.size();
    if (!mount_overlay(lower, layer)) return;
    if (last) tell_tree(trees, real_tree("/tmp/m"));
    if (!live_one(past[i], answers)) return;
    if (last) tell_tree(trees, real_tree("/tmp/m"));
    if (::umount("/tmp/m") != 0) return;
    make_old("/tmp/u" + std::to_string(layer), layer);
    lower = "/tmp/u" + std::to_string(layer) + ":" + lower;
  }
  out << "able\n" << answers.str() << "\n" << trees.str();
}

void live_on_tmpfs(const Past& past, std::ostream& out) {
  if (!move_out()) return;
  if (::mount("tmpfs", "/tmp/m", "tmpfs", 0, "mode=755") != 0) return;
  std::ostringstream answers;
  if (!live_one(past.front(), answers)) return;
  out << "able\n" << answers.str() << "\n";
  tell_tree(out, {});
  tell_tree(out, real_tree("/tmp/m"));
}

// --- The parent -------------------------------------------------------------

using Life = void (*)(const Past&, std::ostream&);

/// What a child tells that lives this past.
Report real_report(Life live_it, const Past& past) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    std::ostringstream out;
    live_it(past, out);
    const std::string text = out.str();
    std::size_t told = 0;
    while (told < text.size()) {
      const auto count =
          ::write(ends[1], text.data() + told, text.size() - told);
      if (count <= 0) break;
      told += static_cast<std::size_t>(count);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  char piece[4096];
  for (;;) {
    const auto count = ::read(ends[0], piece, sizeof piece);
    if (count <= 0) break;
    text.append(piece, static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  std::istringstream in(text);
  Report report;
  std::string able;
  report.able = std::getline(in, able) && able == "able";
  std::getline(in, report.answers);
  report.before = hear_tree(in);
  report.after = hear_tree(in);
  return report;
}

struct Model {
  Report report;
  std::vector<Change> changes;
  std::vector<Change> frozen_changes;  // The same, told by the layer made.
  Tree frozen;
};

Model model_report(const Past& past) {
  HandClock clock;
  LayerRef lower;
  Model model;
  for (std::size_t i = 0; i < past.size(); ++i) {
    const UnionMountRef mount = make_union_mount(lower, clock);
    if (i + 1 == past.size()) model.report.before = tree_below(mount->root());
    Driver driver(mount->root(), clock);
    for (const Operation& operation : past[i]) {
      model.report.answers += std::to_string(driver.run(operation)) + " ";
    }
    model.report.after = tree_below(mount->root());
    model.changes = mount->changes();
    lower = mount->commit({});
    model.frozen_changes = lower->changes();
    model.frozen = tree_below(lower->merged()->root());
  }
  return model;
}

}  // namespace

TEST_CASE("the union mount and the kernel's overlayfs live the same histories",
          "[vfs][property][kernel]") {
  if (!real_report(live_on_overlay, {{}}).able) {
    WARN("an overlay cannot be mounted here: NOT compared with the kernel's");
    return;
  }
  rc::prop("same answers, same trees, same changes", [] {
    const auto layers = *rc::gen::inRange<std::size_t>(1, 5);
    const Past past = *rc::gen::container<Past>(layers, any_history());
    const Report real = real_report(live_on_overlay, past);
    RC_ASSERT(real.able);
    const Model model = model_report(past);
    RC_ASSERT(model.report.answers == real.answers);
    RC_ASSERT(text_of(model.report.before) == text_of(real.before));
    RC_ASSERT(text_of(model.report.after) == text_of(real.after));
    RC_ASSERT(text_of(model.changes) ==
              text_of(naive_diff(real.before, real.after)));
    RC_ASSERT(text_of(model.frozen) == text_of(real.after));
    RC_ASSERT(model.frozen_changes == model.changes);
  });
}

TEST_CASE("the memory file system and tmpfs live the same histories",
          "[vfs][property][kernel]") {
  if (!real_report(live_on_tmpfs, {{}}).able) {
    WARN("a tmpfs cannot be mounted here: NOT compared with the kernel's");
    return;
  }
  rc::prop("same answers, same trees", [] {
    const Past past = {*any_history()};
    const Report real = real_report(live_on_tmpfs, past);
    RC_ASSERT(real.able);
    HandClock clock;
    const FileSystemRef fs = make_memory_fs(clock);
    Driver driver(fs->root(), clock);
    std::string answers;
    for (const Operation& operation : past.front()) {
      answers += std::to_string(driver.run(operation)) + " ";
    }
    RC_ASSERT(answers == real.answers);
    RC_ASSERT(text_of(tree_below(fs->root())) == text_of(real.after));
  });
}
