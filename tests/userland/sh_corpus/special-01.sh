echo $# $*; set -- a; echo $# $*; echo "$$" | { read p; [ "$p" = "$$" ] && echo same; }; (echo $$) | { read p; [ $p = $$ ] && echo same; }
