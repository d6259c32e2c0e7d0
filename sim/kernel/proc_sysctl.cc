// proc_sysctl.cc — /proc/sys: sysctl(8).

#include <map>

#include <fmt/format.h>

#include "sim/kernel/kernel_process.h"
#include "sim/kernel/net_namespace.h"
#include "sim/kernel/proc_fs.h"

namespace drydock::kernel {

using vfs::FileType;

namespace {

std::string uuid(Kernel& kernel) {
  std::string hex;
  for (const char byte : kernel.random().bytes(16)) {
    hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  hex[12] = '4';
  for (const std::size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, "-");
  return hex + "\n";
}

/// sysctl(8): where, what it says, and whether root may write it.
struct Sysctl {
  std::string_view path;
  std::string (*read)(Kernel&);
  SysOutcome (*write)(Kernel&, std::string_view) = nullptr;
};

SysOutcome set_hostname(Kernel& kernel, std::string_view text) {
  if (text.size() > 64) return Errno::einval;
  kernel.asker().uts->hostname = trim(text);
  return ok();
}

SysOutcome set_domainname(Kernel& kernel, std::string_view text) {
  if (text.size() > 64) return Errno::einval;
  kernel.asker().uts->domainname = trim(text);
  return ok();
}

SysOutcome set_forwarding(Kernel& kernel, std::string_view text) {
  const std::string_view word = trim(text);
  if (word != "0" && word != "1") return Errno::einval;
  kernel.asker().net->stack->forwards_packets = word == "1";
  return ok();
}

SysOutcome set_port_start(Kernel& kernel, std::string_view text) {
  const std::optional<std::int64_t> value = parse_int(trim(text));
  if (!value || *value < 0 || *value > 65535) return Errno::einval;
  kernel.asker().net->unprivileged_port_start = static_cast<int>(*value);
  return ok();
}

SysOutcome set_swappiness(Kernel& kernel, std::string_view text) {
  const std::optional<std::int64_t> value = parse_int(trim(text));
  if (!value || *value < 0 || *value > 100) return Errno::einval;
  kernel.swappiness = static_cast<int>(*value);
  return ok();
}

// clang-format off
constexpr Sysctl kSysctls[] = {
    {"fs/file-max", [](Kernel& k) { return fmt::format("{}\n", k.limits().open_files); }},
    {"fs/nr_open", [](Kernel&) { return std::string("1048576\n"); }},
    {"kernel/domainname", [](Kernel& k) { return k.asker().uts->domainname + "\n"; }, set_domainname},
    {"kernel/hostname", [](Kernel& k) { return k.asker().uts->hostname + "\n"; }, set_hostname},
    {"kernel/osrelease", [](Kernel& k) { return k.identity.release + "\n"; }},
    {"kernel/ostype", [](Kernel&) { return std::string("Linux\n"); }},
    {"kernel/pid_max", [](Kernel&) { return fmt::format("{}\n", PidNamespace::kPidMax); }},
    {"kernel/random/uuid", uuid},
    {"kernel/threads-max", [](Kernel& k) { return fmt::format("{}\n", k.limits().processes); }},
    {"kernel/version", [](Kernel& k) { return k.identity.version + "\n"; }},
    {"net/ipv4/ip_forward", [](Kernel& k) { return std::string(k.asker().net->stack->forwards_packets ? "1\n" : "0\n"); }, set_forwarding},
    {"net/ipv4/ip_unprivileged_port_start", [](Kernel& k) { return fmt::format("{}\n", k.asker().net->unprivileged_port_start); }, set_port_start},
    {"vm/overcommit_memory", [](Kernel&) { return std::string("0\n"); }},
    {"vm/swappiness", [](Kernel& k) { return fmt::format("{}\n", k.swappiness); }, set_swappiness},
};
// clang-format on

/// Parameters of a network or of System V IPC that nothing here minds: each
/// namespace keeps its own text.
struct KeptSysctl {
  std::string_view path, standard;
};
constexpr KeptSysctl kKept[] = {
    {"fs/mqueue/msg_max", "10"},
    {"fs/mqueue/msgsize_max", "8192"},
    {"fs/mqueue/queues_max", "256"},
    {"kernel/msgmax", "8192"},
    {"kernel/msgmnb", "16384"},
    {"kernel/msgmni", "3942"},
    {"kernel/sem", "32000\t1024000000\t500\t32000"},
    {"kernel/shm_rmid_forced", "0"},
    {"kernel/shmall", "18446744073692774399"},
    {"kernel/shmmax", "18446744073692774399"},
    {"kernel/shmmni", "4096"},
    {"net/core/somaxconn", "128"},
    {"net/ipv4/icmp_echo_ignore_all", "0"},
    {"net/ipv4/ip_default_ttl", "64"},
    {"net/ipv4/ip_local_port_range", "32768\t61000"},
    {"net/ipv4/ip_nonlocal_bind", "0"},
    {"net/ipv4/ping_group_range", "1\t0"},
    {"net/ipv4/tcp_fin_timeout", "60"},
    {"net/ipv4/tcp_keepalive_time", "7200"},
    {"net/ipv4/tcp_syncookies", "1"},
    {"net/ipv4/tcp_tw_reuse", "0"},
    {"net/ipv6/conf/all/disable_ipv6", "0"},
};

using Texts = std::map<std::string, std::string, std::less<>>;

Texts& texts_of(Kernel& kernel, std::string_view path) {
  const Namespaces& spaces = kernel.asker();
  return path.starts_with("net/") ? spaces.net->sysctls : spaces.ipc->sysctls;
}

std::string kept_text(Kernel& kernel, const KeptSysctl& row) {
  const Texts& texts = texts_of(kernel, row.path);
  const auto own = texts.find(row.path);
  return (own == texts.end() ? std::string(row.standard) : own->second) + "\n";
}

SysOutcome keep_text(Kernel& kernel, const KeptSysctl& row,
                     std::string_view text) {
  const List words = split_blanks(text);
  if (words.size() != split_blanks(row.standard).size()) return Errno::einval;
  for (const std::string& word : words) {
    if (word.find_first_not_of("-0123456789") != std::string::npos) {
      return Errno::einval;
    }
  }
  texts_of(kernel, row.path)[std::string(row.path)] = join(words, "\t");
  return ok();
}

std::shared_ptr<SyntheticTree> folder_of(SyntheticTree& sys, const List& path) {
  auto at = std::static_pointer_cast<SyntheticTree>(sys.shared_from_this());
  for (std::size_t step = 0; step + 1 < path.size(); ++step) {
    at = at->directory(path[step]);
  }
  return at;
}

void add_kept(Kernel& kernel, SyntheticTree& sys, const KeptSysctl& row) {
  const List path = split(row.path, '/');
  folder_of(sys, path)->add(
      path.back(),
      std::make_shared<SyntheticFile>(
          synthetic(FileType::regular, 0644, kernel.next_ino(), kernel.now()),
          [&kernel, &row] { return kept_text(kernel, row); },
          [&kernel, &row](std::string_view text) {
            return keep_text(kernel, row, text);
          }));
}

void add_sysctl(Kernel& kernel, SyntheticTree& sys, const Sysctl& row) {
  const List path = split(row.path, '/');
  const vfs::Mode mode = row.write ? 0644 : 0444;
  Accept accept;
  if (row.write) {
    accept = [&kernel, write = row.write](std::string_view text) {
      return write(kernel, text);
    };
  }
  folder_of(sys, path)->add(
      path.back(),
      std::make_shared<SyntheticFile>(
          synthetic(FileType::regular, mode, kernel.next_ino(), kernel.now()),
          [&kernel, read = row.read] { return read(kernel); },
          std::move(accept)));
}

}  // namespace

/// Everyone is shown the parameters of his own namespaces.
const Namespaces& Kernel::asker() const {
  if (acting_) return *acting_;
  return caller_ ? caller_->namespaces() : *machine_;
}

SysOutcome Kernel::set_sysctl(const Namespaces& in, std::string_view path,
                              std::string_view value) {
  acting_ = &in;
  SysOutcome set = Errno::enoent;
  for (const Sysctl& row : kSysctls) {
    if (row.path == path && row.write) set = row.write(*this, value);
  }
  for (const KeptSysctl& row : kKept) {
    if (row.path == path) set = keep_text(*this, row, value);
  }
  acting_ = nullptr;
  return set;
}

void add_sysctls(Kernel& kernel, SyntheticTree& sys) {
  for (const Sysctl& row : kSysctls) add_sysctl(kernel, sys, row);
  for (const KeptSysctl& row : kKept) add_kept(kernel, sys, row);
}

}  // namespace drydock::kernel
