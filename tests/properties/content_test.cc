// content_test.cc — what goes through save and load, export and import, commit
// and run comes out as it was: every byte, mode, owner and time.

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <tuple>

#include <fmt/format.h>

#include "sim/machine/machine.h"
#include "sim/machine/script.h"

namespace drydock::machine {

namespace {

/// What one line of a random script does to the files of a container.
struct Deed {
  int kind = 0, file = 0, value = 0;
};

constexpr int kDeeds = 9;

std::string script_line(const Deed& deed) {
  const std::string path = fmt::format("/w/d{}/f{}", deed.file % 2, deed.file);
  const std::string folder = fmt::format("/w/d{}", deed.file % 2);
  switch (deed.kind) {
    case 0:
      return fmt::format("echo text{} > {}", deed.value, path);
    case 1:
      return fmt::format("chmod {} {}", 400 + deed.value % 4 * 111, path);
    case 2:
      return fmt::format("chown {}:{} {}", deed.value, deed.value + 1, path);
    case 3:
      return fmt::format("touch -t 20{:02}01020304.05 {}", deed.value % 50,
                         path);
    case 4:
      return fmt::format("ln -s target{} {}.link", deed.value, path);
    case 5:
      return fmt::format("ln {} {}.hard", path, path);
    case 6:
      return fmt::format("rm -f {}", path);
    case 7:
      return fmt::format("chmod 17{:02} {}", 55 + deed.value % 3 * 11, folder);
    default:
      return fmt::format("rm -rf /etc/skel {}", path);
  }
}

std::ostream& operator<<(std::ostream& out, const Deed& deed) {
  return out << script_line(deed);
}

rc::Gen<std::vector<Deed>> any_deeds() {
  return rc::gen::container<std::vector<Deed>>(rc::gen::map(
      rc::gen::tuple(rc::gen::inRange(0, kDeeds), rc::gen::inRange(0, 4),
                     rc::gen::inRange(0, 60)),
      [](const std::tuple<int, int, int>& parts) {
        return Deed{std::get<0>(parts), std::get<1>(parts), std::get<2>(parts)};
      }));
}

/// A host with a container `c` in which these deeds were done.
class Workplace {
 public:
  Workplace(std::string_view profile, const std::vector<Deed>& deeds) {
    MachineOptions options;
    options.profile = cli::find_profile(profile);
    machine_ = std::make_unique<Machine>(options);
    std::string script = "mkdir -p /w/d0 /w/d1\\n";
    for (const Deed& deed : deeds) script += script_line(deed) + "\\n";
    shell("printf '" + script + "' > /deeds; docker run --name cc -v " +
          "/deeds:/deeds:ro busybox sh /deeds 2>/dev/null");
  }

  std::string shell(const std::string& command) {
    std::string out;
    ScriptStreams streams;
    streams.out = [&out](std::string_view bytes) { out += bytes; };
    streams.err = [](std::string_view) {};
    static_cast<void>(
        run_script(*machine_, {"bash", "-c", command}, "/root", streams, {}));
    return out;
  }

  /// Names, modes, owners, sizes, times and contents below /w and /etc.
  std::string picture_of(const std::string& container) {
    return shell(fmt::format(
        "mkdir -p /x && cd /x && rm -rf t && mkdir t && docker export {} "
        "| tar x -C t --numeric-owner -p && cd t && find w etc "
        "! -name hosts ! -name hostname ! -name resolv.conf ! -name mtab "
        "-printf '%p %M %U %G %s %t %l\\n' | sort; "
        "find w -type f | sort | xargs md5sum",
        container));
  }

 private:
  std::unique_ptr<Machine> machine_;
};

void for_profiles(const std::function<void(std::string_view)>& law) {
  for (const char* const profile : {"docker-1.8", "docker-20.10"}) {
    rc::prop(profile, [&] { law(profile); });
  }
}

}  // namespace

TEST_CASE("commit and run keep every byte, mode, owner and time",
          "[property]") {
  for_profiles([](std::string_view profile) {
    Workplace place(profile, *any_deeds());
    const std::string before = place.picture_of("cc");
    RC_ASSERT(before.find("w/d0") != std::string::npos);
    place.shell("docker commit cc again; docker run --name dd again true");
    RC_ASSERT(place.picture_of("dd") == before);
  });
}

TEST_CASE("export and import keep every byte, mode, owner and time",
          "[property]") {
  for_profiles([](std::string_view profile) {
    Workplace place(profile, *any_deeds());
    const std::string before = place.picture_of("cc");
    place.shell(
        "docker export cc | docker import - flat; docker create --name dd flat "
        "true");
    RC_ASSERT(place.picture_of("dd") == before);
  });
}

TEST_CASE("save and load keep images with their ids and files", "[property]") {
  for_profiles([](std::string_view profile) {
    Workplace place(profile, *any_deeds());
    const std::string before = place.picture_of("cc");
    place.shell("docker commit cc kept; docker save -o /kept.tar kept");
    const std::string image = place.shell("docker images --no-trunc -q kept");
    RC_ASSERT(!image.empty());
    place.shell("docker rmi -f kept; docker load -i /kept.tar");
    RC_ASSERT(place.shell("docker images --no-trunc -q kept") == image);
    place.shell("docker create --name dd kept true");
    RC_ASSERT(place.picture_of("dd") == before);
  });
}

}  // namespace drydock::machine
