// table.cc — the tree of docker's commands.

#include "sim/cli/commands/all.h"

#include <algorithm>
#include <iterator>

namespace drydock::cli {

namespace {

// clang-format off
constexpr Entry kEntries[] = {
    // Groups came with 1.13.
    {"builder",    nullptr, k20, "Manage builds", true},
    {"completion", nullptr, k20, "Generate the autocompletion script for the specified shell"},
    {"config",     nullptr, k20, "Manage Docker configs"},
    {"container",  nullptr, k20, "Manage containers", true},
    {"context",    nullptr, k20, "Manage contexts"},
    {"image",      nullptr, k20, "Manage images", true},
    {"manifest",   nullptr, k20, "Manage Docker image manifests and manifest lists"},
    {"network",    nullptr, k20, "Manage networks", true},
    {"node",       nullptr, k20, "Manage Swarm nodes"},
    {"plugin",     nullptr, k20, "Manage plugins"},
    {"secret",     nullptr, k20, "Manage Docker secrets"},
    {"service",    nullptr, k20, "Manage services"},
    {"stack",      nullptr, k20, "Manage Docker stacks"},
    {"swarm",      nullptr, k20, "Manage Swarm"},
    {"system",     nullptr, k20, "Manage Docker", true},
    {"trust",      nullptr, k20, "Manage trust on Docker images"},
    {"volume",     nullptr, k20, "Manage volumes", true},

    {"attach",   &kAttach,  kBoth},
    {"build",    &kBuild,   kBoth},
    {"commit",   &kCommit,  kBoth},
    {"cp",       &kCp,      kBoth},
    {"create",   &kCreate,  kBoth},
    {"daemon",   nullptr,   k18, "Enable daemon mode"},
    {"diff",     &kDiff,    kBoth},
    {"events",   &kEvents,  kBoth},
    {"exec",     &kExec,    kBoth},
    {"export",   &kExport,  kBoth},
    {"history",  &kHistory, kBoth},
    {"images",   &kImages,  kBoth},
    {"import",   &kImport,  kBoth},
    {"info",     &kInfo,    kBoth},
    {"inspect",  &kInspect, kBoth},
    {"kill",     &kKill,    kBoth},
    {"load",     &kLoad,    kBoth},
    {"login",    &kLogin,   kBoth},
    {"logout",   &kLogout,  kBoth},
    {"logs",     &kLogs,    kBoth},
    {"pause",    &kPause,   kBoth},
    {"port",     &kPort,    kBoth},
    {"ps",       &kPs,      kBoth},
    {"pull",     &kPull,    kBoth},
    {"push",     &kPush,    kBoth},
    {"rename",   &kRename,  kBoth},
    {"restart",  &kRestart, kBoth},
    {"rm",       &kRm,      kBoth},
    {"rmi",      &kRmi,     kBoth},
    {"run",      &kRun,     kBoth},
    {"save",     &kSave,    kBoth},
    {"search",   &kSearch,  kBoth},
    {"start",    &kStart,   kBoth},
    {"stats",    &kStats,   kBoth},
    {"stop",     &kStop,    kBoth},
    {"tag",      &kTag,     kBoth},
    {"top",      &kTop,     kBoth},
    {"unpause",  &kUnpause, kBoth},
    {"update",   &kUpdate,  k20},
    {"version",  &kVersion, kBoth},
    {"wait",     &kWait,    kBoth},

    {"builder build", &kBuild, k20},
    {"builder prune", nullptr, k20, "Remove build cache"},

    {"container attach",  &kAttach,  k20},
    {"container commit",  &kCommit,  k20},
    {"container cp",      &kCp,      k20},
    {"container create",  &kCreate,  k20},
    {"container diff",    &kDiff,    k20},
    {"container exec",    &kExec,    k20},
    {"container export",  &kExport,  k20},
    {"container inspect", &kContainerInspect, k20},
    {"container kill",    &kKill,    k20},
    {"container logs",    &kLogs,    k20},
    {"container ls",      &kPs,      k20},
    {"container pause",   &kPause,   k20},
    {"container port",    &kPort,    k20},
    {"container prune",   &kContainerPrune, k20},
    {"container rename",  &kRename,  k20},
    {"container restart", &kRestart, k20},
    {"container rm",      &kRm,      k20},
    {"container run",     &kRun,     k20},
    {"container start",   &kStart,   k20},
    {"container stats",   &kStats,   k20},
    {"container stop",    &kStop,    k20},
    {"container top",     &kTop,     k20},
    {"container unpause", &kUnpause, k20},
    {"container update",  &kUpdate,  k20},
    {"container wait",    &kWait,    k20},

    {"image build",   &kBuild,   k20},
    {"image history", &kHistory, k20},
    {"image import",  &kImport,  k20},
    {"image inspect", &kImageInspect, k20},
    {"image load",    &kLoad,    k20},
    {"image ls",      &kImages,  k20},
    {"image prune",   &kImagePrune, k20},
    {"image pull",    &kPull,    k20},
    {"image push",    &kPush,    k20},
    {"image rm",      &kRmi,     k20},
    {"image save",    &kSave,    k20},
    {"image tag",     &kTag,     k20},

    {"network connect",    &kNetworkConnect, k20},
    {"network create",     &kNetworkCreate, k20},
    {"network disconnect", &kNetworkDisconnect, k20},
    {"network inspect",    &kNetworkInspect, k20},
    {"network ls",         &kNetworkLs, k20},
    {"network prune",      &kNetworkPrune, k20},
    {"network rm",         &kNetworkRm, k20},

    {"system df",     &kSystemDf,    k20},
    {"system events", &kEvents,      k20},
    {"system info",   &kInfo,        k20},
    {"system prune",  &kSystemPrune, k20},

    {"volume create",  &kVolumeCreate,  k20},
    {"volume inspect", &kVolumeInspect, k20},
    {"volume ls",      &kVolumeLs,      k20},
    {"volume prune",   &kVolumePrune,   k20},
    {"volume rm",      &kVolumeRm,      k20},
};

// Second names; they are in no help page's list.
struct SecondName {
  std::string_view typed, path;
};
constexpr SecondName kSecondNames[] = {
    {"container list", "container ls"}, {"container ps", "container ls"},
    {"image list", "image ls"},         {"image remove", "image rm"},
    {"volume list", "volume ls"},       {"volume remove", "volume rm"},
    {"container remove", "container rm"},
    {"network list", "network ls"},     {"network remove", "network rm"},
};
// clang-format on

/// Only commands below a group have one.
std::string_view first_name(std::string_view path) {
  if (path.find(' ') == std::string_view::npos) return path;
  const auto second = std::ranges::find(kSecondNames, path, &SecondName::typed);
  return second == std::end(kSecondNames) ? path : second->path;
}

}  // namespace

std::span<const Entry> entries() { return kEntries; }

const Entry* find_entry(std::string_view path, Where where) {
  path = first_name(path);
  for (const Entry& entry : kEntries) {
    if ((entry.where & where) && entry.path == path) return &entry;
  }
  return nullptr;
}

}  // namespace drydock::cli
