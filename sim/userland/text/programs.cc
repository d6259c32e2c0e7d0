// text/programs.cc — the table of the text tools and package tools, by id.

#include "sim/userland/programs.h"

#include "sim/userland/packages/package_tools.h"
#include "sim/userland/text/text_tools.h"

namespace drydock::userland {

std::span<const ProgramRow> text_programs() {
  // clang-format off
  static constexpr ProgramRow kRows[] = {
      {"apt/apt",                apt_main},
      {"apt/apt-cache",          apt_cache_main},
      {"apt/apt-get",            apt_get_main},
      {"apt/apt-key",            apt_key_main},
      {"busybox/awk",            awk_main},
      {"busybox/base64",         base64_main},
      {"busybox/cksum",          cksum_main},
      {"busybox/cmp",            cmp_main},
      {"busybox/cut",            cut_main},
      {"busybox/diff",           diff_main},
      {"busybox/egrep",          grep_main},
      {"busybox/expand",         expand_main},
      {"busybox/expr",           expr_main},
      {"busybox/fgrep",          grep_main},
      {"busybox/fold",           fold_main},
      {"busybox/grep",           grep_main},
      {"busybox/head",           head_main},
      {"busybox/md5sum",         md5sum_main},
      {"busybox/nl",             nl_main},
      {"busybox/paste",          paste_main},
      {"busybox/rev",            rev_main},
      {"busybox/sed",            sed_main},
      {"busybox/seq",            seq_main},
      {"busybox/sha1sum",        sha1sum_main},
      {"busybox/sha256sum",      sha256sum_main},
      {"busybox/sort",           sort_main},
      {"busybox/tac",            tac_main},
      {"busybox/tail",           tail_main},
      {"busybox/tee",            tee_main},
      {"busybox/tr",             tr_main},
      {"busybox/unexpand",       unexpand_main},
      {"busybox/uniq",           uniq_main},
      {"busybox/wc",             wc_main},
      {"busybox/xargs",          xargs_main},
      {"busybox/yes",            yes_main},
      {"dpkg/dpkg",              dpkg_main},
      {"dpkg/dpkg-query",        dpkg_query_main},
      {"games/cowsay",           cowsay_main},
      {"games/cowthink",         cowsay_main},
      {"games/fortune",          fortune_main},
      {"gnu/awk",                awk_main},
      {"gnu/base64",             base64_main},
      {"gnu/cksum",              cksum_main},
      {"gnu/cmp",                cmp_main},
      {"gnu/cut",                cut_main},
      {"gnu/diff",               diff_main},
      {"gnu/egrep",              grep_main},
      {"gnu/expand",             expand_main},
      {"gnu/expr",               expr_main},
      {"gnu/fgrep",              grep_main},
      {"gnu/fold",               fold_main},
      {"gnu/gawk",               awk_main},
      {"gnu/grep",               grep_main},
      {"gnu/head",               head_main},
      {"gnu/md5sum",             md5sum_main},
      {"gnu/nl",                 nl_main},
      {"gnu/paste",              paste_main},
      {"gnu/sed",                sed_main},
      {"gnu/seq",                seq_main},
      {"gnu/sha1sum",            sha1sum_main},
      {"gnu/sha256sum",          sha256sum_main},
      {"gnu/sort",               sort_main},
      {"gnu/tac",                tac_main},
      {"gnu/tail",               tail_main},
      {"gnu/tee",                tee_main},
      {"gnu/tr",                 tr_main},
      {"gnu/unexpand",           unexpand_main},
      {"gnu/uniq",               uniq_main},
      {"gnu/wc",                 wc_main},
      {"gnu/xargs",              xargs_main},
      {"gnu/yes",                yes_main},
      {"mawk/awk",               awk_main},
      {"mawk/mawk",              awk_main},
      {"util-linux/rev",         rev_main},
  };
  // clang-format on
  return kRows;
}

}  // namespace drydock::userland
