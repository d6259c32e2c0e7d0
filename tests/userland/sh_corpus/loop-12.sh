for x in *.none; do echo $x; done; for x in "a b" c; do echo "$x"; done
