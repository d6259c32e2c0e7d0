// tree_spec.cc — equal trees of files in both worlds, made from one text.

#include "tests/userland/tree_spec.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "sim/base/text.h"
#include "sim/userland/programs.h"

namespace drydock::test {

namespace {

namespace fs = std::filesystem;
using Kind = TreeLine::Kind;

constexpr Time kUsualTime{1'420'167'845 * kSecond};  // 2015-01-02T03:04:05Z

std::string at(const std::string& name) {
  return std::string(kTreeRoot) + "/" + name;
}

// Takes "755 ", ":1:2 " and "@TIME " off the front.
bool take_prefix(TreeLine& line, std::string& text) {
  const std::size_t blank = text.find(' ');
  if (blank == text.npos) return false;
  const std::string word = text.substr(0, blank);
  if (word.find_first_not_of("01234567") == word.npos && word.size() >= 3) {
    line.mode = static_cast<std::uint32_t>(std::stoul(word, nullptr, 8));
  } else if (word[0] == ':') {
    const List ids = split(word, ':');
    line.uid = static_cast<std::uint32_t>(std::stoul(ids.at(1)));
    line.gid = static_cast<std::uint32_t>(std::stoul(ids.at(2)));
  } else if (word[0] == '@') {
    line.time = parse_rfc3339(word.substr(1)).value_or(kUsualTime);
  } else {
    return false;
  }
  text.erase(0, blank + 1);
  return true;
}

bool cut(const std::string& text, std::string_view mark, TreeLine& line) {
  const std::size_t found = text.find(mark);
  if (found == text.npos) return false;
  line.name = text.substr(0, found);
  line.content = text.substr(found + mark.size());
  return true;
}

TreeLine parse_line(std::string text) {
  TreeLine line;
  line.time = kUsualTime;
  line.mode = 0;
  while (take_prefix(line, text)) {
  }
  if (cut(text, " -> ", line)) {
    line.kind = Kind::symlink;
  } else if (cut(text, " => ", line)) {
    line.kind = Kind::hard_link;
  } else if (cut(text, " = ", line)) {
    line.content = replace_all(line.content, "\\n", "\n") + "\n";
  } else if (cut(text, " |", line)) {
    line.kind = Kind::fifo;
  } else if (text.ends_with('/')) {
    line.kind = Kind::directory;
    line.name = text.substr(0, text.size() - 1);
  } else {
    line.name = text;
  }
  if (line.mode == 0) line.mode = line.kind == Kind::directory ? 0755 : 0644;
  return line;
}

// One line of a description, from what both worlds know.
std::string description(const std::string& name, char letter,
                        std::uint32_t mode, std::uint32_t uid,
                        std::uint32_t gid, std::uint64_t links,
                        std::int64_t seconds, const std::string& content) {
  // A file just made has the time of its world; only old ones are the same.
  const bool old = seconds < kEpochOfDrydock.seconds();
  return fmt::format("{} {}{:o} {}:{} x{} {} [{}]\n", name, letter, mode, uid,
                     gid, letter == 'd' ? 0 : links,
                     old && letter != 'l' ? std::to_string(seconds) : "new",
                     content);
}

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

char real_letter(mode_t mode) {
  if (S_ISDIR(mode)) return 'd';
  if (S_ISLNK(mode)) return 'l';
  if (S_ISFIFO(mode)) return 'p';
  if (S_ISCHR(mode)) return 'c';
  if (S_ISBLK(mode)) return 'b';
  return '-';
}

}  // namespace

std::vector<TreeLine> parse_tree(std::string_view text) {
  std::vector<TreeLine> lines;
  for (const std::string& line : split(text, '\n')) {
    if (!trim(line).empty()) lines.push_back(parse_line(line));
  }
  return lines;
}

RealTree::RealTree(std::string_view text) {
  fs::remove_all(kTreeRoot);
  ::umask(022);
  fs::create_directory(kTreeRoot);
  std::vector<TreeLine> lines = parse_tree(text);
  for (const TreeLine& line : lines) {
    const std::string path = at(line.name);
    if (line.kind == Kind::directory) fs::create_directory(path);
    if (line.kind == Kind::symlink) fs::create_symlink(line.content, path);
    if (line.kind == Kind::hard_link) {
      fs::create_hard_link(at(line.content), path);
    }
    if (line.kind == Kind::fifo) ::mkfifo(path.c_str(), line.mode);
    if (line.kind == Kind::file) std::ofstream(path) << line.content;
    const bool own = ::lchown(path.c_str(), line.uid, line.gid) == 0;
    const bool plain = line.kind != Kind::symlink;
    if (own && plain) ::chmod(path.c_str(), line.mode);
  }
  lines.push_back(parse_line("./"));
  std::ranges::reverse(lines);
  std::ranges::stable_sort(
      lines, {}, [](const TreeLine& line) { return line.name == "." ? 1 : 0; });
  for (const TreeLine& line : lines) {
    const timespec when{static_cast<time_t>(line.time.seconds()), 0};
    const timespec times[2] = {when, when};
    ::utimensat(AT_FDCWD, at(line.name).c_str(), times, AT_SYMLINK_NOFOLLOW);
  }
}

RealTree::~RealTree() {
  std::error_code ignored;
  fs::remove_all(kTreeRoot, ignored);
}

Answer RealTree::run(const std::string& path,
                     const std::vector<std::string>& argv,
                     const std::string& input) {
  const std::string stem = fmt::format("/dev/shm/drydock-io-{}", ::getpid());
  std::ofstream(stem + ".in") << input;
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto redirect = [](const std::string& file, int flags, int to) {
      ::dup2(::open(file.c_str(), flags, 0644), to);
    };
    redirect(stem + ".in", O_RDONLY, 0);
    redirect(stem + ".out", O_WRONLY | O_CREAT | O_TRUNC, 1);
    redirect(stem + ".err", O_WRONLY | O_CREAT | O_TRUNC, 2);
    if (::chdir(kTreeRoot) != 0) ::_exit(125);
    std::vector<char*> words;
    for (const std::string& word : argv) {
      words.push_back(const_cast<char*>(word.c_str()));
    }
    words.push_back(nullptr);
    const char* const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                                       "HOME=/root",
                                       "LC_ALL=C",
                                       "TZ=UTC",
                                       "TERM=xterm",
                                       nullptr};
    ::execve(path.c_str(), words.data(), const_cast<char**>(environment));
    ::_exit(125);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  Answer answer{slurp(stem + ".out"), slurp(stem + ".err"), 0};
  answer.status =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  for (const char* const end : {".in", ".out", ".err"}) {
    ::unlink((stem + end).c_str());
  }
  return answer;
}

std::string RealTree::describe() const {
  std::map<std::string, std::string> lines;
  const auto options = fs::directory_options::none;
  for (const auto& entry :
       fs::recursive_directory_iterator(kTreeRoot, options)) {
    struct stat file {};
    const std::string path = entry.path().string();
    ::lstat(path.c_str(), &file);
    const char letter = real_letter(file.st_mode);
    std::string content;
    if (letter == '-') content = slurp(path);
    if (letter == 'l') content = fs::read_symlink(path).string();
    const std::string name = path.substr(std::string(kTreeRoot).size() + 1);
    lines[name] =
        description(name, letter, file.st_mode & 07777, file.st_uid,
                    file.st_gid, file.st_nlink, file.st_mtime, content);
  }
  std::string text;
  for (const auto& [name, line] : lines) text += line;
  return text;
}

namespace {

vfs::View view_of(TestMachine& machine) {
  vfs::View view{&machine.kernel.machine().mnt->table, {}, {}, {}};
  view.root = view.cwd = view.mounts->root();
  return view;
}

// The inode of a path that must be there.
vfs::InodeRef inode_at(TestMachine& machine, const std::string& path) {
  const vfs::View view = view_of(machine);
  const auto place = vfs::resolve(view, path, vfs::Last::keep);
  return place ? place->inode : nullptr;
}

void make_line(TestMachine& machine, const TreeLine& line) {
  const std::string path = at(line.name);
  const vfs::InodeRef parent = inode_at(machine, vfs::dir_name(path));
  const std::string name = vfs::base_name(path);
  if (line.kind == Kind::hard_link) {
    static_cast<void>(parent->link(name, inode_at(machine, at(line.content))));
    return;
  }
  vfs::NewFile file;
  file.mode = line.mode;
  file.uid = line.uid;
  file.gid = line.gid;
  if (line.kind == Kind::directory) file.type = vfs::FileType::directory;
  if (line.kind == Kind::fifo) file.type = vfs::FileType::fifo;
  if (line.kind == Kind::symlink) {
    file.type = vfs::FileType::symlink;
    file.mode = 0777;
    file.target = line.content;
  }
  const auto made = parent->create(name, file);
  if (made && line.kind == Kind::file && !line.content.empty()) {
    static_cast<void>((*made)->write(0, line.content));
  }
}

void describe_below(TestMachine& machine, vfs::Inode& directory,
                    const std::string& prefix,
                    std::map<std::string, std::string>& lines) {
  const auto entries = directory.entries();
  for (const vfs::DirectoryEntry& entry : *entries) {
    const vfs::InodeRef inode = *directory.lookup(entry.name);
    const vfs::Attributes file = inode->attributes();
    std::string content;
    if (file.type == vfs::FileType::regular) {
      const auto bytes = inode->read(0, static_cast<std::size_t>(file.size));
      if (bytes) content = *bytes;
    }
    if (file.type == vfs::FileType::symlink) content = *inode->readlink();
    const std::string name = prefix + entry.name;
    lines[name] =
        description(name, vfs::letter_of(file.type), file.mode, file.uid,
                    file.gid, file.links, file.mtime.seconds(), content);
    if (file.type == vfs::FileType::directory) {
      describe_below(machine, *inode, name + "/", lines);
    }
  }
}

}  // namespace

SimulatedTree::SimulatedTree(std::string_view text)
    : machine(&userland::programs()) {
  for (const std::string_view id : userland::program_ids()) {
    const std::size_t slash = id.find('/');
    const std::string name(id.substr(slash + 1));
    const bool applet = id.substr(0, slash) == "busybox";
    machine.write((applet ? "/bb/" : "/bin/") + name,
                  kernel::executable_content(id), 0755);
  }
  static_cast<void>(vfs::make_directories(*machine.files->root(), kTreeRoot));
  std::vector<TreeLine> lines = parse_tree(text);
  for (const TreeLine& line : lines) make_line(machine, line);
  std::ranges::reverse(lines);
  lines.push_back(parse_line("./"));
  for (const TreeLine& line : lines) {
    const std::string path = line.name == "." ? kTreeRoot : at(line.name);
    const vfs::InodeRef inode = inode_at(machine, path);
    vfs::AttributeChange change;
    change.atime = change.mtime = line.time;
    if (inode) static_cast<void>(inode->change(change));
  }
  machine.cwd = kTreeRoot;
  machine.environ = {"PATH=/bin", "HOME=/root", "LC_ALL=C", "TZ=UTC",
                     "TERM=xterm"};
}

Answer SimulatedTree::run(const std::vector<std::string>& argv,
                          const std::string& input) {
  const Ran ran = machine.run(argv, input);
  return {ran.out, ran.err, ran.status};
}

std::string SimulatedTree::describe() {
  std::map<std::string, std::string> lines;
  describe_below(machine, *inode_at(machine, kTreeRoot), "", lines);
  std::string text;
  for (const auto& [name, line] : lines) text += line;
  return text;
}

}  // namespace drydock::test
