// completion.cc — names that the machine knows, by the word before.

#include "sim/front/completion.h"

#include <algorithm>
#include <set>

#include "sim/base/text.h"
#include "sim/cli/docker.h"

namespace drydock::front {

namespace {

void add_paths(machine::Machine& machine, const std::string& word,
               std::set<std::string>& words) {
  const std::size_t slash = word.rfind('/');
  const std::string typed =
      slash == std::string::npos ? "" : word.substr(0, slash + 1);
  const std::string folder = typed.starts_with('/') ? typed : "/root/" + typed;
  const vfs::MountTable& table = machine.kernel().machine().mnt->table;
  const vfs::View view{&table, table.root(), table.root(), {}};
  const auto place = vfs::resolve(view, folder);
  if (!place) return;
  const auto entries = place->inode->entries();
  if (!entries) return;
  for (const vfs::DirectoryEntry& entry : *entries) {
    const bool directory = entry.type == vfs::FileType::directory;
    words.insert(typed + entry.name + (directory ? "/" : ""));
  }
}

void add_names(machine::Machine& machine, std::set<std::string>& words) {
  for (const auto& [age, container] : machine.engine().containers()) {
    words.insert(container->name);
  }
  const auto images = machine.engine().images({});
  if (!images) return;
  for (const engine::ImageSummary& image : *images) {
    for (const std::string& tag : image.tags) words.insert(tag);
  }
}

}  // namespace

std::vector<std::string> complete(machine::Machine& machine,
                                  const std::string& line) {
  const std::size_t begin = line.find_last_of(" \t|;&(") + 1;
  const std::string word = line.substr(begin);
  const List before = split_blanks(line.substr(0, begin));
  std::set<std::string> words;
  if (before.size() == 1 && before.front() == "docker") {
    for (const std::string& name :
         cli::command_names(*machine.options().profile)) {
      words.insert(name);
    }
  } else if (before.empty()) {
    words = {"docker", "cat", "cd", "ls", "mkdir", "undo", "exit"};
  } else {
    if (before.front() == "docker") add_names(machine, words);
    add_paths(machine, word, words);
  }
  std::erase_if(words, [&word](const std::string& candidate) {
    return !candidate.starts_with(word);
  });
  return {words.begin(), words.end()};
}

}  // namespace drydock::front
