// apk_mirror.cc — the packages of Alpine 3.2's modelled mirror, a table.

#include "sim/userland/packages/apk_database.h"

namespace drydock::userland {

namespace {

// Columns: name, version; bytes to download, bytes installed; depends;
// description, web page; files.
// clang-format off
constexpr ApkRow kRows[] = {
    {"bash", "4.3.33-r0", 403'968, 978'944, "ncurses-libs readline", "The GNU Bourne Again shell", "http://www.gnu.org/software/bash/bash.html", "x /bin/bash bash/bash 736368\nf /etc/profile.d/color_prompt 295"},
    {"ca-certificates", "20141019-r2", 160'256, 1'470'464, "openssl", "Common CA certificates PEM files", "http://packages.debian.org/sid/ca-certificates", "x /usr/sbin/update-ca-certificates ca-certificates/update-ca-certificates 14240\nf /etc/ca-certificates.conf 7411\nf /etc/ssl/certs/ca-certificates.crt 272996"},
    {"curl", "7.42.1-r0", 92'160, 241'664, "ca-certificates libcurl", "An URL retrival utility and library", "http://curl.haxx.se", "x /usr/bin/curl curl/curl 176384"},
    {"file", "5.22-r0", 16'384, 40'960, "libmagic", "File type identification utility", "http://www.darwinsys.com/file", "x /usr/bin/file file/file 18488"},
    {"gcc", "4.9.2-r5", 31'043'584, 97'517'568, "binutils libgcc libstdc++", "The GNU Compiler Collection", "http://gcc.gnu.org", "x /usr/bin/gcc gcc/gcc 810288\nx /usr/bin/cpp gcc/cpp 810320\nl /usr/bin/cc gcc"},
    {"binutils", "2.25-r3", 2'801'664, 9'830'400, "", "Tools necessary to build programs", "http://www.gnu.org/software/binutils/", "x /usr/bin/ld binutils/ld 962016"},
    {"gettext", "0.19.4-r1", 1'015'808, 4'308'992, "libintl", "GNU locale utilities", "http://www.gnu.org/software/gettext/gettext.html", "x /usr/bin/envsubst gettext/envsubst 30920\nx /usr/bin/gettext gettext/gettext 30936"},
    {"git", "2.4.1-r0", 4'136'960, 14'168'064, "expat libcurl pcre", "A distributed version control system", "http://git-scm.com", "x /usr/bin/git git/git 1725216"},
    {"expat", "2.1.0-r1", 69'632, 200'704, "", "An XML Parser library written in C", "http://www.libexpat.org/", "f /usr/lib/libexpat.so.1.6.0 155912"},
    {"iproute2", "4.0.0-r0", 221'184, 573'440, "libnl3", "IP Routing Utilities", "http://www.linuxfoundation.org/en/Net:Iproute2", "x /sbin/ss iproute/ss 86000"},
    {"libnl3", "3.2.25-r0", 178'176, 700'416, "", "Library for applications dealing with netlink sockets", "http://www.infradead.org/~tgr/libnl/", "f /usr/lib/libnl-3.so.200.20.0 118560"},
    {"libcurl", "7.42.1-r0", 187'392, 389'120, "ca-certificates libssh2", "The multiprotocol file transfer library", "http://curl.haxx.se", "f /usr/lib/libcurl.so.4.3.0 368640"},
    {"libgcc", "4.9.2-r5", 41'984, 102'400, "", "GNU C compiler runtime libraries", "http://gcc.gnu.org", "f /usr/lib/libgcc_s.so.1 89368"},
    {"libintl", "0.19.4-r1", 15'360, 61'440, "", "GNU gettext runtime library", "http://www.gnu.org/software/gettext/gettext.html", "f /usr/lib/libintl.so.8.1.3 40720"},
    {"libmagic", "5.22-r0", 277'504, 3'342'336, "", "File type identification library", "http://www.darwinsys.com/file", "f /usr/share/misc/magic.mgc 3201416\nf /usr/lib/libmagic.so.1.0.0 113656"},
    {"libpq", "9.4.5-r0", 106'496, 241'664, "", "PostgreSQL libraries", "http://www.postgresql.org/", "f /usr/lib/libpq.so.5.7 179168"},
    {"libssh2", "1.5.0-r0", 69'632, 159'744, "", "Library for accessing ssh1/ssh2 protocol servers", "http://libssh2.org/", "f /usr/lib/libssh2.so.1.0.1 142872"},
    {"libstdc++", "4.9.2-r5", 329'728, 1'187'840, "libgcc", "GNU C++ standard runtime library", "http://gcc.gnu.org", "f /usr/lib/libstdc++.so.6.0.20 969400"},
    {"make", "4.1-r0", 83'968, 204'800, "", "GNU make utility to maintain groups of programs", "http://www.gnu.org/software/make", "x /usr/bin/make make/make 178528"},
    {"musl-dev", "1.1.11-r2", 419'840, 5'734'400, "", "The musl c library (libc) implementation (development files)", "http://www.musl-libc.org/", "f /usr/lib/libc.a 2436612\nf /usr/include/stdio.h 5361"},
    {"nano", "2.4.1-r0", 129'024, 520'192, "ncurses-libs", "Enhanced clone of the Pico text editor", "http://www.nano-editor.org", "x /usr/bin/nano nano/nano 156136"},
    {"ncurses-libs", "5.9-r3", 245'760, 598'016, "ncurses-terminfo-base", "Ncurses libraries", "http://invisible-island.net/ncurses/", "f /usr/lib/libncursesw.so.5.9 356080"},
    {"ncurses-terminfo-base", "5.9-r3", 20'480, 98'304, "", "Descriptions of common terminals", "http://invisible-island.net/ncurses/", "f /etc/terminfo/x/xterm 3322\nf /etc/terminfo/l/linux 1688"},
    {"nginx", "1.8.0-r1", 360'448, 880'640, "nginx-initscripts pcre", "nginx [engine x] HTTP and reverse proxy server", "http://www.nginx.org/en", "x /usr/sbin/nginx nginx/nginx 760320\nt /etc/nginx/nginx.conf nginx.conf\nf /etc/nginx/mime.types 3957\nt /usr/share/nginx/html/index.html nginx-index\nd /var/log/nginx\nd /var/lib/nginx\nd /run/nginx"},
    {"nginx-initscripts", "1.7.0-r0", 4'096, 4'096, "", "Common init script and pre/post-install scripts for all nginx packages", "http://alpinelinux.org", "t /etc/init.d/nginx init-script"},
    {"nodejs", "0.10.40-r0", 2'662'400, 8'671'232, "libgcc libstdc++", "Javascript runtime", "http://nodejs.org/", "x /usr/bin/node node/node 7500000\nx /usr/bin/npm npm/npm 60"},
    {"openssh-client", "6.8_p1-r4", 708'608, 2'490'368, "", "OpenBSD's SSH client", "http://www.openssh.org/portable.html", "x /usr/bin/ssh openssh/ssh 598096"},
    {"openssl", "1.0.2d-r0", 266'240, 536'576, "", "Toolkit for SSL v2/v3 and TLS v1", "http://openssl.org", "x /usr/bin/openssl openssl/openssl 495000"},
    {"pcre", "8.37-r1", 182'272, 479'232, "", "Perl-compatible regular expression library", "http://pcre.sourceforge.net", "f /usr/lib/libpcre.so.1.2.5 379536"},
    {"perl", "5.20.2-r0", 9'437'184, 36'864'000, "", "Larry Wall's Practical Extraction and Report Language", "http://www.perl.org/", "x /usr/bin/perl perl/perl 10000"},
    {"postgresql-client", "9.4.5-r0", 162'816, 540'672, "libpq readline", "PostgreSQL client", "http://www.postgresql.org/", "x /usr/bin/psql postgres/psql 420000"},
    {"python", "2.7.10-r0", 10'485'760, 37'744'640, "", "A high-level scripting language", "http://www.python.org", "x /usr/bin/python2.7 python/python2.7 6224\nl /usr/bin/python python2.7"},
    {"python3", "3.4.3-r2", 15'204'352, 55'574'528, "", "A high-level scripting language", "http://www.python.org", "x /usr/bin/python3.4 python/python3 10216\nl /usr/bin/python3 python3.4\nx /usr/bin/pip3 pip/pip 221"},
    {"readline", "6.3.008-r1", 108'544, 278'528, "ncurses-libs", "GNU readline library", "http://cnswww.cns.cwru.edu/php/chet/readline/rltop.html", "f /usr/lib/libreadline.so.6.3 241712"},
    {"redis", "3.0.2-r0", 363'520, 974'848, "", "Advanced key-value store", "http://redis.io/", "x /usr/bin/redis-server redis/redis-server 628000\nx /usr/bin/redis-cli redis/redis-cli 98000\nf /etc/redis.conf 41412\nd /var/lib/redis\nd /var/log/redis"},
    {"rsync", "3.1.1-r1", 163'840, 372'736, "", "A file transfer program to keep remote files in sync", "http://samba.anu.edu.au/rsync/", "x /usr/bin/rsync rsync/rsync 354896"},
    {"sudo", "1.8.14_p3-r0", 378'880, 1'597'440, "", "Give certain users the ability to run some commands as root", "http://www.sudo.ws/sudo/", "x /usr/bin/sudo sudo/sudo 130000"},
    {"tzdata", "2015f-r0", 411'648, 3'239'936, "", "Timezone data", "http://www.iana.org/time-zones", "f /usr/share/zoneinfo/UTC 127\nf /usr/share/zoneinfo/Europe/Berlin 2335"},
    {"vim", "7.4.712-r0", 925'696, 2'318'336, "ncurses-libs", "advanced text editor", "http://www.vim.org", "x /usr/bin/vim vim/vim 1862000"},
    {"wget", "1.16.3-r0", 150'528, 442'368, "openssl", "A network utility to retrieve files from the Web", "http://www.gnu.org/software/wget/wget.html", "x /usr/bin/wget wget/wget 344064"},
};
// clang-format on

}  // namespace

std::span<const ApkRow> apk_mirror_rows() { return kRows; }

}  // namespace drydock::userland
