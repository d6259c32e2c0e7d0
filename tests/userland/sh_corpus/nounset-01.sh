# compare: stderr
set -u; echo ${x-ok} ${x+no}; echo $x; echo no
