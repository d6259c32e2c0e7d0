// fuzz.cc — libFuzzer's door; DRYDOCK_FUZZ names the target.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/targets.h"

namespace {

const drydock::fuzz::Target& chosen() {
  const char* const name = std::getenv("DRYDOCK_FUZZ");
  const auto* const target =
      drydock::fuzz::find_target(name == nullptr ? "" : name);
  if (target != nullptr) return *target;
  std::fputs("fuzz: DRYDOCK_FUZZ must be one of:", stderr);
  for (const auto& each : drydock::fuzz::targets()) {
    std::fprintf(stderr, " %s", each.name.data());
  }
  std::fputs("\n", stderr);
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes,
                                      std::size_t count) {
  static const drydock::fuzz::Target& target = chosen();
  target.feed({reinterpret_cast<const char*>(bytes), count});
  return 0;
}
