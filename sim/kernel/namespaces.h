// namespaces.h — namespaces(7): the seven that a process lives in.

#pragma once

#include <memory>

#include "sim/kernel/cgroup_namespace.h"
#include "sim/kernel/ipc_namespace.h"
#include "sim/kernel/mount_namespace.h"
#include "sim/kernel/net_namespace.h"
#include "sim/kernel/pid_namespace.h"
#include "sim/kernel/user_namespace.h"
#include "sim/kernel/uts_namespace.h"

namespace drydock::kernel {

/// Shared by a process and its children, so that fork copies one pointer.
struct Namespaces {
  PidNamespaceRef pid;
  MountNamespaceRef mnt;
  UtsNamespaceRef uts;
  NetNamespaceRef net;
  IpcNamespaceRef ipc;
  UserNamespaceRef user;
  CgroupNamespaceRef cgroup;
};
using NamespacesRef = std::shared_ptr<const Namespaces>;

}  // namespace drydock::kernel
