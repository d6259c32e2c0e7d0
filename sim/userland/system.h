// system.h — the mains of the file and system programs, for their table.

#pragma once

#include "sim/kernel/process.h"

namespace drydock::userland {

// clang-format off
Task<int> addgroup_main(kernel::Process& self);
Task<int> adduser_main(kernel::Process& self);
Task<int> arch_main(kernel::Process& self);
Task<int> basename_main(kernel::Process& self);
Task<int> busybox_main(kernel::Process& self);
Task<int> cat_main(kernel::Process& self);
Task<int> chgrp_main(kernel::Process& self);
Task<int> chmod_main(kernel::Process& self);
Task<int> chown_main(kernel::Process& self);
Task<int> chpasswd_main(kernel::Process& self);
Task<int> chroot_main(kernel::Process& self);
Task<int> clear_main(kernel::Process& self);
Task<int> cp_main(kernel::Process& self);
Task<int> date_main(kernel::Process& self);
Task<int> dd_main(kernel::Process& self);
Task<int> delgroup_main(kernel::Process& self);
Task<int> deluser_main(kernel::Process& self);
Task<int> df_main(kernel::Process& self);
Task<int> dirname_main(kernel::Process& self);
Task<int> dmesg_main(kernel::Process& self);
Task<int> du_main(kernel::Process& self);
Task<int> echo_main(kernel::Process& self);
Task<int> env_main(kernel::Process& self);
Task<int> false_main(kernel::Process& self);
Task<int> find_main(kernel::Process& self);
Task<int> free_main(kernel::Process& self);
Task<int> getent_main(kernel::Process& self);
Task<int> gosu_main(kernel::Process& self);
Task<int> groupadd_main(kernel::Process& self);
Task<int> groupdel_main(kernel::Process& self);
Task<int> groups_main(kernel::Process& self);
Task<int> gzip_main(kernel::Process& self);
Task<int> hello_main(kernel::Process& self);
Task<int> hostname_main(kernel::Process& self);
Task<int> id_main(kernel::Process& self);
Task<int> install_main(kernel::Process& self);
Task<int> kill_main(kernel::Process& self);
/// kill(1) with these words behind its name: ash's builtin is the same applet.
Task<int> kill_words(kernel::Process& self, std::vector<std::string> words);
Task<int> link_main(kernel::Process& self);
Task<int> ln_main(kernel::Process& self);
Task<int> logname_main(kernel::Process& self);
Task<int> ls_main(kernel::Process& self);
Task<int> mkdir_main(kernel::Process& self);
Task<int> mkfifo_main(kernel::Process& self);
Task<int> mknod_main(kernel::Process& self);
Task<int> mktemp_main(kernel::Process& self);
Task<int> mount_main(kernel::Process& self);
Task<int> mountpoint_main(kernel::Process& self);
Task<int> mv_main(kernel::Process& self);
Task<int> nice_main(kernel::Process& self);
Task<int> nohup_main(kernel::Process& self);
Task<int> nproc_main(kernel::Process& self);
Task<int> pager_main(kernel::Process& self);
Task<int> passwd_main(kernel::Process& self);
Task<int> pgrep_main(kernel::Process& self);
Task<int> pidof_main(kernel::Process& self);
Task<int> pkill_main(kernel::Process& self);
Task<int> printenv_main(kernel::Process& self);
Task<int> printf_main(kernel::Process& self);
Task<int> ps_main(kernel::Process& self);
Task<int> pwd_main(kernel::Process& self);
Task<int> readlink_main(kernel::Process& self);
Task<int> realpath_main(kernel::Process& self);
Task<int> reset_main(kernel::Process& self);
Task<int> rm_main(kernel::Process& self);
Task<int> rmdir_main(kernel::Process& self);
Task<int> setsid_main(kernel::Process& self);
Task<int> sleep_main(kernel::Process& self);
Task<int> stat_main(kernel::Process& self);
Task<int> stty_main(kernel::Process& self);
Task<int> su_main(kernel::Process& self);
Task<int> sync_main(kernel::Process& self);
Task<int> sysctl_main(kernel::Process& self);
Task<int> tar_main(kernel::Process& self);
Task<int> test_main(kernel::Process& self);
Task<int> time_main(kernel::Process& self);
Task<int> timeout_main(kernel::Process& self);
Task<int> tini_main(kernel::Process& self);
Task<int> top_main(kernel::Process& self);
Task<int> touch_main(kernel::Process& self);
Task<int> true_main(kernel::Process& self);
Task<int> truncate_main(kernel::Process& self);
Task<int> tty_main(kernel::Process& self);
Task<int> umount_main(kernel::Process& self);
Task<int> uname_main(kernel::Process& self);
Task<int> unlink_main(kernel::Process& self);
Task<int> uptime_main(kernel::Process& self);
Task<int> useradd_main(kernel::Process& self);
Task<int> userdel_main(kernel::Process& self);
Task<int> usermod_main(kernel::Process& self);
Task<int> which_main(kernel::Process& self);
Task<int> who_main(kernel::Process& self);
Task<int> whoami_main(kernel::Process& self);
// clang-format on

}  // namespace drydock::userland
