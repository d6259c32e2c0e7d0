set -e; for i in 1 2; do false || continue; done; echo ok; until true; do :; done; case a in a) false;; esac; echo no
