// completion.cc — names that the machine knows, by the word before.

#include "sim/front/completion.h"

#include <algorithm>
#include <array>
#include <set>

#include "sim/base/text.h"
#include "sim/cli/commands/all.h"
#include "sim/cli/docker.h"

namespace drydock::front {

namespace {

using Words = std::set<std::string>;

/// What an operand or a flag's value names.
enum What : unsigned {
  kNothing = 0,
  kRunning = 1,
  kStopped = 2,
  kContainers = kRunning | kStopped,
  kImages = 4,
  kPaths = 8,
  kCommands = 16,
  kVolumes = 32,
};

struct Place {
  std::string_view name;
  unsigned first, rest;  // The first operand, and those after it.
};

// clang-format off
constexpr std::array kOperands = {
    Place{"attach", kRunning, kNothing},   Place{"build", kPaths, kPaths},
    Place{"commit", kContainers, kImages}, Place{"cp", kContainers | kPaths, kContainers | kPaths},
    Place{"create", kImages, kNothing},    Place{"diff", kContainers, kNothing},
    Place{"exec", kRunning, kNothing},     Place{"export", kContainers, kNothing},
    Place{"help", kCommands, kNothing},    Place{"history", kImages, kNothing},
    Place{"images", kImages, kNothing},    Place{"import", kPaths, kImages},
    Place{"inspect", kContainers | kImages, kContainers | kImages},
    Place{"kill", kRunning, kRunning},     Place{"logs", kContainers, kNothing},
    Place{"pause", kRunning, kRunning},    Place{"port", kRunning, kNothing},
    Place{"pull", kImages, kNothing},      Place{"push", kImages, kNothing},
    Place{"rename", kContainers, kNothing}, Place{"restart", kContainers, kContainers},
    Place{"rm", kContainers, kContainers}, Place{"rmi", kImages, kImages},
    Place{"run", kImages, kNothing},       Place{"save", kImages, kImages},
    Place{"start", kStopped, kStopped},    Place{"stats", kRunning, kRunning},
    Place{"stop", kRunning, kRunning},     Place{"tag", kImages, kImages},
    Place{"top", kRunning, kNothing},      Place{"unpause", kRunning, kRunning},
    Place{"update", kContainers, kContainers}, Place{"wait", kContainers, kContainers},
    Place{"volume inspect", kVolumes, kVolumes}, Place{"volume rm", kVolumes, kVolumes},
};

constexpr std::array kValues = {
    Place{"volumes-from", kContainers, 0}, Place{"link", kRunning, 0},
    Place{"volume", kPaths | kVolumes, 0}, Place{"env-file", kPaths, 0},
    Place{"file", kPaths, 0},              Place{"cidfile", kPaths, 0},
    Place{"output", kPaths, 0},            Place{"input", kPaths, 0},
    Place{"label-file", kPaths, 0},        Place{"iidfile", kPaths, 0},
};
// clang-format on

const Place* place_named(std::span<const Place> table, std::string_view name) {
  const auto row = std::ranges::find(table, name, &Place::name);
  return row == table.end() ? nullptr : &*row;
}

void add_directory(machine::Machine& machine, const std::string& folder,
                   const std::string& typed, Words& words) {
  const vfs::MountTable& table = machine.kernel().machine().mnt->table;
  const vfs::View view{&table, table.root(), table.root(), {}};
  const auto place = vfs::resolve(view, folder);
  if (!place) return;
  const auto entries = place->inode->entries();
  if (!entries) return;
  for (const vfs::DirectoryEntry& entry : *entries) {
    const auto below = vfs::resolve(view, vfs::join_path(folder, entry.name));
    const bool directory =
        below && below->inode->attributes().type == vfs::FileType::directory;
    words.insert(typed + entry.name + (directory ? "/" : ""));
  }
}

void add_paths(machine::Machine& machine, const std::string& cwd,
               const std::string& word, Words& words) {
  const std::size_t slash = word.rfind('/');
  const std::string typed =
      slash == std::string::npos ? "" : word.substr(0, slash + 1);
  std::string folder = vfs::join_path(cwd, typed.empty() ? "." : typed);
  if (typed.starts_with('/')) folder = typed;
  if (typed.starts_with("~/")) folder = "/root/" + typed.substr(2);
  add_directory(machine, folder, typed, words);
}

/// Programs of the host's PATH and what the shell itself knows.
void add_programs(machine::Machine& machine, Words& words) {
  for (const std::string_view folder :
       {"/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"}) {
    add_directory(machine, std::string(folder), "", words);
  }
  words.insert({"alias", "cd", "echo", "exit", "export", "for", "help", "if",
                "jobs", "read", "set", "undo", "unset", "wait", "while",
                "drydock"});
}

void add_things(machine::Machine& machine, unsigned what, Words& words) {
  engine::Engine& engine = machine.engine();
  for (const auto& [age, container] : engine.containers()) {
    const bool runs = container->run.running();
    if (what & (runs ? kRunning : kStopped)) words.insert(container->name);
  }
  const auto images = engine.images({});
  if (images && (what & kImages)) {
    for (const engine::ImageSummary& image : *images) {
      for (const std::string& tag : image.tags) {
        words.insert(tag.ends_with(":latest") ? tag.substr(0, tag.size() - 7)
                                              : tag);
      }
    }
  }
  const auto volumes = engine.volumes({});
  if (volumes && (what & kVolumes)) {
    for (const auto& volume : *volumes) words.insert(volume.name);
  }
  if (what & kCommands) {
    for (const std::string& name :
         cli::command_names(*machine.options().profile)) {
      words.insert(name.substr(0, name.find(' ')));
    }
  }
}

void add_flags(const cli::Command& command, cli::Where where, Words& words) {
  for (const cli::Flag& flag : command.flags) {
    if (!(flag.where & where) || flag.hidden) continue;
    words.insert("--" + std::string(flag.name));
  }
  words.insert("--help");
}

/// The flag that a word names and whose value has to follow; null otherwise.
const cli::Flag* flag_before(const cli::Command& command, cli::Where where,
                             const std::string& word) {
  if (!word.starts_with('-') || word.find('=') != std::string::npos) {
    return nullptr;
  }
  const std::string name = word.substr(word.starts_with("--") ? 2 : 1);
  for (const cli::Flag& flag : command.flags) {
    const bool meant =
        flag.name == name || (flag.letter != 0 && !word.starts_with("--") &&
                              word.back() == flag.letter);
    if (meant && (flag.where & where) && flag.kind != cli::Kind::toggle) {
      return &flag;
    }
  }
  return nullptr;
}

/// After `docker`: `before` are whole words, `word` is being typed.
void complete_docker(machine::Machine& machine, const std::string& cwd,
                     const List& before, const std::string& word,
                     Words& words) {
  const cli::Where where = machine.options().profile->where;
  std::size_t at = 1;
  while (at < before.size() && before[at].starts_with('-')) ++at;
  if (at == before.size()) return add_things(machine, kCommands, words);
  const cli::Entry* entry = cli::find_entry(before[at], where);
  std::string path = before[at++];
  if (entry && entry->group) {
    if (at == before.size()) {
      for (const cli::Entry& other : cli::entries()) {
        if (!(other.where & where) || !other.path.starts_with(path + " ")) {
          continue;
        }
        words.insert(std::string(other.path.substr(path.size() + 1)));
      }
      return;
    }
    path += " " + before[at++];
    entry = cli::find_entry(path, where);
  }
  const bool helps = path == "help";
  if (!helps && (!entry || !entry->command)) return;
  std::size_t operands = 0;
  unsigned what = kNothing;
  bool is_value = false;
  for (; at < before.size(); ++at) {
    const cli::Flag* const flag =
        helps ? nullptr : flag_before(*entry->command, where, before[at]);
    is_value = flag && at + 1 == before.size();
    if (is_value) {
      const Place* const value = place_named(kValues, flag->name);
      what = value ? value->first : kNothing;
    }
    if (flag) ++at;
    if (!flag && !before[at].starts_with('-')) ++operands;
  }
  if (!is_value && word.starts_with('-') && !helps) {
    return add_flags(*entry->command, where, words);
  }
  if (!is_value) {
    const std::size_t space = path.find(' ');
    const Place* row = place_named(kOperands, path);
    if (!row && space != std::string::npos) {
      row = place_named(kOperands, std::string_view(path).substr(space + 1));
    }
    if (row) what = operands == 0 ? row->first : row->rest;
  }
  add_things(machine, what, words);
  if (what & kPaths) add_paths(machine, cwd, word, words);
}

}  // namespace

std::vector<std::string> complete(machine::Machine& machine,
                                  const machine::HostTerminal& terminal,
                                  const std::string& line) {
  if (terminal.attached()) return {};
  const std::size_t begin = line.find_last_of(" \t|;&(<>=") + 1;
  const std::string word = line.substr(begin);
  const std::size_t start = line.find_last_of("|;&(", begin) + 1;
  const bool first = start >= begin;
  const List before =
      first ? List() : split_blanks(line.substr(start, begin - start));
  const bool redirects =
      begin > 0 && (line[begin - 1] == '<' || line[begin - 1] == '>');
  Words words;
  if (redirects || word.starts_with('/') || word.starts_with("./")) {
    add_paths(machine, terminal.cwd(), word, words);
  } else if (before.empty()) {
    add_programs(machine, words);
  } else if (before.front() == "docker") {
    complete_docker(machine, terminal.cwd(), before, word, words);
  } else {
    add_paths(machine, terminal.cwd(), word, words);
  }
  std::erase_if(words, [&word](const std::string& candidate) {
    return !candidate.starts_with(word);
  });
  return {words.begin(), words.end()};
}

}  // namespace drydock::front
