// archive.h — words for tests about archives.

#pragma once

#include <string>
#include <utility>

#include "sim/vfs/layer.h"
#include "sim/vfs/tar.h"
#include "tests/vfs/tree.h"

namespace drydock::vfs {

/// Runs a task that waits for nobody.
template <typename T>
T run_now(Task<T> task) {
  run(task.frame());
  REQUIRE(task.finished());
  return task.await_resume();
}

template <typename T>
std::string answer(const Result<T>& result) {
  return result ? "OK" : result.error().text;
}

inline Bytes tar_of(InodeRef root, TarOptions options = {}) {
  StringSink sink;
  const Outcome written =
      run_now(write_tree(std::move(root), std::move(options), sink));
  REQUIRE(answer(written) == "OK");
  return sink.take();
}

inline Outcome untar(Bytes archive, InodeRef root,
                     ExtractOptions options = {}) {
  StringSource source(std::move(archive));
  return run_now(extract(source, std::move(root), options));
}

inline Bytes tar_of_layer(LayerRef layer) {
  StringSink sink;
  const Outcome written = run_now(write_layer(std::move(layer), sink));
  REQUIRE(answer(written) == "OK");
  return sink.take();
}

inline Result<LayerRef> layer_of(Bytes archive, LayerRef parent,
                                 const Clock& clock) {
  StringSource source(std::move(archive));
  return run_now(read_layer(source, std::move(parent), clock));
}

/// An archive of these members, ended properly.
inline Bytes archive_of(const std::vector<TarEntry>& members) {
  TarWriter tar;
  for (const TarEntry& member : members) tar.add(member);
  tar.end();
  return tar.take();
}

inline TarEntry file_member(std::string name, Bytes content = "") {
  TarEntry entry;
  entry.name = std::move(name);
  entry.size = static_cast<std::int64_t>(content.size());
  entry.content = std::move(content);
  return entry;
}

inline TarEntry link_member(std::string name, std::string target,
                            bool hard = false) {
  TarEntry entry;
  entry.name = std::move(name);
  entry.type = hard ? FileType::regular : FileType::symlink;
  entry.hard_link = hard;
  entry.link = std::move(target);
  return entry;
}

inline TarEntry directory_member(std::string name) {
  TarEntry entry;
  entry.name = std::move(name);
  entry.type = FileType::directory;
  entry.mode = 0755;
  return entry;
}

}  // namespace drydock::vfs
