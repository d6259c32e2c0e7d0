// history.cc — what each command of a random history asks for.

#include "tests/properties/history.h"

namespace drydock::engine {

namespace {

constexpr std::array kVerbNames = {"create with -v PATH",
                                   "create with -v NAME:PATH",
                                   "create with a bind",
                                   "create --volumes-from",
                                   "create --link",
                                   "create -p",
                                   "create -P",
                                   "start",
                                   "stop",
                                   "restart",
                                   "rm",
                                   "rm -v",
                                   "rm -f -v",
                                   "rename",
                                   "volume rm",
                                   "rm --link"};
static_assert(kVerbNames.size() == kCommandCount);

std::string text(Dock& dock, Task<Done> task) {
  return Dock::text_of(dock.run(std::move(task)));
}

CreateRequest request_of(Dock& dock, const Command& command) {
  CreateRequest request = dock.request(container_name(command.who), {"sleep"});
  const std::string path = command.extra % 2 == 0 ? "/data" : "/var/lib/data";
  const std::string other = container_name(command.other);
  switch (command.verb) {
    case 0:
      request.config.volumes = StringSet{path};
      break;
    case 1:
      request.host.own().binds = {"store" + std::to_string(command.extra % 3) +
                                  ":" + path};
      break;
    case 2:
      request.host.own().binds = {"/srv:" + path};
      break;
    case 3:
      request.host.own().volumes_from = {other +
                                         (command.extra % 3 == 0 ? ":ro" : "")};
      break;
    case 4:
      request.host.own().links = {other + ":a" +
                                  std::to_string(command.extra % 2)};
      request.config.exposed_ports = {"6379/tcp"};
      break;
    case 5:
      request.config.exposed_ports = {"80/tcp"};
      request.host.own().port_bindings["80/tcp"] = {
          {"", std::to_string(8080 + command.extra % 2)}};
      break;
    default:
      request.config.exposed_ports = {"80/tcp", "443/tcp", "53/udp"};
      request.host.own().publish_all_ports = true;
      break;
  }
  return request;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Command& command) {
  return out << kVerbNames.at(static_cast<std::size_t>(command.verb)) << " c"
             << command.who << " (c" << command.other << ", " << command.extra
             << ")";
}

std::string container_name(int number) { return "cc" + std::to_string(number); }

bool is_late_refusal(const std::string& refusal) {
  return refusal.find("Cannot start") != std::string::npos ||
         refusal.find("driver failed") != std::string::npos ||
         refusal.find("Cannot link to a non running") != std::string::npos;
}

std::string perform(Dock& dock, const Command& command) {
  Engine& engine = dock.engine;
  const std::string who = container_name(command.who);
  constexpr int kCreates = 7;
  if (command.verb < kCreates) {
    return Dock::text_of(dock.run(engine.create(request_of(dock, command))));
  }
  switch (command.verb) {
    case 7:
      return text(dock, engine.start(who));
    case 8:
      return text(dock, engine.stop(who, 1));
    case 9:
      return text(dock, engine.restart(who, 0));
    case 10:
      return text(dock, engine.remove(who, {false, false, false}));
    case 11:
      return text(dock, engine.remove(who, {false, true, false}));
    case 12:
      return text(dock, engine.remove(who, {true, true, false}));
    case 13:
      return text(dock, engine.rename(who, container_name(kContainers)));
    case 14:
      return text(dock,
                  engine.remove_volume(
                      "store" + std::to_string(command.extra % 3), false));
    default:
      return text(dock,
                  engine.remove(who + "/a" + std::to_string(command.extra % 2),
                                {false, false, true}));
  }
}

std::map<VolumeName, std::set<ContainerId>> owners_by_mounts(const Dock& dock) {
  std::map<VolumeName, std::set<ContainerId>> owners;
  for (const auto& [age, container] : dock.engine.containers()) {
    for (const MountPoint& mount : container->mounts) {
      if (mount.kind == MountKind::volume) {
        owners[mount.name].insert(container->id);
      }
    }
  }
  return owners;
}

}  // namespace drydock::engine
