# compare: stderr
set -o nosuch; echo no
