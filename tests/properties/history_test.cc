// history_test.cc — laws of volumes, links and ports over random histories.

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>

#include "tests/properties/history.h"

namespace drydock::engine {

namespace {

rc::Gen<std::vector<Command>> any_history() {
  const auto any_command =
      rc::gen::map(rc::gen::tuple(rc::gen::inRange(0, kCommandCount),
                                  rc::gen::inRange(0, kContainers + 1),
                                  rc::gen::inRange(0, kContainers + 1),
                                  rc::gen::inRange(0, 6)),
                   [](const std::tuple<int, int, int, int>& parts) {
                     return Command{std::get<0>(parts), std::get<1>(parts),
                                    std::get<2>(parts), std::get<3>(parts)};
                   });
  return rc::gen::container<std::vector<Command>>(any_command);
}

/// Of links and of what makes them stale, among three containers: dense enough
/// for a restarted target to have somebody who looks.
rc::Gen<std::vector<Command>> any_linked_history() {
  constexpr int kFew = 3;
  const auto any_command = rc::gen::map(
      rc::gen::tuple(rc::gen::element(4, 6, 7, 8, 9), rc::gen::inRange(0, kFew),
                     rc::gen::inRange(0, kFew)),
      [](const std::tuple<int, int, int>& parts) {
        return Command{std::get<0>(parts), std::get<1>(parts),
                       std::get<2>(parts), 0};
      });
  return rc::gen::container<std::vector<Command>>(any_command);
}

std::set<VolumeName> volume_names(Dock& dock) {
  std::set<VolumeName> names;
  const auto volumes = dock.engine.volumes({});
  for (const VolumeSummary& volume : *volumes) {
    names.insert(volume.name);
  }
  return names;
}

void owners_are_those_who_mount(Dock& dock) {
  const auto owners = owners_by_mounts(dock);
  const auto volumes = dock.engine.volumes({});
  for (const VolumeSummary& volume : *volumes) {
    const auto those = owners.find(volume.name);
    const std::size_t count = those == owners.end() ? 0 : those->second.size();
    RC_ASSERT(static_cast<std::size_t>(volume.users) == count);
  }
  for (const auto& [name, those] : owners) {
    RC_ASSERT(volume_names(dock).contains(name));
  }
  // The world has those volumes and no others.
  std::set<VolumeName> there;
  for (const auto& [name, content] : dock.backend.volumes) there.insert(name);
  RC_ASSERT(there == volume_names(dock));
}

/// The four conditions of the textbook's 4.5, from what was there before.
std::set<VolumeName> expected_after(
    const Rules& rules, const Command& command,
    const std::set<VolumeName>& before,
    const std::map<VolumeName, std::set<ContainerId>>& owners,
    const std::set<VolumeName>& anonymous, const ContainerId& removed) {
  std::set<VolumeName> after = before;
  const bool asked = command.verb == 11 || command.verb == 12;
  for (const auto& [name, those] : owners) {
    const bool last = those == std::set<ContainerId>{removed};
    const bool kind =
        rules.named_volumes_go_with_rm || anonymous.contains(name);
    if (asked && last && kind) after.erase(name);
  }
  return after;
}

template <typename Check>
void play(const Rules& rules, const std::vector<Command>& history,
          Check check) {
  Dock dock(rules);
  for (const Command& command : history) {
    perform(dock, command);
    check(dock);
  }
}

void in_both(const std::function<void(const Rules&)>& law) {
  rc::prop("in docker-1.8", [&] { law(rules_1_8()); });
  rc::prop("in docker-20.10", [&] { law(rules_20_10()); });
}

/// "cc1" of "172.17.0.2\tcc1 ..." lines, by alias.
std::map<std::string, std::string> addresses_in(const std::string& hosts) {
  std::map<std::string, std::string> addresses;
  for (const std::string& line : split(hosts, '\n')) {
    const List words = split_blanks(line);
    for (std::size_t at = 1; at < words.size(); ++at) {
      addresses.emplace(words[at], words[0]);
    }
  }
  return addresses;
}

}  // namespace

TEST_CASE("owners of a volume are the containers that refer to it",
          "[property]") {
  in_both([](const Rules& rules) {
    play(rules, *any_history(), owners_are_those_who_mount);
  });
}

TEST_CASE("a volume goes exactly when the four conditions of the textbook hold",
          "[property]") {
  in_both([](const Rules& rules) {
    const std::vector<Command> history = *any_history();
    Dock dock(rules);
    std::set<VolumeName> named = {"store0", "store1", "store2"};
    for (const Command& command : history) {
      const bool removes = 10 <= command.verb && command.verb <= 12;
      const auto found = dock.engine.find(container_name(command.who));
      const std::set<VolumeName> before = volume_names(dock);
      const auto owners = owners_by_mounts(dock);
      const std::string refusal = perform(dock, command);
      if (!removes || !found || !refusal.empty()) continue;
      std::set<VolumeName> anonymous;
      std::ranges::set_difference(before, named,
                                  std::inserter(anonymous, anonymous.end()));
      RC_ASSERT(volume_names(dock) == expected_after(rules, command, before,
                                                     owners, anonymous,
                                                     (*found)->id));
    }
  });
}

TEST_CASE("links lead to older containers only, so they form no cycle",
          "[property]") {
  in_both([](const Rules& rules) {
    play(rules, *any_linked_history(), [](Dock& dock) {
      for (const auto& [age, container] : dock.engine.containers()) {
        const Answer<Value> shown =
            dock.run(dock.engine.inspect_container(container->id, false));
        RC_ASSERT(shown);
        for (const auto& [alias, child] :
             dock.engine.links().children(container->id)) {
          const Answer<ContainerRef> target = dock.engine.find(child);
          RC_ASSERT(target);
          RC_ASSERT((*target)->age < age);
        }
      }
    });
  });
}

TEST_CASE("/etc/hosts of whoever runs names where its links run now",
          "[property]") {
  in_both([](const Rules& rules) {
    play(rules, *any_linked_history(), [](Dock& dock) {
      for (const auto& [age, container] : dock.engine.containers()) {
        if (!container->run.has_process()) continue;
        const auto hosts = addresses_in(
            dock.backend.started.at(container->id).files.at("/etc/hosts"));
        RC_ASSERT(hosts.at(container->config.hostname) ==
                  container->network.spec.address);
        for (const auto& [alias, child] :
             dock.engine.links().children(container->id)) {
          const Answer<ContainerRef> target = dock.engine.find(child);
          if (!(*target)->run.has_process()) continue;  // A stale line stays.
          RC_ASSERT(hosts.at(alias) == (*target)->network.spec.address);
        }
      }
    });
  });
}

TEST_CASE("no port of the host has two owners, and every one comes back",
          "[property]") {
  in_both([](const Rules& rules) {
    Dock dock(rules);
    for (const Command& command : *any_history()) {
      perform(dock, command);
      std::set<std::pair<std::string, int>> taken;
      std::size_t count = 0;
      for (const auto& [age, container] : dock.engine.containers()) {
        const bool runs = container->run.has_process();
        RC_ASSERT(runs || container->network.ports.empty());
        for (const PortBinding& binding : container->network.ports) {
          RC_ASSERT(taken.emplace(binding.protocol, binding.host_port).second);
          ++count;
        }
      }
      RC_ASSERT(dock.engine.ports_taken() == count);
    }
  });
}

TEST_CASE("a refused command leaves the state hash as it was", "[property]") {
  in_both([](const Rules& rules) {
    Dock dock(rules);
    for (const Command& command : *any_history()) {
      const std::string before = dock.engine.state_hash();
      const Time then = dock.engine.now();
      const std::string refusal = perform(dock, command);
      const bool left_behind =
          rules.name_registered_before_checks && command.verb < 7;
      if (refusal.empty() || is_late_refusal(refusal) || left_behind) continue;
      if (dock.engine.now() == then) {
        RC_ASSERT(dock.engine.state_hash() == before);
      }
    }
  });
}

TEST_CASE("no two containers have one address", "[property]") {
  in_both([](const Rules& rules) {
    play(rules, *any_history(), [](Dock& dock) {
      std::set<std::string> addresses;
      for (const auto& [age, container] : dock.engine.containers()) {
        const std::string& address = container->network.spec.address;
        RC_ASSERT(container->run.has_process() == !address.empty());
        if (!address.empty()) RC_ASSERT(addresses.insert(address).second);
      }
    });
  });
}

}  // namespace drydock::engine
