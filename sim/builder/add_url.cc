// add_url.cc — ADD's URLs: fetched, and laid down as files of mode 0600.

#include <fmt/format.h>

#include "sim/builder/session.h"
#include "sim/vfs/tar.h"

namespace drydock::builder {

namespace {

/// A tar with that one file in it.
Bytes tar_of(const std::string& name, Downloads::File file) {
  vfs::TarEntry entry;
  entry.name = name;
  entry.mode = 0600;
  entry.size = static_cast<std::int64_t>(file.content.size());
  entry.content = std::move(file.content);
  entry.mtime = file.modified.value_or(Time());
  vfs::TarWriter tar;
  tar.add(entry);
  tar.end();
  return tar.take();
}

}  // namespace

Task<Answer<Fetched>> Session::fetch_urls(CopyOrder order, Context& web) {
  Fetched fetched;
  for (const std::string& url : order.sources) {
    if (!is_url(url) || fetched.contains(url)) continue;
    std::string name = file_name_of(url);
    if (name.empty() && order.destination.ends_with('/')) {
      co_return fault(fmt::format(
          "{}cannot determine filename from url: {}",
          rules_.names_command_in_copy_errors ? "ADD failed: " : "", url));
    }
    if (name.empty()) name = "index";
    Result<Downloads::File> file = co_await request_.downloads->get(url);
    if (!file) {
      const bool named = rules_.names_command_in_copy_errors;
      co_return fault((named ? "ADD failed: " : "") + file.error().text);
    }
    co_await write("\n");  // Where a terminal has had a bar.
    StringSource tar(tar_of(name, *std::move(file)));
    // Two URLs may end in the same name.
    const std::string folder = fmt::format("{}", fetched.size());
    const Outcome loaded = co_await web.load_below(tar, folder);
    if (!loaded) co_return fault(loaded.error().text);
    CopySource source;
    source.path = folder + "/" + name;
    source.fetched = true;
    const auto inode = web.find(source.path);
    if (!inode) co_return fault(std::string(text_of(inode.error())));
    source.inode = *inode;
    source.hash = "file:" + hash_of_file(**inode, name);
    fetched.emplace(url, std::move(source));
  }
  co_return fetched;
}

}  // namespace drydock::builder
