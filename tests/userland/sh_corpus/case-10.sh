x=a; case $x$x in aa) echo double;; esac; case ${x}b in ab) echo ok;; esac; case in in in) echo in;; esac
