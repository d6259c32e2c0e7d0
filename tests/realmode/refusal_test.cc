// refusal_test.cc — calls of the kernel that no container gets through to, and
// one that has no end of children.

#include <sched.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "tests/realmode/world.h"

using namespace drydock;
using namespace drydock::realmode;

namespace {

/// Perl's -e in a container that has the host's perl and its libraries.
Run perl(World& world, const std::string& script,
         const std::string& options = "") {
  const std::string words = "my ($text, $zeros) = (\"/tmp\", \"\\0\" x 128);\n";
  REQUIRE(sys::write_file(world.scratch().path() + "/try.pl", words + script));
  return world.sh("docker run --rm --net none " + options +
                  " -v /usr/bin/perl:/perl:ro -v /lib:/lib:ro "
                  "-v /lib64:/lib64:ro -v " +
                  world.scratch().path() +
                  "/try.pl:/try.pl:ro busybox /perl /try.pl");
}

std::string call(long number, const std::string& arguments) {
  return fmt::format("$! = 0; syscall({}, {}); print $! + 0, \"\\n\";\n",
                     number, arguments);
}

struct Door {
  const char* what;
  long number;
  std::string arguments;
};

/// What they would be good for: the CVEs are of kernels that let them in.
const std::vector<Door>& doors() {
  static const std::vector<Door> all = {
      {"keyctl, CVE-2016-0728", SYS_keyctl, "1, 0, 0, 0, 0"},
      {"add_key", SYS_add_key, "$text, $text, $text, 1, -3"},
      {"request_key", SYS_request_key, "$text, $text, 0, -3"},
      {"bpf, CVE-2017-16995", SYS_bpf, "0, $zeros, 128"},
      {"ptrace, CVE-2019-13272", SYS_ptrace,
       fmt::format("{}, 1, 0, 0", static_cast<int>(PTRACE_SEIZE))},
      {"process_vm_writev", SYS_process_vm_writev, "1, 0, 0, 0, 0, 0"},
      {"kexec_load, CVE-2015-7837", SYS_kexec_load, "0, 100, 0, 0"},
      {"kexec_file_load", SYS_kexec_file_load, "-1, -1, 0, 0, 0"},
      {"init_module", SYS_init_module, "0, 0, $text"},
      {"finit_module", SYS_finit_module, "-1, $text, 0"},
      {"unshare, CVE-2022-0185", SYS_unshare, std::to_string(CLONE_NEWUSER)},
      {"clone of a user namespace", SYS_clone,
       fmt::format("{}, 0, 0, 0, 0", CLONE_NEWUSER | 17)},
      {"setns", SYS_setns, "0, 0"},
      {"mount", SYS_mount, "$text, $text, $text, 0, 0"},
      {"fsopen, CVE-2022-0185", SYS_fsopen, "$text, 0"},
      {"pivot_root", SYS_pivot_root, "$text, $text"},
      {"open_by_handle_at, shocker.c", SYS_open_by_handle_at, "0, 0, 0"},
      {"perf_event_open, CVE-2013-2094", SYS_perf_event_open,
       "$zeros, 0, -1, -1, 0"},
      {"io_uring_setup, CVE-2022-29582", SYS_io_uring_setup, "1, $zeros"},
      {"userfaultfd", SYS_userfaultfd, "0"},
      {"iopl", SYS_iopl, "3"},
      {"acct", SYS_acct, "0"},
      {"swapon", SYS_swapon, "$text, 0"},
      {"settimeofday", SYS_settimeofday, "0, 0"},
      {"personality without random addresses", SYS_personality, "0x40000"},
      {"socket of AF_VSOCK", SYS_socket, "40, 1, 0"}};
  return all;
}

}  // namespace

TEST_CASE("calls that reach beyond a container are refused by name",
          "[attack]") {
  if (skipped()) return;
  if (::access("/usr/bin/perl", X_OK) != 0) {
    WARN("skipped: no perl here to make system calls with");
    return;
  }
  World world;
  std::string script;
  for (const Door& door : doors()) script += call(door.number, door.arguments);
  const Run run = perl(world, script);
  INFO(run.err);
  const List answers = split(trim(run.out), '\n');
  REQUIRE(answers.size() == doors().size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    INFO(doors()[i].what);
    CHECK(answers[i] == std::to_string(EPERM));
  }
  // It is the filter that refuses: the kernel itself has keys for everybody.
  const Run open = perl(world, call(SYS_keyctl, "0, -3, 0, 0, 0"),
                        "--security-opt seccomp=unconfined");
  CHECK(open.out == "0\n");
}

TEST_CASE("who forks without end meets a bound, and keeps nobody waiting",
          "[attack]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker run -d --net none --pids-limit 60 --name bomb busybox sh -c "
      "'while :; do sh -c \"while :; do sleep 1 & done\" 2>/dev/null & done "
      "2>/dev/null; wait' >/dev/null; sleep 1; "
      "for i in 1 2 3; do docker run --rm --net none busybox echo $i; done; "
      "n=$(docker top bomb | wc -l); [ $n -le 61 ] && echo bounded; "
      "docker rm -f bomb");
  INFO(run.err);
  CHECK(run.out == "1\n2\n3\nbounded\nbomb\n");
  CHECK(world.garbage().empty());
}
