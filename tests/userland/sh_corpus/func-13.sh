f() { case $1 in a) return 1;; esac; echo not a; }; f a; echo $?; f b
