// pid_namespace.h — pid_namespaces(7): the numbers by which processes go.
//
// A process has a number in its own namespace and in all that contain it.
// Processes, groups and sessions are known by one record of these numbers,
// which are in use for as long as anyone holds the record.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "sim/kernel/process.h"

namespace drydock::kernel {

class KernelProcess;
class PidNamespace;
class Tty;
struct ProcessGroup;
struct Session;
using PidNamespaceRef = std::shared_ptr<PidNamespace>;

inline constexpr std::size_t kPidNamespacesDeep = 32;  // pid_namespaces(7)

/// The numbers of one process (group, session), outermost namespace first.
class PidNumbers {
 public:
  explicit PidNumbers(PidNamespaceRef own);
  PidNumbers(const PidNumbers&) = delete;
  ~PidNumbers();

  /// As seen from there; 0 when it cannot be seen.
  Pid in(const PidNamespace& from) const;
  Pid own() const;
  PidNamespace& name_space() const { return *own_; }

  KernelProcess* process = nullptr;  // Null once it has been waited for.
  ProcessGroup* group = nullptr;     // Null when it leads none.
  Session* session = nullptr;

 private:
  PidNamespaceRef own_;
  std::array<Pid, kPidNamespacesDeep> numbers_;  // Used up to its level.
};
using PidNumbersRef = std::shared_ptr<PidNumbers>;

class PidNamespace {
 public:
  static constexpr Pid kPidMax = 4194304;

  PidNamespace(PidNamespaceRef parent, std::uint64_t ino)
      : parent_(std::move(parent)),
        ino_(ino),
        level_(parent_ ? parent_->level_ + 1 : 0) {}

  const PidNamespaceRef& parent() const { return parent_; }
  std::size_t level() const { return level_; }
  std::uint64_t ino() const { return ino_; }

  /// Is it this one or inside of it?
  bool contains(const PidNamespace& other) const;

  PidNumbers* find(Pid pid) const;
  KernelProcess* find_process(Pid pid) const;
  /// All records, by number in this namespace.
  const std::map<Pid, PidNumbers*>& all() const { return all_; }
  Pid last() const { return last_; }
  void set_last(Pid last) { last_ = last; }

  vfs::FileSystemRef proc;        // Its /proc, once somebody mounts it.
  KernelProcess* init = nullptr;  // Its PID 1.
  bool ending = false;            // PID 1 has ended: no more forks.
  std::map<vfs::UserId, std::int64_t> users;  // How many processes of each.

 private:
  friend class PidNumbers;
  Pid assign(PidNumbers& numbers);

  PidNamespaceRef parent_;
  std::uint64_t ino_;
  std::size_t level_;
  Pid last_ = 0;
  std::map<Pid, PidNumbers*> all_;
};

/// setpgid(2): who gets a terminal's signals together.
struct ProcessGroup {
  explicit ProcessGroup(PidNumbersRef leader, std::shared_ptr<Session> in);
  ProcessGroup(const ProcessGroup&) = delete;
  ~ProcessGroup();

  PidNumbersRef numbers;
  std::shared_ptr<Session> session;
  Link members;  // GroupPlace of KernelProcess, in order of joining.
};
using ProcessGroupRef = std::shared_ptr<ProcessGroup>;

/// setsid(2): who shares a controlling terminal.
struct Session {
  explicit Session(PidNumbersRef leader);
  Session(const Session&) = delete;
  ~Session();

  PidNumbersRef numbers;
  std::shared_ptr<Tty> tty;  // Controlling terminal; null for none.
};
using SessionRef = std::shared_ptr<Session>;

}  // namespace drydock::kernel
