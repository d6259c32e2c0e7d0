// copy.cc — from words to files, from files to a tar.

#include "sim/builder/copy.h"

#include <fmt/format.h>

#include "sim/base/sha256.h"
#include "sim/builder/ignore.h"
#include "sim/vfs/tar.h"

namespace drydock::builder {
namespace {

constexpr int kDepthMax = 500;

Error failed(const CopyOrder& order, const BuilderRules& rules,
             std::string_view text) {
  if (!rules.names_command_in_copy_errors) return Error{std::string(text)};
  return Error{fmt::format("{} failed: {}", order.name, text)};
}

/// "/a" and "./a" are "a"; the context's root is its top.
std::string relative(std::string_view path) {
  if (path.size() > 1 && path.starts_with('/')) path.remove_prefix(1);
  if (path.starts_with("./") && path.size() > 2) path.remove_prefix(2);
  return std::string(path);
}

bool leaves(std::string_view path) {
  const std::string clean = vfs::clean_path(path);
  return clean == ".." || clean.starts_with("../");
}

Error outside(const CopyOrder& order, const BuilderRules& rules,
              const std::string& path) {
  if (rules.names_command_in_copy_errors) {
    return failed(
        order, rules,
        fmt::format("forbidden path outside the build context: {} ()", path));
  }
  // Where docker-1.8 keeps a context while it builds.
  constexpr std::string_view kFolder = "/tmp/docker-build";
  return Error{fmt::format("Forbidden path outside the build context: {} ({})",
                           path,
                           vfs::clean_path(vfs::join_path(kFolder, path)))};
}

Error missing(const CopyOrder& order, const BuilderRules& rules,
              const std::string& path) {
  if (!rules.names_command_in_copy_errors) {
    return Error{path + ": no such file or directory"};
  }
  const std::string_view where =
      order.from.empty()
          ? "file not found in build context or excluded by .dockerignore: "
          : "";
  return failed(order, rules,
                fmt::format("{}stat {}: file does not exist", where, path));
}

Outcome gather_one(const Context& context, const CopyOrder& order,
                   const BuilderRules& rules, const std::string& path,
                   std::vector<CopySource>& found) {
  if (leaves(path)) return outside(order, rules, path);
  const auto inode = context.find(path);
  if (!inode) return missing(order, rules, path);
  CopySource source;
  source.path = path;
  source.inode = *inode;
  source.directory = (*inode)->attributes().type == vfs::FileType::directory;
  const std::string name = vfs::clean_path(path);
  source.hash = source.directory ? "dir:" + hash_of_tree(**inode, name)
                                 : "file:" + hash_of_file(**inode, name);
  found.push_back(std::move(source));
  return done();
}

Outcome gather_pattern(const Context& context, const Fetched& fetched,
                       const CopyOrder& order, const BuilderRules& rules,
                       const std::string& typed,
                       std::vector<CopySource>& found) {
  if (is_url(typed)) {
    if (order.name == "COPY") {
      return failed(order, rules,
                    rules.names_command_in_copy_errors
                        ? "source can't be a URL for COPY"
                        : "Source can't be a URL for COPY");
    }
    const auto brought = fetched.find(typed);
    if (brought == fetched.end()) {
      return failed(order, rules, fetch_refusal(typed, rules));
    }
    found.push_back(brought->second);
    return done();
  }
  const std::string path = relative(typed);
  if (!has_wildcards(path)) {
    return gather_one(context, order, rules, path, found);
  }
  for (const std::string& name : context.glob(vfs::clean_path(path))) {
    const Outcome one = gather_one(context, order, rules, name, found);
    if (!one) return one;
  }
  return done();
}

vfs::TarEntry directory_entry(std::string name, Owner owner) {
  vfs::TarEntry entry;
  entry.name = std::move(name) + "/";
  entry.type = vfs::FileType::directory;
  entry.mode = 0755;
  entry.uid = owner.uid;
  entry.gid = owner.gid;
  return entry;
}

vfs::TarEntry entry_of(vfs::Inode& file, const std::string& name, Owner owner) {
  const vfs::Attributes about = file.attributes();
  vfs::TarEntry entry;
  entry.type = about.type;
  entry.name = about.type == vfs::FileType::directory ? name + "/" : name;
  entry.mode = about.mode;
  entry.uid = owner.uid;
  entry.gid = owner.gid;
  entry.mtime = about.mtime;
  entry.rdev = about.rdev;
  entry.xattrs = file.xattrs();
  if (about.type == vfs::FileType::symlink) {
    const auto target = file.readlink();
    if (target) entry.link = *target;
  }
  if (about.type == vfs::FileType::regular) {
    entry.size = about.size;
    const SysResult<vfs::Content> content = content_of(file);
    if (content) vfs::set_body(entry, *content);
  }
  return entry;
}

void pack_below(vfs::Inode& directory, const std::string& name, Owner owner,
                int depth, vfs::TarWriter& tar) {
  const auto entries = directory.entries();
  if (!entries || depth > kDepthMax) return;
  for (const vfs::DirectoryEntry& child : *entries) {
    const auto inode = directory.lookup(child.name);
    if (!inode) continue;
    const std::string path = vfs::join_path(name, child.name);
    tar.add(entry_of(**inode, path, owner));
    if (child.type != vfs::FileType::directory) continue;
    pack_below(**inode, path, owner, depth + 1, tar);
  }
}

/// "passwd" or "group": the third field of the line that begins with `name`.
std::optional<std::uint32_t> find_id(std::string_view file,
                                     std::string_view name) {
  const std::optional<std::int64_t> number = parse_int(name);
  if (number && *number >= 0) return static_cast<std::uint32_t>(*number);
  for (const std::string& line : split(file, '\n')) {
    const List fields = split(line, ':');
    if (fields.size() < 3 || fields[0] != name) continue;
    const std::optional<std::int64_t> id = parse_int(fields[2]);
    if (id) return static_cast<std::uint32_t>(*id);
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<CopySource>> gather(const Context& context,
                                       const Fetched& fetched,
                                       const CopyOrder& order,
                                       const BuilderRules& rules) {
  std::vector<CopySource> found;
  for (const std::string& typed : order.sources) {
    const Outcome one =
        gather_pattern(context, fetched, order, rules, typed, found);
    if (!one) return one.error();
  }
  if (found.empty()) {
    return failed(order, rules,
                  rules.names_command_in_copy_errors
                      ? "no source files were specified"
                      : "No source files were specified");
  }
  if (found.size() > 1 && !order.destination.ends_with('/')) {
    return Error{fmt::format(
        "When using {} with more than one source file, the destination must "
        "be a directory and end with a /",
        order.name)};
  }
  return found;
}

std::string hash_of(const std::vector<CopySource>& sources) {
  if (sources.size() == 1) return sources[0].hash;
  List hashes;
  for (const CopySource& source : sources) hashes.push_back(source.hash);
  return "multi:" + sha256_hex(join(hashes, ","));
}

engine::StringMap sums_of(const std::vector<CopySource>& sources) {
  engine::StringMap sums;
  std::vector<CopySource> rest(sources);
  while (!rest.empty()) {
    const CopySource source = std::move(rest.back());
    rest.pop_back();
    if (!source.directory) {
      sums[source.path] = hash_of_file(*source.inode, source.path);
      continue;
    }
    const auto entries = source.inode->entries();
    if (!entries) continue;
    for (const vfs::DirectoryEntry& entry : *entries) {
      const auto inode = source.inode->lookup(entry.name);
      if (!inode) continue;
      const bool directory = entry.type == vfs::FileType::directory;
      const std::string path = vfs::join_path(source.path, entry.name);
      rest.push_back({vfs::clean_path(path), *inode, directory, "", false});
    }
  }
  return sums;
}

Bytes pack(const CopySource& source, const List& new_directories,
           const std::string& name, Owner owner) {
  vfs::TarWriter tar;
  for (const std::string& directory : new_directories) {
    tar.add(directory_entry(directory, owner));
  }
  if (source.directory) {
    pack_below(*source.inode, name, owner, 0, tar);
  } else {
    tar.add(entry_of(*source.inode, name, owner));
  }
  tar.end();
  return tar.take();
}

std::string file_name_of(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t host = url.find("://") + 3;
  const std::size_t slash = url.rfind('/');
  return slash == url.npos || slash < host ? ""
                                           : std::string(url.substr(slash + 1));
}

bool is_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

std::string fetch_refusal(std::string_view url, const BuilderRules& rules) {
  const std::size_t begin = url.find("://") + 3;
  const std::string_view rest = url.substr(begin);
  const std::string_view place = rest.substr(0, rest.find('/'));
  const std::size_t colon = place.find(':');
  const std::string_view host = place.substr(0, colon);
  const std::string_view port = colon != place.npos ? place.substr(colon + 1)
                                : url.starts_with("https://")
                                    ? std::string_view("443")
                                    : std::string_view("80");
  const bool late = rules.late_instructions;
  const std::string head = late ? fmt::format("Get {}: dial tcp", go_quote(url))
                                : fmt::format("Get {}: dial tcp", url);
  const bool numeric = host.find_first_not_of("0123456789.") == host.npos;
  if (!numeric && host != "localhost") {
    return fmt::format("{}: lookup {}: no such host", head, host);
  }
  const std::string_view address = host == "localhost" ? "127.0.0.1" : host;
  const std::string_view reason = address.starts_with("127.")
                                      ? "connection refused"
                                      : "network is unreachable";
  return fmt::format("{} {}:{}: {}{}", head, address, port,
                     late ? "connect: " : "", reason);
}

Result<Owner> find_owner(std::string_view chown, std::string_view passwd,
                         std::string_view group) {
  const std::size_t colon = chown.find(':');
  const std::string_view user = chown.substr(0, colon);
  const std::string_view of_group =
      colon == chown.npos ? user : chown.substr(colon + 1);
  constexpr std::string_view kWords =
      "unable to convert uid/gid chown string to host mapping: can't find {0} "
      "for {1} {2}: no such {1}: {2}";
  const std::optional<std::uint32_t> uid = find_id(passwd, user);
  if (!uid) return Error{fmt::format(kWords, "uid", "user", user)};
  const std::optional<std::uint32_t> gid = find_id(group, of_group);
  if (!gid) return Error{fmt::format(kWords, "gid", "group", of_group)};
  return Owner{*uid, *gid};
}

}  // namespace drydock::builder
