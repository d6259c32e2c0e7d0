// copy.h — what ADD and COPY take, and how it is packed for a container.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/builder/context.h"
#include "sim/builder/instruction.h"
#include "sim/engine/container.h"

namespace drydock::builder {

/// One file or directory to copy.
struct CopySource {
  std::string path;  // In the context; its last name is the copy's.
  vfs::InodeRef inode;
  bool directory = false;
  std::string hash;      // "file:<sha256>", "dir:<sha256>"
  bool fetched = false;  // From a URL: never unpacked.
};

/// What an ADD or COPY says, variables replaced.
struct CopyOrder {
  std::string name;  // "ADD", "COPY"
  List sources;
  std::string destination;  // As typed.
  std::string from, chown;
};

/// What ADD has fetched, by URL.
using Fetched = std::map<std::string, CopySource>;

/// Finds all sources.  Errors are the profile's whole line.
Result<std::vector<CopySource>> gather(const Context& context,
                                       const Fetched& fetched,
                                       const CopyOrder& order,
                                       const BuilderRules& rules);

/// The last name of a URL's path; empty when it has none.
std::string file_name_of(std::string_view url);

/// What `history` shows: one source's hash, or "multi:..." of several.
std::string hash_of(const std::vector<CopySource>& sources);

/// The files that the sources hold, with the sum of each.
engine::StringMap sums_of(const std::vector<CopySource>& sources);

/// Owner of all that is copied.
struct Owner {
  vfs::UserId uid = 0;
  vfs::GroupId gid = 0;
};

/// A tar of the source under `name` (a directory: of its contents), after
/// entries for `new_directories`, each below the one before.
Bytes pack(const CopySource& source, const List& new_directories,
           const std::string& name, Owner owner);

/// If the file is an archive, a tar of its members below `name`, with the
/// owners that they have; nullopt if it is none.  Errors: it is compressed in
/// a way that is not modelled, or a member leaves the directory.
Task<Result<std::optional<Bytes>>> unpack(CopySource source,
                                          List new_directories,
                                          std::string name);

/// Why fetching `url` does not work where there is no network beyond this
/// host; in the words of each profile's Go.
std::string fetch_refusal(std::string_view url, const BuilderRules& rules);

bool is_url(std::string_view text);

/// uid and gid of "user[:group]", by the container's files.
Result<Owner> find_owner(std::string_view chown, std::string_view passwd,
                         std::string_view group);

}  // namespace drydock::builder
