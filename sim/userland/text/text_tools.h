// text_tools.h — the mains of the text tools, for their table.

#pragma once

#include "sim/kernel/process.h"

namespace drydock::userland {

// clang-format off
Task<int> awk_main(kernel::Process& self);
Task<int> base64_main(kernel::Process& self);
Task<int> cksum_main(kernel::Process& self);
Task<int> cmp_main(kernel::Process& self);
Task<int> column_main(kernel::Process& self);
Task<int> comm_main(kernel::Process& self);
Task<int> cut_main(kernel::Process& self);
Task<int> diff_main(kernel::Process& self);
Task<int> envsubst_main(kernel::Process& self);
Task<int> expand_main(kernel::Process& self);
Task<int> expr_main(kernel::Process& self);
Task<int> fmt_main(kernel::Process& self);
Task<int> fold_main(kernel::Process& self);
Task<int> grep_main(kernel::Process& self);
Task<int> head_main(kernel::Process& self);
Task<int> hexdump_main(kernel::Process& self);
Task<int> join_main(kernel::Process& self);
Task<int> md5sum_main(kernel::Process& self);
Task<int> nl_main(kernel::Process& self);
Task<int> od_main(kernel::Process& self);
Task<int> paste_main(kernel::Process& self);
Task<int> rev_main(kernel::Process& self);
Task<int> sed_main(kernel::Process& self);
Task<int> seq_main(kernel::Process& self);
Task<int> sha1sum_main(kernel::Process& self);
Task<int> sha256sum_main(kernel::Process& self);
Task<int> sha384sum_main(kernel::Process& self);
Task<int> sha512sum_main(kernel::Process& self);
Task<int> shuf_main(kernel::Process& self);
Task<int> sort_main(kernel::Process& self);
Task<int> split_main(kernel::Process& self);
Task<int> strings_main(kernel::Process& self);
Task<int> tac_main(kernel::Process& self);
Task<int> tail_main(kernel::Process& self);
Task<int> tee_main(kernel::Process& self);
Task<int> tr_main(kernel::Process& self);
Task<int> unexpand_main(kernel::Process& self);
Task<int> uniq_main(kernel::Process& self);
Task<int> wc_main(kernel::Process& self);
Task<int> xargs_main(kernel::Process& self);
Task<int> xxd_main(kernel::Process& self);
Task<int> yes_main(kernel::Process& self);
// clang-format on

}  // namespace drydock::userland
