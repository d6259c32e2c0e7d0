// all.h — docker's commands; each has a file of its own here.

#pragma once

#include <span>
#include <string_view>

#include "sim/cli/command.h"

namespace drydock::cli {

extern const Command kAttach, kBuild, kCommit, kCp, kCreate, kDiff, kEvents,
    kExec, kExport, kHistory, kImages, kImport, kInfo, kInspect, kKill, kLoad,
    kLogin, kLogout, kLogs, kPause, kPort, kPs, kPull, kPush, kRename, kRestart,
    kRm, kRmi, kRun, kSave, kSearch, kStart, kStats, kStop, kTag, kTop,
    kUnpause, kUpdate, kVersion, kWait;
extern const Command kContainerInspect, kContainerPrune, kImageInspect,
    kImagePrune, kVolumeCreate, kVolumeInspect, kVolumeLs, kVolumePrune,
    kVolumeRm, kNetworkConnect, kNetworkCreate, kNetworkDisconnect,
    kNetworkInspect, kNetworkLs, kNetworkPrune, kNetworkRm, kSystemDf,
    kSystemPrune;

/// A place in the tree of commands.
struct Entry {
  std::string_view path;   // "run", "container ls"
  const Command* command;  // Null: a group, or one that is not modelled.
  Where where;
  std::string_view brief{};  // When there is no command.
  bool group = false;        // Has commands below it.
};

/// In the order of help pages.
std::span<const Entry> entries();
const Entry* find_entry(std::string_view path, Where where);

}  // namespace drydock::cli
