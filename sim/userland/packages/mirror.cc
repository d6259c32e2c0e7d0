// mirror.cc — the packages of the modelled mirror, a table.

#include "sim/userland/packages/package.h"

namespace drydock::userland {

namespace {

constexpr std::string_view kCowsayFiles =
    R"(x /usr/games/cowsay games/cowsay 4461
l /usr/games/cowthink cowsay
t /usr/share/cowsay/cows/crane.cow cow-crane
t /usr/share/cowsay/cows/default.cow cow-default
t /usr/share/cowsay/cows/small.cow cow-small
t /usr/share/cowsay/cows/tux.cow cow-tux
t /usr/share/cowsay/cows/whale.cow cow-whale
f /usr/share/man/man6/cowsay.6.gz 1822
l /usr/share/man/man6/cowthink.6.gz cowsay.6.gz)";

constexpr std::string_view kVimFiles = R"(x /usr/bin/vim.basic vim/vim 2068072
l /usr/bin/vim vim.basic
l /usr/bin/vi vim.basic
f /usr/share/bug/vim/script 5)";

constexpr std::string_view kGitFiles = R"(x /usr/bin/git git/git 1562104
l /usr/bin/git-upload-pack git
x /usr/lib/git-core/git-remote-http git/git-remote-http 918344
f /usr/share/git-core/templates/description 73)";

constexpr std::string_view kPerlFiles = R"(x /usr/bin/cpan perl/cpan 8283
x /usr/bin/find2perl perl/find2perl 22880
x /usr/bin/pod2man perl/pod2man 14168
x /usr/bin/prove perl/prove 13551
f /usr/lib/x86_64-linux-gnu/libperl.so 1733248
f /usr/lib/perl/5/Encode.so 42808)";

constexpr std::string_view kNginxFiles = R"(t /etc/nginx/nginx.conf nginx.conf
t /etc/nginx/sites-available/default nginx-default
l /etc/nginx/sites-enabled/default /etc/nginx/sites-available/default
f /etc/nginx/mime.types 3957
t /etc/init.d/nginx init-script
t /usr/share/nginx/html/index.html nginx-index
d /var/log/nginx
d /var/lib/nginx)";

// Columns: name; its version in wheezy, jessie, trusty ("" where there is no
// such package or the base image has it); architecture, section; bytes to
// download, KiB installed; depends, recommends, suggests, provides;
// description; files.
// clang-format off
constexpr PackageRow kRows[] = {
    {"apt-utils", "0.9.7.9+deb7u6", "1.0.9.8.1", "", "amd64", "admin", 367'958, 1056, "", "", "", "", "package management related utility programs", "x /usr/bin/apt-ftparchive apt/apt-ftparchive 224872\nx /usr/bin/apt-sortpkgs apt/apt-sortpkgs 44056\nx /usr/bin/apt-extracttemplates apt/apt-extracttemplates 31584"},
    {"binutils", "2.22-8+deb7u2", "2.25-5", "2.24-5ubuntu14", "amd64", "devel", 3'535'412, 18'873, "", "", "binutils-doc", "", "GNU assembler, linker and binary utilities", "x /usr/bin/ld binutils/ld 695352\nx /usr/bin/as binutils/as 387168\nx /usr/bin/ar binutils/ar 55480\nx /usr/bin/nm binutils/nm 42864\nx /usr/bin/objdump binutils/objdump 343032\nx /usr/bin/strip binutils/strip 215784\nx /usr/bin/strings gnu/strings 26400"},
    {"bsdmainutils", "9.0.3", "9.0.6", "", "amd64", "utils", 183'620, 615, "", "", "cpp, wamerican | wordlist, whois", "", "collection of more utilities from FreeBSD", "x /usr/bin/hexdump util-linux/hexdump 27184\nl /usr/bin/hd hexdump\nx /usr/bin/column util-linux/column 14584\nx /usr/bin/cal bsdmainutils/cal 31088"},
    {"build-essential", "11.5", "11.7", "11.6ubuntu6", "amd64", "devel", 7'106, 21, "libc6-dev, gcc, g++, make, dpkg-dev", "", "", "", "Informational list of build-essential packages", "f /usr/share/build-essential/list 2381"},
    {"ca-certificates", "20130119+deb7u1", "20141019", "20141019ubuntu0.14.04.1", "all", "misc", 207'430, 396, "openssl", "", "", "", "Common CA certificates", "x /usr/sbin/update-ca-certificates ca-certificates/update-ca-certificates 5369\nf /etc/ca-certificates.conf 7411\nf /etc/ssl/certs/ca-certificates.crt 274340"},
    {"cowsay", "3.03+dfsg1-4", "3.03+dfsg1-10", "3.03+dfsg1-6", "all", "games", 20'082, 91, "perl", "", "filters", "", "configurable talking cow", kCowsayFiles},
    {"cpp", "4:4.7.2-1", "4:4.9.2-2", "4:4.8.2-1ubuntu6", "amd64", "interpreters", 17'562, 46, "", "", "cpp-doc", "", "GNU C preprocessor (cpp)", "x /usr/bin/cpp gcc/cpp 775888"},
    {"curl", "7.26.0-1+wheezy13", "7.38.0-4+deb8u2", "7.35.0-1ubuntu2.5", "amd64", "web", 200'804, 333, "libcurl3", "", "", "", "command line tool for transferring data with URL syntax", "x /usr/bin/curl curl/curl 181848\nf /usr/share/man/man1/curl.1.gz 31702"},
    {"dnsutils", "1:9.8.4.dfsg.P1-6+nmu2+deb7u7", "1:9.9.5.dfsg-9+deb8u3", "1:9.9.5.dfsg-3ubuntu0.5", "amd64", "net", 159'004, 420, "", "", "rblcheck", "", "Clients provided with BIND", "x /usr/bin/dig bind/dig 122448\nx /usr/bin/nslookup bind/nslookup 105376"},
    {"dpkg-dev", "1.16.16", "1.17.25", "1.17.5ubuntu5.4", "all", "utils", 1'356'790, 2038, "perl, binutils, make, patch", "build-essential", "debian-keyring", "", "Debian package development tools", "x /usr/bin/dpkg-buildpackage dpkg/dpkg-buildpackage 27413"},
    {"figlet", "2.2.5-2", "2.2.5-2", "2.2.5-2", "amd64", "graphics", 134'824, 744, "", "", "", "", "Make large character ASCII banners out of ordinary text", "x /usr/bin/figlet-figlet figlet/figlet 43592\nl /usr/bin/figlet figlet-figlet"},
    {"file", "5.11-2+deb7u8", "1:5.22+15-2", "1:5.14-2ubuntu3.3", "amd64", "utils", 60'064, 127, "libmagic1", "", "", "", "Determines file type using \"magic\" numbers", "x /usr/bin/file file/file 18864"},
    {"fortune-mod", "1:1.99.1-4", "1:1.99.1-7", "1:1.99.1-7", "amd64", "games", 49'474, 129, "librecode0", "fortunes-min", "fortunes, x11-utils, bsdmainutils", "fortune", "provides fortune cookies on demand", "x /usr/games/fortune games/fortune 22912\nx /usr/bin/strfile games/strfile 14560\nx /usr/bin/unstr games/unstr 10168\nf /usr/share/man/man6/fortune.6.gz 3283"},
    {"fortunes", "1:1.99.1-4", "1:1.99.1-7", "1:1.99.1-7", "all", "games", 1'282'000, 2'302, "fortune-mod", "", "", "fortune-cookie-db", "Data files containing fortune cookies", "t /usr/share/games/fortunes/containers fortunes-containers\nf /usr/share/games/fortunes/containers.dat 84\nt /usr/share/games/fortunes/sea fortunes-sea\nf /usr/share/games/fortunes/sea.dat 76"},
    {"fortunes-min", "1:1.99.1-4", "1:1.99.1-7", "1:1.99.1-7", "all", "games", 119'788, 196, "", "fortune-mod", "fortunes", "fortune-cookie-db", "Data files containing selected fortune cookies", "t /usr/share/games/fortunes/drydock fortunes-drydock\nf /usr/share/games/fortunes/drydock.dat 92\nl /usr/share/games/fortunes/drydock.u8 drydock"},
    {"g++", "4:4.7.2-1", "4:4.9.2-2", "4:4.8.2-1ubuntu6", "amd64", "devel", 1'506, 14, "gcc, libstdc++-dev", "", "g++-multilib", "c++-compiler", "GNU C++ compiler", "x /usr/bin/g++ gcc/g++ 775888\nl /usr/bin/c++ g++"},
    {"gcc", "4:4.7.2-1", "4:4.9.2-2", "4:4.8.2-1ubuntu6", "amd64", "devel", 16'024'310, 21'040, "cpp, binutils", "libc6-dev", "gcc-multilib, make, manpages-dev, autoconf, automake, libtool, flex, bison, gdb, gcc-doc", "c-compiler", "GNU C compiler", "x /usr/bin/gcc gcc/gcc 775888\nl /usr/bin/cc gcc\nf /usr/lib/gcc/x86_64-linux-gnu/cc1 11432000"},
    {"gettext-base", "0.18.1.1-9", "0.19.3-2", "0.18.3.1-1ubuntu3", "amd64", "utils", 124'064, 409, "", "", "", "", "GNU Internationalization utilities for the base system", "x /usr/bin/envsubst gettext/envsubst 35160\nx /usr/bin/gettext gettext/gettext 35160"},
    {"git", "1:1.7.10.4-1+wheezy1", "1:2.1.4-2.1", "1:1.9.1-1ubuntu0.1", "amd64", "vcs", 3'622'140, 21'640, "libcurl3-gnutls, liberror-perl, git-man, libexpat1", "rsync, less", "gettext-base, git-daemon-run, git-doc, git-el, git-email, git-gui, gitk, gitweb", "", "fast, scalable, distributed revision control system", kGitFiles},
    {"git-man", "1:1.7.10.4-1+wheezy1", "1:2.1.4-2.1", "1:1.9.1-1ubuntu0.1", "all", "doc", 1'267'080, 1'404, "", "", "", "", "fast, scalable, distributed revision control system (manual pages)", "f /usr/share/man/man1/git.1.gz 12961"},
    {"groff-base", "1.21-9", "1.22.2-8", "", "amd64", "text", 1'109'034, 3'242, "", "", "groff", "", "GNU troff text-formatting system (base system components)", "x /usr/bin/groff groff/groff 88432\nx /usr/bin/troff groff/troff 484736"},
    {"iproute2", "", "3.16.0-2", "3.12.0-2ubuntu1", "amd64", "net", 422'520, 1'233, "libmnl0", "", "iproute2-doc", "arping, iproute", "networking and traffic control tools", "x /bin/ip iproute2/ip 338832\nx /bin/ss iproute2/ss 92848\nl /sbin/ip /bin/ip"},
    {"iproute", "20120521-3+b3", "", "", "amd64", "net", 537'614, 1'122, "", "", "iproute-doc", "arping", "networking and traffic control tools", "x /bin/ip iproute2/ip 261576\nx /bin/ss iproute2/ss 64648\nl /sbin/ip /bin/ip"},
    {"iputils-ping", "3:20101006-1+b1", "3:20121221-5+b2", "", "amd64", "net", 56'146, 131, "libcap2", "", "", "ping", "Tools to test the reachability of network hosts", "x /bin/ping iputils/ping 44104\nx /bin/ping6 iputils/ping6 44096"},
    {"less", "444-4", "458-3", "458-2", "amd64", "text", 123'980, 301, "", "", "", "", "pager program similar to more", "x /usr/bin/less less/less 153664\nl /bin/less /usr/bin/less\nx /usr/bin/lesskey less/lesskey 14776"},
    {"libasan", "", "4.9.2-10", "4.8.4-2ubuntu1~14.04", "amd64", "libs", 192'052, 708, "", "", "", "", "AddressSanitizer, a fast memory error detector", "f /usr/lib/x86_64-linux-gnu/libasan.so.1.0.0 673248"},
    {"libbsd0", "0.4.2-1", "0.7.0-2", "", "amd64", "libs", 67'928, 134, "", "", "", "", "utility functions from BSD systems - shared library", "f /usr/lib/x86_64-linux-gnu/libbsd.so.0.7.0 80712"},
    {"libc6-dev", "2.13-38+deb7u8", "2.19-18+deb8u1", "2.19-0ubuntu6.6", "amd64", "libdevel", 2'003'088, 11'244, "linux-libc-dev", "gcc", "glibc-doc, manpages-dev", "libc-dev", "Embedded GNU C Library: Development Libraries and Header Files", "f /usr/include/stdio.h 31644\nf /usr/include/stdlib.h 33736\nf /usr/lib/x86_64-linux-gnu/libc.a 4941258"},
    {"libcap2", "1:2.22-1.2", "1:2.24-8", "", "amd64", "libs", 13'494, 58, "", "libpam-cap", "", "", "POSIX 1003.1e capabilities (library)", "f /lib/x86_64-linux-gnu/libcap.so.2.24 14760"},
    {"libcurl3", "7.26.0-1+wheezy13", "7.38.0-4+deb8u2", "7.35.0-1ubuntu2.5", "amd64", "libs", 259'628, 592, "librtmp0, libssh2-1, libidn11, libldap-2.4-2", "ca-certificates", "", "", "easy-to-use client-side URL transfer library (OpenSSL flavour)", "f /usr/lib/x86_64-linux-gnu/libcurl.so.4.3.0 419216"},
    {"libcurl3-gnutls", "7.26.0-1+wheezy13", "7.38.0-4+deb8u2", "7.35.0-1ubuntu2.5", "amd64", "libs", 251'766, 572, "librtmp0, libssh2-1, libidn11, libldap-2.4-2", "ca-certificates", "", "", "easy-to-use client-side URL transfer library (GnuTLS flavour)", "f /usr/lib/x86_64-linux-gnu/libcurl-gnutls.so.4.3.0 402832"},
    {"liberror-perl", "0.17-1", "0.17-1.1", "0.17-1.1", "all", "perl", 22'446, 63, "perl", "", "", "", "Perl module for error/exception handling in an OO-ish way", "f /usr/share/perl5/Error.pm 23816"},
    {"libexpat1", "2.1.0-1+deb7u2", "2.1.0-6+deb8u1", "", "amd64", "libs", 80'024, 410, "", "", "", "", "XML parsing C library - runtime library", "f /lib/x86_64-linux-gnu/libexpat.so.1.6.0 166240"},
    {"libgdbm3", "1.8.3-11", "1.8.3-13.1", "1.8.3-12build1", "amd64", "libs", 30'020, 86, "", "", "", "", "GNU dbm database routines (runtime version)", "f /usr/lib/x86_64-linux-gnu/libgdbm.so.3.0.0 26568\nl /usr/lib/x86_64-linux-gnu/libgdbm.so.3 libgdbm.so.3.0.0"},
    {"libgpm2", "1.20.4-6", "1.20.4-6.1+b2", "1.20.4-6.1", "amd64", "libs", 34'432, 76, "", "", "gpm", "", "General Purpose Mouse - shared library", "f /usr/lib/x86_64-linux-gnu/libgpm.so.2 23040"},
    {"libidn11", "1.25-2", "1.29-1+b2", "1.28-1ubuntu2", "amd64", "libs", 136'008, 340, "", "", "", "", "GNU Libidn library, implementation of IETF IDN specifications", "f /usr/lib/x86_64-linux-gnu/libidn.so.11.6.12 206872"},
    {"libjemalloc1", "3.0.0-3", "3.6.0-3", "3.5.1-2", "amd64", "libs", 89'044, 251, "", "", "", "", "general-purpose scalable concurrent malloc(3) implementation", "f /usr/lib/x86_64-linux-gnu/libjemalloc.so.1 215080"},
    {"libldap-2.4-2", "2.4.31-2+deb7u1", "2.4.40+dfsg-1+deb8u1", "2.4.31-1+nmu2ubuntu8.2", "amd64", "libs", 218'204, 502, "libsasl2-2", "", "", "", "OpenLDAP libraries", "f /usr/lib/x86_64-linux-gnu/libldap_r-2.4.so.2 331664"},
    {"libmagic1", "5.11-2+deb7u8", "1:5.22+15-2", "1:5.14-2ubuntu3.3", "amd64", "libs", 251'990, 2'651, "", "", "file", "", "File type determination library using \"magic\" numbers", "f /usr/lib/x86_64-linux-gnu/libmagic.so.1.0.0 125992\nf /usr/lib/file/magic.mgc 2415400"},
    {"libmnl0", "", "1.0.3-5", "", "amd64", "libs", 11'526, 56, "", "", "", "", "minimalistic Netlink communication library", "f /usr/lib/x86_64-linux-gnu/libmnl.so.0.1.0 18952"},
    {"libpipeline1", "1.2.1-1", "1.4.0-1", "", "amd64", "libs", 28'182, 86, "", "", "", "", "pipeline manipulation library", "f /usr/lib/x86_64-linux-gnu/libpipeline.so.1.4.0 52576"},
    {"libprocps3", "", "2:3.3.9-9", "", "amd64", "libs", 57'642, 175, "", "", "", "", "library for accessing process information from /proc", "f /lib/x86_64-linux-gnu/libprocps.so.3.0.0 64232"},
    {"libprocps0", "1:3.3.3-3", "", "", "amd64", "libs", 60'224, 131, "", "", "", "", "library for accessing process information from /proc", "f /lib/x86_64-linux-gnu/libprocps.so.0.0.1 60064"},
    {"libpython2.7-stdlib", "", "2.7.9-2", "2.7.6-8ubuntu0.2", "amd64", "python", 1'874'118, 7'821, "libsqlite3-0, libexpat1, mime-support", "", "", "", "Interactive high-level object-oriented language (standard library)", "f /usr/lib/python2.7/os.py 25910\nf /usr/lib/python2.7/json/__init__.py 14793"},
    {"librecode0", "3.6-20", "3.6-21", "3.6-21", "amd64", "libs", 525'312, 1'530, "", "", "", "", "Shared library on which recode is based", "f /usr/lib/x86_64-linux-gnu/librecode.so.0.0.0 1226224\nl /usr/lib/x86_64-linux-gnu/librecode.so.0 librecode.so.0.0.0"},
    {"librtmp0", "2.4+20111222.git4e06e21-1", "2.4+20150115.gita107cef-1", "2.4+20121230.gitdf6c518-1", "amd64", "libs", 61'042, 138, "", "", "", "", "toolkit for RTMP streams (shared library)", "f /usr/lib/x86_64-linux-gnu/librtmp.so.0 113728"},
    {"libsasl2-2", "2.1.25.dfsg1-6+deb7u1", "2.1.26.dfsg1-13", "2.1.25.dfsg1-17build1", "amd64", "libs", 105'248, 347, "", "libsasl2-modules", "", "", "Cyrus SASL - authentication abstraction library", "f /usr/lib/x86_64-linux-gnu/libsasl2.so.2.0.25 109272"},
    {"libsasl2-modules", "2.1.25.dfsg1-6+deb7u1", "2.1.26.dfsg1-13", "2.1.25.dfsg1-17build1", "amd64", "libs", 101'430, 264, "", "", "libsasl2-modules-otp, libsasl2-modules-ldap", "", "Cyrus SASL - pluggable authentication modules", "f /usr/lib/x86_64-linux-gnu/sasl2/libplain.so.2.0.25 14576"},
    {"libsqlite3-0", "3.7.13-1+deb7u2", "3.8.7.1-1+deb8u1", "", "amd64", "libs", 438'012, 789, "", "", "", "", "SQLite 3 shared library", "f /usr/lib/x86_64-linux-gnu/libsqlite3.so.0.8.6 757040"},
    {"libssh2-1", "1.4.2-1.1+deb7u1", "1.4.3-4.1", "1.4.3-2", "amd64", "libs", 125'814, 268, "", "", "", "", "SSH2 client-side library", "f /usr/lib/x86_64-linux-gnu/libssh2.so.1.0.1 166336"},
    {"libstdc++-dev", "4.7.2-5", "4.9.2-10", "4.8.4-2ubuntu1~14.04", "amd64", "libdevel", 1'127'284, 15'640, "libc6-dev", "", "", "", "GNU Standard C++ Library (development files)", "f /usr/include/c++/iostream 2695\nf /usr/lib/gcc/x86_64-linux-gnu/libstdc++.a 3240264"},
    {"linux-libc-dev", "3.2.68-1+deb7u5", "3.16.7-ckt11-1+deb8u5", "3.13.0-65.106", "amd64", "devel", 914'226, 4'024, "", "", "", "linux-kernel-headers", "Linux support headers for userspace development", "f /usr/include/linux/types.h 1455"},
    {"locales", "2.13-38+deb7u8", "2.19-18+deb8u1", "", "all", "localization", 3'949'610, 14'516, "", "", "", "", "Embedded GNU C Library: National Language (locale) data [support]", "x /usr/sbin/locale-gen locales/locale-gen 4286\nx /usr/sbin/update-locale locales/update-locale 4215\nf /etc/locale.alias 2995\nf /usr/share/i18n/SUPPORTED 9364"},
    {"make", "3.81-8.2", "4.0-8.1", "3.81-8.2ubuntu3", "amd64", "devel", 349'164, 1'187, "", "", "make-doc", "", "utility for directing compilation", "x /usr/bin/make make/make 200464\nl /usr/bin/gmake make"},
    {"man-db", "2.6.2-1", "2.7.0.2-5", "", "amd64", "doc", 998'690, 2'458, "bsdmainutils, groff-base, libgdbm3, libpipeline1", "", "groff, less, www-browser", "man, man-browser", "on-line manual pager", "x /usr/bin/man man-db/man 100424\nx /usr/bin/apropos man-db/apropos 38968"},
    {"mime-support", "3.52-1+deb7u1", "3.58", "", "all", "net", 36'004, 126, "", "file", "", "", "MIME files 'mime.types' & 'mailcap', and support programs", "f /etc/mime.types 23931"},
    {"nano", "2.2.6-1+b1", "2.2.6-3", "", "amd64", "editors", 372'048, 1'740, "", "", "spell", "editor", "small, friendly text editor inspired by Pico", "x /bin/nano nano/nano 192008\nl /usr/bin/nano /bin/nano\nl /usr/bin/pico /bin/nano\nf /etc/nanorc 8733"},
    {"net-tools", "1.60-24.2", "1.60-26+b1", "", "amd64", "net", 227'096, 865, "", "", "", "", "The NET-3 networking toolkit", "x /bin/netstat net-tools/netstat 119624\nx /sbin/ifconfig net-tools/ifconfig 68328\nx /sbin/route net-tools/route 57552\nx /usr/sbin/arp net-tools/arp 54168\nx /bin/hostname gnu/hostname 14352"},
    {"netcat", "1.10-40", "1.10-41", "", "all", "net", 9'052, 29, "netcat-traditional", "", "", "", "TCP/IP swiss army knife -- transitional package", ""},
    {"netcat-traditional", "1.10-40", "1.10-41", "", "amd64", "net", 66'762, 160, "", "", "", "netcat", "TCP/IP swiss army knife", "x /bin/nc.traditional netcat/nc 23504\nl /bin/nc nc.traditional\nl /bin/netcat nc.traditional"},
    {"nginx", "1.2.1-2.2+wheezy3", "1.6.2-5", "1.4.6-1ubuntu3.3", "all", "httpd", 71'968, 86, "nginx-full", "", "", "", "small, powerful, scalable web/proxy server", ""},
    {"nginx-common", "1.2.1-2.2+wheezy3", "1.6.2-5", "1.4.6-1ubuntu3.3", "all", "httpd", 82'586, 229, "", "", "fcgiwrap, nginx-doc", "", "small, powerful, scalable web/proxy server - common files", kNginxFiles},
    {"nginx-full", "1.2.1-2.2+wheezy3", "1.6.2-5", "1.4.6-1ubuntu3.3", "amd64", "httpd", 429'734, 1'036, "nginx-common", "", "nginx-doc", "httpd, nginx", "nginx web/proxy server (standard version)", "x /usr/sbin/nginx nginx/nginx 943304"},
    {"openssl", "1.0.1e-2+deb7u17", "1.0.1k-3+deb8u1", "", "amd64", "utils", 665'208, 1'140, "", "", "ca-certificates", "", "Secure Sockets Layer toolkit - cryptographic utility", "x /usr/bin/openssl openssl/openssl 536592\nf /etc/ssl/openssl.cnf 10835\nd /etc/ssl/private"},
    {"patch", "2.6.1-3", "2.7.5-1", "2.7.1-4ubuntu1", "amd64", "vcs", 109'022, 214, "", "", "ed, diffutils-doc", "", "Apply a diff file to an original", "x /usr/bin/patch patch/patch 151096"},
    {"perl", "5.14.2-21+deb7u2", "5.20.2-3+deb8u1", "5.18.2-2ubuntu1", "amd64", "perl", 3'733'046, 15'204, "perl-modules, libgdbm3", "netbase, rename", "perl-doc, libterm-readline-gnu-perl, libterm-readline-perl-perl, make, libb-lint-perl, libcpanplus-dist-build-perl, libcpanplus-perl", "", "Larry Wall's Practical Extraction and Report Language", kPerlFiles},
    {"perl-modules", "5.14.2-21+deb7u2", "5.20.2-3+deb8u1", "5.18.2-2ubuntu1", "all", "perl", 3'439'852, 17'046, "", "", "", "", "Core Perl modules", "f /usr/share/perl/5/CPAN.pm 138532\nf /usr/share/perl/5/Pod/Usage.pm 28814\nf /usr/share/perl/5/Text/Balanced.pm 74226"},
    {"procps", "1:3.3.3-3", "2:3.3.9-9", "", "amd64", "admin", 245'094, 640, "libprocps0, libprocps3", "psmisc", "", "", "/proc file system utilities", "x /bin/ps procps/ps 93984\nx /bin/kill procps/kill 22688\nx /usr/bin/top procps/top 85408\nx /usr/bin/free procps/free 14520\nx /usr/bin/uptime procps/uptime 10360\nx /usr/bin/pgrep procps/pgrep 23000\nl /usr/bin/pkill pgrep\nx /usr/bin/watch procps/watch 18712\nx /usr/bin/vmstat procps/vmstat 31104\nx /usr/bin/pmap procps/pmap 27216\nx /usr/bin/w procps/w 18792\nx /sbin/sysctl procps/sysctl 18728\nl /bin/pidof /usr/bin/pgrep"},
    {"psmisc", "22.19-1+deb7u1", "22.21-2", "22.20-1ubuntu2", "amd64", "admin", 121'498, 389, "", "", "", "", "utilities that use the proc file system", "x /usr/bin/killall psmisc/killall 23064\nx /usr/bin/pstree psmisc/pstree 27216\nx /bin/fuser psmisc/fuser 31872"},
    {"python", "2.7.3-4+deb7u1", "2.7.9-1", "2.7.5-5ubuntu3", "amd64", "python", 150'866, 633, "python2.7, libpython2.7-stdlib", "", "python-doc, python-tk", "python-dev", "interactive high-level object-oriented language (default version)", "l /usr/bin/python python2.7\nl /usr/bin/python2 python2.7"},
    {"python2.7", "2.7.3-6+deb7u2", "2.7.9-2", "2.7.6-8ubuntu0.2", "amd64", "python", 2'731'014, 8'862, "libsqlite3-0, libexpat1, mime-support", "", "python2.7-doc, binutils", "python2.7-minimal", "Interactive high-level object-oriented language (version 2.7)", "x /usr/bin/python2.7 python/python2.7 2998776"},
    {"redis-server", "2:2.4.14-1", "2:2.8.17-1+deb8u1", "2:2.8.4-2", "amd64", "misc", 238'720, 674, "libjemalloc1, redis-tools", "", "", "", "Persistent key-value database with network interface", "x /usr/bin/redis-server redis/redis-server 697152\nf /etc/redis/redis.conf 31097\nt /etc/init.d/redis-server init-script\nd /var/lib/redis\nd /var/log/redis"},
    {"redis-tools", "", "2:2.8.17-1+deb8u1", "2:2.8.4-2", "amd64", "misc", 67'416, 289, "libjemalloc1", "", "ruby-redis", "", "Persistent key-value database with network interface (client)", "x /usr/bin/redis-cli redis/redis-cli 104128\nx /usr/bin/redis-benchmark redis/redis-benchmark 104752"},
    {"rename", "", "0.20-3", "", "all", "perl", 11'836, 46, "perl", "", "", "", "Perl extension for renaming multiple files", "x /usr/bin/file-rename perl/file-rename 3042\nl /usr/bin/rename file-rename"},
    {"rsync", "3.0.9-4", "3.1.1-3", "3.1.0-2ubuntu0.1", "amd64", "net", 390'084, 770, "", "", "openssh-client, openssh-server", "", "fast, versatile, remote (and local) file-copying tool", "x /usr/bin/rsync rsync/rsync 488544"},
    {"sl", "3.03-17", "3.03-17", "3.03-17", "amd64", "games", 26'266, 92, "", "", "", "", "Correct you if you type `sl' by mistake", "x /usr/games/sl games/sl 14608\nl /usr/games/LS sl"},
    {"strace", "4.5.20-2.3", "4.9-2", "4.8-1ubuntu5", "amd64", "utils", 297'120, 878, "", "", "", "", "A system call tracer", "x /usr/bin/strace strace/strace 773512"},
    {"sudo", "1.8.5p2-1+nmu3", "1.8.10p3-1+deb8u2", "", "amd64", "admin", 846'120, 2'430, "", "", "", "", "Provide limited super user privileges to specific users", "x /usr/bin/sudo sudo/sudo 149568\nf /etc/sudoers 669\nd /etc/sudoers.d"},
    {"telnet", "0.17-36", "0.17-36", "", "amd64", "net", 70'388, 164, "netbase", "", "", "telnet-client", "The telnet client", "x /usr/bin/telnet.netkit netkit/telnet 105504\nl /usr/bin/telnet telnet.netkit"},
    {"tree", "1.6.0-1", "1.7.0-3", "1.6.0-1", "amd64", "utils", 46'168, 112, "", "", "", "", "displays an indented directory tree, in color", "x /usr/bin/tree tree/tree 77344"},
    {"unzip", "6.0-8+deb7u4", "6.0-16+deb8u1", "6.0-9ubuntu1.3", "amd64", "utils", 162'106, 395, "", "", "zip", "", "De-archiver for .zip files", "x /usr/bin/unzip unzip/unzip 166576"},
    {"vim", "2:7.3.547-7", "2:7.4.488-7", "2:7.4.052-1ubuntu3", "amd64", "editors", 951'578, 2'209, "vim-runtime, vim-common, libgpm2", "", "ctags, vim-doc, vim-scripts", "editor", "Vi IMproved - enhanced vi editor", kVimFiles},
    {"vim-common", "2:7.3.547-7", "2:7.4.488-7", "", "amd64", "editors", 184'618, 369, "", "vim", "", "", "Vi IMproved - Common files", "f /etc/vim/vimrc 1927\nx /usr/bin/xxd vim/xxd 14368"},
    {"vim-runtime", "2:7.3.547-7", "2:7.4.488-7", "2:7.4.052-1ubuntu3", "all", "editors", 5'047'008, 27'294, "", "vim", "", "", "Vi IMproved - Runtime files", "f /usr/share/vim/vim74/filetype.vim 62345"},
    {"wget", "1.13.4-3+deb7u2", "1.16-1", "1.15-1ubuntu1.14.04.1", "amd64", "web", 495'122, 1'584, "libidn11", "ca-certificates", "", "", "retrieves files from the web", "x /usr/bin/wget wget/wget 433128\nf /etc/wgetrc 4661"},
    {"xz-utils", "5.1.1alpha+20120614-2", "5.1.1alpha+20120614-2+b3", "", "amd64", "utils", 223'042, 484, "", "", "", "lzma", "XZ-format compression utilities", "x /usr/bin/xz xz/xz 67608\nl /usr/bin/unxz xz\nl /usr/bin/xzcat xz"},
    {"netbase", "5.0", "5.3", "", "all", "admin", 19'052, 66, "", "", "", "", "Basic TCP/IP networking system", "f /etc/services 19605\nf /etc/protocols 2932\nf /etc/rpc 887"},
    {"apache2-utils", "2.2.22-13+deb7u5", "2.4.10-10+deb8u3", "2.4.7-1ubuntu4.5", "amd64", "httpd", 194'834, 339, "libapr1, libaprutil1", "", "", "", "Apache HTTP Server (utility programs for web servers)", "x /usr/bin/htpasswd apache2/htpasswd 26768\nx /usr/bin/ab apache2/ab 51504"},
    {"libapr1", "1.4.6-3+deb7u1", "1.5.1-3", "1.5.0-1", "amd64", "libs", 95'432, 258, "", "", "", "", "Apache Portable Runtime Library", "f /usr/lib/x86_64-linux-gnu/libapr-1.so.0.5.1 214424"},
    {"libaprutil1", "1.4.1-3", "1.5.4-1", "1.5.3-1", "amd64", "libs", 85'928, 247, "", "", "", "", "Apache Portable Runtime Utility Library", "f /usr/lib/x86_64-linux-gnu/libaprutil-1.so.0.5.4 151816"},
    {"libboost-system1.55.0", "", "1.55.0+dfsg-3", "", "amd64", "libs", 42'158, 101, "", "", "", "", "Operating system (e.g. diagnostics support) library", "f /usr/lib/x86_64-linux-gnu/libboost_system.so.1.55.0 14592"},
    {"libnspr4", "2:4.9.2-1+deb7u3", "2:4.10.7-1", "2:4.10.7-0ubuntu0.14.04.1", "amd64", "libs", 112'000, 344, "", "", "", "", "NetScape Portable Runtime Library", "f /usr/lib/x86_64-linux-gnu/libnspr4.so 257768"},
    {"libnss3", "2:3.14.5-1+deb7u5", "2:3.17.2-1.1+deb8u2", "2:3.19.2-0ubuntu0.14.04.1", "amd64", "libs", 1'139'000, 3'334, "libnspr4, libsqlite3-0", "", "", "", "Network Security Service libraries", "f /usr/lib/x86_64-linux-gnu/libnss3.so 1297736"},
    {"librados2", "", "0.80.7-2", "0.80.10-0ubuntu0.14.04.1", "amd64", "libs", 1'633'000, 5'480, "libboost-system1.55.0, libnss3", "", "", "", "RADOS distributed object store client library", "f /usr/lib/librados.so.2.0.0 5485832"},
    {"nodejs", "", "0.10.29~dfsg-2", "0.10.25~dfsg2-2ubuntu1", "amd64", "web", 645'786, 2'497, "libv8-3.14.5", "", "", "", "evented I/O for V8 javascript", "x /usr/bin/nodejs node/node 1432040"},
    {"libv8-3.14.5", "", "3.14.5.8-8.1", "3.14.5.8-5ubuntu2", "amd64", "libs", 1'238'000, 6'245, "", "", "", "", "v8 JavaScript engine - runtime library", "f /usr/lib/libv8.so.3.14.5 6366432"},
    {"npm", "", "1.4.21+ds-2", "1.3.10~dfsg-1", "all", "web", 293'012, 1'448, "nodejs", "", "", "", "package manager for Node.js", "x /usr/bin/npm npm/npm 6234"},
};
// clang-format on

}  // namespace

std::span<const PackageRow> mirror_rows() { return kRows; }

}  // namespace drydock::userland
