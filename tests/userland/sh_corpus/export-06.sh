# compare: stderr
readonly r=1; (r=2; echo no); echo $?; unset r; echo no
