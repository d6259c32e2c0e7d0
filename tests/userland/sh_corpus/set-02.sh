set -f; echo *; set +f; case $- in *f*) echo f;; *) echo nof;; esac; set -u; case $- in *u*) echo u;; esac
