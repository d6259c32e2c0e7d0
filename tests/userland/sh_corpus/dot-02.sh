echo 'echo $# $1' > f; set -- a b; . ./f; f() { . ./f; }; f z
