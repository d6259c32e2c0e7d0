# compare: stderr
PS4='> '; set -x; f() { echo in; }; f; x=$(echo sub); [ a = a ]; case a in a) :;; esac; { echo grp; } 2>/dev/null
