for i in a b; do echo $i; done | cat; echo 1 2 | while read a b; do echo $b $a; done
