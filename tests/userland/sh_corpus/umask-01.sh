umask 022; umask; umask -S; umask 077; umask; umask u=rwx,go=rx; umask; umask g-x; umask; umask +w; umask -S
