set a b c; shift; echo $1 $#; shift 2; echo $#; set -- -x -y; echo $1 $2
