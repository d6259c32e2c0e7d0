// lab.cc — builds in a workshop.

#include "tests/builder/lab.h"

#include <fmt/format.h>

#include "sim/vfs/tar.h"

namespace drydock::test {

Bytes tar_of(const Files& files) {
  vfs::TarWriter tar;
  for (const auto& [name, file] : files) {
    vfs::TarEntry entry;
    entry.name = name;
    entry.mode = file.mode;
    entry.uid = entry.gid = file.owner;
    entry.content = file.content;
    entry.size = static_cast<std::int64_t>(file.content.size());
    entry.mtime = kEpochOfDrydock;
    if (name.ends_with('/')) entry.type = vfs::FileType::directory;
    if (!file.link.empty()) {
      entry.type = vfs::FileType::symlink;
      entry.link = file.link;
    }
    tar.add(entry);
  }
  tar.end();
  return tar.take();
}

Lab::Lab(const engine::Rules& rules) : engine_(workshop_, rules, 1) {
  Files root;
  root["bin/"].mode = 0755;
  root["bin/sh"].mode = 0755;
  root["etc/"].mode = 0755;
  root["etc/passwd"].content =
      "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n";
  root["etc/group"].content = "root:x:0:\napp:x:1000:\n";
  root["tmp/"].mode = 01777;
  Files context;
  context["rootfs.tar"].content = tar_of(root);
  builder::BuildRequest request;
  request.tags = {"busybox"};
  const Built base = build("FROM scratch\nADD rootfs.tar /\nCMD [\"sh\"]\n",
                           context, std::move(request));
  if (!base.error.empty()) fmt::print("no busybox: {}\n", base.error);
}

Built Lab::build(const std::string& dockerfile, Files files,
                 builder::BuildRequest request) {
  files["Dockerfile"].content = dockerfile;
  StringSource context(tar_of(files));
  Screenful screen;
  const auto answer = finish(
      workshop_, builder::build(engine_, std::move(request), context, screen));
  Built built;
  built.output = rename_ids(screen.take());
  if (answer) {
    built.image = answer->image_id;
  } else {
    built.error = answer.error().text;
    built.code = answer.error().exit_code;
  }
  return built;
}

std::string Lab::look(const std::string& name, const std::string& path) {
  const engine::ImageRef found = image(name);
  if (!found) return "no such image";
  const auto inode = workshop_.in_layer(found->layer, path);
  if (!inode) return std::string(text_of(inode.error()));
  const vfs::Attributes about = (*inode)->attributes();
  std::string text = fmt::format("{}{:o} {}:{}", vfs::letter_of(about.type),
                                 about.mode, about.uid, about.gid);
  if (about.type == vfs::FileType::symlink) {
    text += " " + *(*inode)->readlink();
  }
  if (about.type == vfs::FileType::regular) {
    text += " " + *(*inode)->read(0, 1 << 16);
  }
  return text;
}

List Lab::history(const std::string& name) {
  List texts;
  const auto rows = engine_.history(name);
  if (!rows) return {rows.error().text};
  for (const engine::HistoryRow& row : *rows) texts.push_back(row.created_by);
  return texts;
}

std::string rename_ids(const std::string& text) {
  std::map<std::string, std::size_t> seen;
  std::string renamed;
  for (std::size_t i = 0; i < text.size();) {
    const std::string word = text.substr(i, 12);
    const bool starts = i == 0 || text[i - 1] == ' ' || text[i - 1] == '\n';
    const bool ends = i + 12 >= text.size() || text[i + 12] == '\n';
    if (word.size() == 12 && is_hex(word) && starts && ends) {
      const std::size_t number =
          seen.try_emplace(word, seen.size() + 1).first->second;
      renamed += fmt::format("<{}>", number);
      i += 12;
    } else {
      renamed += text[i++];
    }
  }
  return renamed;
}

}  // namespace drydock::test
