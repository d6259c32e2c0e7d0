set a b c; echo $1$2$3; set --; echo $#; set -- -a; echo $1; set - x y; echo $*; set +e z; echo $1
