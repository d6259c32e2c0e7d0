// tree.h — words for tests about files.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/vfs/memory_fs.h"
#include "sim/vfs/walk.h"

namespace drydock::vfs {

/// A clock that a test moves by hand.
class HandClock final : public Clock {
 public:
  Time now() const override { return now_; }
  void advance(Nanoseconds span) { now_ = now_ + span; }

 private:
  Time now_ = kEpochOfDrydock;
};

inline NewFile new_file(Mode mode = 0644) {
  NewFile file;
  file.mode = mode;
  return file;
}

inline NewFile new_directory(Mode mode = 0755) {
  NewFile file;
  file.type = FileType::directory;
  file.mode = mode;
  return file;
}

inline NewFile new_symlink(std::string target) {
  NewFile file;
  file.type = FileType::symlink;
  file.target = std::move(target);
  return file;
}

inline std::string content_of(Inode& file) {
  return *file.read(0, static_cast<std::size_t>(file.attributes().size));
}

/// Why a call failed; "OK" when it did not.
template <typename T>
std::string answer(const SysResult<T>& result) {
  return result ? "OK" : std::string(name_of(result.error()));
}

/// For steps that prepare a test and cannot fail in it.
template <typename T>
T must(SysResult<T> result) {
  INFO(answer(result));
  REQUIRE(result);
  return *std::move(result);
}

inline InodeRef put(Inode& root, std::string_view path,
                    std::string_view content = "") {
  return must(write_file(root, path, content));
}

inline InodeRef put_directory(Inode& root, std::string_view path) {
  return must(make_directories(root, path));
}

inline InodeRef put_symlink(Inode& root, std::string_view path,
                            std::string target) {
  const InodeRef above = put_directory(root, dir_name(path));
  return must(above->create(base_name(path), new_symlink(std::move(target))));
}

/// The names in a directory, with one blank between them.
inline std::string names_in(Inode& directory) {
  std::string names;
  const auto entries = *directory.entries();
  for (const DirectoryEntry& entry : entries) {
    if (!names.empty()) names += ' ';
    names += entry.name;
  }
  return names;
}

}  // namespace drydock::vfs
