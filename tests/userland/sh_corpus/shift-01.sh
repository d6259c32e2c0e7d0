# compare: stderr
set -- a b; shift 0; echo $#; shift 3; echo no
