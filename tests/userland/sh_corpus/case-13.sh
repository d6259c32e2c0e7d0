f=abc; case $f in *"b"*) echo has b;; esac; case $f in a?c) echo aqc;; esac; case $f in a'?'c) echo no;; *) echo lit;; esac
