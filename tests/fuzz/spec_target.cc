// spec_target.cc — -p, -v, --expose, --mount, --link, sizes and durations.

#include <string>

#include "sim/cli/profile.h"
#include "sim/cli/run_mounts.h"
#include "sim/engine/engine.h"
#include "sim/engine/links.h"
#include "sim/engine/ports.h"
#include "tests/fuzz/targets.h"
#include "tests/support/fake_backend.h"
#include "tests/support/fake_console.h"

namespace drydock::fuzz {

namespace {

/// A client of one profile, with nothing behind it.
struct Desk {
  explicit Desk(const cli::Profile& profile)
      : engine(backend, *profile.rules, 1),
        console(backend.scheduler()),
        client{engine, console, profile} {}

  engine::FakeBackend backend;
  engine::Engine engine;
  cli::FakeConsole console;
  cli::Client client;
};

void read_flags(cli::Client& client, std::string_view bytes) {
  cli::Call call;
  call.client = &client;
  for (const std::string_view flag :
       {"publish", "expose", "volume", "mount", "tmpfs"}) {
    call.flags.set(flag, std::string(bytes));
  }
  engine::CreateRequest ports, mounts;
  (void)cli::read_ports(call, ports);
  (void)cli::read_mounts(call, mounts);
}

}  // namespace

void feed_specs(std::string_view bytes) {
  static Desk old(cli::docker_1_8()), modern(cli::docker_20_10());
  read_flags(old.client, bytes);
  read_flags(modern.client, bytes);
  (void)engine::parse_link(bytes);
  (void)cli::parse_size(bytes);
  (void)cli::parse_duration(bytes);
  const auto port = engine::parse_port(bytes);
  if (!port) return;
  const auto again = engine::parse_port(port->str());
  demand(again && *again == *port, "a printed port is the same");
}

}  // namespace drydock::fuzz
