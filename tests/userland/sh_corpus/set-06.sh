# compare: stderr
set -x; echo a "b c" 'd$e'; x=1; y="a b" true; for i in 1; do :; done; set +x; echo end
