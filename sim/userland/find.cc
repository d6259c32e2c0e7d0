// find.cc — search for files: the walk, and the programs that it runs.

#include "sim/userland/find.h"

#include <fmt/format.h>

#include "sim/userland/files.h"
#include "sim/userland/launch.h"
#include "sim/userland/system.h"

namespace drydock::userland {

namespace find {
namespace {

constexpr int kDepthMax = 500;
constexpr std::size_t kGatherMax = 1000;

enum class Follow { never, operands, always };

class Finder {
 public:
  Finder(Context& context, const Expression& expression, Follow follow)
      : context_(context), expression_(expression), follow_(follow) {}

  Task<bool> walk(std::string path, std::string start, int depth) {
    Visit visit;
    visit.path = path;
    visit.start = start;
    visit.depth = depth;
    if (!look(visit)) co_return false;
    const bool directory = visit.file.type == vfs::FileType::directory;
    if (directory) visit.entries = self().readdir(path);
    bool well = true;
    context_.prune = false;
    if (!expression_.depth_first) co_await judge(&visit);
    const bool go_down = directory && depth < expression_.depth_max &&
                         depth < kDepthMax && !context_.prune &&
                         !context_.quit && stays(visit);
    if (go_down) well = co_await descend(&visit);
    if (expression_.depth_first && !context_.quit) co_await judge(&visit);
    co_return well;
  }

  /// Runs what "-exec {} +" has left.
  Task<void> flush(const Node* node) {
    if (!node) co_return;
    co_await flush(node->left.get());
    co_await flush(node->right.get());
    if (node->kind == Node::Kind::exec && !node->gathered.empty()) {
      co_await run_gathered(node);
    }
  }

  bool failed() const { return failed_; }

 private:
  kernel::Process& self() { return context_.out->self(); }

  bool complain(const std::string& path, Errno error) {
    const bool plain = context_.out->busybox();
    context_.out->complain(plain ? path : quoted(path), error);
    failed_ = true;
    return false;
  }

  bool look(Visit& visit) {
    const bool follow = follow_ == Follow::always ||
                        (follow_ == Follow::operands && visit.depth == 0);
    auto file = follow ? self().stat(visit.path) : self().lstat(visit.path);
    if (!file && follow) file = self().lstat(visit.path);
    if (!file) return complain(visit.path, file.error());
    visit.file = *file;
    return true;
  }

  // -xdev: whether a directory lies on the file system of the operand.
  bool stays(const Visit& visit) {
    if (!expression_.same_device) return true;
    const auto here = self().resolve(visit.path, vfs::Last::follow);
    const auto start = self().resolve(visit.start, vfs::Last::follow);
    return here && start && here->mount == start->mount;
  }

  Task<bool> descend(Visit* visit) {
    if (!visit->entries) {
      co_return complain(visit->path, visit->entries.error());
    }
    bool well = true;
    for (const vfs::DirectoryEntry& entry : *visit->entries) {
      if (context_.quit) break;
      const std::string inner = concat(visit->path, entry.name);
      const bool walked = co_await walk(inner, visit->start, visit->depth + 1);
      well = well && walked;
    }
    co_return well;
  }

  Task<void> judge(Visit* visit) {
    if (visit->depth < expression_.depth_min || context_.quit) co_return;
    bool holds = true;
    if (expression_.root) {
      holds = co_await evaluate(expression_.root.get(), visit);
    }
    if (holds && !expression_.has_action) {
      context_.out->say(visit->path + "\n");
    }
  }

  Task<bool> evaluate(const Node* node, Visit* visit) {
    switch (node->kind) {
      case Node::Kind::check: {
        const bool complained = context_.out->complained();
        const bool holds = node->check(*node, *visit, context_);
        if (!complained && context_.out->complained()) failed_ = true;
        co_return holds;
      }
      case Node::Kind::exec:
        co_return co_await execute(node, visit);
      case Node::Kind::negation: {
        const bool holds = co_await evaluate(node->left.get(), visit);
        co_return !holds;
      }
      default:
        co_return co_await combine(node, visit);
    }
  }

  Task<bool> combine(const Node* node, Visit* visit) {
    const bool left = co_await evaluate(node->left.get(), visit);
    if (context_.quit) co_return left;
    if (node->kind == Node::Kind::both && !left) co_return false;
    if (node->kind == Node::Kind::either && left) co_return true;
    co_return co_await evaluate(node->right.get(), visit);
  }

  Task<bool> execute(const Node* node, Visit* visit) {
    if (node->gather) {
      node->gathered.push_back(visit->path);
      if (node->gathered.size() >= kGatherMax) co_await run_gathered(node);
      co_return true;
    }
    List command = node->command;
    const std::size_t slash = visit->path.rfind('/');
    const bool inside = node->in_directory;
    const std::string name =
        inside
            ? "./" +
                  visit->path.substr(slash == visit->path.npos ? 0 : slash + 1)
            : visit->path;
    for (std::string& word : command) word = replace_all(word, "{}", name);
    const int status = co_await run(command);
    co_return status == 0;
  }

  Task<void> run_gathered(const Node* node) {
    List command = node->command;
    command.insert(command.end(), node->gathered.begin(), node->gathered.end());
    node->gathered.clear();
    const int status = co_await run(command);
    if (status != 0) failed_ = true;
  }

  Task<int> run(List command) {
    co_await context_.out->flush();
    const std::string prefix = context_.out->name() + ": ";
    const auto child = start(self(), command, self().environ(), prefix);
    if (!child) {
      context_.out->complain("cannot fork", child.error());
      co_return 1;
    }
    const auto status = co_await self().wait4(*child);
    co_return status ? status->shell_status() : 1;
  }

  Context& context_;
  const Expression& expression_;
  const Follow follow_;
  bool failed_ = false;
};

// Options before the paths, the paths, and the rest.
Follow split_words(const List& argv, List& paths, List& rest) {
  Follow follow = Follow::never;
  std::size_t at = 1;
  for (; at < argv.size(); ++at) {
    const std::string& word = argv[at];
    if (word == "-L") {
      follow = Follow::always;
    } else if (word == "-H") {
      follow = Follow::operands;
    } else if (word != "-P") {
      break;
    }
  }
  for (; at < argv.size(); ++at) {
    const std::string& word = argv[at];
    const bool begins = word.size() > 1 && word[0] == '-';
    if (begins || word == "(" || word == "!") break;
    paths.push_back(word);
  }
  rest.assign(argv.begin() + at, argv.end());
  return follow;
}

}  // namespace
}  // namespace find

Task<int> find_main(kernel::Process& self) {
  Output out(self);
  List paths, rest;
  const find::Follow follow = find::split_words(self.argv(), paths, rest);
  if (!rest.empty() && (rest[0] == "--help" || rest[0] == "--version")) {
    out.say("Usage: find [-H] [-L] [-P] [PATH...] [EXPRESSION]\n");
    co_return co_await out.finish(0);
  }
  if (paths.empty()) paths.push_back(".");
  find::Context context;
  context.out = &out;
  context.now = self.now();
  context.accounts = co_await read_accounts(self);
  const Result<find::Expression> expression =
      find::parse_expression(context, rest);
  if (!expression) {
    out.complain(expression.error().text);
    co_return co_await out.finish(1);
  }
  find::Finder finder(context, *expression, follow);
  bool well = true;
  for (const std::string& path : paths) {
    const bool walked = co_await finder.walk(path, path, 0);
    well = well && walked;
    if (context.quit) break;
  }
  co_await finder.flush(expression->root.get());
  const int status = well && !finder.failed() ? 0 : 1;
  co_return co_await out.finish(status);
}

}  // namespace drydock::userland
