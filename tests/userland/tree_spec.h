// tree_spec.h — equal trees of files in both worlds, made from one text.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/machine.h"
#include "tests/userland/both_worlds.h"

namespace drydock::test {

/// Where the tree lies, in both worlds: on a tmpfs, since directories have
/// another size elsewhere.
inline constexpr const char* kTreeRoot = "/dev/shm/drydock-both-worlds";

/// One line of the text (see both_worlds.h).
struct TreeLine {
  enum class Kind { file, directory, symlink, hard_link, fifo };
  Kind kind = Kind::file;
  std::string name, content;  // Or what a link leads to.
  std::uint32_t mode = 0644, uid = 0, gid = 0;
  Time time;
};
std::vector<TreeLine> parse_tree(std::string_view text);

/// The tree on this machine's disk; gone with the object.
class RealTree {
 public:
  explicit RealTree(std::string_view text);
  RealTree(const RealTree&) = delete;
  ~RealTree();

  Answer run(const std::string& path, const std::vector<std::string>& argv,
             const std::string& input);

  /// A line a file: type, mode, owner, size, link target, content.
  std::string describe() const;
};

/// The same in a simulated machine.
class SimulatedTree {
 public:
  explicit SimulatedTree(std::string_view text);

  Answer run(const std::vector<std::string>& argv, const std::string& input);
  std::string describe();

  TestMachine machine;
};

}  // namespace drydock::test
