set -- a b c; shift; shift; echo $1; shift; echo $# $?; set -- 1 2 3; while [ $# -gt 0 ]; do echo $1; shift; done
