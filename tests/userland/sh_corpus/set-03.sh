# compare: stderr
set -Z; echo no
