# compare: stderr
: < nofile; echo not reached
