# compare: stderr
. ./nofile; echo no
