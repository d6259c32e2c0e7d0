// devices.cc — which devices a group may use, as a program for the kernel.

#include <linux/bpf.h>
#include <sys/syscall.h>

#include <array>
#include <map>
#include <string>

#include "realmode/sys/cgroup.h"
#include "realmode/sys/fault.h"
#include "realmode/sys/trace.h"

namespace drydock::sys {

namespace {

using Program = std::vector<bpf_insn>;

// The program's registers.
constexpr std::uint8_t kAnswer = BPF_REG_0, kContext = BPF_REG_1,
                       kType = BPF_REG_2, kAccess = BPF_REG_3,
                       kMajor = BPF_REG_4, kMinor = BPF_REG_5,
                       kScratch = BPF_REG_6;

bpf_insn instruction(int code, std::uint8_t to, std::uint8_t from,
                     std::int16_t offset, std::int32_t value) {
  bpf_insn made = {};
  made.code = static_cast<std::uint8_t>(code);
  made.dst_reg = to & 0xf;
  made.src_reg = from & 0xf;
  made.off = offset;
  made.imm = value;
  return made;
}

bpf_insn load(std::uint8_t to, std::int16_t offset) {
  return instruction(BPF_LDX | BPF_W | BPF_MEM, to, kContext, offset, 0);
}

bpf_insn answer(int value) {
  return instruction(BPF_ALU64 | BPF_MOV | BPF_K, kAnswer, 0, 0, value);
}
bpf_insn leave() { return instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0); }

/// The conditions of one rule; each that fails jumps behind the rule.
void add_rule(Program& program, const DeviceRule& rule) {
  Program block;
  std::vector<std::size_t> jumps;
  const auto unless = [&](std::uint8_t reg, std::uint32_t value) {
    jumps.push_back(block.size());
    block.push_back(instruction(BPF_JMP32 | BPF_JNE | BPF_K, reg, 0, 0,
                                static_cast<std::int32_t>(value)));
  };
  if (rule.type != 'a') {
    unless(kType, rule.type == 'c' ? BPF_DEVCG_DEV_CHAR : BPF_DEVCG_DEV_BLOCK);
  }
  if (rule.major) unless(kMajor, *rule.major);
  if (rule.minor) unless(kMinor, *rule.minor);
  // What is asked for beyond what is allowed: nothing, or the rule fails.
  const int allowed = (rule.mknod ? BPF_DEVCG_ACC_MKNOD : 0) |
                      (rule.read ? BPF_DEVCG_ACC_READ : 0) |
                      (rule.write ? BPF_DEVCG_ACC_WRITE : 0);
  block.push_back(
      instruction(BPF_ALU | BPF_MOV | BPF_X, kScratch, kAccess, 0, 0));
  block.push_back(
      instruction(BPF_ALU | BPF_AND | BPF_K, kScratch, 0, 0, ~allowed & 7));
  unless(kScratch, 0);
  block.push_back(answer(1));
  block.push_back(leave());
  for (const std::size_t at : jumps) {
    block[at].off = static_cast<std::int16_t>(block.size() - at - 1);
  }
  program.insert(program.end(), block.begin(), block.end());
}

Program program_for(std::span<const DeviceRule> rules) {
  // struct bpf_cgroup_dev_ctx: access_type, major, minor.
  Program program = {load(kType, 0), load(kMajor, 4), load(kMinor, 8)};
  program.push_back(
      instruction(BPF_ALU | BPF_MOV | BPF_X, kAccess, kType, 0, 0));
  program.push_back(instruction(BPF_ALU | BPF_RSH | BPF_K, kAccess, 0, 0, 16));
  program.push_back(
      instruction(BPF_ALU | BPF_AND | BPF_K, kType, 0, 0, 0xffff));
  for (const DeviceRule& rule : rules) add_rule(program, rule);
  program.push_back(answer(0));
  program.push_back(leave());
  return program;
}

}  // namespace

namespace {

/// The kernel checks and compiles a program once: nearly all containers have
/// the same rules.
Result<int> loaded(const Program& program) {
  static std::map<std::string, Fd> known;
  constexpr std::size_t kKnownMax = 64;
  std::string bytes(reinterpret_cast<const char*>(program.data()),
                    program.size() * sizeof program[0]);
  const auto before = known.find(bytes);
  if (before != known.end()) return before->second.get();
  static constexpr char kLicence[] = "Apache-2.0";
  bpf_attr load_it = {};
  load_it.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  load_it.insns = reinterpret_cast<std::uint64_t>(program.data());
  load_it.insn_cnt = static_cast<std::uint32_t>(program.size());
  load_it.license = reinterpret_cast<std::uint64_t>(kLicence);
  const auto fd = ::syscall(SYS_bpf, BPF_PROG_LOAD, &load_it, sizeof load_it);
  if (fd < 0) {
    return refused("bpf(BPF_PROG_LOAD, CGROUP_DEVICE, {} instructions)",
                   program.size());
  }
  note("bpf(BPF_PROG_LOAD, CGROUP_DEVICE, {} instructions) = {}",
       program.size(), fd);
  if (known.size() >= kKnownMax) known.clear();
  known.emplace(std::move(bytes), Fd(static_cast<int>(fd)));
  return static_cast<int>(fd);
}

}  // namespace

Outcome allow_devices(int cgroup, std::span<const DeviceRule> rules) {
  const Door door("bpf");
  if (!door) return refused("bpf(BPF_PROG_LOAD, CGROUP_DEVICE)");
  const auto program = loaded(program_for(rules));
  if (!program) return program.error();
  bpf_attr attach_it = {};
  attach_it.target_fd = static_cast<std::uint32_t>(cgroup);
  attach_it.attach_bpf_fd = static_cast<std::uint32_t>(*program);
  attach_it.attach_type = BPF_CGROUP_DEVICE;
  if (::syscall(SYS_bpf, BPF_PROG_ATTACH, &attach_it, sizeof attach_it) != 0) {
    return refused("bpf(BPF_PROG_ATTACH, {}, BPF_CGROUP_DEVICE)", cgroup);
  }
  note("bpf(BPF_PROG_ATTACH, {}, BPF_CGROUP_DEVICE)", cgroup);
  return done();
}

}  // namespace drydock::sys
